"""The service over the repository's own dataset, without a server."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("rapidfuzz", reason="the matcher is not installed: it comes with kzlod[match]")

from jsonschema import Draft7Validator
from tests.reconciliation.schemas import load_validators

from kzlod.project import load_project
from kzlod.proposals.things import Things
from kzlod.reconciliation.service import Service
from kzlod.site.terms import load_terms

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def service(built: Path) -> Service:
    project = load_project(ROOT)
    tags = tuple(project.title)
    store = Things.open(built, project.base, tags).store
    return Service(store, project.base, tags, project.prefixes, load_terms(project.ontology, tags, project.prefixes).texts)


@pytest.fixture(scope="session")
def schemas() -> dict[str, Draft7Validator]:
    return load_validators()
