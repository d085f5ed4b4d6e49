"""Layout: reads a table of others with the roles of its columns, yields a table of facts with what its rows say.

Every column stays; beside them stand the row's id and the entities that are minted. What is written otherwise than it was, such as
a date, stays in a column ``..._written``.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kzlod.delimited import Delimited
from kzlod.errors import DataError, Problem, quote
from kzlod.imports.entities import Entities
from kzlod.imports.roles import Role, Roles, find_roles, read_roles
from kzlod.imports.scripts import tag_name
from kzlod.imports.slugs import Slugs, write_slug
from kzlod.imports.source import ENTITY_FORMAT, Column, Node, Source, Statement, Table, Term
from kzlod.imports.values import find_kind, find_separator, is_language, read_date, read_item
from kzlod.imports.writing import DATE

_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_TYPES: Final = {"integer": "integer", "decimal": "decimal", "boolean": "boolean", "iri": "anyURI", "language": "language"}
_LIMITS: Final = {"latitude": 90, "longitude": 180}
_ITEM: Final = {"base": "string", "format": r"(https?://(www\.)?wikidata\.org/(entity|wiki)/)?Q[1-9][0-9]*"}
_ENTITY: Final = {"base": "string", "format": ENTITY_FORMAT}


@dataclass
class _Cells:
    """A column as it comes in.

    Args:
        header: as the file has it.
        name: as the table of facts has it.
        role: what it is.
        kind: what its cells are: text, date, item, iri, integer, decimal, boolean or language.
        separator: of lists, or None.
        values: by row, without white space at the ends.
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

    def split(self, number: int) -> list[str]:
        """The elements of a row's cell; one where the column holds no lists."""
        value = self.values[number]
        return value.split(self.separator) if self.separator and value else [value] if value else []


