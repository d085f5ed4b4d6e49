"""Paths of pages: safe in any file system, and never two things in one place."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kzlod.site.paths import find_paths, name_path

BASE = "https://example.org/"
HARD = [
    "..",
    "../..",
    "a/../b",
    "index",
    "a/index",
    "A",
    "a",
    "a%2Fb",
    "a/b",
    "a.kk",
    "CON",
    "é",
    "e\u0301",
    "</script>",
    "=1+1",
    "%FF",
]
NAMES = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from([*HARD, "x" * 400])


@given(st.lists(NAMES.map(lambda name: f"{BASE}{name}"), unique=True, max_size=20))
def test_paths_are_safe_and_differ(iris: list[str]) -> None:
    paths = find_paths(BASE, iris)
    found = [paths.find_path(iri) for iri in iris]
    for path in found:
        segments = path.split("/")
        assert len(segments) > 1
        assert all(segment and len(segment.encode()) <= 140 for segment in segments)
        assert all(character.isalnum() or character in "-_~/" for character in path)
        assert segments[-1] != "index"
    assert len({unicodedata.normalize("NFKC", path).casefold() for path in found}) == len(found)


def test_a_percent_sign_is_read_as_servers_read_it() -> None:
    assert name_path("fact/project/person%2Fa-b") == "fact/project/person/a-b"


def test_plain_names_stay_as_they_are() -> None:
    assert name_path("person/madina-jarbussynova") == "person/madina-jarbussynova"
