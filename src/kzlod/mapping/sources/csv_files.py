"""CSV files: reads a logical source, yields a relation of texts.

DuckDB reads a file as it stands where it can. What it cannot read, and every file in a careful reading, is first read by
Python's csv module, which names the line of what is broken, and written anew in one plain form.
"""

from __future__ import annotations

import csv
import glob
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import Final

import duckdb

from kzlod.errors import ConfigurationError, quote
from kzlod.mapping.plan import Dialect, FileSource
from kzlod.mapping.relations import ALIAS, Relation, Value, find_clashes
from kzlod.mapping.sandbox import Sandbox
from kzlod.mapping.sources.csv_layout import LONGEST_LINE, count_lines, find_layout
from kzlod.mapping.sources.input_files import InputFile, open_input
from kzlod.quoting import write_name, write_text

# Where DuckDB looks for a header, or is told that lines end in CR LF, it loses rows without a word; of LF it has to be told, or
# else it takes the first line break for that of all lines, even inside a cell.
_READ: Final = """read_csv({path}, columns = {columns}, auto_detect = false, header = false, skip = {skip}, delim = {delimiter},
  quote = {quote}, escape = {escape}, nullstr = '', allow_quoted_nulls = {quoted_nulls},
  comment = '', encoding = 'utf-8', compression = '{compression}', hive_partitioning = false,
  strict_mode = true, null_padding = false, ignore_errors = false, max_line_size = {longest}, buffer_size = {buffer},
  parallel = {parallel}{ending})"""
# Four times the longest line: the smaller the buffers, the less waits in memory for its place in the output.
_BUFFER: Final = 1 << 23
_PLAIN: Final = Dialect(header=False)

_FAULTS: Final = {
    "unexpected end of data": "the quote that opens in this row is never closed",
    "new-line character": "a line break inside a cell without quotes",
}


@dataclass(frozen=True)
class _Text:
    """A file that DuckDB is to read: where it is and how it is written."""

    path: Path
    dialect: Dialect
    compression: str = "none"
    longest: int = LONGEST_LINE
    ending: str = "\n"
    parallel: bool = False


def bind_csv(
    connection: duckdb.DuckDBPyConnection, source: FileSource, references: Iterable[str], sandbox: Sandbox, *, careful: bool
) -> Relation:
    """The relation of a CSV file; an empty cell is no value, nor is one of the dialect's null words.

    Raises:
        ConfigurationError: the sandbox does not admit the file, or its dialect is none.
        DataError: there is no header; in a careful reading, or where DuckDB cannot read the file, any broken row.
    """
    names, text = sandbox.make_once((source, careful), lambda: _open_text(connection, source, sandbox, careful=careful))
    return relate_columns(_write_read(text, len(names)), names, references, source.dialect.null, text.path)


def _open_text(
    connection: duckdb.DuckDBPyConnection, source: FileSource, sandbox: Sandbox, *, careful: bool
) -> tuple[list[str], _Text]:
    check_dialect(source)
    file = open_input(source.path, source.dialect.encoding, source.place, sandbox)
    names, ending = read_header(file, source.dialect)
    text = None if careful or not ending else _find_text(connection, file, source.dialect, len(names), ending)
    if text is None:
        copy = sandbox.make_file(".csv")
        longest = copy_rows(file, source.dialect, copy)
        text = _Text(copy, _PLAIN, longest=max(longest, LONGEST_LINE))
    return names, text


def relate_columns(read: str, names: list[str], references: Iterable[str], null: tuple[str, ...], path: Path) -> Relation:
    """The relation of a table of texts.

    Args:
        read: SQL of the table, whose columns are c0, c1, ...
        names: of the columns; one that stands twice is no name of either.
        references: those that are none of the names are left out.
        null: texts that mean "no value".
        path: the file that is read.
    """
    columns = list(name_columns(names))
    cells = (_write_cell(f"c{number}", null) for number in range(len(names)))
    select = ", ".join(f"{cell} AS {write_name(column)}" for cell, column in zip(cells, columns, strict=True))
    times = Counter(names)
    known = {name: column for name, column in zip(names, columns, strict=True) if times[name] == 1}
    values = {name: Value(f"{ALIAS}.{write_name(known[name])}", "", is_list=False) for name in references if name in known}
    return Relation(f"SELECT {select} FROM {read}", values, (path,), tuple(names), find_clashes(names, columns))


