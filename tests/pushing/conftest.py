"""A project with two releases, and stores to push them to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.pushing.servers import Oxigraph

from kzlod.dumps.bundles import NamedQuery, write_bundles

BASE = "https://example.org/"
PREFIX = f"{BASE}push/"
SETTINGS = f"""
base = "{BASE}"
as_of = 2025-01-31
licence = "https://example.org/licence"
sources = []
title = {{}}
description = {{}}

[prefixes]
schema = "http://schema.org/"
"""
NAME = "<http://schema.org/name>"
FIRST = f"""\
<{BASE}person/ada> {NAME} "Ada \\"Ember\\"\\n" .
<{BASE}person/ada> {NAME} "Ada \\"Ember\\"\\n" <{BASE}fact/1> .
<{BASE}person/alia> {NAME} "\u04d8\u043b\u0438\u044f"@kk .
<{BASE}person/alia> {NAME} "\u04d8\u043b\u0438\u044f"@kk <{BASE}fact/2> .
<{BASE}fact/1> <https://w3id.org/kzlod/ns#status> <https://w3id.org/kzlod/ns#accepted> <{BASE}graph/evidence> .
<{BASE}fact/2> <https://w3id.org/kzlod/ns#status> <https://w3id.org/kzlod/ns#accepted> <{BASE}graph/evidence> .
"""
SECOND = FIRST.replace("fact/2", "fact/3").replace("Ember", "Amber")
QUERIES = {
    "names": (2, f"SELECT ?name WHERE {{ ?person {NAME} ?name }}"),
    "facts": (
        2,
        f"SELECT ?fact ?name WHERE {{ GRAPH ?fact {{ ?person {NAME} ?name }} "
        f"GRAPH <{BASE}graph/evidence> {{ ?fact <https://w3id.org/kzlod/ns#status> ?status }} }}",
    ),
}


def write_release(folder: Path, dump: str, queries: dict[str, tuple[int, str]] | None = None) -> Path:
    """What a build or a release has that is pushed: the dump, sorted, and the queries."""
    folder.mkdir()
    lines = sorted(dump.encode().splitlines(keepends=True))
    (folder / "kzlod.nq").write_bytes(b"".join(lines))
    texts = (QUERIES if queries is None else queries).items()
    header = "#+ title: {0}\n#+ description: For a test.\n#+ rows: {1}\n"
    named = [NamedQuery(name, name, "For a test.", "select", header.format(name, rows) + text) for name, (rows, text) in texts]
    write_bundles(folder, BASE, folder, [], named)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a build, and two releases."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "kzlod.toml").write_text(SETTINGS, encoding="utf-8")
    write_release(folder / "first", FIRST)
    write_release(folder / "second", SECOND)
    shutil.copytree(folder / "first", folder / "output")
    return folder


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Oxigraph]]:
    """Starts stores, each over a folder of its own, which end with the test."""
    started: list[Oxigraph] = []

    def make(*options: str) -> Oxigraph:
        started.append(Oxigraph(tmp_path / f"store-{len(started)}", *options))
        return started[-1]

    yield make
    for store in started:
        store.kill()


@pytest.fixture
def store(start: Callable[..., Oxigraph]) -> Oxigraph:
    """An empty store."""
    return start()
