"""What a client accepts: whatever it sends is read, and quickly."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from kzlod.serving.negotiation import FORMATS, choose_format, choose_language

ACCEPTED = [
    ("text/csv;q=0.2, text/tab-separated-values;q=0.9", "tsv"),
    ("TEXT/CSV", "csv"),
    ("text/csv, nonsense", "csv"),
    ("nonsense, a/b/c, */*;q=0.1", "json"),
    ("text/html, image/gif, *; q=.2", "json"),
    ("application/sparql-results+json;q=0, application/json;q=0, */*", "xml"),
    ('text/csv; header="a,b"', "csv"),
    ("text/html", ""),
    ("nonsense", ""),
    ("*/*;q=0", ""),
]


@pytest.mark.parametrize(("accept", "name"), ACCEPTED)
def test_a_format_is_chosen(accept: str, name: str) -> None:
    assert choose_format(accept, FORMATS["results"]) == name


@pytest.mark.parametrize(
    ("accept", "tag"), [("kk", "kk"), ("KK-KZ", "kk"), ("en;q=0.1, kk;q=0.2", "kk"), ("de", ""), ("*", "en"), ("a/b", "")]
)
def test_a_language_is_chosen(accept: str, tag: str) -> None:
    assert choose_language(accept, ("en", "kk")) == tag


@given(st.text(max_size=80))
@example('"')
@example(";q=")
@example("x/y;q=nan")
def test_whatever_comes_is_read(accept: str) -> None:
    for kind in FORMATS.values():
        assert choose_format(accept, kind) in {*kind, ""}
    assert choose_language(accept, ("en", "kk")) in {"en", "kk", ""}


@pytest.mark.parametrize("accept", ["text/csv" + ";" * 900_000, "text/csv," * 100_000, 'text/csv;"' + ';"' * 400_000])
def test_a_long_header_holds_nobody_up(accept: str) -> None:
    start = time.monotonic()
    assert choose_format(accept, FORMATS["results"]) == "json"
    assert choose_language(accept, ("en", "kk")) == "en"
    assert time.monotonic() - start < 0.2


def test_several_headers_are_one_list(client: TestClient) -> None:
    headers = [("accept", "image/png"), ("accept", "text/csv")]
    answer = client.get("/sparql", params={"query": "ASK {}"}, headers=headers)
    assert (answer.status_code, answer.text) == (200, "true\n")