def name_columns(names: Iterable[str]) -> Iterator[str]:
    """Names that SQL can tell apart, which it does without regard to case: the first of its kind stays as it is.

    >>> list(name_columns(["id", "ID", "", "id"]))
    ['id', 'ID_1', 'column', 'id_2']
    """
    taken: set[str] = set()
    for name in names:
        usable = name if name and ALIAS not in name and "\0" not in name else "column"
        free = next(text for text in chain([usable], (f"{usable}_{number}" for number in count(1))) if text.lower() not in taken)
        taken.add(free.lower())
        yield free


def summarise_error(error: Exception) -> str:
    """What an engine says of a failure: its first line, and of DuckDB's reader of CSV the one that names column and value.

    >>> summarise_error(ValueError('CSV Error on Line: 2\\nOriginal Line: 1,x\\nError when converting column "n". No number'))
    'CSV Error on Line: 2: Error when converting column "n". No number'
    """
    first, *others = str(error).splitlines() or [type(error).__name__]
    more = next((line for line in others if line.startswith("Error when")), "") if "CSV Error" in first else ""
    return f"{first}: {more}" if more else first


def check_dialect(source: FileSource) -> None:
    """Refuse a dialect that no CSV file can be written in.

    Raises:
        ConfigurationError: a mark that is not one character, or one character for two marks.
    """
    dialect = source.dialect
    marks = {"delimiter": dialect.delimiter, "quote": dialect.quote, "escape": dialect.escape}
    problems = [
        source.place.problem(f"{name} {quote(mark)} is not one character", "source", mark)
        for name, mark in marks.items()
        if (len(mark) != 1 and (mark or name == "delimiter")) or mark in {"\n", "\r", "\0"}
    ]
    if dialect.delimiter in {dialect.quote, dialect.escape}:
        problems.append(source.place.problem(f"{quote(dialect.delimiter)} cannot be delimiter and quote or escape", "source"))
    if problems:
        raise ConfigurationError(problems)


def _find_text(connection: duckdb.DuckDBPyConnection, file: InputFile, dialect: Dialect, width: int, ending: str) -> _Text | None:
    """How DuckDB can read a file as it stands without losing a row; None where it cannot.

    Its parallel reader loses rows where cells hold line breaks, and in some more files whose lines end in CR LF. The other one
    takes a quote that is never closed for the end of the file, so that its rows are counted. Comments would start inside of
    lines, and of escapes that are no quotes nothing is known here.
    """
    if not file.is_utf8 or dialect.comment or dialect.escape != dialect.quote or not dialect.quote.isascii():
        return None
    layout = find_layout(file, dialect.quote)
    if layout.is_long or (width == 1 and ending != "\n"):
        return None
    text = _Text(file.path, dialect, file.compression, ending=ending)
    if layout.is_flat and (ending == "\n" or not layout.has_quotes):
        return replace(text, parallel=True)
    try:
        (found,) = connection.execute(f"SELECT count(*) FROM {_write_read(text, width)}").fetchall()[0]
    except duckdb.Error:
        return None
    return text if found + dialect.header == count_lines(file, dialect.quote) else None


def read_header(file: InputFile, dialect: Dialect) -> tuple[list[str], str]:
    """The names of the columns, and what ends the first line; nothing where that line is not just the first row.

    Raises:
        DataError: there is no row, or it is broken.
    """
    with file.open_text() as text:
        start = text.readline()
        for line, row in iter_rows(chain([start], text), dialect, file):
            ending = start[len(start.rstrip("\r\n")) :]
            is_one_line = line == 1 and ending in {"\n", "\r\n"} and not any("\n" in cell or "\r" in cell for cell in row)
            names = row if dialect.header else [f"column{number}" for number in range(len(row))]
            return names, ending if is_one_line else ""
    raise file.fault(1, "the file has no row that could name its columns", "cells")


