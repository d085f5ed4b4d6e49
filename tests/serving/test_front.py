"""The front: rate limits, the access log, metrics, proxies, and the release of the moment."""

from __future__ import annotations

import io
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from limits import parse
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from tests.serving.conftest import SMALL
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from kzlod.project import load_project
from kzlod.serving.app import Listening, create_app
from kzlod.serving.front import Front
from kzlod.serving.generation import Options

COUNT = "SELECT (count(*) AS ?n) { ?s ?p ?o }"
Serve = Callable[..., AbstractContextManager[tuple[TestClient, Front]]]


@pytest.fixture
def served(release: Path, store: Path, tmp_path: Path) -> Serve:
    """Starts a server with any settings over a link to the release."""
    project = load_project(SMALL)
    link = tmp_path / "latest"
    link.symlink_to(release)

    @contextmanager
    def start(**listening: Any) -> Iterator[tuple[TestClient, Front]]:
        options = Options(link, project.base, project.licence, store.parent, workers=1)
        app = create_app(options, Listening("127.0.0.1", 0, **listening))
        behind: Any = ProxyHeadersMiddleware(app, "127.0.0.1")  # type: ignore[arg-type]
        with TestClient(behind, client=("127.0.0.1", 1), follow_redirects=False) as client:
            yield client, app

    return start


def swap(link: Path, target: Path) -> None:
    link.with_suffix(".new").symlink_to(target)
    os.replace(link.with_suffix(".new"), link)  # noqa: PTH105 - it is about the link


def test_a_client_that_asks_too_often_is_told_when_to_come_again(served: Serve) -> None:
    with served(limit=parse("3/minute")) as (client, _):
        statuses = [client.get("/health").status_code for _ in range(5)]
        refused = client.get("/health")
        other = client.get("/health", headers={"x-forwarded-for": "192.0.2.7"})
    assert statuses == [200, 200, 200, 429, 429]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["content-type"] == "application/problem+json"
    assert other.status_code == 200


@pytest.mark.parametrize("with_queries", [False, True])
def test_the_log_has_a_line_for_each_request_and_queries_if_asked(served: Serve, *, with_queries: bool) -> None:
    log = io.StringIO()
    with served(log=log, with_queries=with_queries) as (client, _):
        client.get("/sparql", params={"query": COUNT}, headers={"x-forwarded-for": "192.0.2.7"})
        client.post("/sparql", data={"query": "ASK {"})
        client.get("/nobody/here?a=b")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/sparql", 200),
        ("POST", "/sparql", 400),
        ("GET", "/nobody/here", 404),
    ]
    assert [line["client"] for line in lines] == ["192.0.2.7", "127.0.0.1", "127.0.0.1"]
    assert all(line["bytes"] > 0 <= line["ms"] for line in lines)
    assert ("count" in log.getvalue(), "ASK" in log.getvalue()) == (with_queries, with_queries)


def read_metrics(client: TestClient) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def test_metrics_count_requests_and_kept_answers(served: Serve) -> None:
    with served() as (client, _):
        for _ in range(3):
            client.get("/sparql", params={"query": COUNT})
        client.request("BREW", "/sparql")
        metrics = read_metrics(client)
    assert metrics["kzlod_requests_total", "sparql", "GET", "200"] == 3
    assert metrics["kzlod_requests_total", "sparql", "other", "405"] == 1
    assert metrics["kzlod_request_seconds_count", "sparql"] == 4
    assert (metrics["kzlod_cache_hits_total",], metrics["kzlod_cache_misses_total",]) == (2, 2)
    assert metrics["kzlod_workers",] > 0
    assert any(key[0] == "process_resident_memory_bytes" for key in metrics)


def test_another_release_is_taken_up_and_a_damaged_one_is_not(served: Serve, release: Path, tmp_path: Path) -> None:
    following, damaged = tmp_path / "2", tmp_path / "3"
    for folder in (following, damaged):
        folder.mkdir()
    lines = (release / "kzlod.nq").read_bytes().splitlines(keepends=True)
    (following / "kzlod.nq").write_bytes(b"".join(lines[10:]))
    (damaged / "kzlod.nq").write_bytes(b"".join(lines)[:-30])

    def wait(is_done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not is_done():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    with served() as (client, _):
        before = client.get("/health").json()["dump"]
        first = client.get("/sparql", params={"query": COUNT})
        swap(tmp_path / "latest", following)
        wait(lambda: client.get("/health").json()["dump"] != before)
        second = client.get("/sparql", params={"query": COUNT})
        swap(tmp_path / "latest", damaged)
        wait(lambda: read_metrics(client)["kzlod_failed_reloads_total",] == 1)
        third = client.get("/sparql", params={"query": COUNT})
        shutil.rmtree(damaged)
        swap(tmp_path / "latest", release)
        wait(lambda: client.get("/health").json()["dump"] == before)
        metrics = read_metrics(client)
    assert first.text != second.text == third.text
    assert first.headers["etag"] != second.headers["etag"]
    assert metrics["kzlod_reloads_total",] == 2


def test_pages_that_are_written_anew_are_served(served: Serve, release: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(release, tmp_path / "copy"))
    with served() as (client, _):
        swap(tmp_path / "latest", folder)
        before = client.get("/index.html")
        page = folder / "site" / "index.html"
        page.write_text(page.read_text(encoding="utf-8").replace("</main>", "<p>Anew</p></main>"), encoding="utf-8")
        (folder / "site" / ".kzlod-site").touch()
        deadline = time.monotonic() + 20
        while "Anew" not in (after := client.get("/index.html")).text:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert "Anew" not in before.text
    assert before.headers["etag"] != after.headers["etag"]


def test_an_answer_that_fails_is_a_problem_and_told_in_the_log(
    served: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with served() as (client, app):

        async def fail(*_: Any) -> None:
            raise RuntimeError("by the test")

        monkeypatch.setattr(app.releases.current, "answer", fail)
        answer = client.get("/sparql")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "by the test" not in answer.text
    assert "by the test" in caplog.text


def test_volatile_queries_are_asked_each_time_and_others_only_once(served: Serve) -> None:
    with served() as (client, _):
        stamps = {client.get("/sparql", params={"query": "SELECT (rand() AS ?x) {}"}).text for _ in range(3)}
        kept = client.get("/sparql", params={"query": COUNT})
        again = client.get("/sparql", params={"query": COUNT}, headers={"if-none-match": kept.headers["etag"]})
        other = client.get(
            "/sparql", params={"query": COUNT}, headers={"if-none-match": kept.headers["etag"], "accept": "text/csv"}
        )
    assert len(stamps) == 3
    assert (kept.status_code, again.status_code, other.status_code) == (200, 304, 200)
    assert again.content == b""
