"""Servers over the release of a small project, and over the repository's own dataset."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="starlette is not installed: it comes with kzlod[serve]")

from starlette.testclient import TestClient

from kzlod.build import build
from kzlod.project import load_project
from kzlod.publisher import publish_site
from kzlod.queries.catalogue import load_catalogue
from kzlod.queries.frozen import FROZEN, freeze_results
from kzlod.serving.app import create_app
from kzlod.serving.generation import Options
from kzlod.serving.pool import Limits
from kzlod.serving.release import open_release, prepare_store

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "small_project"
DEADLINE = 1.5
QUERIES = Path(__file__).parent / "queries"
CATALOGUE = load_catalogue(ROOT / "queries")


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a build, with its site."""
    folder = tmp_path_factory.mktemp("release") / "output"
    build(load_project(SMALL), folder)
    publish_site(load_project(SMALL), folder / "site", jobs=1)
    return folder


@pytest.fixture(scope="session")
def store(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of it."""
    return prepare_store(open_release(release), tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def client(release: Path, store: Path) -> Iterator[TestClient]:
    """A client of the server."""
    project = load_project(SMALL)
    limits = Limits(seconds=DEADLINE, result=100_000, memory=1_000_000_000, waiting=8)
    options = Options(
        release,
        project.base,
        project.licence,
        store.parent,
        tuple(project.title),
        workers=2,
        limits=limits,
        queries=load_catalogue(QUERIES),
        title="Two & more",
    )
    with TestClient(create_app(options), follow_redirects=False) as client:
        yield client


@contextmanager
def serve_dump(folder: Path, dump: str, base: str) -> Iterator[TestClient]:
    """A client of a server over a few quads, written to an empty folder."""
    (folder / "kzlod.nq").write_text(dump, encoding="utf-8")
    options = Options(folder, base, f"{base}licence", folder / "cache", workers=1)
    with TestClient(create_app(options), follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="session")
def catalogue(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of a server over the repository's own dataset and queries, with frozen results."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "kzlod.nq").symlink_to(built / "kzlod.nq")
    freeze_results(CATALOGUE.values(), built / "kzlod.nq", folder / FROZEN)
    project = load_project(ROOT)
    options = Options(folder, project.base, project.licence, folder / "cache", workers=2, queries=CATALOGUE)
    with TestClient(create_app(options), follow_redirects=False) as client:
        yield client
