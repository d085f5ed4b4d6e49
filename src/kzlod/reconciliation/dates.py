"""Dates as people write them: reads a value of a query, yields ISO 8601 as exact as it is."""

from __future__ import annotations

import re
from typing import Final

_ISO: Final = re.compile(r"\s*(\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)(?![\d-])")
_DAY_FIRST: Final = re.compile(r"\s*(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")
_YEAR: Final = re.compile(r"(?<!\d)((?:1[5-9]|20)\d\d)(?!\d)")


def read_date(value: object) -> str:
    """The date that a value tells, or "" where it tells none.

    >>> read_date("2016-05-01T00:00:00Z"), read_date(2016), read_date("2016-05"), read_date("01.05.2016"), read_date("in 2016")
    ('2016-05-01', '2016', '2016-05', '2016-05-01', '2016')
    >>> read_date("later"), read_date(True), read_date(2016.0)
    ('', '', '2016')
    """
    if isinstance(value, bool):
        return ""
    text = f"{value:.0f}" if isinstance(value, float) and abs(value) < 1e9 else str(value)
    if found := _ISO.match(text):
        return found[1]
    if (found := _DAY_FIRST.match(text)) and 1 <= int(found[1]) <= 31 and 1 <= int(found[2]) <= 12:
        return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    year = _YEAR.search(text[:100])
    return year[1] if year else ""
