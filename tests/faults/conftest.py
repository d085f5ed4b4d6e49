"""Releases for the servers under attack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.servers import ROOT, SMALL, Server

from kzlod.build import build
from kzlod.project import load_project
from kzlod.publisher import publish_site

DEADLINE = 3.0
OPTIONS = ("--timeout", str(DEADLINE), "--memory-limit", "500")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a small build, with its site."""
    folder = tmp_path_factory.mktemp("small") / "output"
    build(load_project(SMALL), folder)
    publish_site(load_project(SMALL), folder / "site", jobs=1)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server over the repository's own dataset."""
    with Server(ROOT / "output", tmp_path_factory.mktemp("server") / "cache", OPTIONS, ROOT) as server:
        yield server
