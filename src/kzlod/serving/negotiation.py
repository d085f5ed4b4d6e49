"""Content negotiation: reads what a client accepts, chooses a format or a language of those there are (RFC 9110, section 12.5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import mimeparse
from starlette.datastructures import Headers

from kzlod.resources import read_toml

Formats = Mapping[str, Sequence[str]]
"""Media types by the name of a format, the preferred format first; its first media type is the one that is sent."""


_LONGEST: Final = 2_000
"""Characters of what a client accepts that are read; more is disregarded (RFC 9110, section 12.1), for it takes time."""

_RANGE: Final = re.compile(r"\s*(?:[^\s,;/]+/[^\s,;/]+|\*)\s*(?:;|$)")


def _load_formats() -> dict[str, dict[str, list[str]]]:
    return read_toml("kzlod.serving", "formats.toml")


FORMATS: Final = _load_formats()
"""The formats of results and of graphs."""


def read_list(headers: Headers, name: str) -> str:
    """The value of a header that is a list; one that is sent several times is one list (RFC 9110, section 5.3).

    >>> read_list(Headers(raw=[(b"accept", b"text/csv"), (b"accept", b"text/html")]), "accept")
    'text/csv, text/html'
    """
    return ", ".join(headers.getlist(name))


def choose_format(accept: str, formats: Formats) -> str:
    """The format that a client prefers, or "" where it accepts none of them.

    Args:
        accept: the header Accept; "" accepts all. What is no media range in it counts as not there.
        formats: what there is.

    >>> choose_format("text/csv;q=0.5, application/json", FORMATS["results"]), choose_format("image/png", FORMATS["graph"])
    ('json', '')
    >>> choose_format("*/*", FORMATS["graph"]), choose_format("", FORMATS["results"])
    ('turtle', 'json')
    """
    asked = accept if 0 < len(accept) <= _LONGEST else "*/*"
    return _choose(asked.lower(), tuple((name, tuple(types)) for name, types in formats.items()))


def choose_language(accept: str, languages: Sequence[str]) -> str:
    """The language that a client prefers, or "" where it accepts none of them.

    Args:
        accept: the header Accept-Language; "" accepts all.
        languages: their tags, the preferred first.

    >>> choose_language("de, KK-Cyrl;q=0.8, en;q=0.2", ("en", "kk")), choose_language("de", ("en",))
    ('kk', '')
    """
    parts = accept.split(",") if len(accept) <= _LONGEST else []
    # A language is chosen as a media type is: x/kk for kk.
    ranges = ",".join(_write_range(part) for part in parts if part.strip())
    return choose_format(ranges, {tag: [f"x/{tag}"] for tag in languages})


def _write_range(part: str) -> str:
    language, semicolon, quality = part.partition(";")
    return f"x/{language.strip().partition('-')[0]}{semicolon}{quality.strip()}"


@lru_cache(maxsize=1000)
def _choose(accept: str, formats: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    # Of two that fit alike the last is taken.
    offered = [media for _, types in reversed(formats) for media in reversed(types)]
    best = mimeparse.best_match(offered, ",".join(filter(_RANGE.match, accept.split(","))))
    return next((name for name, types in formats if best in types), "")
