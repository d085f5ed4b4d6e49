"""Identifiers that were given up lead on, or are gone, however their addresses are encoded; of much, data are whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tests.serving.conftest import serve_dump

from kzlod.serving.pages import MOST_STATEMENTS
from kzlod.terms import DEPRECATED, REPLACED_BY, TRUE

BASE = "https://example.org/"
NAME = "<http://schema.org/name>"
DUMP = f"""\
<{BASE}person/%D2%93> {DEPRECATED} {TRUE} .
<{BASE}person/%D3%99> {REPLACED_BY} <{BASE}person/%D2%9B> .
<{BASE}person/%D2%9B> {NAME} "\u049b" .
<{BASE}file/a.txt> {NAME} "a" .
<{BASE}file/b.txt> {DEPRECATED} {TRUE} .
<{BASE}person/rumour> {NAME} "r" <{BASE}fact/1> .
<{BASE}person/rumour> {NAME} "r" <{BASE}fact/2> .
<{BASE}person/a> {REPLACED_BY} <{BASE}person/b> .
<{BASE}person/b> {REPLACED_BY} <https://other.test/b?c=d&e=\u04d9#f> .
"""
MANY = 2_005
DUMP += "".join(
    f'<{BASE}person/many> {NAME} "{number}" .\n<{BASE}person/{number}> <http://schema.org/knows> <{BASE}person/many> .\n'
    for number in range(MANY)
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serve_dump(tmp_path_factory.mktemp("given-up"), DUMP, BASE) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("person/%D2%93", 410, None),
        ("person/\u0493", 410, None),
        ("file/b.txt", 410, None),
        ("file/a.txt", 303, "/file/a~2Etxt.html"),
        ("person/%D3%99", 301, "/person/%D2%9B"),
        ("person/%D2%9B", 303, "/person/%D2%9B.html"),
        ("person/a", 301, "https://other.test/b?c=d&e=%D3%99#f"),
        ("person/a.ttl", 200, None),
        ("person/%2541", 404, None),
    ],
)
def test_an_identifier_leads_on(client: TestClient, path: str, status: int, location: str | None) -> None:
    answer = client.get(f"/{path}")
    assert (answer.status_code, answer.headers.get("location")) == (status, location)
    if status == 303:
        assert client.get(answer.headers["location"]).status_code == 200


def test_a_page_says_that_there_is_more_and_data_are_whole(client: TestClient) -> None:
    page = client.get("/person/many.html").text
    assert page.count("<tr><td>") == 2 * MOST_STATEMENTS
    assert page.count(f"{MOST_STATEMENTS} of more") == 2
    assert client.get("/person/many.nt").text.count("\n") == MANY
    assert "of more" not in client.get("/person/7.html").text


def test_what_no_accepted_fact_speaks_of_has_a_page_and_no_data(client: TestClient) -> None:
    assert client.get("/person/rumour").headers["location"] == "/person/rumour.html"
    page = client.get("/person/rumour.html").text
    assert "No accepted fact says anything of it." in page
    assert page.count("<tr><td>") == 1
    assert page.count("../fact/") == 2
    assert 'rel="alternate"' not in page
    assert client.get("/person/rumour.ttl").status_code == 404
    assert client.get("/person/rumour", headers={"accept": "text/turtle"}).status_code == 406
    assert "No accepted fact" not in client.get("/person/many.html").text
