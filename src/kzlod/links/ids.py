"""Ids of things as tables have them: IRIs, addresses of pages, CURIEs, or what stands behind a beginning that all share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kzlod.links.curies import Curies
from kzlod.resources import read_toml
from kzlod.terms import is_iri


@dataclass(frozen=True)
class Ids:
    """What ids of a column mean.

    Args:
        curies: the prefixes of the project.
        space: the beginning of the IRIs of bare ids, or "" where there are none.

    >>> ids = Ids(Curies({"wd": "http://www.wikidata.org/entity/"}), "https://example.org/")
    >>> ids.read("person/a"), ids.read("https://www.wikidata.org/wiki/Q1"), ids.read("wd:Q1"), ids.read("a b")
    ('https://example.org/person/a', 'http://www.wikidata.org/entity/Q1', 'http://www.wikidata.org/entity/Q1', '')
    """

    curies: Curies
    space: str = ""

    def read(self, text: str) -> str:
        """The IRI that an id means, or "" where it means none."""
        text = text.strip()
        for page, space in _read_pages().items():
            if text.startswith(page):
                return space + text.removeprefix(page)
        if iri := self.curies.expand(text):
            return iri
        return self.space + text if text and self.space and is_iri(self.space + text) else ""


def read_space(text: str, prefixes: Mapping[str, str]) -> str:
    """The beginning of IRIs that is named by its prefix, or by itself; "" where it is neither."""
    return prefixes.get(text.removesuffix(":"), text if is_iri(text) else "")


@cache
def _read_pages() -> dict[str, str]:
    pages: dict[str, str] = read_toml("kzlod.links", "pages.toml")["pages"]
    return pages
