"""Identifiers that were given up lead on, or are gone, however their addresses are encoded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from kzlod.serving.app import create_app
from kzlod.serving.generation import Options
from kzlod.terms import DEPRECATED, REPLACED_BY, TRUE

BASE = "https://example.org/"
NAME = "<http://schema.org/name>"
DUMP = f"""\
<{BASE}person/%D2%93> {DEPRECATED} {TRUE} .
<{BASE}person/%D3%99> {REPLACED_BY} <{BASE}person/%D2%9B> .
<{BASE}person/%D2%9B> {NAME} "\u049b" .
<{BASE}file/a.txt> {NAME} "a" .
<{BASE}file/b.txt> {DEPRECATED} {TRUE} .
<{BASE}person/a> {REPLACED_BY} <{BASE}person/b> .
<{BASE}person/b> {REPLACED_BY} <https://other.test/b?c=d&e=\u04d9#f> .
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("given-up")
    (folder / "kzlod.nq").write_text(DUMP, encoding="utf-8")
    options = Options(folder, BASE, f"{BASE}licence", folder / "cache", workers=1)
    with TestClient(create_app(options), follow_redirects=False) as client:
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
