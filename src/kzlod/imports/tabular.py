"""Tables of others: reads CSV and TSV files, yields a source of facts in which every row is a fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from kzlod.delimited import Delimited, read_delimited
from kzlod.errors import DataError, Problem, quote
from kzlod.imports.entities import Entities
from kzlod.imports.layout import Layout
from kzlod.imports.roles import read_given
from kzlod.imports.slugs import Slugs
from kzlod.imports.source import Source

_DELIMITERS: Final = (",", ";", "\t", "|")

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Reading:
    """How tables are read.

    Args:
        language: the tag of names of which nothing else is known.
        given: roles of columns as ``ROLE=NAME``.
        is_strict: whether a table must be of a known kind, such as office-holders, posts or missions.
    """

    language: str = "en"
    given: tuple[str, ...] = ()
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
        Layout(table, names.mint("", path.stem, "table"), source, entities, reading.language, roles)
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
    """Read a file whose delimiter is the one that its header has.

    Raises:
        DataError: as ``read_delimited``, or it cannot be read.
    """
    shown = path.as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError([Problem(shown, None, None, f"the file cannot be read: {error.strerror}", "file")]) from None
    header = next((line for line in data.split(b"\n") if line.strip() and not line.startswith(b"#")), b"")
    counts = {delimiter: header.count(delimiter.encode()) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: counts[delimiter])
    if path.suffix.lower() in {".tsv", ".tab"}:
        best = "\t"
    table = read_delimited(data, shown, "," if counts[","] else best)
    nul = [row for row in table.rows if any("\0" in cell for cell in row.cells.values())]
    if nul:
        raise DataError(Problem(shown, row.line, None, f"{quote(chr(0))} is no character of a text", "nul") for row in nul)
    return table


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
