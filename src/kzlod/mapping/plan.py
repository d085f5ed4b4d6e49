"""The plan: what a mapping says, free of the syntax it was written in.

Source: RML-Core (https://w3id.org/rml/core/spec) for term maps, triples maps and joins, RML-IO for sources; conditions are
YARRRML's. Everything is immutable; the readers make plans, the SQL generator and the writer of RML read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import product
from pathlib import Path
from typing import Final

from kzlod.terms import RML_DEFAULT_GRAPH
from kzlod.tree import Place


class TermType(Enum):
    """The kind of RDF term that a term map makes."""

    IRI = "iri"
    LITERAL = "literal"
    BLANK_NODE = "blank node"


class Format(Enum):
    """What a file of a source is."""

    CSV = "csv"
    JSON = "json"
    JSON_LINES = "json lines"
    PARQUET = "parquet"


@dataclass(frozen=True)
class Reference:
    """A value of the row: a column's name, or for JSON a path that starts at the iteration's item."""

    column: str


ITERATION: Final = Reference("\0")
"""The number of the iteration in its source, by a name that no column can have."""

Parts = tuple[str | Reference, ...]
"""Constant texts and references in order; joined they make one text, which is missing where one reference is."""


@dataclass(frozen=True)
class TermMap:
    """How one term is made from one row.

    Args:
        parts: one text alone is a constant (an IRI in full, a blank node's label, a literal's text).
        term_type: what kind of term comes out.
        place: where the mapping says so.
        is_template: whether the values of references in an IRI are made safe for IRIs; without it a single reference is an
            IRI, absolute or relative to the base, as it stands (RML-Core, sections on templates and references).
        language, datatype: of a literal, or empty. A literal of neither has the natural datatype of its value.
        is_uri: whether the IRI has ASCII characters only; those of values that are none are made safe as well (``rml:URI``).
        is_new: whether it is a blank node without an expression, one for each iteration; its parts are then a text of this
            term map alone and the number of the iteration.
        base: what an IRI starts from that is relative, where that is not the plan's (``rml:baseIRI``).
    """

    parts: Parts
    term_type: TermType
    place: Place
    is_template: bool = False
    language: Parts = ()
    datatype: Parts = ()
    is_uri: bool = False
    is_new: bool = False
    base: str = ""

    @property
    def is_constant(self) -> bool:
        """Whether it makes the same term of every row."""
        return not any(isinstance(part, Reference) for part in (*self.parts, *self.language, *self.datatype))

    def iter_references(self) -> Iterator[Reference]:
        """The values of the row that the term needs."""
        for part in (*self.parts, *self.language, *self.datatype):
            if isinstance(part, Reference):
                yield part


@dataclass(frozen=True)
class JoinCondition:
    """That a text made of the child's row equals one made of the parent's row."""

    child: Parts
    parent: Parts
    place: Place


@dataclass(frozen=True)
class ParentObject:
    """An object that is the subject of another triples map (a referencing object map).

    Args:
        parent: name of that triples map. Without conditions its subject is made of the child's own row where both have one
            source, else of every row of the parent's.
    """

    parent: str
    conditions: tuple[JoinCondition, ...]
    place: Place


@dataclass(frozen=True)
class Condition:
    """That two texts made of one row are equal; a row for which they are not makes no statement."""

    left: Parts
    right: Parts
    place: Place


@dataclass(frozen=True)
class PredicateObject:
    """Predicates and objects that belong together: each with each."""

    predicates: tuple[TermMap, ...]
    objects: tuple[TermMap | ParentObject, ...]
    graphs: tuple[TermMap, ...]
    place: Place
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class TriplesMap:
    """The rules for the rows of one source; the classes of a subject are statements like any other.

    Args:
        name: unique in its plan.
        source: name of its logical source.
        graphs: for all its statements, beside those that a predicate and object add.
    """

    name: str
    source: str
    subjects: tuple[TermMap, ...]
    graphs: tuple[TermMap, ...]
    predicate_objects: tuple[PredicateObject, ...]
    place: Place
    conditions: tuple[Condition, ...] = ()

    def iter_terms(self) -> Iterator[TermMap]:
        """The term maps in order; what is made of another triples map is none."""
        yield from (*self.subjects, *self.graphs)
        for po in self.predicate_objects:
            yield from (*po.predicates, *po.graphs)
            yield from (made for made in po.objects if isinstance(made, TermMap))

    def map_terms(self, change: Callable[[TermMap], TermMap]) -> TriplesMap:
        """The triples map with other term maps."""

        def apply(terms: tuple[TermMap, ...]) -> tuple[TermMap, ...]:
            return tuple(change(term) for term in terms)

        predicate_objects = tuple(
            replace(
                po,
                predicates=apply(po.predicates),
                objects=tuple(change(made) if isinstance(made, TermMap) else made for made in po.objects),
                graphs=apply(po.graphs),
            )
            for po in self.predicate_objects
        )
        return replace(self, subjects=apply(self.subjects), graphs=apply(self.graphs), predicate_objects=predicate_objects)


@dataclass(frozen=True)
class Statement:
    """One rule, with one map for each term: a row whose terms are all there makes one quad.

    Args:
        source: name of the logical source of its rows.
        graph: None for the default graph.
        joined: name of the parent's logical source if the object is made of the parent's row, else empty.
        joins: how that row is found.
        conditions: what must hold of the child's row.
    """

    source: str
    subject: TermMap
    predicate: TermMap
    object: TermMap
    graph: TermMap | None
    place: Place
    joined: str = ""
    joins: tuple[JoinCondition, ...] = ()
    conditions: tuple[Condition, ...] = ()

    @property
    def rule(self) -> str:
        """The rule's name in messages and traces: file and line of the mapping."""
        return f"{self.place.file}:{self.place.line}"

    def iter_terms(self) -> Iterator[TermMap]:
        """The term maps in order, without that of the default graph."""
        yield from (self.subject, self.predicate, self.object)
        if self.graph is not None:
            yield self.graph

    def iter_child_terms(self) -> Iterator[TermMap]:
        """The term maps that read the child's row: all but the object of a join."""
        yield from (self.subject, self.predicate)
        yield from () if self.joined else (self.object,)
        yield from () if self.graph is None else (self.graph,)

    def iter_child_places(self) -> Iterator[tuple[Reference, Place]]:
        """The values of the child's row that the statement needs, each with the place that needs it."""
        for term in self.iter_child_terms():
            yield from ((reference, term.place) for reference in term.iter_references())
        for join in self.joins:
            yield from _iter_places(join.child, join.place)
        for condition in self.conditions:
            yield from _iter_places((*condition.left, *condition.right), condition.place)

    def iter_parent_places(self) -> Iterator[tuple[Reference, Place]]:
        """The values of the parent's row that the statement needs, each with the place that needs it."""
        if self.joined:
            yield from ((reference, self.object.place) for reference in self.object.iter_references())
            for join in self.joins:
                yield from _iter_places(join.parent, join.place)


