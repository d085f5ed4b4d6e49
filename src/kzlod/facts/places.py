"""Places of cells: reads findings that name rows by number, yields problems with the line and column of the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from kzlod.dataset import Dataset
from kzlod.errors import Problem
from kzlod.facts.loading import open_bytes
from kzlod.facts.records import find_place, read_record
from kzlod.facts.tables import Table


@dataclass(frozen=True)
class Finding:
    """Something wrong with a cell of a table.

    Args:
        row: DuckDB's number of the row, from 0.
        column: name of the column.
        message, rule, value: as in a problem.
    """

    row: int
    column: str
    message: str
    rule: str
    value: str | None = None


class Span(NamedTuple):
    """A part of a file: line and column of its first character, and of the one after its last; from 1."""

    line: int
    column: int
    end_line: int
    end_column: int


class RowLines:
    """The lines of a table's rows."""

    def __init__(self, dataset: Dataset, table: Table) -> None:
        query = 'SELECT "row", shift FROM line_shifts WHERE source = $source AND "table" = $table ORDER BY "row"'
        names = {"source": table.source, "table": table.name}
        self.shifts: list[tuple[int, int]] = dataset.connection.execute(query, names).fetchall()

    def find_line(self, row: int) -> int:
        """The 1-based line on which a row starts."""
        number = bisect_right(self.shifts, row, key=lambda shift: shift[0])
        return row + 2 + (self.shifts[number - 1][1] if number else 0)


def locate_findings(dataset: Dataset, table: Table, findings: Iterable[Finding]) -> list[Problem]:
    """Give findings of one table their places; only their own lines are read again."""
    ordered = sorted(findings, key=attrgetter("row"))
    if not ordered:
        return []
    problems = []
    lines = RowLines(dataset, table)
    numbers = {column.name: number for number, column in enumerate(table.columns)}
    starts = _iter_starts(table, [lines.find_line(finding.row) for finding in ordered])
    with open_bytes(table.path) as data:
        for finding, (line, start) in zip(ordered, starts, strict=True):
            record = read_record(data, start, len(numbers), table.delimiter.encode())
            place = find_place(data, start, line, record.cells[numbers[finding.column]][0])
            problems.append(Problem(table.shown, *place, finding.message, finding.rule, finding.value))
    return problems


def locate_cells(table: Table, cells: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Span]:
    """Where cells are written, with their quotes.

    Args:
        table: whose file has been read.
        cells: the line on which the row starts, and the name of the column.
    """
    ordered = sorted(set(cells))
    numbers = {column.name: number for number, column in enumerate(table.columns)}
    spans = {}
    with open_bytes(table.path) as data:
        for (line, start), (_, column) in zip(_iter_starts(table, [line for line, _ in ordered]), ordered, strict=True):
            record = read_record(data, start, len(numbers), table.delimiter.encode())
            places = (find_place(data, start, line, offset) for offset in record.cells[numbers[column]])
            spans[line, column] = Span(*next(places), *next(places))
    return spans


def _iter_starts(table: Table, lines: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Each line, in ascending order, with the offset of its first byte."""
    with table.path.open("rb") as file:
        current, start = 1, 0
        for line in lines:
            if line > current:
                next(islice(file, line - current - 1, None))
                current, start = line, file.tell()
            yield line, start
