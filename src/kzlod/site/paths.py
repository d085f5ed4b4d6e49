"""Where the page of an IRI lies in the site: reads IRIs, yields paths that are safe in every file system and never collide.

No path has a dot, so that languages, numbers and endings can follow one.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote, unquote_to_bytes

_LONGEST: Final = 120
"""Bytes of a name before its ending; file systems take 255, of which languages and endings need some."""

_PLAIN: Final = re.compile(r"[a-z0-9-]+(?:/(?!index(?:/|$))[a-z0-9-]+)+")


class Paths:
    """The paths of the pages of a dataset, relative to the root of the site and without ending.

    Args:
        base: namespace of the dataset's IRIs.
        taken: paths, by IRI, of those whose own path another one has.
    """

    def __init__(self, base: str, taken: Mapping[str, str] | None = None) -> None:
        self.base = base
        self.taken = dict(taken or {})

    def find_path(self, iri: str) -> str:
        """The path of an IRI of the dataset.

        >>> Paths("https://example.org/").find_path("https://example.org/person/%D3%99/../<script>")
        'person/ә/~2E~2E/~3Cscript~3E'
        """
        return self.taken.get(iri) or name_path(iri.removeprefix(self.base))


def find_paths(base: str, iris: Iterable[str]) -> Paths:
    """The paths of these IRIs: of those whose paths differ in case or form of letters alone, each gets a mark of its own."""
    first: dict[str, str] = {}
    taken: dict[str, str] = {}
    for iri in iris:
        path = name_path(iri.removeprefix(base))
        other = first.setdefault(unicodedata.normalize("NFKC", path).casefold(), iri)
        if other != iri:
            taken[iri] = _mark(path, iri)
            taken[other] = _mark(name_path(other.removeprefix(base)), other)
    return Paths(base, taken)


def name_path(name: str) -> str:
    """The path of what follows the base in an IRI: percent signs are decoded, for so do servers when they look for a file.

    >>> name_path("person/madina-jarbussynova"), name_path("search"), name_path("person/index")
    ('person/madina-jarbussynova', '~/search', 'person/~index')
    """
    if _PLAIN.fullmatch(name) and len(name) < _LONGEST:
        return name
    text = unquote_to_bytes(name).decode("utf-8", errors="surrogateescape")
    segments = [_write_segment(segment) for segment in unicodedata.normalize("NFC", text).split("/")]
    if len(segments) == 1:
        # The root holds the pages of the site itself.
        segments.insert(0, "~")
    return "/".join(segments)


def write_link(path: str) -> str:
    """A path as a URL reference."""
    return quote(path, safe="/~")


def _write_segment(segment: str) -> str:
    written = "".join(_write_character(character) for character in segment)
    if len(written.encode("utf-8")) > _LONGEST:
        return _mark(written.encode("utf-8")[: _LONGEST - 20].decode("utf-8", errors="ignore"), segment)
    return f"~{written}" if written in ("", "index") else written


def _write_character(character: str) -> str:
    if character.isalnum() or character in "-_":
        return character
    return "".join(f"~{byte:02X}" for byte in character.encode("utf-8", errors="surrogateescape"))


def _mark(path: str, text: str) -> str:
    return f"{path}~{hashlib.sha256(text.encode('utf-8', errors='surrogateescape')).hexdigest()[:12]}"
