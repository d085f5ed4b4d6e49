"""Stores that fail in the middle of a push: what was served is served still, and the next call goes on from there."""

from __future__ import annotations

import base64
import re
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.pushing.conftest import BASE, FIRST, NAME, PREFIX, SECOND, write_release
from tests.pushing.servers import Answer, Oxigraph, Request, find_port, open_gate
from tests.pushing.test_push import by_update, check, read

from kzlod.cli import main

# Of many graphs, one of them much larger than a request.
LARGE = "".join(
    f'<{BASE}thing/{number}> {NAME} "{number:05}"{graph} .\n'
    for number in range(600)
    for graph in ("", f" <{BASE}fact/{number % 40}>", f" <{BASE}graph/evidence>")
)


def push(project: Path, *arguments: str, retries: int = 0) -> Result:
    return CliRunner().invoke(main, ["push", "--project", str(project), "--retries", str(retries), *arguments])


def behind(gate: str, kind: str) -> list[str]:
    store = ["--graph-store", f"{gate}/store"] if kind == "graph store" else []
    return ["--endpoint", f"{gate}/query", "--update", f"{gate}/update", *store]


def is_data(request: Request) -> bool:
    return request.body.startswith(b"INSERT DATA") or (request.method == "POST" and request.path.startswith("/store"))


@pytest.mark.parametrize("kind", ["update", "graph store"])
@pytest.mark.parametrize("moment", [3, 17])
def test_a_store_killed_in_the_middle(kind: str, moment: int, project: Path, store: Oxigraph) -> None:
    check(push(project, *by_update(store)))
    release = write_release(project / "large", LARGE, {})
    arguments = ["--release", str(release), "--batch", "50"]
    asked: Counter[bool] = Counter()

    def kill(request: Request) -> None:
        asked[is_data(request)] += 1
        if asked[True] == moment:
            store.kill()

    with open_gate(store.port, kill) as gate:
        told = check(push(project, *behind(gate, kind), *arguments), 3)
        assert "no answer" in told
        assert f"{gate}/" in told
    store.start()
    assert store.read(PREFIX) == read(FIRST)
    told = check(push(project, *by_update(store), *arguments))
    found = re.search(r"^there +([\d,]+) triples of an earlier push$", told, re.MULTILINE)
    assert found
    assert 0 < int(found[1].replace(",", "")) < 1800
    assert store.read(PREFIX) == read(LARGE)


def test_a_store_that_comes_back_in_time(project: Path, store: Oxigraph) -> None:
    release = write_release(project / "large", LARGE, {})
    asked: Counter[bool] = Counter()

    def restart() -> None:
        time.sleep(0.7)
        store.start()

    def kill(request: Request) -> None:
        asked[is_data(request)] += 1
        if is_data(request) and asked[True] == 9:
            store.kill()
            threading.Thread(target=restart).start()

    with open_gate(store.port, kill) as gate:
        check(push(project, *behind(gate, "update"), "--release", str(release), "--batch", "50", retries=5))
    assert store.read(PREFIX) == read(LARGE)


@pytest.mark.parametrize("moment", ["the switch", "the cleaning"])
def test_a_store_killed_at_the_end(moment: str, project: Path, store: Oxigraph) -> None:
    check(push(project, *by_update(store)))

    def kill(request: Request) -> None:
        # The switch clears the default graph; after it the staged graphs are dropped, several at once.
        marks = {"the switch": rb"CLEAR SILENT DEFAULT", "the cleaning": rb"DROP SILENT GRAPH <\S+/[0-9]+> ;"}
        if re.search(marks[moment], request.body):
            store.kill()

    with open_gate(store.port, kill) as gate:
        check(push(project, *behind(gate, "update"), "--release", str(project / "second")), 3)
    store.start()
    assert store.read(PREFIX) == read(FIRST if moment == "the switch" else SECOND)
    told = check(push(project, *by_update(store), "--release", str(project / "second")))
    assert ("served   already" in told) == (moment == "the cleaning")
    assert store.read(PREFIX) == read(SECOND)
    assert len(store.read() - store.read(PREFIX)) == 5


@pytest.mark.slow
def test_a_busy_store_is_waited_for(project: Path, store: Oxigraph) -> None:
    times: list[float] = []

    def be_busy(request: Request) -> Answer | None:
        if is_data(request) and len(times) < 3:
            times.append(time.monotonic())
            headers = {"Retry-After": "1"} if len(times) == 1 else {}
            return Answer((503, 429, 503)[len(times) - 1], headers, b"later")
        return None

    with open_gate(store.port, be_busy) as gate:
        check(push(project, *behind(gate, "update"), retries=4))
    assert times[1] - times[0] >= 1
    assert store.read(PREFIX) == read(FIRST)


