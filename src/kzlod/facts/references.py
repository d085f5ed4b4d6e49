"""References of tables: joins the tables of all sources by their foreign keys and checks every column that is named."""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from kzlod.errors import Problem, quote
from kzlod.facts.nodes import NodeReader
from kzlod.facts.roles import check_evidence_tables, check_role
from kzlod.facts.tables import ForeignKey, Table
from kzlod.tree import Node, Place

_KEY: Final = ("columnReference", "reference")
_REFERENCE: Final = ("resource", "columnReference")


def link_tables(found: Sequence[tuple[Table, tuple[Node, ...]]]) -> tuple[tuple[Table, ...], list[Problem]]:
    """Join tables.

    Args:
        found: tables without foreign keys, each with the nodes of its foreign keys.

    Returns:
        The tables with their foreign keys, and what is wrong with keys, references, pairs and roles.
    """
    linker = _Linker([table for table, _ in found])
    tables = tuple(replace(table, foreign_keys=tuple(linker.read_keys(table, nodes))) for table, nodes in found)
    problems = [*linker.problems, *_check_names(tables)]
    for table in tables:
        problems += [*_check_columns(table), *check_role(table)]
    problems += check_evidence_tables(tables)
    return tables, problems


class _Linker(NodeReader):
    def __init__(self, tables: Iterable[Table]) -> None:
        super().__init__()
        self.tables = {_normalize(table.path): table for table in tables}

    def read_keys(self, table: Table, nodes: Iterable[Node]) -> Iterator[ForeignKey]:
        for node in nodes:
            given = self.read_object(node, "a foreign key", _KEY)
            reference_node = given.get("reference") if given else None
            if given is None or reference_node is None:
                self.complain(node.place, "a foreign key has columnReference and reference")
                continue
            reference = self.read_object(reference_node, "a reference", _REFERENCE)
            resource = self.read_text(reference, "resource", "a reference") if reference else None
            if reference is None or resource is None:
                continue
            columns = self.read_texts(given.get("columnReference"), "columnReference")
            references = self.read_texts(reference.get("columnReference"), "columnReference")
            target = self.tables.get(_normalize(table.path.parent / resource))
            if target is None:
                self.complain(
                    reference.keys["resource"], f"no tables.json of the project describes a table {quote(resource)}", resource
                )
            elif len(columns) != len(references) or not columns:
                self.complain(node.place, "a foreign key and its reference name as many columns, at least one")
            elif self._check_target(table, columns, target, references, node.place):
                yield ForeignKey(columns, target.source, target.name, references, node.place)

    def _check_target(self, table: Table, columns: Sequence[str], target: Table, references: Sequence[str], place: Place) -> bool:
        before = len(self.problems)
        self.problems += _check_named(table, columns, place, "a foreign key", lists=len(columns) == 1)
        self.problems += _check_named(target, references, place, "a foreign key")
        return len(self.problems) == before


def _check_names(tables: Iterable[Table]) -> Iterator[Problem]:
    known: set[tuple[str, str]] = set()
    for table in tables:
        # DuckDB's names are the same in upper and lower case.
        name = (table.source.lower(), table.name.lower())
        if name in known:
            yield table.place.problem(f"there is a second table {quote(table.name)}", "tables", table.name)
        known.add(name)


def _check_columns(table: Table) -> Iterator[Problem]:
    yield from _check_named(table, table.primary_key, table.place, "the primary key")
    for pair in table.order:
        names = (pair.first, pair.second)
        yield from _check_named(table, names, pair.place, "an order")
        for column in (column for name in names if (column := table.find_column(name))):
            if not column.datatype.is_period:
                yield pair.place.problem(f"an order is of dates, not of column {quote(column.name)}", "tables", column.name)
    for pair in table.names:
        yield from _check_named(table, (pair.first, pair.second), pair.place, "a pair of name and entity")
    if table.acyclic is not None:
        names = (table.acyclic.first, table.acyclic.second)
        yield from _check_named(table, names, table.acyclic.place, "an acyclic relation", lists=True)


def _check_named(table: Table, names: Iterable[str], place: Place, what: str, *, lists: bool = False) -> Iterator[Problem]:
    for name in names:
        column = table.find_column(name)
        if column is None:
            yield place.problem(f"{what} names column {quote(name)}, which table {quote(table.name)} has not", "tables", name)
        elif column.separator and not lists:
            yield place.problem(f"{what} cannot use column {quote(name)}: its cells are lists", "tables", name)


def _normalize(path: Path) -> str:
    return os.path.normpath(path)