def _iter_places(parts: Parts, place: Place) -> Iterator[tuple[Reference, Place]]:
    return ((part, place) for part in parts if isinstance(part, Reference))


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written.

    Args:
        delimiter, quote, escape: one character each; without quote, empty.
        encoding: a name that Python's codecs know, in lower case.
        header: whether the first row names the columns; else they are column0, column1, ...
        comment: what starts a line that is no row, or empty.
        null: texts that mean "no value", beside the empty cell of CSV.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    encoding: str = "utf-8"
    header: bool = True
    comment: str = ""
    null: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileSource:
    """A logical source that is a file: a table, or the items that a JSONPath finds in a JSON document.

    Args:
        path: the file; ``.gz`` and ``.zst`` are opened.
        iterator: JSONPath of the items (for JSON lines in each line); empty for tables.
    """

    path: Path
    place: Place = field(compare=False)
    format: Format = Format.CSV
    iterator: str = ""
    dialect: Dialect = field(default_factory=Dialect)


@dataclass(frozen=True)
class QuerySource:
    """A logical source that is one SELECT (DuckDB's dialect) over the files of the same mapping and the queries above it.

    Args:
        query: the SQL text.
        place: where its first line stands.
    """

    query: str
    place: Place = field(compare=False)


DATABASES: Final = ("sqlite", "postgresql")


@dataclass(frozen=True)
class DatabaseSource:
    """A logical source that is one SELECT, in the database's own dialect.

    Args:
        system: one of ``DATABASES``.
        address: the file of SQLite, or the connection string of PostgreSQL.
    """

    system: str
    address: str
    query: str
    place: Place = field(compare=False)


LogicalSource = FileSource | QuerySource | DatabaseSource


def describe_source(source: LogicalSource) -> str:
    """What a logical source reads, in one line."""
    if isinstance(source, FileSource):
        return f"{source.path.as_posix()} ({source.format.value}{', ' if source.iterator else ''}{source.iterator})"
    query = " ".join(source.query.split())
    return query if isinstance(source, QuerySource) else f"{source.system}: {query}"


ONCE: Final = "SELECT 1 AS once"
"""The query of triples maps that read nothing: they have one iteration without values."""


@dataclass(frozen=True)
class Plan:
    """One mapping file.

    Args:
        file: its name in messages.
        base: what relative IRIs in the data start from.
        sources: logical sources by the name the mapping gives them.
        triples_maps: in the order of the file.
        prefixes: names of namespaces, for output that shortens IRIs.
    """

    file: str
    base: str
    sources: Mapping[str, LogicalSource]
    triples_maps: tuple[TriplesMap, ...]
    prefixes: Mapping[str, str] = field(default_factory=dict, compare=False)

    def iter_statements(self, triples_map: TriplesMap) -> Iterator[Statement]:
        """The rules of a triples map, every combination of its maps on its own, in the order of the file."""
        parents = {parent.name: parent for parent in self.triples_maps}
        for po in triples_map.predicate_objects:
            # The graphs of subject and predicate-object add up (RML-Core: the union of both sets).
            graphs: list[TermMap | None] = [*triples_map.graphs, *po.graphs]
            conditions = (*triples_map.conditions, *po.conditions)
            for subject, predicate, made, graph in product(triples_map.subjects, po.predicates, po.objects, graphs or [None]):
                into = None if graph is not None and graph.parts == (RML_DEFAULT_GRAPH,) else graph
                if isinstance(made, TermMap):
                    yield Statement(triples_map.source, subject, predicate, made, into, po.place, conditions=conditions)
                    continue
                parent = parents[made.parent]
                is_same = not made.conditions and self.sources[parent.source] == self.sources[triples_map.source]
                joined = "" if is_same else parent.source
                for object_ in parent.subjects:
                    yield Statement(
                        triples_map.source, subject, predicate, object_, into, po.place, joined, made.conditions, conditions
                    )