@pytest.mark.parametrize("kind", ["update", "graph store"])
def test_a_store_that_stays_busy(kind: str, project: Path, store: Oxigraph) -> None:
    with open_gate(store.port, lambda request: Answer(503, {}, b"too much\nto do") if b"Ember" in request.body else None) as gate:
        told = check(push(project, *behind(gate, kind)), 3)
    # The endpoint, the graph as the dump calls it, the status and the reason.
    assert told.startswith(f"{gate}/{'store?graph=' if kind == 'graph store' else 'update: '}")
    assert told.endswith(": the default graph: 503 Service Unavailable: 'too much' [endpoint]\n")
    assert len(told.splitlines()) == 1
    assert store.read(PREFIX) == set()


@pytest.mark.parametrize("kind", ["update", "graph store"])
def test_a_store_that_loses_a_triple(kind: str, project: Path, store: Oxigraph) -> None:
    check(push(project, *by_update(store)))

    def lose(request: Request) -> bytes | None:
        lines = [line for line in request.body.splitlines(keepends=True) if not (is_data(request) and b"Amber" in line)]
        return b"".join(lines) if b"names" not in request.body else None

    with open_gate(store.port, lose) as gate:
        told = check(push(project, *behind(gate, kind), "--release", str(project / "second")), 1)
    assert "the default graph: of 2 triples 1 are there [count]" in told
    assert f"graph {BASE}fact/1: of 1 triples 0 are there [count]" in told
    assert store.read(PREFIX) == read(FIRST)


def test_a_triple_too_many(project: Path, store: Oxigraph) -> None:
    check(push(project, *by_update(store)))

    def add(request: Request) -> bytes | None:
        graph = re.search(rb"GRAPH <[^>]*push/[0-9a-f]{16}/[0-9]+> {", request.body)
        return request.body.replace(graph[0], graph[0] + b" <urn:a> <urn:b> <urn:c> .") if graph and is_data(request) else None

    with open_gate(store.port, add) as gate:
        told = check(push(project, *behind(gate, "update"), "--release", str(project / "second")), 1)
    assert "the default graph: of 2 triples 3 are there [count]" in told
    assert store.read(PREFIX) == read(FIRST)
    # The next push finds one too many, and loads that graph anew.
    check(push(project, *by_update(store), "--release", str(project / "second")))
    assert store.read(PREFIX) == read(SECOND)


