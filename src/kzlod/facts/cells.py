"""Rules of cells: checks each cell, and each pair of start and end, by one scan of a table and one more for each broken rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kzlod.dataset import Dataset
from kzlod.errors import quote
from kzlod.facts.datatypes import BASES, CellRule, earliest_day, latest_day
from kzlod.facts.places import Finding
from kzlod.facts.tables import Column, Pair, Table
from kzlod.quoting import write_text

_ELEMENT = CellRule(
    "list",
    lambda value: f"({value} <> '' AND {value} = trim({value}))",
    lambda value: f"{quote(value)} is no element of a list: it is empty or has spaces around it",
)


def split_cells(column: Column) -> str:
    """The SQL expression of the list of values of a cell."""
    return f"string_split({column.sql}, {write_text(column.separator)})" if column.separator else f"[{column.sql}]"


def find_bad_cells(dataset: Dataset, table: Table) -> Iterator[Finding]:
    """Yield each empty cell that must have a value, and each value that breaks a rule of its datatype."""
    checks = [check for column in table.columns for check in _list_checks(column)]
    if not checks:
        return
    counts = ", ".join(f"count_if({check.scan})" for check in checks)
    found = dataset.connection.execute(f"SELECT {counts} FROM {table.relation}").fetchone() or ()
    for check in (check for check, count in zip(checks, found, strict=True) if count):
        values = f"SELECT rowid AS number, {check.values} AS value FROM {table.relation}"
        query = f"SELECT number, value FROM ({values}) WHERE {check.is_bad}"
        for number, value in dataset.iter_rows(query):
            yield Finding(int(number), check.column.name, check.explain(value), check.name, value)


@dataclass(frozen=True)
class _Check:
    """A rule of a column: ``scan`` is the condition of a row that breaks it, ``is_bad`` that of one of its ``values``."""

    column: Column
    rule: CellRule | None

    @property
    def name(self) -> str:
        return self.rule.name if self.rule else "required"

    @property
    def values(self) -> str:
        return f"unnest({split_cells(self.column)})" if self.rule and self.column.separator else self.column.sql

    @property
    def is_bad(self) -> str:
        return self._write_bad("value")

    @property
    def scan(self) -> str:
        if self.rule and self.column.separator:
            return f"len(list_filter({split_cells(self.column)}, lambda value: {self._write_bad('value')})) > 0"
        return self._write_bad(self.column.sql)

    def _write_bad(self, value: str) -> str:
        if self.rule is None:
            return f"{value} IS NULL"
        # An empty element is said to be one, not to be no date as well; an empty cell is NULL.
        there = "IS NOT NULL" if self.rule is _ELEMENT else "<> ''"
        return f"({value} {there} AND NOT {self.rule.holds(value)})"

    def explain(self, value: str) -> str:
        return self.rule.explain(value) if self.rule else f"the cell is empty, but {quote(self.column.name)} must have a value"


def _list_checks(column: Column) -> Iterator[_Check]:
    if column.required:
        yield _Check(column, None)
    if column.separator:
        yield _Check(column, _ELEMENT)
    for rule in column.datatype.rules():
        yield _Check(column, rule)


def find_bad_order(dataset: Dataset, table: Table) -> Iterator[Finding]:
    """Yield each end that certainly lies before its start: its last possible day before the first possible day of the start."""
    for pair in table.order:
        for number, start, end in dataset.iter_rows(_write_order(table, pair)):
            message = f"{quote(end)} ({pair.second}) lies before {quote(start)} ({pair.first})"
            yield Finding(int(number), pair.second, message, "order", end)


def _write_order(table: Table, pair: Pair) -> str:
    columns = [table.get_column(pair.first), table.get_column(pair.second)]
    known = [f"{BASES[column.datatype.base].holds(column.sql)} AND {column.sql} <> '..'" for column in columns]
    start, end = (column.sql for column in columns)
    conditions = [*known, f"{latest_day(end)} < {earliest_day(start)}"]
    return f"SELECT rowid, {start}, {end} FROM {table.relation} WHERE {' AND '.join(conditions)}"
