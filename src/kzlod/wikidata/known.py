"""What is known of items in Wikidata, in whatever form a snapshot has it."""

from __future__ import annotations

import bz2
import gzip
import zlib
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from kzlod.errors import DataError, Problem
from kzlod.wikidata.statements import Reference, Snak, Span
from kzlod.wikidata.values import DAY, MONTH, YEAR, Text, Time, Value

_OPENERS: Final[Mapping[str, Callable[[Path, str], Any]]] = {".gz": gzip.open, ".bz2": bz2.open}
COMPRESSIONS: Final = tuple(_OPENERS)


@dataclass(frozen=True)
class Known:
    """A statement that is there.

    Args:
        property: its id.
        value: None where Wikidata says that it is unknown, or that there is none.
        qualifiers: values by property; None as for the value.
        references: of each what can be read.
        rank: ``preferred``, ``normal`` or ``deprecated``.
        is_whole: whether more than property and value is known.
    """

    property: str
    value: Value | None
    qualifiers: Mapping[str, tuple[Value | None, ...]] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    rank: str = "normal"
    is_whole: bool = True

    def span(self, parts: Mapping[str, str]) -> Span:
        """From when to when it holds, by the part of an interval that a qualifier is."""
        dates = ((part, value) for id_, part in parts.items() for value in self.qualifiers.get(id_, ()))
        return Span.of((part, value) for part, value in dates if isinstance(value, Time))

    def snaks(self) -> list[Snak]:
        """The qualifiers that have values."""
        return [Snak(id_, value) for id_, values in self.qualifiers.items() for value in values if value is not None]


@dataclass
class Snapshot:
    """What is known of some items.

    Args:
        items: statements by item; without an entry nothing is known.
        redirects: the item that took the place of another.
        deleted: items that are there no more.
    """

    items: dict[str, list[Known]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    def resolve(self, item: str) -> str:
        """The item that stands for one now."""
        seen = {item}
        while (target := self.redirects.get(item, "")) and target not in seen:
            item = target
            seen.add(item)
        return item

    def add(self, other: Snapshot) -> None:
        """Take over what another part of the snapshot knows."""
        self.items |= other.items
        self.redirects |= other.redirects
        self.deleted |= other.deleted


def make_time(date: Iterable[str], precision: int, *, is_gregorian: bool) -> Time | Text:
    """A date of year, month and day as Wikidata has it; a text, equal to none, where it is none of the years 1 to 9999.

    A month or a day that there is not, which Wikidata does not refuse, is as if it were not known.
    A date of the Julian calendar is known by its year only: its days are others, and RDF has them converted where JSON has not.

    >>> make_time(("1953", "05", "17"), 11, is_gregorian=True)
    Time(year=1953, month=5, day=17, precision=11)
    >>> make_time(("2015", "02", "31"), 11, is_gregorian=True)
    Time(year=2015, month=2, day=0, precision=10)
    >>> make_time(("1700", "02", "29"), 11, is_gregorian=False)
    Time(year=1700, month=0, day=0, precision=9)
    """
    year, month, day = map(int, date)
    if not 1 <= year <= 9999:
        return Text(f"year {year}")
    if not 1 <= month <= 12:
        month = day = 0
    elif day > monthrange(year, month)[1]:
        day = 0
    precision = min(precision, DAY if day else MONTH if month else YEAR, DAY if is_gregorian else YEAR)
    return Time(year, month if precision >= MONTH else 0, day if precision >= DAY else 0, precision)


@contextmanager
def open_snapshot(path: Path) -> Iterator[IO[bytes]]:
    """Give the bytes of a file, decompressed by its ending.

    Raises:
        DataError: within the block, where they are not compressed as they should be.
    """
    try:
        with _OPENERS.get(path.suffix.lower(), open)(path, "rb") as file:
            yield file
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError([Problem(path.as_posix(), None, None, f"it cannot be read: {error}", "snapshot")]) from None
    except OSError as error:
        # What bz2 says of bytes that are not its own has no number of an error.
        if error.errno is not None:
            raise
        raise DataError([Problem(path.as_posix(), None, None, f"it cannot be read: {error}", "snapshot")]) from None
