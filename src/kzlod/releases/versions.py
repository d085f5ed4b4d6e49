"""Versions of releases: numbers as in Semantic Versioning 2.0.0, or days."""

from __future__ import annotations

import datetime
import re
from typing import Final, NamedTuple

_NUMBER: Final = "(?:0|[1-9][0-9]*)"
_SEMANTIC: Final = re.compile(rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?")
_DAY: Final = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?:\.({_NUMBER}))?")


class Version(NamedTuple):
    """A version; those of one kind have an order.

    Args:
        is_day: whether it is a day.
        numbers: three numbers, or year, month, day and the number of the release on that day.
        is_final: false for what comes before a version, such as ``1.0.0-rc.1``.
        before: the parts of that, numbers before words.
        text: as it is written.
    """

    is_day: bool
    numbers: tuple[int, ...]
    is_final: bool
    before: tuple[tuple[int, int, str], ...]
    text: str


def read_version(text: str) -> Version:
    """Read a version: ``1.2.0``, ``1.2.0-rc.1`` (semver.org, sections 2, 9 and 11), ``2026-11-22`` or ``2026-11-22.1``.

    Raises:
        ValueError: it is none of these.

    >>> read_version("1.10.0-rc.1") < read_version("1.10.0") < read_version("1.11.0")
    True
    >>> read_version("2026-11-22") < read_version("2026-11-22.1") < read_version("2026-12-01")
    True
    """
    if found := _SEMANTIC.fullmatch(text):
        parts = found[4].split(".") if found[4] else []
        if not any(re.fullmatch("0[0-9]+", part) for part in parts):
            before = tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
            return Version(False, tuple(int(number) for number in found.groups()[:3]), not parts, before, text)
    if found := _DAY.fullmatch(text):
        day = datetime.date.fromisoformat(found[1])
        return Version(True, (day.year, day.month, day.day, int(found[2] or 0)), True, (), text)
    raise ValueError(f"no version: {text!r}")
