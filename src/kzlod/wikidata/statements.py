"""Statements as Wikidata has them, and what is left out with the reason: the shapes that all stages here hand on."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from kzlod.wikidata.rules import Property
from kzlod.wikidata.values import YEAR, Item, Time, Value, are_alike


class Snak(NamedTuple):
    """A property with a value."""

    property: str
    value: Value


Reference = tuple[Snak, ...]
"""What one source is told by, the most telling first."""


@dataclass(frozen=True)
class Span:
    """From when to when a statement holds, as far as it is known: each bound with its first and last possible day.

    Args:
        start, end: None where they are not known.
        points: when it held.
    """

    start: tuple[datetime.date, datetime.date] | None = None
    end: tuple[datetime.date, datetime.date] | None = None
    points: tuple[tuple[datetime.date, datetime.date], ...] = ()

    @classmethod
    def of(cls, dates: Iterable[tuple[str, Time]]) -> Span:
        """The span of dates by their part: ``start``, ``end`` or ``point``."""
        bounds = [(part, date.bounds()) for part, date in dates]
        named = dict(bounds)
        return cls(named.get("start"), named.get("end"), tuple(days for part, days in bounds if part == "point"))

    def may_be(self, other: Span) -> bool:
        """Whether two spans can be of one term: there is a start and an end that fit all that is known of both.

        >>> def year(number: int) -> tuple[datetime.date, datetime.date]:
        ...     return datetime.date(number, 1, 1), datetime.date(number, 12, 31)
        >>> Span(start=year(2001)).may_be(Span(points=(year(2003),))), Span(start=year(2001)).may_be(Span(start=year(2006)))
        (True, False)
        """
        low, high = datetime.date.min, datetime.date.max
        starts = [span.start for span in (self, other) if span.start]
        ends = [span.end for span in (self, other) if span.end]
        first_start, last_start = max((days[0] for days in starts), default=low), min((days[1] for days in starts), default=high)
        first_end, last_end = max((days[0] for days in ends), default=low), min((days[1] for days in ends), default=high)
        points = self.points + other.points
        return (
            first_start <= last_start
            and first_end <= last_end
            and first_start <= last_end
            and all(first_start <= last and first <= last_end for first, last in points)
        )

    def is_certainly(self, other: Span) -> bool:
        """Whether two spans are told to be one term: they can be, and both say when it started, or both when it ended."""
        return self.may_be(other) and bool((self.start and other.start) or (self.end and other.end))

    @property
    def is_bounded(self) -> bool:
        """Whether a start or an end is known."""
        return bool(self.start or self.end)


@dataclass(frozen=True)
class Statement:
    """A statement to be written.

    Args:
        thing: what it is about here, as a term.
        item: what it is about there: ``Q200881``, or ``LAST``.
        property, value: what it says.
        qualifiers: by the numbers of their properties.
        references: one a source.
        facts: that say it, as terms.
        is_new: whether it must become a statement of its own even where the item has one of this value.
        span: all that is known of its time, written or not.
        marks: of the qualifiers those whose other values mean another statement.
        is_from_wikidata: whether no fact says it that was not taken from there.
        may_be_there: whether a fact says it that was taken from there.
    """

    thing: str
    item: str
    property: Property
    value: Value
    qualifiers: tuple[Snak, ...] = ()
    references: tuple[Reference, ...] = ()
    facts: tuple[str, ...] = ()
    is_new: bool = False
    span: Span = field(default_factory=Span)
    marks: frozenset[str] = frozenset()
    is_from_wikidata: bool = False
    may_be_there: bool = False


@dataclass(frozen=True)
class Omission:
    """Something that is not written.

    Args:
        reason: in the same words for all of a kind.
        thing: what it is about, as a term.
        property: its id, or "" where a thing as a whole is meant.
        value: as far as it is known, in words.
        detail: what is particular.
        facts: that say it, as terms.
    """

    reason: str
    thing: str
    property: str
    value: str = ""
    detail: str = ""
    facts: tuple[str, ...] = ()


def have_other_marks(one: Iterable[Snak], other: Iterable[Snak], marks: frozenset[str]) -> bool:
    """Whether qualifiers tell two statements apart: of a property that does, both have values, and none in common."""
    mine, theirs = ([snak for snak in snaks if snak.property in marks] for snaks in (one, other))
    return any(
        not any(are_alike(snak.value, there.value) for there in theirs if there.property == snak.property)
        for snak in mine
        if any(there.property == snak.property for there in theirs)
    )


def read_item_number(item: str) -> int:
    """The number of an item or a property, by which they are sorted; ``LAST`` comes last."""
    return int(item[1:]) if item[1:].isdigit() else 1 << 62


def name_value(value: Value) -> str:
    """A value in words.

    >>> name_value(Item("Q232")), name_value(Time(2016, 5, 0, 10)), name_value(Time(2001, 0, 0, 7))
    ('Q232', '2016-05', '20XX')
    """
    match value:
        case Item(id_):
            return id_
        case Time(year, _, _, precision) if precision < YEAR:
            open_digits = min(YEAR - precision, 4)
            return f"{year:04}"[:-open_digits] + "X" * open_digits
        case Time(year, month, day, _):
            return f"{year:04}" + "".join(f"-{part:02}" for part in (month, day) if part)
        case _:
            return ", ".join(str(part) for part in vars(value).values())
