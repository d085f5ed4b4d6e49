"""A service is asked in batches, patiently, once for each name; what it refuses is told, and costs nothing else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from tests.proposals.servers import Answer, Batch, Hook, open_service, write_manifest

from kzlod.connections import Connections, Patience, RefusalError
from kzlod.errors import ConfigurationError, EngineError
from kzlod.proposals.asking import Answers, Asking
from kzlod.proposals.cache import FILE, Cache
from kzlod.proposals.remote import FAILED, RemoteService

NAMES = ["Tokayev", "Erlan Idrissov", "Мадина Жарбусынова", "Nobody At All", "Tokayev", "Abzal", "Saparbekov"]
QUICK = Patience(seconds=0.5, retries=2, pause=0.01)


def ask(url: str, names: list[str], cache: Cache | None = None, batch: int = 3, patience: Patience = QUICK, **how: bool) -> Answers:
    with Connections(None, patience, (FAILED,)) as connections:
        service = RemoteService(connections, url)
        return Asking(service, url, cache, batch, **how).ask({"query": name, "limit": 2} for name in names)


def read_ids(answers: Answers) -> dict[str, list[str]]:
    return {json.loads(query)["query"]: [each["id"] for each in found] for query, found in answers.results.items()}


def test_each_name_is_asked_once_in_batches(shared: Path) -> None:
    with open_service() as (url, asked):
        found = read_ids(ask(url, NAMES))
    assert found["Мадина Жарбусынова"][0] == "Q4200002"
    assert found["Nobody At All"] == []
    assert asked.names == dict.fromkeys(NAMES, 1)
    assert asked.batches == [3, 3]
    assert asked.authorizations == {None}
    assert all(agent.startswith("kzlod/") for agent in asked.agents)
    schema = json.loads((shared / "suites/reconciliation/schemas/reconciliation-query-batch.json").read_text())
    Draft7Validator(schema).validate({f"q{number}": query for number, query in enumerate(asked.queries)})


def test_what_is_known_is_not_asked_again(tmp_path: Path) -> None:
    with open_service() as (url, asked), Cache(tmp_path) as cache:
        first = ask(url, NAMES, cache)
        again = ask(url, [*NAMES, "Idrissov"], cache)
        assert asked.names == dict.fromkeys([*NAMES, "Idrissov"], 1)
        ask(url, NAMES[:1], cache, is_anew=True)
        assert asked.names["Tokayev"] == 2
    assert {**again.results, **first.results} == again.results
    assert (first.asked, again.asked) == (6, 1)


def test_answers_of_two_services_are_kept_apart(tmp_path: Path) -> None:
    with open_service() as (one, _), open_service() as (other, asked), Cache(tmp_path) as cache:
        ask(one, NAMES, cache)
        ask(other, NAMES, cache)
    assert asked.names == dict.fromkeys(NAMES, 1)


def fail_first(answer: Answer) -> Hook:
    return lambda _, number: answer if number == 1 else None


@pytest.mark.parametrize(
    "answer",
    [
        Answer(429, b"slow down", {"Retry-After": "0"}),
        Answer(500, b"<html><h1>Internal Server Error</h1></html>", {"Content-Type": "text/html"}),
        Answer(502, b""),
        Answer(503, b"", {"Retry-After": "0"}),
        Answer(0, b""),
        Answer(200, b'{"q0": {"result": []}}', cut=5),
    ],
    ids=["429", "500", "502", "503", "closed", "half"],
)
def test_a_service_that_fails_once_is_asked_again(answer: Answer) -> None:
    with open_service(fail_first(answer)) as (url, asked):
        answers = ask(url, NAMES[:3])
    assert len(answers.results) == 3
    assert asked.batches == [3, 3]


def test_a_service_that_wants_a_pause_gets_it() -> None:
    with open_service(fail_first(Answer(429, b"", {"Retry-After": "1"}))) as (url, _):
        start = time.monotonic()
        ask(url, NAMES[:3])
    assert time.monotonic() - start >= 1


def test_a_silent_service_is_asked_again() -> None:
    def wait(_: Batch, number: int) -> None:
        time.sleep(0.8 if number == 1 else 0)

    with open_service(wait) as (url, asked):
        answers = ask(url, NAMES[:3])
    assert len(answers.results) == 3
    assert len(asked.batches) == 2


@pytest.mark.parametrize(
    "answer",
    [
        Answer(413, b"too large"),
        Answer(200, b"<html>sorry</html>"),
        Answer(200, b'{"q0": {"result": ['),
        Answer(200, b'{"status": "error", "message": "no"}'),
        Answer(200, b"[]"),
    ],
    ids=["413", "html", "broken", "error", "list"],
)
def test_what_is_too_much_at_once_is_sent_in_parts(answer: Answer) -> None:
    with open_service(lambda queries, _: answer if len(queries) > 2 else None) as (url, asked):
        answers = ask(url, NAMES, batch=6)
    assert len(answers.results) == 6
    assert not answers.errors
    assert asked.names == dict.fromkeys(NAMES, 1)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda: Answer(500, b"boom"), "500 Internal Server Error: 'boom'"),
        (lambda: Answer(200, b"<p>oh\n no</p>"), "the answer is no JSON: '<p>oh no</p>'"),
        (lambda: Answer(200, b'{"q0": {"error": "no such name"}}'), "the service answers with an error: 'no such name'"),
        (lambda: Answer(200, b'{"q0": {"result": [{"name": "no id"}]}}'), "the service gives no answer"),
    ],
    ids=["500", "html", "error", "no id"],
)
def test_one_name_that_a_service_cannot_answer_costs_no_other(answer: Callable[[], Answer], why: str, tmp_path: Path) -> None:
    def refuse(queries: Batch, _: int) -> Answer | None:
        return answer() if any(query["query"] == "Abzal" for query in queries.values()) else None

    with open_service(refuse) as (url, _), Cache(tmp_path) as cache:
        answers = ask(url, NAMES, cache, batch=6, patience=Patience(0.5, 0, 0.01))
        assert [(json.loads(query)["query"], message) for query, message in answers.errors.items()] == [("Abzal", why)]
        assert len(answers.results) == 5
    with open_service() as (other, asked), Cache(tmp_path) as cache, Connections(None, QUICK) as connections:
        Asking(RemoteService(connections, other), url, cache).ask({"query": name, "limit": 2} for name in NAMES)
    assert asked.names == {"Abzal": 1}


def test_a_service_that_answers_a_part_is_asked_for_the_rest() -> None:
    def forget(queries: Batch, _: int) -> Answer | None:
        return Answer(200, b'{"q0": {"result": []}}') if len(queries) > 1 else None

    with open_service(forget) as (url, asked):
        answers = ask(url, NAMES, batch=6)
    assert len(answers.results) == 6
    assert not answers.errors
    assert asked.batches == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("status", [400, 404, 418])
def test_a_service_that_refuses_all_is_given_up(status: int) -> None:
    with open_service(lambda *_: Answer(status, b"never")) as (url, asked), pytest.raises(RefusalError, match=f"{url}.*never"):
        ask(url, [f"name {number}" for number in range(100)], batch=10)
    assert len(asked.batches) < 10


def test_a_service_that_stays_busy_is_given_up_and_nothing_is_lost(tmp_path: Path) -> None:
    with open_service(lambda _, number: Answer(503, b"later") if number > 1 else None) as (url, asked), Cache(tmp_path) as cache:
        with pytest.raises(EngineError, match="503 Service Unavailable: 'later'"):
            ask(url, NAMES, cache)
        assert asked.batches == [3, 3, 3, 3]
    with open_service() as (other, asked), Cache(tmp_path) as cache, Connections(None, QUICK) as connections:
        Asking(RemoteService(connections, other), url, cache).ask({"query": name, "limit": 2} for name in NAMES)
    assert asked.names == dict.fromkeys(["Nobody At All", "Abzal", "Saparbekov"], 1)


def test_a_service_that_leads_elsewhere_is_not_followed() -> None:
    answer = Answer(301, b"", {"Location": "http://elsewhere.example/"})
    with open_service(lambda *_: answer) as (url, _), pytest.raises(ConfigurationError, match="elsewhere"):
        ask(url, NAMES)


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (b"<html>Wikidata is down</html>", "the answer is no JSON: '<html>Wikidata is down</html>'"),
        (b'{"name": "x"}', "this is no reconciliation service: its manifest has no name and identifierSpace"),
        (b"[]", "this is no reconciliation service"),
        (write_manifest(versions=["0.3.0-alpha"]), "People of Wikidata speaks version '0.3.0-alpha' of the API"),
        (write_manifest(versions="0.2"), "speaks version '0.2' of the API"),
    ],
    ids=["html", "no space", "list", "version", "no list"],
)
def test_what_is_no_service_is_told(manifest: bytes, message: str) -> None:
    with open_service(manifest=manifest) as (url, _), pytest.raises(EngineError) as raised:
        ask(url, NAMES)
    assert message in str(raised.value)
    assert url in str(raised.value)


@pytest.mark.parametrize(
    "manifest", [write_manifest(versions=None), write_manifest(versions=["0.1", "0.2"], batchSize=0, view=None)]
)
def test_older_services_are_asked_as_well(manifest: bytes) -> None:
    with open_service(manifest=manifest) as (url, _):
        assert len(ask(url, NAMES).results) == 6


def test_nobody_listens() -> None:
    with open_service() as (url, _):
        pass
    with pytest.raises(EngineError, match="no answer"):
        ask(url, NAMES)


def test_a_damaged_cache_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database, whatever its name says, " * 40)
    with pytest.raises(ConfigurationError, match="file is not a database"):
        Cache(tmp_path)
