"""Datasets of a few statements."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

import pytest

from kzlod.dataset import Dataset
from kzlod.project import load_project
from kzlod.terms import Quad

SETTINGS = """
base = "https://example.org/"
as_of = 2025-01-31
licence = "https://example.org/licence"
sources = []
title = {}
description = {}

[prefixes]
ex = "https://example.org/"
k = "https://w3id.org/kzlod/ns#"
org = "http://www.w3.org/ns/org#"
schema = "http://schema.org/"
skos = "http://www.w3.org/2004/02/skos/core#"
xsd = "http://www.w3.org/2001/XMLSchema#"
"""


@pytest.fixture(scope="session")
def make_dataset(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Dataset]:
    """Makes a merged dataset of quads in the order given; its base is ``https://example.org/``."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "kzlod.toml").write_text(SETTINGS, encoding="utf-8")
    project = load_project(folder)

    def make(quads: Iterable[Quad], nested: tuple[str, ...] = ()) -> Dataset:
        dataset = Dataset(dataclasses.replace(project, nested=nested))
        if rows := [(*quad, "mapping.yml:1") for quad in quads]:
            dataset.connection.executemany("INSERT INTO quads VALUES (?, ?, ?, ?, ?)", rows)
        dataset.merge_accepted()
        return dataset

    return make
