"""Where a result is shown: reads its locations and origins, yields places, the main one first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from kzlod.validation.outcome import Outcome
from kzlod.validation.report import Location, Origin, Result


class Place(NamedTuple):
    """A place and what stands there."""

    location: Location
    what: str


def list_places(result: Result, outcome: Outcome) -> list[Place]:
    """The places of a result: rows of tables first, then the data, then the mapping's rules; each once."""
    places = [*_iter_rows(result), *_iter_data(result), *_iter_rules(result)]
    found: dict[Location, Place] = {}
    for place in places:
        location = replace(place.location, file=shorten_path(place.location.file, outcome.folder))
        found.setdefault(location, Place(location, place.what))
    return list(found.values())


def find_main(result: Result, outcome: Outcome) -> Location | None:
    """The place at which a result is to be mended, if any is known."""
    return next((place.location for place in list_places(result, outcome)), None)


def show_location(location: Location) -> str:
    """A place as ``file:line:column``, as far as it is known.

    >>> show_location(Location("a.ttl", 3)), show_location(Location("::error::.ttl"))
    ('a.ttl:3', './::error::.ttl')
    """
    file = f"./{location.file}" if location.file.lstrip().startswith("::") else location.file
    return ":".join(str(part) for part in (file, location.line, location.column) if part is not None)


def show_evidence(origin: Origin) -> Iterator[str]:
    """The passages that say a fact, in words."""
    return (f"{passage.document} characters {passage.start}-{passage.end}" for passage in origin.evidence)


def shorten(text: str, most: int = 300) -> str:
    """A text for the eye: a value may be as long as a book.

    >>> shorten("a book", 4)
    'a b…'
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def shorten_path(file: str, folder: Path) -> str:
    """A path from a folder where it is in there, else as it is."""
    path = Path(file)
    return path.relative_to(folder).as_posix() if path.is_absolute() and path.is_relative_to(folder) else file


def _iter_rows(result: Result) -> Iterator[Place]:
    return (Place(origin.location, f"row of {origin.table}") for origin in result.origins)


def _iter_data(result: Result) -> Iterator[Place]:
    return (Place(location, "data") for location in result.locations)


def _iter_rules(result: Result) -> Iterator[Place]:
    for origin in result.origins:
        file, _, line = origin.rule.rpartition(":")
        if file and line.isdecimal():
            yield Place(Location(file, int(line)), "rule of the mapping")
