"""What is asked: all that the schema of the API allows is answered, all else is refused with its place."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from kzlod.reconciliation.queries import RequestError, WrongValue
from kzlod.reconciliation.service import Service

NAMES = [
    "Tokayev",
    "Тоқаев",
    "Embassy of Kazakhstan",
    "ambassador to Russia in 2017",
    "Q200881",
    "person/erlan-karin",
    "МИД",
    "",
    " ",
    "\u202e\x00",
]
PIDS = [
    "schema:birthDate",
    "post",
    "date",
    "wikidata",
    "country",
    "org:postIn/k:ofState",
    "^k:forPost",
    "schema:gender",
    "nothing",
    "",
    "/",
    "^",
]
TYPES = ["schema:Person", "org:Post", "http://schema.org/Place", "nothing", ""]

texts = st.one_of(st.sampled_from(NAMES), st.text(max_size=40))
value = st.one_of(
    texts,
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.fixed_dictionaries(
        {"id": st.one_of(st.sampled_from(["country/kazakhstan", "post/x"]), st.text())}, optional={"name": texts}
    ),
)
constraint = st.fixed_dictionaries(
    {"pid": st.one_of(st.sampled_from(PIDS), st.text()), "v": st.one_of(value, st.lists(value, max_size=4))}
)
types = st.one_of(st.sampled_from(TYPES), st.text())
options: dict[Any, Any] = {
    "type": st.one_of(types, st.lists(types, max_size=3)),
    "limit": st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)),
    "type_strict": st.sampled_from(["any", "should", "all"]),
}
queries = st.one_of(
    st.fixed_dictionaries({"query": texts}, optional=options | {"properties": st.lists(constraint, max_size=3)}),
    st.fixed_dictionaries({"properties": st.lists(constraint, min_size=1, max_size=3)}, optional=options),
)
batches = st.dictionaries(st.text(max_size=5), queries, max_size=3)
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(), max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["q0", "query", "type", "limit", "properties", "pid", "v", "id", "ids", "settings", "type_strict"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(batches)
@settings(max_examples=80)
def test_what_the_schema_allows_is_answered(service: Service, schemas: dict[str, Draft7Validator], batch: dict[str, Any]) -> None:
    schemas["reconciliation-query-batch"].validate(batch)
    answer = json.loads(json.dumps(service.reconcile(batch)))
    schemas["reconciliation-result-batch"].validate(answer)
    assert answer.keys() == batch.keys()
    for found in (each["result"] for each in answer.values()):
        assert sum(candidate["match"] for candidate in found) <= 1
        assert all(0 <= candidate["score"] <= 100 for candidate in found)
        assert [candidate["score"] for candidate in found] == sorted((each["score"] for each in found), reverse=True)
        assert all(len({feature["id"] for feature in each["features"]}) == len(each["features"]) for each in found)


@given(anything)
@settings(max_examples=150)
def test_what_is_wrong_is_refused_with_its_place(service: Service, value: object) -> None:
    for ask in (service.reconcile, service.extend):
        wrong: tuple[WrongValue, ...] | None = None
        try:
            json.dumps(ask(value))
        except RequestError as error:
            wrong = error.wrong
        assert wrong is None or wrong
        assert all(is_place(value, each.place.split("/")[1:]) for each in wrong or ())


def is_place(value: object, path: list[str]) -> bool:
    """Whether a JSON pointer leads somewhere, or to what is missing where it ends."""
    for number, part in enumerate(path):
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return number == len(path) - 1
    return True


@pytest.mark.parametrize(
    ("query", "place", "rule"),
    [
        ({"query": 5}, "/q/query", "type"),
        ({}, "/q", "missing"),
        ({"properties": []}, "/q", "missing"),
        ([], "/q", "type"),
        ({"query": "a", "limit": "3"}, "/q/limit", "type"),
        ({"query": "a", "limit": True}, "/q/limit", "type"),
        ({"query": "a", "type_strict": "no"}, "/q/type_strict", "type"),
        ({"query": "a", "type": 5}, "/q/type", "type"),
        ({"query": "a", "type": [{"name": "x"}]}, "/q/type", "missing"),
        ({"query": "a", "properties": {}}, "/q/properties", "type"),
        ({"query": "a", "properties": [{"pid": "x"}]}, "/q/properties/0", "missing"),
        ({"query": "a", "properties": [{"v": "x"}]}, "/q/properties/0/pid", "missing"),
        ({"query": "a", "properties": [{"pid": "x", "v": {"name": "y"}}]}, "/q/properties/0/v", "type"),
        ({"query": "a", "properties": [{"pid": "x", "v": ["y"] * 11}]}, "/q/properties/0/v", "limit"),
    ],
)
def test_a_wrong_query(service: Service, query: object, place: str, rule: str) -> None:
    with pytest.raises(RequestError) as caught:
        service.reconcile({"q": query, "right": {"query": "Tokayev"}})
    assert [(wrong.place, wrong.rule) for wrong in caught.value.wrong] == [(place, rule)]


@pytest.mark.parametrize(("value", "shown"), [(None, "null"), (True, "true"), ([{"a": "ә"}], '[{"a": "ә"}]')])
def test_a_wrong_value_is_shown_as_json(service: Service, value: object, shown: str) -> None:
    with pytest.raises(RequestError, match=re.escape(f"/q/query: query is a text, not '{shown}'")):
        service.reconcile({"q": {"query": value}})


def test_all_that_is_wrong_is_told(service: Service) -> None:
    with pytest.raises(RequestError) as caught:
        service.reconcile({"a/b": {"query": []}, "c": 1})
    assert [wrong.place for wrong in caught.value.wrong] == ["/a~1b/query", "/c"]


@pytest.mark.parametrize("limit", [0, -3, 10**4000, -(10**4000), 1e300, 0.5, None])
def test_any_number_is_a_limit(service: Service, limit: float | None) -> None:
    most = service.settings.limits["most_candidates"] if limit and limit > 1 else service.settings.limits["candidates"]
    assert service.read_batch({"q": {"query": "a", "limit": limit}})["q"].limit == most


def test_paths_from_everything_to_everything_are_refused_soon(service: Service) -> None:
    everywhere = "rdf:type/^rdf:type/rdf:type/^rdf:type"
    known = [{"pid": everywhere, "v": f"x{number}"} for number in range(20)]
    start = time.process_time()
    with pytest.raises(RequestError, match="lead to more than 300,000 nodes") as caught:
        service.reconcile({"q": {"properties": known}})
    assert caught.value.is_too_large
    assert time.process_time() - start < 10
    assert service.reconcile({"q": {"query": "Tokayev", "properties": known[:0]}})["q"]["result"]


def test_a_batch_has_a_limit(service: Service) -> None:
    with pytest.raises(RequestError) as caught:
        service.read_batch({f"q{number}": {"query": ""} for number in range(1001)})
    assert caught.value.is_too_large
    assert len(service.read_batch({f"q{number}": {"query": ""} for number in range(1000)})) == 1000


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "Токаев " * 2_000, "\x00\x01\x02", "\u202eTokayev", "\ud800", "🇰🇿", "'\"<>&;--", "%00", "{{7*7}}"]
)
def test_odd_names(service: Service, text: str) -> None:
    answer = service.reconcile(
        {text: {"query": text, "properties": [{"pid": text, "v": text}], "type": [text], "type_strict": "should"}}
    )
    assert list(json.loads(json.dumps(answer))) == [text]