def test_a_batch_that_is_too_much_is_sent_in_halves(project: Path, store: Oxigraph) -> None:
    release = write_release(project / "large", LARGE, {})

    def refuse(request: Request) -> Answer | None:
        return Answer(413, {}, b"") if is_data(request) and request.body.count(b"\n") > 100 else None

    with open_gate(store.port, refuse) as gate:
        check(push(project, *behind(gate, "update"), "--release", str(release)))
    assert store.read(PREFIX) == read(LARGE)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (
            {"KZLOD_ENDPOINT_USER": "ada", "KZLOD_ENDPOINT_PASSWORD": "gold:en"},
            "Basic " + base64.b64encode(b"ada:gold:en").decode(),
        ),
        ({"KZLOD_ENDPOINT_TOKEN": "t0ken.abc"}, "Bearer t0ken.abc"),
    ],
)
def test_credentials(
    variables: dict[str, str], expected: str, project: Path, store: Oxigraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    def guard(request: Request) -> Answer | None:
        given = request.headers.get("Authorization", "")
        return None if given == expected else Answer(401, {}, f"not known: {given}".encode())

    with open_gate(store.port, guard) as gate:
        told = check(push(project, *behind(gate, "update")), 2)
        assert "401 Unauthorized: 'not known:'; credentials are taken from KZLOD_ENDPOINT_USER" in told
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        check(push(project, *behind(gate, "update")))
        for name in variables:
            monkeypatch.setenv(name, "wr0ng")
        told = check(push(project, *behind(gate, "update")), 2)
    assert "not known: " in told
    # Not even where the service sends them back.
    assert "wr0ng" not in told
    assert base64.b64encode(b"wr0ng:wr0ng").decode() not in told


@pytest.mark.parametrize("answer", [Answer(400, {}, b"%b"), Answer(301, {"Location": "http://127.0.0.1/%b"}, b"")])
def test_no_part_of_a_secret_is_left_where_a_message_is_cut(
    answer: Answer, project: Path, store: Oxigraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KZLOD_ENDPOINT_TOKEN", "hush-hush-hush")
    said = f"{'x' * 170} hush-hush-hush hush-hush-hush"
    headers = {name: value.replace("%b", said) for name, value in answer.headers.items()}
    with open_gate(store.port, lambda _: Answer(answer.status, headers, answer.body.replace(b"%b", said.encode()))) as gate:
        told = check(push(project, *behind(gate, "update")), 3 if answer.status == 400 else 2)
    assert "[secret]" in told
    assert "hush" not in told


@pytest.mark.parametrize("port", ["99999", "port", "1"])
def test_the_password_of_a_proxy_is_in_no_message(port: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://ada:hush@127.0.0.1:{port}")
    monkeypatch.setenv("no_proxy", "")
    told = check(push(project, "--endpoint", "http://store.test/"), 3 if port == "1" else 2)
    assert "hush" not in told


@pytest.mark.parametrize(
    "variables",
    [
        {"KZLOD_ENDPOINT_USER": "ada"},
        {"KZLOD_ENDPOINT_PASSWORD": "secret"},
        {"KZLOD_ENDPOINT_TOKEN": "secret", "KZLOD_ENDPOINT_USER": "ada", "KZLOD_ENDPOINT_PASSWORD": "secret"},
        {"KZLOD_ENDPOINT_TOKEN": "secret\nX-More: header"},
        {"KZLOD_ENDPOINT_USER": "a:b", "KZLOD_ENDPOINT_PASSWORD": "secret"},
    ],
)
def test_credentials_that_are_none(variables: dict[str, str], project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    told = check(push(project, "--endpoint", "http://127.0.0.1:1/"), 2)
    assert "[credentials]" in told
    assert "secret" not in told


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int, project: Path, store: Oxigraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KZLOD_ENDPOINT_TOKEN", "t0ken")
    seen: list[Request] = []

    def trap(request: Request) -> Answer:
        seen.append(request)
        return Answer(200, {}, b"")

    with open_gate(0, trap) as elsewhere, open_gate(store.port, lambda _: Answer(status, {"Location": elsewhere}, b"")) as gate:
        told = check(push(project, *behind(gate, "update")), 2)
    assert f"it leads to '{elsewhere}': name that URL itself" in told
    assert seen == []


BAD_ANSWERS = {
    "a page": Answer(200, {"Content-Type": "text/html"}, b"<html>please log in</html>"),
    "half an answer": Answer(200, {}, b'{"head": {"vars": ["g", "n"]}, "results": {"bindings": [{"g'),
    "nothing": Answer(200, {}, b""),
    "another kind of answer": Answer(200, {}, b'{"head": {}, "boolean": true}'),
    "a failure": Answer(500, {}, b"out of memory\n::error::forged"),
    "no such place": Answer(404, {}, b""),
}


@pytest.mark.parametrize("kind", BAD_ANSWERS)
def test_a_bad_answer_to_a_query(kind: str, project: Path, store: Oxigraph) -> None:
    with open_gate(store.port, lambda request: BAD_ANSWERS[kind] if request.path == "/query" else None) as gate:
        told = check(push(project, *behind(gate, "update")), 3)
    assert told.startswith(f"{gate}/query: ")
    assert len(told.splitlines()) == 1
    assert store.read() == set()


def test_nobody_there(project: Path) -> None:
    url = f"http://127.0.0.1:{find_port()}/query"
    told = check(push(project, "--endpoint", url), 3)
    assert told.startswith(f"{url}: no answer: ")
    assert "Connection refused" in told


def test_a_store_that_does_not_answer(project: Path, store: Oxigraph) -> None:
    def sleep(_: Request) -> None:
        time.sleep(2)

    with open_gate(store.port, sleep) as gate:
        start = time.monotonic()
        assert "no answer" in check(push(project, *behind(gate, "update"), "--timeout", "0.3"), 3)
        assert time.monotonic() - start < 2


def test_a_switch_is_given_more_time(project: Path, store: Oxigraph) -> None:
    seen: list[Request] = []

    def delay(request: Request) -> None:
        if b"CLEAR SILENT DEFAULT" in request.body:
            seen.append(request)
            time.sleep(1)

    with open_gate(store.port, delay) as gate:
        check(push(project, *behind(gate, "update"), "--timeout", "0.8", retries=3))
    assert len(seen) == 1
    assert store.read(PREFIX) == read(FIRST)
