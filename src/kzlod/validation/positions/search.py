"""The search for what a report names: takes files and terms, tells where they stand."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Collection, Iterator, Mapping, Sequence
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


class Source(NamedTuple):
    """A file as it was read.

    Args:
        shown: its name in positions.
        ending: such as ``.ttl``, which tells its syntax.
        base: the IRI that relative ones are resolved by.
        content: its bytes.
    """

    shown: str
    ending: str
    base: str
    content: bytes


class _Place(NamedTuple):
    file: int
    span: Span


# A triple, its subject with its predicate or object, or its subject alone; and a term that is anywhere: what a place is known by.
_Key = tuple[str, ...]
_ANYWHERE: Final = "anywhere"


def find_positions(files: Sequence[Path | Source], wanted: Collection[Wanted]) -> dict[Wanted, Position]:
    """Find where triples stand in RDF files: the nearest that is written, and the first of several.

    Nearest is the object of the triple; next the predicate of another statement of its subject; next the first statement
    of the subject; last any mention of it. What stands nowhere is left out, and so is what stands in a file that cannot be read.

    Args:
        files: files that pyoxigraph has read, each by the syntax of its ending.
        wanted: what to look for.
    """
    keys = {key for triple in wanted for key in _list_keys(triple)}
    subjects = {triple.subject for triple in wanted}
    places: dict[_Key, _Place] = {}
    if any(term.startswith("_:") for triple in wanted for term in triple) or any(term.startswith('"') for term in subjects):
        # Blank nodes are known only by counting all of them, and no word tells where a literal stands.
        _search(places, files, keys, None)
    elif subjects:
        _search(places, files, keys, Sought(subjects))
        if missing := {subject for subject in subjects if (subject,) not in places}:
            _search(places, files, keys, Sought(missing, anywhere=True))
    found = {triple: next((places[key] for key in _list_keys(triple) if key in places), None) for triple in wanted}
    return _write_positions(files, {triple: place for triple, place in found.items() if place})


def _list_keys(triple: Wanted) -> Iterator[_Key]:
    """What a triple is to be found by, the nearest first."""
    subject, predicate, target = _fold_tag(triple.subject), triple.predicate, _fold_tag(triple.object)
    if target:
        yield subject, predicate, target
    if predicate:
        yield subject, predicate
    yield (subject,)
    yield subject, _ANYWHERE


def _fold_tag(term: str) -> str:
    """A literal with its language in small letters, as the readers write it (RDF 1.1 Concepts, section 3.3)."""
    text, at, tag = term.rpartition("@")
    return text + at + tag.lower() if text.endswith('"') else term


def _search(places: dict[_Key, _Place], files: Sequence[Path | Source], keys: Collection[_Key], sought: Sought | None) -> None:
    for file, (subject, predicate, target, subject_span, predicate_span, target_span) in _iter_statements(files, sought):
        found: list[tuple[_Key, Span]] = [((target, _ANYWHERE), target_span), ((predicate, _ANYWHERE), predicate_span)]
        if (subject,) in keys:
            found += [
                ((subject, predicate, target), target_span),
                ((subject, "", target), target_span),
                ((subject, predicate), predicate_span),
                ((subject,), subject_span),
            ]
        for key, span in found:
            if key in keys and (key not in places or (file, span) < places[key]):
                places[key] = _Place(file, span)


def _iter_statements(files: Sequence[Path | Source], sought: Sought | None) -> Iterator[tuple[int, Statement]]:
    """The statements with the number of their file; blank nodes are named by number where all are asked for."""
    count = 0
    for number, file in enumerate(files):
        names: dict[str, str] = {}
        try:
            _, ending, base, content = open_source(file)
            for statement in _READERS[ending](content, base, sought):
                if statement.subject[0] == "_" or statement.object[0] == "_":
                    subject, target = (_name(term, names, count) for term in (statement.subject, statement.object))
                    yield number, statement._replace(subject=subject, object=target)
                else:
                    yield number, statement
        # A file that was changed in the meantime must not cost the report. MemoryError is pyoxigraph's for a term too long.
        except (OSError, SyntaxError, ValueError, LookupError, MemoryError):
            pass
        count += len(names)


def open_source(file: Path | Source) -> Source:
    """Read a file that has not been read yet.

    Raises:
        OSError: it cannot be read.
    """
    if isinstance(file, Source):
        return file
    base = "" if file.suffix.lower() in _WITHOUT_BASE else file.resolve().as_uri()
    return Source(file.as_posix(), file.suffix.lower(), base, file.read_bytes().removeprefix(BOM_UTF8))


def _name(term: str, names: dict[str, str], count: int) -> str:
    return names.setdefault(term, f"_:b{count + len(names) + 1}") if term[0] == "_" else term


def _write_positions(files: Sequence[Path | Source], places: Mapping[Wanted, _Place]) -> dict[Wanted, Position]:
    positions: dict[Wanted, Position] = {}
    for number in sorted({place.file for place in places.values()}):
        found = {triple: place.span for triple, place in places.items() if place.file == number}
        try:
            shown, _, _, content = open_source(files[number])
        except OSError:
            continue
        lines = locate_bytes(content, (offset for span in found.values() for offset in span))
        positions |= {triple: Position(shown, *lines[span.start], *lines[span.end]) for triple, span in found.items()}
    return positions