@dataclass
class Layout:
    """The layout of one table, in two steps: all tables name their things before any refers to one.

    Args:
        file: the table as it comes in.
        name: of the table of facts.
        source: gets the table, its terms and notes.
        entities: the things of all tables of an import.
        language: the tag of names of which nothing else is known.
        given: roles by column, which go before what is known of names.
    """

    file: Delimited
    name: str
    source: Source
    entities: Entities
    language: str
    given: dict[str, Role] = dataclasses.field(default_factory=dict)

    def name_things(self) -> None:
        """Read the columns and mint what has a name.

        Raises:
            DataError: there are no rows, or cells of a column of dates are none.
        """
        if not self.file.rows:
            raise DataError([Problem(self.file.shown, None, None, "the table has no rows: there is nothing to say", "rows")])
        cells = {header: [row.cells[header].strip() for row in self.file.rows] for header in self.file.columns}
        self.roles: Roles = find_roles(cells, self._find_own_name(cells) | self.given)
        self._main = self.roles.main
        self._names = Slugs(frozenset({"rowid"}))
        self._columns = [self._read_column(header, values) for header, values in cells.items()]
        problems = [problem for column in self._columns for problem in self._find_problems(column)]
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

    def _read_column(self, header: str, values: list[str]) -> _Cells:
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
        elif kind == "date" and not wanted and not any("-" in element for element in elements):
            kind = "text"
        elif kind == "integer" and wanted == "decimal":
            kind = "decimal"
        elif wanted and kind != wanted:
            role = Role()
        if separator and kind == "date":
            kind = "text"
        return _Cells(header, self._take_name(header), role, kind, separator, values)

    def _find_problems(self, column: _Cells) -> Iterator[Problem]:
        limit = _LIMITS.get(column.role.field) if column.kind == "decimal" else None
        for row, value in zip(self.file.rows, column.values, strict=True):
            if column.kind == "date" and value and read_date(value) is None:
                advice = "write YYYY, YYYY-MM or YYYY-MM-DD, with ~ or ? where it is unsure"
                message = f"{quote(value)} is no date: {advice}, or take the column as it is with --column text={column.header}"
                yield self.file.problem(row, column.header, message, "date")
            elif limit and value and not -limit <= float(value) <= limit:
                message = f"{quote(value)} is no {column.role.field}: it goes from -{limit} to {limit}"
                yield self.file.problem(row, column.header, message, "range")

    def _find(self, **wanted: str) -> _Cells | None:
        header = self.roles.find(**wanted)
        found = next((column for column in self._columns if column.header == header), None)
        return found if found and all(getattr(found.role, part) == value for part, value in wanted.items()) else None

    def _find_key(self) -> _Cells | None:
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
                labels = label.split(number)
                items = items or [""] * len(labels)
                apart = birth.values[number] if birth and node == "person" else ""
                pairs = zip(labels, items, strict=True)
                made.append(" ".join(self.entities.name(known[node]["folder"], *pair, apart) for pair in pairs))
            self._made[label.entities] = made
        self._rows_entities = [self._name_row(number) for number in range(len(self.file.rows))]

    def _check_places(self, label: _Cells, item: _Cells | None) -> None:
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
            since = start.values[number][:4] if start else ""
            return " ".join(part for part in (named.get("person"), named.get("post") or named.get("organization"), since) if part)
        for template in self.roles.kind.get("made_names", ()):
            if all(node in named for node in re.findall(r"\{(\w+)\}", template)):
                made = str(template.format(**named))
                return made[0].upper() + made[1:]
        texts = (column.values[number] for column in self._columns if column.kind == "text" and column.role.field != "language")
        return next((text[:60] for text in texts if text), "")

    # What is written

    def write(self) -> Table:
        """The table, which comes into the source with its terms; every table has named its things by now."""
        key = self._key.name if self._key else self._take_name("id" if self._find(field="id") is None else "row")
        title = f"The rows of {self.file.shown}, in their order"
        places: list[tuple[str, int | None]] = [(self.file.shown, row.line) for row in self.file.rows]
        table = Table(self.name, title, key, [], [{} for _ in places], places)
        if self._key is None:
            slugs = Slugs()
            ids = [slugs.mint("", entity.partition("/")[2], "row") for entity in self._rows_entities]
            self._add(table, Column(key, "Made of what the row names", {"base": "string"}), ids)
        self._add(table, Column(self._entity, "What the row is about", _ENTITY), self._rows_entities)
        for column in self._columns:
            self._add_column(table, column)
        self._row = Node("row", f"$({self._entity})~iri", self._find_classes())
        self._nodes: dict[str, Node] = {}
        statements = [statement for column in self._columns for statement in self._state(table, column)]
        statements += self._state_made_name(table)
        table.nodes.insert(0, Node("row", self._row.subject, self._row.classes, tuple(statements)))
        self._relate(table)
        table.nodes = _join_nodes(table.nodes)
        self.source.tables.append(table)
        return table

    @staticmethod
    def _add(table: Table, column: Column, values: Iterable[str]) -> None:
        table.columns.append(column)
        for row, value in zip(table.rows, values, strict=True):
            row[column.name] = value

    def _add_column(self, table: Table, column: _Cells) -> None:
        values, separator = column.values, column.separator
        if column.kind == "date":
            read = [read_date(value) or "" for value in values]
            if read != values:
                self._add(table, Column(self._take_name(f"{column.name}_written"), f"{column.header}, as it is written"), values)
                values = read
            table.dates.append(column.name)
        if column.kind == "item":
            table.items += [] if separator else [column.name]
        self._add(table, Column(column.name, column.header, self._describe(column), separator), values)
        if column.entities:
            listed = " " if separator else None
            self._add(table, Column(column.entities, f"What {column.header} names", _ENTITY, listed), self._made[column.entities])
            if not separator:
                table.names.append((column.name, column.entities))
        elif column.role.part == "label" and column.role.node == self._main:
            table.names.append((column.name, self._entity))
        if column.role.part == "label" or column.role.field in ("name", "alternate"):
            self._add_tags(table, column)

    def _add_tags(self, table: Table, column: _Cells) -> None:
        """Languages by row, where names are in a script that the language of the import is not written in."""
        language = self._find(field="language")
        if column.role.language or column.separator or (language and language.kind == "language"):
            return
        tags = [tag_name(value, self.language) if value else "" for value in column.values]
        if any(tag not in ("", self.language) for tag in tags):
            column.tags = self._take_name(f"{column.name}_language")
            self._add(table, Column(column.tags, f"The language or script of {column.header}", "language"), tags)

    @staticmethod
    def _describe(column: _Cells) -> str | dict[str, Any]:
        if column.kind == "date":
            return dict(DATE)
        if column.kind == "item":
            return dict(_ITEM)
        if (limit := _LIMITS.get(column.role.field)) and column.kind == "decimal":
            return {"base": "decimal", "minimum": -limit, "maximum": limit}
        return _TYPES.get(column.kind, "string")

    def _find_classes(self) -> tuple[str, ...]:
        kind = self.roles.kind
        if self._main:
            return tuple(read_roles()["nodes"][self._main]["classes"])
        if kind:
            return tuple(kind["classes"])
        name = _write_term(self.name, self.name)
        term = Term(name[:1].upper() + name[1:], self.name, f"What a row of {self.file.shown} is about.", is_class=True)
        self.source.terms[term.name] = term
        return (f"ns:{term.name}",)

    def _state(self, table: Table, column: _Cells) -> Iterator[Statement]:
        """The statements that a column adds to the row's own; what it says of other things comes into their nodes."""
        role = column.role
        if role.node:
            yield from self._state_node(table, column)
            return
        entry = read_roles()["properties"].get(role.field, {})
        if role.field == "id" or (role.field == "language" and column.kind == "language"):
            self._note(column, "the row's id" if role.field == "id" else "the language of its names")
            if role.field == "id" and column is not self._key:
                yield from self._state_value(table, column, self._make_term(column), self._row.subject)
            return
        predicate = entry.get("term") or self._make_term(column)
        subject = self._find_subject(str(entry.get("of", "")))
        made = list(self._state_value(table, column, predicate, subject or self._row.subject))
        if subject is None:
            yield from made
        elif made:
            table.nodes.append(Node(f"{column.name}_of_{entry['of']}", subject, (), tuple(made)))
        self._note(column, predicate if subject is None else f"{predicate} of the {entry['of']}")
        if role.field == "end" and (start := self._find(field="start")) and start.kind == column.kind == "date":
            yield from self._state_period(table, start, column)

    def _find_subject(self, node: str) -> str | None:
        """Whose a property is, where it is not the row's own."""
        label = self._find(node=node, part="label") if node and node != self._main else None
        return f"$({label.entities})~iri" if label and label.entities and not label.separator else None

    def _state_value(self, table: Table, column: _Cells, predicate: str, subject: str) -> Iterator[Statement]:
        name, kind = column.name, column.kind
        if column.separator:
            object_, type_ = self._write_object(f"{name} each", kind, column)
            statement = Statement(predicate, object_, type_)
            table.nodes.append(Node(name, subject, (), (statement,), each=(name,)))
        elif kind == "date":
            yield Statement(predicate, f"$({name} value)", f"xsd:$({name} type)")
        elif kind == "item":
            yield Statement(predicate, f"wd:$({name} item)~iri")
        else:
            yield Statement(predicate, *self._write_object(name, kind, column))

    def _write_object(self, name: str, kind: str, column: _Cells) -> tuple[str, str]:
        if column.role.part == "label" or column.role.field in ("name", "alternate"):
            return f"$({name})", self._find_tag(column)
        if kind == "iri":
            return f"$({name})~iri", ""
        if kind == "item":
            whole = any("/" in value for value in column.values)
            return (f"$({name})~iri" if whole else f"wd:$({name})~iri"), ""
        return f"$({name})", f"xsd:{kind}" if kind in ("integer", "decimal", "boolean") else ""

    def _find_tag(self, column: _Cells) -> str:
        language = self._find(field="language")
        if column.role.language:
            return f"{column.role.language}~lang"
        if column.tags:
            return f"$({column.tags})~lang"
        return f"$({language.name})~lang" if language and language.kind == "language" else f"{self.language}~lang"

    def _state_period(self, table: Table, start: _Cells, end: _Cells) -> Iterator[Statement]:
        """EDTF and four bounds, by which periods of any precision are compared."""
        table.periods.append((start.name, end.name))
        yield Statement("k:edtf", f"$({start.name} {end.name} edtf)")
        yield Statement("k:earliestStart", f"$({start.name} first)", "xsd:date")
        yield Statement("k:latestStart", f"$({start.name} last)", "xsd:date")
        yield Statement("k:earliestEnd", f"$({end.name} first)", "xsd:date")
        yield Statement("k:latestEnd", f"$({end.name} last)", "xsd:date")

    def _state_node(self, table: Table, column: _Cells) -> Iterator[Statement]:
        """What a column says that names a thing: the thing's name and item, and what the row has to do with it."""
        node = column.role.node
        is_main = node == self._main
        label = self._find(node=node, part="label")
        if column.role.part == "item":
            yield from self._state_item(table, column, label, is_main=is_main)
            return
        first = label is column
        statement = Statement("schema:name" if first else "schema:alternateName", f"$({column.name})", self._find_tag(column))
        if column.role.language and not is_main and label and label is not column and label.entities:
            statement = Statement("schema:name", f"$({column.name})", self._find_tag(column))
            table.nodes.append(Node(column.name, f"$({label.entities})~iri", (), (statement,)))
            self._note(column, f"schema:name of the {node}")
            return
        if is_main:
            predicate = "schema:name"
            self._note(column, predicate)
            yield from self._state_value(table, column, predicate, self._row.subject)
            return
        if not column.entities:
            self._note(column, "a name")
            yield from self._state_value(table, column, "schema:alternateName", self._row.subject)
            return
        classes = tuple(read_roles()["nodes"][node]["classes"])
        each = (column.name, column.entities) if column.separator else ()
        made = (f"{column.entities} each", f"{column.name} each") if each else (column.entities, column.name)
        name = Statement("schema:name", f"$({made[1]})", self._find_tag(column))
        table.nodes.append(Node(node, f"$({made[0]})~iri", classes, (name,), each))
        yield from self._link(table, column, node, made[0], each)

    def _link(self, table: Table, column: _Cells, node: str, name: str, each: tuple[str, ...]) -> Iterator[Statement]:
        links = self.roles.kind.get("links", {})
        between = any(entry["object"] == node and self._finds_between(entry) for entry in read_roles()["between"])
        if node not in links and between:
            self._note(column, f"the {node} of another thing of the row")
            return
        if node == "predecessor" and self.roles.kind.get("name") == "post":
            table.nodes.append(
                Node(f"{node}_of", f"$({name})~iri", (), (Statement("k:replacedBy", f"$({self._entity})~iri"),), each)
            )
            self._note(column, "k:replacedBy, from the other to this one")
            return
        predicate = links.get(node) or self._make_term(column)
        self._note(column, f"{predicate}, and the name of the {node}" if column.role.part == "label" else predicate)
        if each:
            table.nodes.append(Node(f"{node}_link", self._row.subject, (), (Statement(predicate, f"$({name})~iri"),), each))
        else:
            yield Statement(predicate, f"$({name})~iri")

    def _finds_between(self, entry: dict[str, Any]) -> bool:
        return self.roles.kind.get("name") in entry["kinds"] and self._find(node=entry["subject"], part="label") is not None

    def _state_item(self, table: Table, column: _Cells, label: _Cells | None, *, is_main: bool) -> Iterator[Statement]:
        """The item of a thing that has a name is what it is the same as; one without is referred to."""
        node = column.role.node
        if is_main or (label and label.entities):
            self._note(column, f"schema:sameAs of the {node}")
            subject = self._row.subject if is_main or label is None else f"$({label.entities})~iri"
            if column.separator and label:
                each = (column.name, label.entities)
                object_ = self._write_object(f"{column.name} each", "item", column)[0]
                same = Statement("schema:sameAs", object_)
                table.nodes.append(Node(column.name, f"$({label.entities} each)~iri", (), (same,), each))
            elif is_main:
                yield Statement("schema:sameAs", f"wd:$({column.name} item)~iri")
            else:
                same = Statement("schema:sameAs", f"wd:$({column.name} item)~iri")
                table.nodes.append(Node(column.name, subject, (), (same,)))
            return
        name = self._take_name(f"{column.name}_entity")
        listed = column.separator is not None
        values = [
            " ".join(self.entities.refer(read_item(element) or "") for element in column.split(number))
            for number in range(len(self.file.rows))
        ]
        self._add(table, Column(name, f"What {column.header} is about", "string", " " if listed else None), values)
        yield from self._link(table, column, node, f"{name} each" if listed else name, (name,) if listed else ())

    def _state_made_name(self, table: Table) -> Iterator[Statement]:
        """A name for what has none in the table, where its kind says how it is made."""
        if self.roles.kind.get("made_names") and self._find(field="name") is None:
            name = self._take_name("name")
            values = [self._make_name(number) for number in range(len(self.file.rows))]
            self._add(table, Column(name, "Made of what the row names"), values)
            table.names.append((name, self._entity))
            yield Statement("schema:name", f"$({name})", f"{self.language}~lang")

    def _relate(self, table: Table) -> None:
        """What the things beside the row's own have to do with each other."""
        for entry in read_roles()["between"]:
            subject = self._find(node=entry["subject"], part="label")
            object_ = self._find(node=entry["object"], part="label")
            whole = subject and object_ and subject.entities and object_.entities
            if subject and object_ and whole and not (subject.separator or object_.separator) and self._finds_between(entry):
                statement = Statement(entry["predicate"], f"$({object_.entities})~iri")
                name = f"{entry['subject']}_{entry['object']}"
                table.nodes.append(Node(name, f"$({subject.entities})~iri", (), (statement,)))

    def _make_term(self, column: _Cells) -> str:
        name = _write_term(column.header, column.name)
        self.source.terms.setdefault(
            name, Term(name, column.header or column.name, f"Column {column.header} of {self.file.shown}.")
        )
        return f"ns:{name}"

    def _note(self, column: _Cells, what: str) -> None:
        self.source.notes.append(f"{self.file.shown}: {column.header}: {what}")


def _join_nodes(nodes: Iterable[Node]) -> list[Node]:
    """One node for what is said of one thing, under the name of the first."""
    joined: dict[tuple[object, ...], Node] = {}
    for node in nodes:
        if node.classes or node.statements:
            key = (node.subject, node.each, node.graph)
            first = joined.get(key, Node(node.name, node.subject, each=node.each, graph=node.graph))
            classes = tuple(dict.fromkeys((*first.classes, *node.classes)))
            joined[key] = dataclasses.replace(first, classes=classes, statements=(*first.statements, *node.statements))
    return list(joined.values())


def _is_of_dates(header: str, elements: Sequence[str]) -> bool:
    wanted = re.search(r"(?i)year|date|год|жыл", header) is not None
    return wanted and all(re.fullmatch("[12][0-9]{3}", element) for element in elements if element)


def _write_folder(name: str) -> str:
    return write_slug(name) or "thing"


def _write_term(text: str, instead: str) -> str:
    """A term's local name: words put together, with capitals from the second on."""
    words = (write_slug(text) or instead).replace("_", "-").split("-")
    return "".join([words[0], *(word[:1].upper() + word[1:] for word in words[1:])])
