"""Tables of others: reads CSV and TSV files, yields a source of facts in which every row is a fact."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from kzlod.delimited import Delimited, find_delimiter, read_delimited
from kzlod.errors import DataError, Problem
from kzlod.imports.entities import Entities
from kzlod.imports.layout import Layout
from kzlod.imports.roles import read_given
from kzlod.imports.slugs import Slugs
from kzlod.imports.source import Source

_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel and OpenDocument begin: as ZIP, and as the older compound file."""

_SEPARATOR_LINE: Final = re.compile(rb"(?:\xef\xbb\xbf)?sep=(.)(?=\r?\n)")
"""What Excel understands as the delimiter of the lines below."""

_NO_VALUES: Final = (
    (re.compile(".*\0", re.DOTALL), "a NUL is no character of a text", "nul"),
    (re.compile(r"#(?:N/A|NV|[A-ZÀ-Þ0-9/]+[!?])$"), "this is an error of the spreadsheet, no value", "cell"),
    (re.compile(r"=[\w(+@-]"), "this is a formula: save the sheet with its values", "cell"),
)
"""Cells that say nothing of the world: a pattern, what is wrong, and the rule."""

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Reading:
    """How tables are read.

    Args:
        language: the tag of names of which nothing else is known.
        given: roles of columns as ``ROLE=NAME``.
        order: ``DMY`` or ``MDY`` for dates with slashes, or "" where there are none.
        is_strict: whether a table must be of a known kind, such as office-holders, posts or missions.
    """

    language: str = "en"
    given: tuple[str, ...] = ()
    order: str = ""
    is_strict: bool = False


def read_tables(files: Sequence[Path], name: str, entities: Entities, reading: Reading) -> Source:
    """Make a source of facts of tables.

    Args:
        files: CSV and TSV files, with any of the usual delimiters.
        name: of the source.
        entities: what is known already.
        reading: how.

    Raises:
        DataError: a file is no table, or has cells that are not what their column is; all files at once.
        ConfigurationError: a role is not known, or no file has such a column.
    """
    tables = collect(load_table, files)
    roles = read_given(reading.given, {table.shown: table.columns for table in tables})
    source = Source(name, f"Tables taken over from {', '.join(table.shown for table in tables)}", [])
    names = Slugs(frozenset({"qualifications"}))
    layouts = [
        Layout(table, names.mint("", path.stem, "table"), source, entities, reading.language, roles, reading.order)
        for path, table in zip(files, tables, strict=True)
    ]
    collect(Layout.name_things, layouts)
    if reading.is_strict:
        collect(_check_kind, layouts)
    for layout in layouts:
        layout.write()
    return source


def _check_kind(layout: Layout) -> None:
    if not layout.roles.kind:
        columns = ", ".join(layout.file.columns)
        message = f"it is not clear what a row is about: say which column is what with --column ROLE=NAME; there are {columns}"
        raise DataError([Problem(layout.file.shown, len(layout.file.comments) + 1, None, message, "column")])


def load_table(path: Path) -> Delimited:
    """Read a file as spreadsheet programs save them: with any delimiter, in UTF-8 or UTF-16.

    Raises:
        DataError: as ``read_delimited``, or it cannot be read, is a workbook, or has formulas and errors in its cells.
    """
    shown = path.as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError([Problem(shown, None, None, f"the file cannot be read: {error.strerror}", "file")]) from None
    data = _read_sheet(data, shown)
    delimiter = "\t" if path.suffix.lower() in {".tsv", ".tab"} else find_delimiter(data)
    if separator := _SEPARATOR_LINE.match(data):
        # A comment in its place keeps the lines as they are counted.
        data, delimiter = b"#" + data[separator.end() :], separator[1].decode()
    table = read_delimited(data, shown, delimiter, is_sheet=True)
    problems = [
        table.problem(row, column, message, rule)
        for row in table.rows
        for column, cell in row.cells.items()
        for pattern, message, rule in _NO_VALUES
        if pattern.match(cell)
    ]
    if problems:
        raise DataError(problems)
    return table


def _read_sheet(data: bytes, shown: str) -> bytes:
    """The text of a sheet in UTF-8, where a spreadsheet program has saved it in UTF-16; a workbook is none.

    Raises:
        DataError: it is a workbook, or broken.
    """
    if data.startswith(_WORKBOOKS):
        message = "this is a workbook, not a table as text: save its sheet as CSV in UTF-8"
        raise DataError([Problem(shown, None, None, message, "workbook")])
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data
    try:
        return data.decode("utf-16").encode()
    except UnicodeError as error:
        raise DataError([Problem(shown, None, None, f"the text is no UTF-16: {error}", "encoding")]) from None


def collect(step: Callable[[Given], Made], things: Iterable[Given]) -> list[Made]:
    """Do a step with all things, and tell what is wrong with any of them at once.

    Raises:
        DataError: with the problems of all.
    """
    made: list[Made] = []
    problems: list[Problem] = []
    for thing in things:
        try:
            made.append(step(thing))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return made
