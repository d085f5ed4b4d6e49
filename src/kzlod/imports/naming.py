"""Naming: reads a table of others with the roles of its columns, mints the things that its rows name."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kzlod.delimited import Delimited
from kzlod.errors import DataError, Problem, quote
from kzlod.imports.entities import Entities
from kzlod.imports.roles import Role, Roles, find_roles, normalise, read_roles
from kzlod.imports.slugs import Slugs, write_slug
from kzlod.imports.source import Source
from kzlod.imports.values import find_kind, find_separator, is_language, is_slashed, read_date, read_item

_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PRECISIONS: Final = {"9": len("YYYY"), "10": len("YYYY-MM"), "11": None, "12": None, "13": None, "14": None}
"""How much of a date is known by Wikidata's precision: year, month, day; below that no date says more."""

LIMITS: Final = {"latitude": 90, "longitude": 180}
"""What degrees go up to, and down to below 0."""


@dataclass
class Cells:
    """A column as it comes in.

    Args:
        header: as the file has it.
        name: as the table of facts has it.
        role: what it is.
        kind: what its cells are: text, date, item, iri, integer, decimal, boolean or language.
        separator: of lists, or None.
        values: by row, without white space at the ends; dates not more precise than the table says that they are.
        entities: the name of the column with the entities that these cells name, or "".
        tags: the name of the column with the languages of these cells, or "".
    """

    header: str
    name: str
    role: Role
    kind: str
    separator: str | None
    values: list[str]
    entities: str = ""
    tags: str = ""

    def __post_init__(self) -> None:
        self.written = self.values
        """The values as the file has them."""

    def split(self, number: int) -> list[str]:
        """The elements of a row's cell; one where the column holds no lists."""
        value = self.values[number]
        return value.split(self.separator) if self.separator and value else [value] if value else []


