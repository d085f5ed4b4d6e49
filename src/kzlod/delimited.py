"""CSV and TSV files of others: reads bytes, yields rows with the lines on which they start, or everything that is wrong.

They need not be in the one spelling of the facts tables: any quotes, line ends and a byte order mark will do. Lines that begin with
``#`` before the header are comments, as in CSVW's default dialect and in SSSOM.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from kzlod.errors import DataError, Problem, quote

_DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE: Final = 50
"""So many rows tell what stands between cells."""


@dataclass(frozen=True)
class Row:
    """A row: the line on which it starts, and its cells by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Delimited:
    """A file that has been read.

    Args:
        shown: its name in messages.
        comments: the lines before the header, without their ``#``.
        columns: in the order of the file.
        rows: likewise.
        delimiter: what stands between cells.
    """

    shown: str
    comments: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    delimiter: str = ","

    def problem(self, row: Row, column: str, message: str, rule: str) -> Problem:
        """A problem with a cell: its column is named, for it is not known where the cell begins."""
        return Problem(self.shown, row.line, None, f"column {quote(column)}: {message}", rule, row.cells.get(column))

    def need(self, columns: Iterable[str]) -> None:
        """Check that there are these columns.

        Raises:
            DataError: some are missing.
        """
        found = ", ".join(self.columns)
        problems = [
            Problem(
                self.shown, len(self.comments) + 1, None, f"there is no column {quote(name)}: there are {found}", "column", name
            )
            for name in columns
            if name not in self.columns
        ]
        if problems:
            raise DataError(problems)


def load_delimited(path: Path, shown: str) -> Delimited:
    """Read a file; it is TSV where it ends so, else CSV, also with the semicolons that spreadsheets write in many countries.

    Raises:
        DataError: as ``read_delimited``, or there is no such file.
    """
    try:
        data = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise DataError([Problem(shown, None, None, "there is no such file", "file")]) from None
    return read_delimited(data, shown, "\t" if path.suffix.lower() in {".tsv", ".tab"} else find_delimiter(data))


def read_delimited(data: bytes, shown: str, delimiter: str = ",", *, is_sheet: bool = False) -> Delimited:
    """Read a file whose first line, after comments, names its columns; an empty line is no row.

    Args:
        data: the file.
        shown: its name in messages.
        delimiter: what stands between cells.
        is_sheet: whether rows with nothing in any cell are none, and so are columns with neither a name nor cells.

    Raises:
        DataError: it is not UTF-8, has no header, names a column twice, or rows have too many or too few cells, or open quotes.

    >>> read_delimited(b"# of 2026\\nid,name\\n1,Ada\\n", "people.csv").rows
    (Row(line=3, cells={'id': '1', 'name': 'Ada'}),)
    """
    # Not splitlines: of other characters, such as U+2028, none ends a line.
    lines = io.StringIO(_decode(data, shown), newline="").readlines()
    comments = 0
    while comments < len(lines) and lines[comments].startswith("#"):
        comments += 1
    records = list(_read_records(lines[comments:], shown, delimiter, comments))
    if not records:
        raise DataError([Problem(shown, None, None, "the file is empty: its first line names the columns", "header")])
    (line, columns), *rows = _leave_out_blanks(records) if is_sheet else records
    problems = [
        Problem(shown, line, None, _refuse_name(name), "header", name)
        for place, name in enumerate(columns)
        if name in columns[:place]
    ]
    problems += [
        Problem(shown, line, None, f"the row has {len(cells)} cells, but there are {len(columns)} columns", "cells")
        for line, cells in rows
        if len(cells) != len(columns)
    ]
    if problems:
        raise DataError(problems)
    found = tuple(Row(line, dict(zip(columns, cells, strict=True))) for line, cells in rows)
    return Delimited(shown, tuple(text[1:].rstrip("\r\n") for text in lines[:comments]), tuple(columns), found, delimiter)


def _refuse_name(name: str) -> str:
    if name.strip():
        return f"the column {quote(name)} stands here a second time"
    return "a second column has no name: the first line names the columns, and nothing stands above it"


def _leave_out_blanks(records: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    header, *rows = [(line, cells) for number, (line, cells) in enumerate(records) if number == 0 or any(map(str.strip, cells))]
    filled = {place for _, cells in rows for place, cell in enumerate(cells) if cell.strip()}
    # Cells beyond the header are told with the line that has them.
    places = [place for place, name in enumerate(header[1]) if name.strip() or place in filled]
    if len(places) == len(header[1]) or any(len(cells) != len(header[1]) for _, cells in rows):
        return [header, *rows]
    return [(line, [cells[place] for place in places]) for line, cells in (header, *rows)]


def write_rows(columns: Iterable[str], rows: Iterable[Mapping[str, str]], delimiter: str = ",") -> bytes:
    """The rows as a file in the one spelling of the facts tables; a CR becomes a line feed, which every reader takes for the same.

    >>> write_rows(["id", "name"], [{"id": "1", "name": 'Ada "A" L.'}], "\\t").decode()
    'id\\tname\\n1\\t"Ada ""A"" L."\\n'
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    names = list(columns)
    writer.writerow(names)
    writer.writerows([row.get(name, "").replace("\r\n", "\n").replace("\r", "\n") for name in names] for row in rows)
    return out.getvalue().encode()


def find_delimiter(data: bytes) -> str:
    """What stands between the cells: that by which the first rows have equally many, and most; else the comma, if there is one.

    >>> find_delimiter(b"name;office (title, rank)\\nAda;Keeper\\n"), find_delimiter(b"name\\nAda; Ida\\n")
    (';', ',')
    """
    lines = data.decode("utf-8-sig", "replace").splitlines(keepends=True)
    header = next((number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")), 0)
    counts = {}
    for sign in _DELIMITERS:
        with suppress(csv.Error):
            rows = islice(csv.reader(lines[header:], delimiter=sign), _SAMPLE)
            counts[sign] = {len(cells) for cells in rows if cells}
    even = {sign: max(found) for sign, found in counts.items() if len(found) == 1 and max(found) > 1}
    if even:
        return max(even, key=lambda sign: even[sign])
    first = lines[header] if lines else ""
    return "," if "," in first else next((sign for sign in _DELIMITERS if sign in first), ",")


def _decode(data: bytes, shown: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = data.count(b"\n", 0, error.start) + 1, error.start - data.rfind(b"\n", 0, error.start)
        message = f"the byte 0x{data[error.start]:02X} is not UTF-8 here: save the file as UTF-8"
        raise DataError([Problem(shown, line, column, message, "encoding")]) from None


def _read_records(lines: list[str], shown: str, delimiter: str, before: int) -> Iterator[tuple[int, list[str]]]:
    """Each record that is no empty line, with the line on which it starts; there are others before these lines."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if cells:
                yield before + start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise DataError([Problem(shown, before + start, None, f"this is no row: {error}", "quoting")]) from None
