"""Content negotiation: reads what a client accepts, chooses one of the formats that there are (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Final

import mimeparse

Formats = Mapping[str, Sequence[str]]
"""Media types by the name of a format, the preferred format first; its first media type is the one that is sent."""


def _load_formats() -> dict[str, Formats]:
    return tomllib.loads(resources.files("kzlod.serving").joinpath("formats.toml").read_text(encoding="utf-8"))


FORMATS: Final = _load_formats()
"""The formats of results and of graphs."""


def choose_format(accept: str, formats: Formats) -> str:
    """The format that a client prefers, or "" where it accepts none of them.

    Args:
        accept: the header Accept; "" accepts all.
        formats: what there is.

    >>> choose_format("text/csv;q=0.5, application/json", FORMATS["results"]), choose_format("image/png", FORMATS["graph"])
    ('json', '')
    >>> choose_format("*/*", FORMATS["graph"]), choose_format("", FORMATS["results"])
    ('turtle', 'json')
    """
    return _choose(accept or "*/*", tuple((name, tuple(types)) for name, types in formats.items()))


@lru_cache(maxsize=1000)
def _choose(accept: str, formats: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    # Of two that fit alike the last is taken.
    offered = [media for _, types in reversed(formats) for media in reversed(types)]
    try:
        best = mimeparse.best_match(offered, accept)
    except (mimeparse.MimeTypeParseException, ValueError):
        return ""
    return next((name for name, types in formats if best in types), "")
