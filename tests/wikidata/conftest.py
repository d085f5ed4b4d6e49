from __future__ import annotations

from pathlib import Path

import pytest

from kzlod.build import assemble
from kzlod.dataset import Dataset
from kzlod.project import load_project
from kzlod.wikidata.mapping import load_wikidata_mapping
from kzlod.wikidata.rules import WikidataMapping

ROOT = Path(__file__).parents[2]
PROJECT = Path(__file__).parent / "project"
CASES = Path(__file__).parent / "cases"


def load(folder: Path) -> tuple[Dataset, WikidataMapping]:
    project = load_project(folder)
    path = folder / "ontology" / "wikidata.yml"
    return assemble(project), load_wikidata_mapping(path, project.show(path), project.prefixes.namespaces, project.base)


@pytest.fixture(scope="session")
def register() -> tuple[Dataset, WikidataMapping]:
    """The keepers of an invented state."""
    return load(PROJECT)


@pytest.fixture(scope="session")
def published() -> tuple[Dataset, WikidataMapping]:
    """The repository's own dataset."""
    return load(ROOT)
