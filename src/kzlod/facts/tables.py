"""What a table of facts is: its columns, keys, references and role, as tables.json declares them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kzlod.facts.datatypes import Datatype
from kzlod.quoting import write_name
from kzlod.tree import Place

PROJECT: Final = "project"
"""The source of the tables that lie directly in ``facts/``."""

KEYED: Final = ("facts", "codes", "identities", "lookalikes", "conflicts", "withdrawals", "documents")
"""Roles of tables in which each row has an id: a primary key of one column."""

EVIDENT: Final = ("facts", "documents")
"""Roles of tables in which each row needs evidence, if its source has a table of evidence."""


@dataclass(frozen=True)
class Column:
    """A column.

    Args:
        name: its name, which is also its cell in the header line.
        required: whether a cell may not be empty; true for the columns of a primary key.
        datatype: what each cell must be, or each element of a list.
        separator: what stands between the elements of a list, or None where a cell is one value.
        null: the words that mean "no value", beside the empty cell.
    """

    name: str
    required: bool
    datatype: Datatype
    separator: str | None
    null: tuple[str, ...]
    place: Place

    @property
    def sql(self) -> str:
        """The name, quoted for SQL."""
        return write_name(self.name)


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values must stand in columns of another table, or of the same.

    Args:
        columns: names of the referring columns.
        source, table: the table referred to.
        references: names of the columns referred to, as many as ``columns``.
    """

    columns: tuple[str, ...]
    source: str
    table: str
    references: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Pair:
    """Two columns that belong together: start and end, child and parent, or name and entity."""

    first: str
    second: str
    place: Place


@dataclass(frozen=True)
class Table:
    """A CSV or TSV file and what tables.json says of it.

    Args:
        source: name of the source, ``project`` for the tables directly in ``facts/``.
        name: name of the file up to its first point.
        path: the file.
        shown: the file as messages name it.
        columns: in the order of the file.
        primary_key: names of the columns that tell a row from all others; empty where there is none.
        foreign_keys: references to other tables.
        role: ``facts``, ``codes``, ``identities``, ``evidence``, ``documents``, ``qualifications`` or another of ``roles.ROLES``.
        order: pairs of start and end.
        acyclic: child and parent of a relation that has no cycle.
        names: pairs of a column that holds a name and the column of the entity that it names.
        title: what tables.json calls it, or its name.
        place: where tables.json declares the table.
    """

    source: str
    name: str
    path: Path
    shown: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...]
    role: str
    order: tuple[Pair, ...]
    acyclic: Pair | None
    names: tuple[Pair, ...]
    title: str
    place: Place

    @property
    def relation(self) -> str:
        """The name of the DuckDB table, quoted for SQL."""
        return f"{write_name(self.source)}.{write_name(self.name)}"

    @property
    def delimiter(self) -> str:
        """What stands between the cells: a tab in a ``.tsv`` file, else a comma."""
        return "\t" if self.path.suffix == ".tsv" else ","

    def find_column(self, name: str) -> Column | None:
        """The column of this name."""
        return next((column for column in self.columns if column.name == name), None)

    def get_column(self, name: str) -> Column:
        """The column of a name that tables.json was checked for.

        Raises:
            KeyError: there is none.
        """
        column = self.find_column(name)
        if column is None:
            raise KeyError(name)
        return column
