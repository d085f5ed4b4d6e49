"""Language tags: tells whether a tag that a mapping writes down is made of registered subtags (``terms.LANGUAGE_TAG``: of data).

Source: BCP 47 (RFC 5646, sections 2.1 and 2.2.9); the subtags are those of IANA's registry (language_subtags.txt).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from kzlod.resources import read_resource

_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,8})(?P<extlang>(?:-[a-z]{3}){0,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variant>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)(?P<extension>(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*)(?:-x(?:-[a-z0-9]{1,8})+)?"
)
_PRIVATE: Final = re.compile(r"x(?:-[a-z0-9]{1,8})+")
_SINGLETON: Final = re.compile(r"-([0-9a-wyz])(?=-)")


def is_language_tag(tag: str) -> bool:
    """Tell whether a tag is well-formed and each of its subtags is registered; case does not matter.

    What stands in an extension or in private use is checked for its form only.

    >>> [is_language_tag(tag) for tag in ("kk", "kk-Latn-t-kk-cyrl", "zh-yue-HK", "x-kzlod", "i-klingon")]
    [True, True, True, True, True]
    >>> [is_language_tag(tag) for tag in ("english", "kk-Kazakh", "en_GB", "xx", "de-1996-1996", "")]
    [False, False, False, False, False, False]
    """
    lower = tag.lower()
    if _PRIVATE.fullmatch(lower) or _is_registered("grandfathered", lower):
        return True
    found = _TAG.fullmatch(lower)
    if found is None:
        return False
    parts = [
        (kind, subtag) for kind, given in found.groupdict(default="").items() if kind != "extension" for subtag in _split(given)
    ]
    singletons = _SINGLETON.findall(found["extension"])
    is_repeated = len(set(parts)) < len(parts) or len(set(singletons)) < len(singletons)
    return not is_repeated and all(_is_registered(kind, subtag) for kind, subtag in parts)


def _split(subtags: str) -> list[str]:
    return [subtag for subtag in subtags.split("-") if subtag]


def _is_registered(kind: str, subtag: str) -> bool:
    ranges = (entry.split("..") for entry in _load_registry()[kind] if ".." in entry)
    return subtag in _load_registry()[kind] or any(len(subtag) == len(low) and low <= subtag <= high for low, high in ranges)


@cache
def _load_registry() -> Mapping[str, frozenset[str]]:
    """The registered subtags by kind; a range such as ``qaa..qtz`` is one entry."""
    text = read_resource("kzlod.mapping", "language_subtags.txt")
    kinds = re.findall(r"^\[(\w+)\]\n([^\[]*)", text, re.MULTILINE)
    return {kind: frozenset(subtags.split()) for kind, subtags in kinds}
