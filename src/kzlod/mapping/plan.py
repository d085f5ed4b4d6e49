"""The plan: what a mapping says, free of the syntax it was written in (RML-Core's model: sources, term maps, triples maps)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from kzlod.tree import Place


class TermType(Enum):
    """The kind of RDF term a term map makes."""

    IRI = "iri"
    LITERAL = "literal"


@dataclass(frozen=True)
class Reference:
    """A column of the source, by name."""

    column: str


@dataclass(frozen=True)
class TermMap:
    """How one term is made from one row.

    Args:
        parts: constant texts and references in order. One text alone is a constant, one reference alone takes the value as it
            is, anything else is a template (RML-Core, section "Expression maps").
        term_type: what kind of term comes out; in an IRI template the values are made safe for IRIs.
        language, datatype: parts of the language tag or datatype IRI of a literal, or empty.
        place: where the mapping says so.
    """

    parts: tuple[str | Reference, ...]
    term_type: TermType
    place: Place
    language: tuple[str | Reference, ...] = ()
    datatype: tuple[str | Reference, ...] = ()

    @property
    def is_template(self) -> bool:
        """Whether constants and references are joined, so that values in an IRI must be encoded."""
        return len(self.parts) > 1

    def iter_references(self) -> Iterator[Reference]:
        """The columns that the term needs."""
        for part in (*self.parts, *self.language, *self.datatype):
            if isinstance(part, Reference):
                yield part


@dataclass(frozen=True)
class Statement:
    """One rule: a row whose four terms are all there makes one quad."""

    subject: TermMap
    predicate: TermMap
    object: TermMap
    graph: TermMap
    place: Place

    @property
    def rule(self) -> str:
        """The rule's name in messages and traces: file and line of the mapping."""
        return f"{self.place.file}:{self.place.line}"

    def iter_terms(self) -> Iterator[TermMap]:
        """The four term maps in order."""
        yield from (self.subject, self.predicate, self.object, self.graph)


@dataclass(frozen=True)
class FileSource:
    """A logical source that is a table in a file."""

    path: Path
    place: Place


@dataclass(frozen=True)
class QuerySource:
    """A logical source that is one SELECT (DuckDB's dialect) over the files of the same mapping and the queries above it.

    Args:
        query: the SQL text.
        place: where its first line stands.
    """

    query: str
    place: Place


@dataclass(frozen=True)
class TriplesMap:
    """The rules for the rows of one source."""

    name: str
    source: str
    statements: tuple[Statement, ...]
    place: Place


@dataclass(frozen=True)
class Plan:
    """One mapping file.

    Args:
        file: its name in messages.
        base: what relative IRIs in the data start from.
        sources: logical sources by the name the mapping gives them.
        triples_maps: in the order of the file.
    """

    file: str
    base: str
    sources: Mapping[str, FileSource | QuerySource]
    triples_maps: tuple[TriplesMap, ...]
