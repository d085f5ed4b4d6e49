"""The search for what a report names: takes files and terms, tells where they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final, NamedTuple

from kzlod.validation.positions.jsonld import read_jsonld
from kzlod.validation.positions.lines import locate_bytes
from kzlod.validation.positions.rdfxml import read_rdfxml
from kzlod.validation.positions.statement import Reader, Sought, Span, Statement
from kzlod.validation.positions.turtle import read_turtle

_READERS: Final[Mapping[str, Reader]] = {
    ".ttl": read_turtle,
    ".trig": read_turtle,
    ".nt": read_turtle,
    ".nq": read_turtle,
    ".jsonld": read_jsonld,
    ".rdf": read_rdfxml,
}
_WITHOUT_BASE: Final = frozenset({".nt", ".nq"})


class Wanted(NamedTuple):
    """A triple, or as much of it as a result of validation names; terms in N-Triples form.

    A blank node is ``_:b`` and its number: the first that is read is 1, and so on through all the files in their order, a
    statement's subject before its object, as pyoxigraph yields the statements.

    Args:
        subject: the focus node.
        predicate: the path where it is an IRI, or "".
        object: the value, or "".
    """

    subject: str
    predicate: str = ""
    object: str = ""


class Position(NamedTuple):
    """Where something is written: the first character, and the one after the last.

    Args:
        file: the path as it was given, with slashes.
        line: from 1.
        column: the number of the character in its line, from 1.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class _Level(IntEnum):
    """What stands at a place; the lesser the nearer to what is wanted."""

    OBJECT = 0
    PREDICATE = 1
    SUBJECT = 2
    MENTION = 3


@dataclass(frozen=True, order=True)
class _Place:
    level: _Level
    file: int
    span: Span


def find_positions(files: Sequence[Path], wanted: Collection[Wanted]) -> dict[Wanted, Position]:
    """Find where triples stand in RDF files: the nearest that is written, and the first of several.

    Nearest is the object of the triple; next the predicate of another statement of its subject; next the first statement
    of the subject; last any mention of it. What stands nowhere is left out, and so is what stands in a file that cannot be read.

    Args:
        files: files that pyoxigraph has read, each by the syntax of its ending.
        wanted: what to look for.
    """
    by_subject: dict[str, list[Wanted]] = defaultdict(list)
    for triple in wanted:
        by_subject[triple.subject].append(triple)
    places: dict[Wanted, _Place] = {}
    if any(term.startswith("_:") for triple in wanted for term in triple):
        # Blank nodes are known only by counting all of them.
        _search(places, files, by_subject, None)
    elif by_subject:
        _search(places, files, by_subject, Sought(by_subject.keys()))
        if missing := {triple.subject for triple in wanted if triple not in places}:
            _search(places, files, by_subject, Sought(missing, anywhere=True))
    return _write_positions(files, places)


def _search(
    places: dict[Wanted, _Place], files: Sequence[Path], by_subject: Mapping[str, Sequence[Wanted]], sought: Sought | None
) -> None:
    for file, statement in _iter_statements(files, sought):
        for triple in by_subject.get(statement.subject, ()):
            _keep(places, triple, _compare(triple, statement, file))
        for term, span in ((statement.predicate, statement.predicate_span), (statement.object, statement.object_span)):
            for triple in by_subject.get(term, ()):
                _keep(places, triple, _Place(_Level.MENTION, file, span))


def _iter_statements(files: Sequence[Path], sought: Sought | None) -> Iterator[tuple[int, Statement]]:
    """The statements with the number of their file; blank nodes are named by number where all are asked for."""
    count = 0
    for number, path in enumerate(files):
        names: dict[str, str] = {}
        try:
            base = "" if path.suffix in _WITHOUT_BASE else path.resolve().as_uri()
            for statement in _READERS[path.suffix](path.read_bytes(), base, sought):
                if statement.subject[0] == "_" or statement.object[0] == "_":
                    subject, target = (_name(term, names, count) for term in (statement.subject, statement.object))
                    yield number, statement._replace(subject=subject, object=target)
                else:
                    yield number, statement
        # A file that was changed in the meantime must not cost the report.
        except (OSError, SyntaxError, ValueError, LookupError):
            pass
        count += len(names)


def _name(term: str, names: dict[str, str], count: int) -> str:
    return names.setdefault(term, f"_:b{count + len(names) + 1}") if term[0] == "_" else term


def _compare(wanted: Wanted, statement: Statement, file: int) -> _Place:
    if not wanted.predicate or statement.predicate == wanted.predicate:
        if wanted.object and statement.object == _fold_tag(wanted.object):
            return _Place(_Level.OBJECT, file, statement.object_span)
        if wanted.predicate:
            return _Place(_Level.PREDICATE, file, statement.predicate_span)
    return _Place(_Level.SUBJECT, file, statement.subject_span)


def _fold_tag(term: str) -> str:
    """A literal with its language in small letters, as the readers write it (RDF 1.1 Concepts, section 3.3)."""
    text, at, tag = term.rpartition("@")
    return text + at + tag.lower() if text.endswith('"') else term


def _keep(places: dict[Wanted, _Place], triple: Wanted, place: _Place) -> None:
    if triple not in places or place < places[triple]:
        places[triple] = place


def _write_positions(files: Sequence[Path], places: Mapping[Wanted, _Place]) -> dict[Wanted, Position]:
    positions: dict[Wanted, Position] = {}
    for number in sorted({place.file for place in places.values()}):
        found = {triple: place.span for triple, place in places.items() if place.file == number}
        try:
            lines = locate_bytes(files[number].read_bytes(), (offset for span in found.values() for offset in span))
        except OSError:
            continue
        shown = files[number].as_posix()
        positions |= {triple: Position(shown, *lines[span.start], *lines[span.end]) for triple, span in found.items()}
    return positions