def iter_rows(lines: Iterable[str], dialect: Dialect, file: InputFile) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with the number of the line they start on; empty lines are none unless there is one column.

    Raises:
        DataError: a broken row, with its line; a row of another width than the first.
    """
    numbered = _Lines(lines, dialect.comment)
    width = 0
    # The limit is the module's own; it guards others, and is put back.
    limit = csv.field_size_limit(sys.maxsize)
    try:
        for row in csv.reader(numbered, _python_dialect(dialect)):
            cells = row or [""] * (width == 1)
            if cells:
                width = width or len(cells)
                if len(cells) != width:
                    message = f"the row has {len(cells)} cells, but there are {width} columns"
                    raise file.fault(numbered.first, message, "cells")
                yield numbered.first, cells
            numbered.is_start = True
    except csv.Error as error:
        known = next((message for start_of, message in _FAULTS.items() if str(error).startswith(start_of)), "")
        message = known or f"text follows the closing quote of a cell ({error})"
        if not known and numbered.first < numbered.last:
            message += f"; the row starts on line {numbered.first}, where a quote may be left open"
        raise file.fault(numbered.first if "unexpected end" in str(error) else numbered.last, message, "quoting") from None
    finally:
        csv.field_size_limit(limit)


def copy_rows(file: InputFile, dialect: Dialect, target: Path) -> int:
    """Write the rows of a file anew: UTF-8, comma, every cell in quotes, no header.

    Returns:
        A number of bytes that no row is longer than.
    """
    longest = 0
    with file.open_text() as lines, target.open("w", encoding="utf-8", newline="") as copy:
        rows = iter_rows(lines, dialect, file)
        if dialect.header:
            next(rows, None)
        for _, row in rows:
            line = write_row(row)
            # No character takes more than four bytes.
            longest = max(longest, 4 * len(line))
            copy.write(line)
    return longest


def write_row(cells: Iterable[str | None]) -> str:
    """A row in the plain form; a cell that is no value is empty, without quotes."""
    return ",".join("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"


def read_plain(path: Path, width: int, longest: int) -> str:
    """The SQL that reads rows in the plain form, with the columns c0, c1, ...; a cell in quotes is a value, even if empty."""
    return _write_read(_Text(path, _PLAIN, longest=max(longest, LONGEST_LINE)), width, quoted_nulls=False)


def _write_read(text: _Text, width: int, *, quoted_nulls: bool = True) -> str:
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(width))
    return _READ.format(
        path=write_text(glob.escape(str(text.path))),
        columns=f"{{{columns}}}",
        skip=int(text.dialect.header),
        delimiter=write_text(text.dialect.delimiter),
        quote=write_text(text.dialect.quote),
        escape=write_text(text.dialect.escape),
        quoted_nulls=str(quoted_nulls).lower(),
        compression=text.compression,
        longest=text.longest,
        buffer=max(_BUFFER, 2 * text.longest),
        parallel=str(text.parallel).lower(),
        ending=", new_line = '\\n'" if text.ending == "\n" else "",
    )


def _write_cell(cell: str, null: tuple[str, ...]) -> str:
    words = ", ".join(write_text(word) for word in null if word)
    return f"CASE WHEN {cell} NOT IN ({words}) THEN {cell} END" if words else cell


def _python_dialect(dialect: Dialect) -> type[csv.Dialect]:
    class Written(csv.Dialect):
        delimiter = dialect.delimiter
        quotechar = dialect.quote or None
        quoting = csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE
        escapechar = None if dialect.escape == dialect.quote else dialect.escape or None
        doublequote = dialect.escape == dialect.quote
        lineterminator = "\n"
        strict = True

    return Written


class _Lines:
    """Lines with their numbers; where a row starts, those that start with the comment's mark are left out."""

    def __init__(self, lines: Iterable[str], comment: str) -> None:
        self.numbered = zip(count(1), lines)
        self.comment = comment
        self.first = self.last = 0
        self.is_start = True

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.last, line = next(self.numbered)
        if self.is_start:
            while self.comment and line.startswith(self.comment):
                self.last, line = next(self.numbered)
            self.first, self.is_start = self.last, False
        # The sign of byte order is none of the first cell's characters.
        return line.removeprefix("\ufeff") if self.last == 1 else line
