"""Values of Wikidata's statements, and what it means that two of them are the same."""

from __future__ import annotations

import datetime
import math
import re
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

CENTURY: Final = 7
DECADE: Final = 8
YEAR: Final = 9
MONTH: Final = 10
DAY: Final = 11

_NEAR: Final = Decimal("0.001")
"""Degrees, about a hundred metres: two coordinates nearer than this are of one place."""
_FIRST_YEAR: Final = 1583
"""The first whole year of the Gregorian calendar: EDTF and XSD count in it backwards without end, Wikidata's readers do not."""
_SEASONS: Final = range(21, 25)
"""What EDTF writes for spring to winter, where a month stands."""
_EDTF: Final = re.compile(r"(?P<year>-?\d{4}|\d{3}X|\d\dXX)(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?P<doubt>[?~%]?)", re.ASCII)


_OPEN: Final = ("", "..")
"""What an interval has in place of a bound that is open or unknown."""


class UnclearDateError(ValueError):
    """A date that is right and cannot be said in Wikidata as certain."""


@dataclass(frozen=True)
class Item:
    """An item: ``Q232``, or ``LAST`` for the one that was made last."""

    id: str


@dataclass(frozen=True)
class Text:
    """A string or a URL."""

    text: str


@dataclass(frozen=True)
class LanguageText:
    """A text in a language, by Wikidata's code of it."""

    language: str
    text: str


@dataclass(frozen=True)
class Coordinates:
    """A place on Earth in degrees, as decimals."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True)
class Quantity:
    """A number without a unit."""

    amount: Decimal


@dataclass(frozen=True)
class Time:
    """A date of the Gregorian calendar in one of Wikidata's precisions (``CENTURY`` to ``DAY``; what is less is 0)."""

    year: int
    month: int
    day: int
    precision: int

    def bounds(self) -> tuple[datetime.date, datetime.date]:
        """The first and the last day that it may mean.

        >>> [day.isoformat() for day in Time(2016, 2, 0, MONTH).bounds()]
        ['2016-02-01', '2016-02-29']
        """
        if self.precision >= DAY:
            return (datetime.date(self.year, self.month, self.day),) * 2
        if self.precision == MONTH:
            return datetime.date(self.year, self.month, 1), datetime.date(
                self.year, self.month, monthrange(self.year, self.month)[1]
            )
        if self.precision == CENTURY:
            # A century starts with the year one: 2000 is the last of the twentieth.
            first = (math.ceil(self.year / 100) - 1) * 100 + 1
            last = first + 99
        else:
            years = 10 ** (YEAR - self.precision)
            first = self.year // years * years
            last = first + years - 1
        return datetime.date(max(first, 1), 1, 1), datetime.date(min(last, 9999), 12, 31)


Value = Item | Text | LanguageText | Coordinates | Quantity | Time


def read_time(text: str) -> Time:
    """Read a date of EDTF, which those of XSD are, too.

    Of its level 1: years before Christ, seasons, decades, centuries, and what has one mark at its end.

    Raises:
        UnclearDateError: it is uncertain or approximate, a season, or older than the calendar.
        ValueError: it is no such date, or names a month or day that there is not.

    >>> read_time("2016-05"), read_time("201X").precision
    (Time(year=2016, month=5, day=0, precision=10), 8)
    >>> read_time("2016-13")
    Traceback (most recent call last):
    ...
    ValueError: there is no month 13
    """
    found = _EDTF.fullmatch(text)
    if found is None or (found["month"] and "X" in found["year"]):
        raise ValueError("it is no date such as 2016, 2016-05, 2016-05-04, 201X or 20XX")
    month, day = int(found["month"] or 0), int(found["day"] or 0)
    if month in _SEASONS and not found["day"]:
        raise UnclearDateError("a season")
    if found["month"] and not 1 <= month <= 12:
        raise ValueError(f"there is no month {found['month']}")
    year = int(found["year"].replace("X", "0"))
    if found["day"] and not 1 <= day <= monthrange(year, month)[1]:
        raise ValueError(f"there is no day {found['day']} in {found['year']}-{found['month']}")
    if found["doubt"]:
        raise UnclearDateError("uncertain or approximate")
    if year < _FIRST_YEAR:
        raise UnclearDateError("before the Gregorian calendar")
    open_digits = found["year"].count("X")
    precision = {1: DECADE, 2: CENTURY}.get(open_digits, YEAR + bool(month) + bool(day))
    return Time(year + (precision == CENTURY), month, day, precision)


def read_part(text: str, part: str) -> Time | None:
    """Read a date, or the ``start`` or ``end`` of an interval; None where the interval is open there or unknown.

    Raises:
        UnclearDateError, ValueError: as ``read_time``; an interval is no date where no part is asked for, and none if it ends
            before it starts.

    >>> read_part("2016-05/..", "end") is None, read_part("2016", "start")
    (True, Time(year=2016, month=0, day=0, precision=9))
    """
    if "/" not in text:
        return read_time(text)
    if not part:
        raise UnclearDateError("an interval, where one date is wanted")
    start, _, end = text.partition("/")
    _check_order(start, end)
    chosen = start if part == "start" else end
    return None if chosen in _OPEN else read_time(chosen)


def _check_order(start: str, end: str) -> None:
    """Refuse an interval that certainly ends before it starts; what one of its bounds is wrong in is told of the bound."""
    if start in _OPEN or end in _OPEN:
        return
    with suppress(UnclearDateError):
        if read_time(end).bounds()[1] < read_time(start).bounds()[0]:
            raise ValueError("it ends before it starts")


def contains(outer: Value, inner: Value) -> bool:
    """Whether a value says no more than another, which may be more precise: 2016 contains 2016-05-04.

    >>> contains(read_time("2016"), read_time("2016-05-04")), contains(read_time("2016-05-04"), read_time("2016"))
    (True, False)
    """
    if isinstance(outer, Time) and isinstance(inner, Time):
        (first, last), (start, end) = outer.bounds(), inner.bounds()
        return first <= start and end <= last
    if isinstance(outer, Coordinates) and isinstance(inner, Coordinates):
        return abs(outer.latitude - inner.latitude) <= _NEAR and abs(outer.longitude - inner.longitude) <= _NEAR
    if isinstance(outer, Text) and isinstance(inner, Text):
        return outer.text.rstrip("/") == inner.text.rstrip("/")
    return outer == inner


def are_alike(one: Value, other: Value) -> bool:
    """Whether two values can both be right of one thing."""
    return contains(one, other) or contains(other, one)
