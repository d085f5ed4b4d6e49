"""Loading: reads the CSV files of the tables, fills DuckDB tables of texts and the relation of the facts' rows.

A cell is loaded as it is written, an empty one as NULL. DuckDB counts the rows of a table from 0 in the order of the file
(``rowid``), so that a row's line is ``rowid + 2`` and the shift of its table's ``line_shifts``.
"""

from __future__ import annotations

import glob
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final

from kzlod.dataset import Dataset
from kzlod.errors import EngineError, Problem
from kzlod.facts.spelling import Spelling, check_spelling
from kzlod.facts.tables import KEYED, Column, Table
from kzlod.quoting import write_name, write_text

_RELATIONS: Final = """
CREATE TABLE line_shifts (source VARCHAR NOT NULL, "table" VARCHAR NOT NULL, "row" BIGINT NOT NULL, shift BIGINT NOT NULL);
CREATE TABLE unread_tables (source VARCHAR NOT NULL, "table" VARCHAR NOT NULL)"""

# DuckDB's parallel reader takes quotes at the edges of its buffers for others and then refuses good files; it is no faster.
_READ: Final = """
INSERT INTO {relation} SELECT {cells} FROM read_csv($path, columns = {columns}, auto_detect = false, header = false, skip = 1,
  delim = $delimiter, quote = '"', escape = '"', nullstr = '', new_line = '\\n', comment = '', encoding = 'utf-8',
  compression = 'none', hive_partitioning = false, strict_mode = true, parallel = false, max_line_size = $longest)"""
_SMALLEST_LINE: Final = 1 << 21

_FACT_ROWS: Final = """
INSERT INTO fact_rows SELECT $source, $table, loaded.key, $shown, loaded.number + 2 + coalesce(shifts.shift, 0)
FROM (SELECT {key} AS key, rowid AS number FROM {relation}) AS loaded
ASOF LEFT JOIN (SELECT "row" AS number, shift FROM line_shifts WHERE source = $source AND "table" = $table) AS shifts
ON loaded.number >= shifts.number
WHERE loaded.key IS NOT NULL"""


def create_tables(dataset: Dataset, tables: Iterable[Table]) -> None:
    """Make the DuckDB tables, empty: ``"<source>"."<table>"`` with a VARCHAR column for each column.

    Args:
        dataset: a dataset that has none yet.
        tables: as ``load_tables`` gives them.
    """
    dataset.connection.execute(_RELATIONS)
    for table in tables:
        dataset.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {write_name(table.source)}")
        columns = ", ".join(f"{column.sql} VARCHAR" for column in table.columns)
        dataset.connection.execute(f"CREATE TABLE {table.relation} ({columns})")


def fill_tables(dataset: Dataset, tables: Iterable[Table]) -> list[Problem]:
    """Read the CSV files into the DuckDB tables, and their rows into the relation ``fact_rows``.

    A row that cannot be read is left out; a table without a file or with another header stays empty and is noted in the
    relation ``unread_tables``, so that no check blames others for what it should hold.

    Args:
        dataset: a dataset in which ``create_tables`` made the tables.
        tables: the same tables.

    Returns:
        Every breach of the one spelling (see ``spelling``), in no particular order.

    Raises:
        EngineError: DuckDB read another number of rows than there are.
    """
    return [problem for table in tables for problem in _fill_table(dataset, table)]


def list_unread(dataset: Dataset) -> frozenset[tuple[str, str]]:
    """Source and name of each table whose file could not be read."""
    return frozenset(dataset.connection.execute("SELECT * FROM unread_tables").fetchall())


@contextmanager
def open_bytes(path: Path) -> Iterator[bytes | mmap]:
    """The bytes of a file, mapped and not copied, so that a large file costs no memory.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        # An empty file cannot be mapped.
        if not file.read(1):
            yield b""
            return
        with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            yield data


def _fill_table(dataset: Dataset, table: Table) -> list[Problem]:
    names = {"source": table.source, "table": table.name}
    problems: list[Problem] = []
    try:
        with open_bytes(table.path) as data:
            spelling = check_spelling(data, table.shown, [column.name for column in table.columns], table.delimiter)
            problems += spelling.problems
            if spelling.readable:
                _load_rows(dataset, table, data, spelling)
    except FileNotFoundError:
        problems.append(Problem(table.shown, None, None, "there is no such file, but tables.json describes it", "file"))
    except OSError as error:
        problems.append(Problem(table.shown, None, None, f"the file cannot be read: {error.strerror}", "file"))
    else:
        if spelling.readable:
            _note_rows(dataset, table, spelling)
            return problems
    dataset.connection.execute("INSERT INTO unread_tables VALUES ($source, $table)", names)
    return problems


def _load_rows(dataset: Dataset, table: Table, data: bytes | mmap, spelling: Spelling) -> None:
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(table.columns)))
    cells = ", ".join(_write_cell(column, f"c{number}") for number, column in enumerate(table.columns))
    query = _READ.format(relation=table.relation, cells=cells, columns=f"{{{columns}}}")
    with _without_gaps(table.path, data, spelling.gaps) as path:
        parameters = {"path": path, "delimiter": table.delimiter, "longest": max(_SMALLEST_LINE, spelling.longest)}
        (loaded,) = dataset.connection.execute(query, parameters).fetchone() or (0,)
    if loaded != spelling.rows:
        message = f"DuckDB read {loaded} rows where {spelling.rows} are written"
        raise EngineError([Problem(table.shown, None, None, message, "engine")])


def _write_cell(column: Column, cell: str) -> str:
    if not column.null:
        return cell
    return f"CASE WHEN {cell} NOT IN ({', '.join(write_text(word) for word in column.null)}) THEN {cell} END"


@contextmanager
def _without_gaps(path: Path, data: bytes | mmap, gaps: list[tuple[int, int]]) -> Iterator[str]:
    """A pattern of the file without these ranges of bytes: of itself where there are none, else of a copy for a while."""
    if not gaps:
        # DuckDB takes a path for a pattern and would read a1.csv for a[1].csv.
        yield glob.escape(str(path))
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "rows.csv"
        with copy.open("wb") as file, memoryview(data) as view:
            start = 0
            for gap_start, gap_end in [*gaps, (len(data), len(data))]:
                file.write(view[start:gap_start])
                start = gap_end
        yield glob.escape(str(copy))


def _note_rows(dataset: Dataset, table: Table, spelling: Spelling) -> None:
    names = {"source": table.source, "table": table.name}
    if spelling.shifts:
        rows, shifts = (list(numbers) for numbers in zip(*spelling.shifts, strict=True))
        query = "INSERT INTO line_shifts SELECT $source, $table, unnest($rows), unnest($shifts)"
        dataset.connection.execute(query, {**names, "rows": rows, "shifts": shifts})
    if table.role in KEYED:
        key = write_name(table.primary_key[0])
        dataset.connection.execute(_FACT_ROWS.format(key=key, relation=table.relation), {**names, "shown": table.shown})
