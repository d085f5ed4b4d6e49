"""Frozen results: the answers that workers would give, byte for byte, for as long as query and file are what they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from starlette.testclient import TestClient
from tests.serving.conftest import QUERIES, SMALL

from kzlod.errors import ConfigurationError
from kzlod.project import load_project
from kzlod.queries.catalogue import load_catalogue
from kzlod.queries.frozen import FROZEN, find_frozen, freeze_results
from kzlod.serving.app import create_app
from kzlod.serving.frozen import read_frozen
from kzlod.serving.generation import Options
from kzlod.serving.worker import GRAPH_FORMATS, RESULT_FORMATS, evaluate_query, open_store

ALL = {name: replace(query, heavy=True) for name, query in load_catalogue(QUERIES).items() if name not in ("endless", "now")}


@pytest.fixture(scope="module")
def frozen(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("frozen") / FROZEN
    freeze_results(ALL.values(), release / "kzlod.nq", folder)
    return folder


@pytest.mark.parametrize("page", [{}, {"offset": 2, "limit": 3}, {"offset": 0, "limit": 1}, {"offset": 4, "limit": None}])
@pytest.mark.parametrize("name", ["echo", "known", "statements"])
def test_a_frozen_result_is_what_a_worker_answers(frozen: Path, store: Path, name: str, page: dict[str, int | None]) -> None:
    for known in RESULT_FORMATS:
        job = {"results": known, "graph": "", "default_graphs": None, "named_graphs": None, "most": 10_000_000, **page}
        header, body = evaluate_query(open_store(store, in_memory=False), job, ALL[name].text)
        answer = read_frozen(find_frozen(frozen, ALL[name]), job)
        assert (answer.status, answer.format, answer.total, answer.body) == ("done", known, header["total"], body)


def test_a_frozen_graph_is_what_the_query_makes(frozen: Path, release: Path) -> None:
    expected = {quad.triple for quad in parse(path=release / "kzlod.nt", format=RdfFormat.N_TRIPLES)}
    for name, known in GRAPH_FORMATS.items():
        body = read_frozen(find_frozen(frozen, ALL["copy"]), {"graph": name}).body
        assert {quad.triple for quad in parse(body, format=known)} == expected


def test_the_same_results_are_the_same_bytes(frozen: Path, release: Path, tmp_path: Path) -> None:
    again = freeze_results(ALL.values(), release / "kzlod.nq", tmp_path / FROZEN)
    assert [path.name for path in again] == [find_frozen(frozen, query).name for query in ALL.values()]
    for path in again:
        assert path.read_bytes() == (frozen / path.name).read_bytes()


def test_without_heavy_queries_nothing_is_read_or_written(tmp_path: Path) -> None:
    light = [replace(query, heavy=False) for query in ALL.values()]
    assert freeze_results(light, tmp_path / "missing.nq", tmp_path / FROZEN) == []
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConfigurationError, match="there is no dump"):
        freeze_results(ALL.values(), tmp_path / "missing.nq", tmp_path / FROZEN)


def test_the_server_answers_from_them_as_long_as_they_fit(release: Path, store: Path, tmp_path: Path) -> None:
    """A marked copy tells whether the file or a worker has answered."""
    (tmp_path / "kzlod.nq").symlink_to(release / "kzlod.nq")
    (path,) = freeze_results([ALL["echo"]], release / "kzlod.nq", tmp_path / FROZEN)
    path.write_bytes(path.read_bytes().replace(b"VALUES ?text", b"FROZEN"))
    project = load_project(SMALL)
    changed = replace(ALL["echo"], text=ALL["echo"].text + "# changed\n")
    queries = {"echo": ALL["echo"], "changed": changed}
    options = Options(tmp_path, project.base, project.licence, store.parent, workers=1, queries=queries)
    with TestClient(create_app(options)) as client:
        for rest in ("", '?text=a { "b" } c', "?thing=person/a&number=5&day=2020-01-31&limit=1", ".html"):
            assert "FROZEN" in client.get(f"/queries/echo{rest}").text, rest
        assert "FROZEN" not in client.get("/queries/echo?number=6").text
        assert "FROZEN" not in client.get("/queries/changed").text
        path.write_bytes(b"{")
        assert client.get("/queries/echo").json()["results"]["bindings"]
        path.unlink()
        assert client.get("/queries/echo").status_code == 200
