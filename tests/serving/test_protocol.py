"""Requests of the SPARQL Protocol: what is read from them, and what is refused."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzlod.serving.protocol import ProtocolError, QueryRequest, read_query

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
GRAPHS = [
    ("default-graph-uri", "https://e.org/a"),
    ("default-graph-uri", "https://e.org/b"),
    ("named-graph-uri", "https://e.org/ә"),
]
ASKED = QueryRequest("ASK {}", ("https://e.org/a", "https://e.org/b"), ("https://e.org/ә",))


@pytest.mark.parametrize(
    ("method", "parameters", "kind", "body"),
    [
        ("GET", urlencode([("query", "ASK {}"), *GRAPHS]), "", b""),
        ("POST", "", FORM, urlencode([("query", "ASK {}"), *GRAPHS]).encode()),
        ("POST", "", f"{FORM}; charset=utf-8", urlencode([*GRAPHS, ("query", "ASK {}")]).encode()),
        ("POST", urlencode(GRAPHS), QUERY, b"ASK {}"),
        ("POST", urlencode(GRAPHS), "Application/SPARQL-Query;charset=UTF-8", b"ASK {}"),
    ],
)
def test_the_three_ways_to_ask(method: str, parameters: str, kind: str, body: bytes) -> None:
    assert read_query(method, parameters, kind, body) == ASKED


@pytest.mark.parametrize(
    ("status", "method", "parameters", "kind", "body"),
    [
        (400, "GET", "query=ASK%7B%7D&query=ASK%7B%7D", "", b""),
        (400, "GET", "query=%FF", "", b""),
        (400, "GET", "query=%00", "", b""),
        (400, "GET", "query=ASK%7B%7D&default-graph-uri=relative", "", b""),
        (400, "GET", "&".join("a=b" for _ in range(2000)), "", b""),
        (403, "GET", "update=CLEAR%20ALL", "", b""),
        (400, "POST", "", FORM, b""),
        (400, "POST", "query=ASK%7B%7D", FORM, b"query=ASK%7B%7D"),
        (400, "POST", "query=ASK%7B%7D", QUERY, b"ASK {}"),
        (400, "POST", "", QUERY, b"\xff"),
        (403, "POST", "", FORM, b"update=CLEAR%20ALL"),
        (403, "POST", "", "application/sparql-update", b"CLEAR ALL"),
        (415, "POST", "", "text/plain", b"ASK {}"),
        (415, "POST", "", "", b"query=ASK%7B%7D"),
    ],
)
def test_what_is_refused(status: int, method: str, parameters: str, kind: str, body: bytes) -> None:
    with pytest.raises(ProtocolError) as refused:
        read_query(method, parameters, kind, body)
    assert refused.value.status == status
    assert refused.value.detail


def test_no_query_asks_for_the_description() -> None:
    assert read_query("GET", "", "", b"") is None


@given(st.sampled_from(["GET", "POST"]), st.text(max_size=60), st.sampled_from([FORM, QUERY, "", "a/b"]), st.binary(max_size=60))
def test_whatever_comes_is_read_or_refused(method: str, parameters: str, kind: str, body: bytes) -> None:
    asked = None
    with suppress(ProtocolError):
        asked = read_query(method, parameters, kind, body)
    assert asked is None or "\x00" not in asked.text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60))
def test_any_query_is_read_back(text: str) -> None:
    expected = QueryRequest(text, None, None)
    assert read_query("GET", urlencode({"query": text}), "", b"") == expected
    assert read_query("POST", "", QUERY, text.encode()) == expected
    assert read_query("POST", "", FORM, urlencode({"query": text}).encode()) == expected
