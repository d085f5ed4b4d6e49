"""What is matched: reads a table, or the dataset's own things of a kind, yields names with what is known beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kzlod.delimited import load_delimited
from kzlod.errors import ConfigurationError, DataError, Problem, quote
from kzlod.links.curies import Curies
from kzlod.links.ids import Ids, read_space
from kzlod.project import Project
from kzlod.proposals.asking import Query
from kzlod.proposals.things import Things

_SEPARATOR = "|"
"""What stands between several values in a cell."""


@dataclass(frozen=True)
class Subject:
    """A row to be matched.

    Args:
        number: of the row, from 1.
        value: its name.
        iri: its own, or "" where it has none.
        cells: by column.
    """

    number: int
    value: str
    iri: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Subjects:
    """The rows of a table, and its columns."""

    columns: tuple[str, ...]
    rows: tuple[Subject, ...]


@dataclass(frozen=True)
class Columns:
    """Which columns of a table are used beside that of the names.

    Args:
        properties: ids of properties of the service, each with the column of its values.
        ids: the column of the rows' own ids, or "" where they have none.
        space: what the IRIs of bare ids begin with, or its prefix; "" where that is the dataset's base.
    """

    properties: tuple[tuple[str, str], ...] = ()
    ids: str = ""
    space: str = ""


def read_subjects(project: Project, file: Path, column: str, columns: Columns) -> Subjects:
    """Read a CSV or TSV file.

    Args:
        project: whose prefixes ids may have.
        file: the table.
        column: that of the names.
        columns: the others that are used.

    Raises:
        ConfigurationError: the beginning of ids is no IRI and no prefix.
        DataError: the file is no table, has not these columns, or an id is none.
    """
    table = load_delimited(file, project.show(file))
    table.need(dict.fromkeys(filter(None, [column, *(name for _, name in columns.properties), columns.ids])))
    prefixes = project.prefixes.namespaces
    space = read_space(columns.space, prefixes) if columns.space else project.base
    if not space:
        message = f"{quote(columns.space)} is no IRI, and no prefix of kzlod.toml"
        raise ConfigurationError([Problem("--space", None, None, message, "space", columns.space)])
    ids = Ids(Curies(prefixes), space)
    written = [row.cells[columns.ids].strip() if columns.ids else "" for row in table.rows]
    problems = [
        table.problem(row, columns.ids, f"{quote(text)} is no id of a thing", "id")
        for row, text in zip(table.rows, written, strict=True)
        if text and not ids.read(text)
    ]
    if problems:
        raise DataError(problems)
    rows = enumerate(zip(table.rows, written, strict=True), 1)
    return Subjects(
        table.columns,
        tuple(Subject(number, row.cells[column].strip(), ids.read(text), row.cells) for number, (row, text) in rows),
    )


def list_subjects(project: Project, things: Things, kind: str, columns: Columns) -> Subjects:
    """The dataset's things of a kind as a table of ids, names and properties, which are prefixed names such as schema:birthDate.

    Raises:
        ConfigurationError: there are none, or a property has no known prefix.
    """
    curies = Curies(project.prefixes.namespaces)
    predicates = {name: curies.expand(name) for _, name in columns.properties}
    problems = [
        Problem("--property", None, None, f"{quote(name)} is no property by a prefix of kzlod.toml", "property", name)
        for name, iri in predicates.items()
        if not iri
    ]
    if problems:
        raise ConfigurationError(problems)
    rows = []
    for number, iri in enumerate(things.list_kind(kind), 1):
        values = {name: _SEPARATOR.join(things.list_values(iri, predicate)) for name, predicate in predicates.items()}
        cells = {"id": iri.removeprefix(project.base), "name": things.find_name(iri), **values}
        rows.append(Subject(number, cells["name"], iri, cells))
    return Subjects(("id", "name", *predicates), tuple(rows))


def make_query(subject: Subject, columns: Columns, limit: int, type_: str = "") -> Query:
    """What a service is asked for a row.

    Args:
        subject: the row.
        columns: of its properties; several values of one stand between bars.
        limit: of candidates.
        type_: the id of the type that they have, or "".

    >>> row = Subject(1, "Ada", "", {"born": "1815", "posts": "a|b"})
    >>> make_query(row, Columns((("P569", "born"), ("P39", "posts"))), 5)["properties"]
    [{'pid': 'P569', 'v': '1815'}, {'pid': 'P39', 'v': ['a', 'b']}]
    """
    query: dict[str, Any] = {"query": subject.value, "limit": limit}
    if type_:
        query["type"] = type_
    values = [(id_, subject.cells[column].strip().split(_SEPARATOR)) for id_, column in columns.properties]
    if properties := [{"pid": id_, "v": each[0] if len(each) == 1 else each} for id_, each in values if each != [""]]:
        query["properties"] = properties
    return query
