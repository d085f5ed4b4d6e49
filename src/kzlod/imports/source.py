"""What an import makes before it is written: tables of facts, and the statements that their rows become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

ENTITY_FORMAT: Final = r"[^ /]+/[^ /]+"
"""What the relative IRI of an entity looks like in a cell: ``person/ada-ember``."""


@dataclass(frozen=True)
class Column:
    """A column of a table of facts.

    Args:
        name: its header in the table of facts.
        title: what it was called where it comes from, or what it is.
        datatype: CSVW's name of it, or an object with base and facets.
        separator: what stands between the elements of a list.
    """

    name: str
    title: str = ""
    datatype: str | Mapping[str, Any] = "string"
    separator: str | None = None


@dataclass(frozen=True)
class Statement:
    """A property and its object, as YARRRML writes them: ``$(name)`` with ``en~lang``, or ``$(post)~iri``."""

    predicate: str
    object: str
    type: str = ""


@dataclass(frozen=True)
class Node:
    """What a row says of one thing.

    Args:
        name: of the rule.
        subject: the IRI's template, relative to the base.
        classes: prefixed names.
        statements: in the order in which they are written.
        each: columns of lists that are taken apart, side by side: a row of these for each place in the lists.
        graph: "" for the graph of the fact, or else a graph such as ``graph/evidence``.
    """

    name: str
    subject: str
    classes: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()
    each: tuple[str, ...] = ()
    graph: str = ""


@dataclass
class Table:
    """A table of facts.

    Args:
        name: of the file, without ending.
        title: what it holds.
        key: the column that tells a row from all others.
        columns: in their order.
        rows: cells by column.
        places: where each row comes from, as messages name it: file and line, or file with pointer.
        nodes: what its rows say.
        dates: columns with dates of any precision.
        items: columns with items of Wikidata, as ``Q42`` or as an IRI.
        periods: pairs of columns, start and end.
        names: pairs of a column of names and the column of the entity.
    """

    name: str
    title: str
    key: str
    columns: list[Column]
    rows: list[dict[str, str]]
    places: list[tuple[str, int | None]] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    periods: list[tuple[str, str]] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)

    def find_column(self, name: str) -> Column | None:
        """The column of this name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class Term:
    """A class or property of the project's own that an import needs, and what is known of it."""

    name: str
    label: str
    comment: str
    is_class: bool = False


@dataclass
class Source:
    """A source of facts.

    Args:
        name: of its folder below ``facts/``.
        title: what it holds.
        tables: its tables.
        terms: the own terms that it needs.
        notes: what became of each column or member, in words, for the one who imports.
        unread: what is of no table, by its place.
    """

    name: str
    title: str
    tables: list[Table]
    terms: dict[str, Term] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unread: dict[str, Any] = field(default_factory=dict)