@dataclass
class NamedTable:
    """A table whose columns are known, and whose things have names.

    Args:
        file: the table as it comes in.
        name: of the table of facts.
        source: gets the table, its terms and notes.
        entities: the things of all tables of an import.
        language: the tag of names of which nothing else is known.
        given: roles by column, which go before what is known of names.
        order: of day, month and year in dates with slashes, as for ``read_date``.
    """

    file: Delimited
    name: str
    source: Source
    entities: Entities
    language: str
    given: dict[str, Role] = dataclasses.field(default_factory=dict)
    order: str = ""

    def name_things(self) -> None:
        """Read the columns and mint what has a name.

        Raises:
            DataError: there are no rows, or cells of a column of dates are none.
        """
        if not self.file.rows:
            raise DataError([Problem(self.file.shown, None, None, "the table has no rows: there is nothing to say", "rows")])
        cells = {header: [row.cells[header].strip() for row in self.file.rows] for header in self.file.columns}
        given = self._find_own_name(cells) | self.given
        self.roles: Roles = find_roles(cells, given)
        if whole := _join_names(cells, self.roles):
            cells["full name"] = whole
            parts = {column: role for column, role in self.roles.by_column.items() if role.field == "family"}
            self.roles = find_roles(cells, {**given, **parts, "full name": Role(field="name")})
        self._main = self.roles.main
        self._names = Slugs(frozenset({"rowid"}))
        self._columns = [self._read_column(header, values) for header, values in cells.items()]
        problems = [problem for column in self._columns for problem in (*self._find_problems(column), *self._limit_dates(column))]
        if problems:
            raise DataError(problems)
        self._entity = self._take_name("entity")
        self._key = self._find_key()
        self._mint()

    def _find_own_name(self, cells: dict[str, list[str]]) -> dict[str, Role]:
        """A column that is called as the table is holds the names: "planet" in planets.csv, if nothing is known of it."""
        own = [header for header in cells if write_slug(header) and write_slug(header) in (self.name, self.name.removesuffix("s"))]
        roles = find_roles(cells, {})
        if roles.kind or roles.find(field="name") or not own or roles.by_column[own[0]] != Role():
            return {}
        return {own[0]: Role(field="name")}

    def _take_name(self, text: str) -> str:
        return self._names.mint("", text.replace("_", " "), "column").replace("-", "_")

    def _read_column(self, header: str, values: list[str]) -> Cells:
        role = self.roles.by_column[header]
        wanted = read_roles()["properties"].get(role.field, {}).get("kind", "")
        if role.node and role.node == self._main:
            # The row is about one thing, so that these are no lists; several items are none of its own.
            role = Role() if role.part == "item" and find_kind(values) != "item" else role
        separator = None if wanted or (role.node and role.node == self._main) else find_separator(values)
        elements = [element for value in values for element in (value.split(separator) if separator else [value])]
        kind = find_kind(elements)
        if role.part == "label" or role.field in ("name", "alternate"):
            kind = "text"
        elif wanted == "date" or (kind == "integer" and _is_of_dates(header, elements)):
            kind = "date"
        elif wanted == "language":
            kind = "language" if all(map(is_language, values)) else "text"
        elif kind == "integer" and wanted == "decimal":
            kind = "decimal"
        elif wanted and kind != wanted:
            role = Role()
        if separator and kind == "date":
            kind = "text"
        return Cells(header, self._take_name(header), role, kind, separator, values)

    def _find_problems(self, column: Cells) -> Iterator[Problem]:
        limit = LIMITS.get(column.role.field) if column.kind == "decimal" else None
        for row, value in zip(self.file.rows, column.values, strict=True):
            if column.kind == "date" and value and read_date(value, self.order) is None:
                advice = "write YYYY, YYYY-MM or YYYY-MM-DD, with ~ or ? where it is unsure, or nothing where it is not known"
                if is_slashed(value):
                    advice = "say with --dates DMY or --dates MDY what comes first"
                message = f"{quote(value)} is no date: {advice}, or take the column as it is with --column text={column.header}"
                yield self.file.problem(row, column.header, message, "date")
            elif limit and value and not -limit <= float(value) <= limit:
                message = f"{quote(value)} is no {column.role.field}: it goes from -{limit} to {limit}"
                yield self.file.problem(row, column.header, message, "range")

    def _limit_dates(self, precision: Cells) -> Iterator[Problem]:
        """Shorten dates by the column of their precision, such as "start precision", in Wikidata's numbers."""
        header = normalise(precision.header)
        date = next((column for column in self._columns if header == f"{normalise(column.header)} precision"), None)
        if date is None or date.kind != "date" or precision.kind != "integer":
            return
        for row, number, value in zip(self.file.rows, precision.values, date.values, strict=True):
            if value and number and number not in _PRECISIONS:
                message = (
                    f"a date of precision {number} cannot be written: it goes from {min(_PRECISIONS, key=int)}, a year, to a day"
                )
                yield self.file.problem(row, precision.header, message, "date")
        date.values = [
            read[: _PRECISIONS.get(number)] if (read := read_date(value, self.order)) else value
            for number, value in zip(precision.values, date.values, strict=True)
        ]

    def _find(self, **wanted: str) -> Cells | None:
        header = self.roles.find(**wanted)
        found = next((column for column in self._columns if column.header == header), None)
        return found if found and all(getattr(found.role, part) == value for part, value in wanted.items()) else None

    def _find_key(self) -> Cells | None:
        """A column that is an id: each row has one, of its own."""
        column = self._find(field="id") or (self._find(node=self._main, part="item") if self._main else None)
        if column is None or not all(map(_KEY.fullmatch, column.values)) or len(set(column.values)) < len(column.values):
            return None
        return column

    # What is minted

    def _mint(self) -> None:
        known = read_roles()["nodes"]
        birth = self._find(field="birth")
        self._made: dict[str, list[str]] = {}
        # In the order of roles.toml, so that a state that is a country and a jurisdiction becomes a country.
        for node in sorted(self.roles.nodes(), key=list(known).index):
            label, item = self._find(node=node, part="label"), self._find(node=node, part="item")
            if label is None or (node == self._main):
                continue
            if label.separator or (item and item.separator):
                self._check_places(label, item)
            label.entities = self._take_name(f"{label.name}_entity")
            made = []
            for number in range(len(self.file.rows)):
                items = [read_item(element) or "" for element in item.split(number)] if item else []
                # An item may have no label, a name no item.
                labels = label.split(number) or [""] * len(items)
                items = items or [""] * len(labels)
                apart = birth.values[number] if birth and node == "person" else ""
                pairs = zip(labels, items, strict=True)
                made.append(" ".join(self.entities.name(known[node]["folder"], *pair, apart) for pair in pairs))
            self._made[label.entities] = made
        self._rows_entities = [self._name_row(number) for number in range(len(self.file.rows))]

    def _check_places(self, label: Cells, item: Cells | None) -> None:
        """Names and items of one list stand side by side."""
        problems = [
            self.file.problem(row, item.header, f"there are not as many as names in column {quote(label.header)}", "list")
            for number, row in enumerate(self.file.rows)
            if item and label.split(number) and item.split(number) and len(label.split(number)) != len(item.split(number))
        ]
        if problems:
            raise DataError(problems)

    def _name_row(self, number: int) -> str:
        """The thing that a row is about: of its name and item, or one of its own."""
        kind, known = self.roles.kind, read_roles()["nodes"]
        label = self._find(node=self._main, part="label") if self._main else self._find(field="name", language="")
        item = self._find(node=self._main, part="item") if self._main else self._find(field="wikidata")
        folder = known[self._main]["folder"] if self._main else str(kind.get("folder", "")) or _write_folder(self.name)
        name = label.values[number] if label else self._make_name(number)
        instead = self._key.values[number] if self._key else ""
        number_of_item = (read_item(item.values[number]) or "") if item and kind.get("name") != "holding" else ""
        return self.entities.name(folder, name or instead, number_of_item, f"{self.file.shown} {number}")

    def _make_name(self, number: int) -> str:
        """A name of what names the row: who holds what since when, or as ``made_names`` have it."""
        row = {
            role.node: self._find(node=role.node, part="label") for role in self.roles.by_column.values() if role.part == "label"
        }
        named = {node: column.values[number] for node, column in row.items() if column and column.values[number]}
        if self.roles.kind.get("name") == "holding":
            start = self._find(field="start")
            since = ((start.kind == "date" and read_date(start.values[number], self.order)) or "")[:4] if start else ""
            return " ".join(part for part in (named.get("person"), named.get("post") or named.get("organization"), since) if part)
        for template in self.roles.kind.get("made_names", ()):
            if all(node in named for node in re.findall(r"\{(\w+)\}", template)):
                made = str(template.format(**named))
                return made[0].upper() + made[1:]
        texts = (column.values[number] for column in self._columns if column.kind == "text" and column.role.field != "language")
        return next((text[:60] for text in texts if text), "")


def _join_names(cells: Mapping[str, Sequence[str]], roles: Roles) -> list[str]:
    """Whole names, where a table has only first and last ones."""
    given, family = roles.find(field="given"), roles.find(field="family")
    if given is None or family is None or roles.find(field="name") or roles.find(node="person") or "full name" in cells:
        return []
    return [" ".join(filter(None, pair)) for pair in zip(cells[given], cells[family], strict=True)]


def _is_of_dates(header: str, elements: Sequence[str]) -> bool:
    wanted = re.search(r"(?i)year|date|год|жыл", header) is not None
    return wanted and all(re.fullmatch("[12][0-9]{3}", element) for element in elements if element)


def _write_folder(name: str) -> str:
    return write_slug(name) or "thing"
