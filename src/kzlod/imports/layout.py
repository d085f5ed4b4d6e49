"""Layout: reads a table of others with the roles of its columns, yields a table of facts with what its rows say.

Every column stays; beside them stand the row's id and the entities that are minted. What is written otherwise than it was, such as
a date, stays in a column ``..._written``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any, Final

from kzlod.imports.naming import LIMITS, Cells, NamedTable
from kzlod.imports.roles import read_roles
from kzlod.imports.scripts import tag_name
from kzlod.imports.slugs import Slugs, write_slug
from kzlod.imports.source import ENTITY_FORMAT, Column, Node, Statement, Table, Term
from kzlod.imports.values import read_date, read_item
from kzlod.imports.writing import DATE

_TYPES: Final = {"integer": "integer", "decimal": "decimal", "boolean": "boolean", "iri": "anyURI", "language": "language"}
_ITEM: Final = {"base": "string", "format": r"(https?://(www\.)?wikidata\.org/(entity|wiki)/)?Q[1-9][0-9]*"}
_ENTITY: Final = {"base": "string", "format": ENTITY_FORMAT}


class Layout(NamedTable):
    """The layout of a table, in two steps: all tables name their things before any refers to one."""

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
        statements = [statement for column in self._columns for statement in self._state(table, column)]
        statements += self._state_made_name(table)
        table.nodes.insert(0, Node("row", self._row.subject, self._row.classes, tuple(statements)))
        self._relate(table)
        table.nodes = _join_nodes(table.nodes)
        if not table.names:
            self.source.notes.append(f"{self.file.shown}: nothing has a name: say which column holds names, with --column name=...")
        self.source.tables.append(table)
        return table

    @staticmethod
    def _add(table: Table, column: Column, values: Iterable[str]) -> None:
        table.columns.append(column)
        for row, value in zip(table.rows, values, strict=True):
            row[column.name] = value

    def _add_column(self, table: Table, column: Cells) -> None:
        values, separator = column.values, column.separator
        if column.kind == "date":
            read = [read_date(value, self.order) or "" for value in values]
            if read != column.written:
                title = f"{column.header}, as it is written"
                self._add(table, Column(self._take_name(f"{column.name}_written"), title), column.written)
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
        elif self._names_row(column):
            table.names.append((column.name, self._entity))
        if column.role.part == "label" or column.role.field in ("name", "alternate"):
            self._add_tags(table, column)

    def _names_row(self, column: Cells) -> bool:
        """Whether a column holds the names of what the rows are about."""
        role = column.role
        return bool(self._main and role.part == "label" and role.node == self._main) or (
            role.field == "name" and not column.separator
        )

    def _add_tags(self, table: Table, column: Cells) -> None:
        """Languages by row, where names are in a script that the language of the import is not written in."""
        language = self._find(field="language")
        if column.role.language or column.separator or (language and language.kind == "language"):
            return
        tags = [tag_name(value, self.language) if value else "" for value in column.values]
        if any(tag not in ("", self.language) for tag in tags):
            column.tags = self._take_name(f"{column.name}_language")
            self._add(table, Column(column.tags, f"The language or script of {column.header}", "language"), tags)

    @staticmethod
    def _describe(column: Cells) -> str | dict[str, Any]:
        if column.kind == "date":
            return dict(DATE)
        if column.kind == "item":
            return dict(_ITEM)
        if (limit := LIMITS.get(column.role.field)) and column.kind == "decimal":
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

    def _state(self, table: Table, column: Cells) -> Iterator[Statement]:
        """The statements that a column adds to the row's own; what it says of other things comes into their nodes."""
        role = column.role
        if role.node:
            yield from self._state_node(table, column)
            return
        entry = read_roles()["properties"].get(role.field, {})
        if role.field == "id" or (role.field == "language" and column.kind == "language"):
            if role.field == "id" and column is not self._key:
                predicate = self._make_term(column)
                self._note(column, f"{predicate}, for it is not in every row, with a value of its own")
                yield from self._state_value(table, column, predicate, self._row.subject)
            else:
                self._note(column, "the row's id" if role.field == "id" else "the language of its names")
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

    def _state_value(self, table: Table, column: Cells, predicate: str, subject: str) -> Iterator[Statement]:
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

    def _write_object(self, name: str, kind: str, column: Cells) -> tuple[str, str]:
        if column.role.part == "label" or column.role.field in ("name", "alternate"):
            return f"$({name})", self._find_tag(column)
        if kind == "iri":
            return f"$({name})~iri", ""
        if kind == "item":
            whole = any("/" in value for value in column.values)
            return (f"$({name})~iri" if whole else f"wd:$({name})~iri"), ""
        return f"$({name})", f"xsd:{kind}" if kind in ("integer", "decimal", "boolean") else ""

    def _find_tag(self, column: Cells) -> str:
        language = self._find(field="language")
        if column.role.language:
            return f"{column.role.language}~lang"
        if column.tags:
            return f"$({column.tags})~lang"
        return f"$({language.name})~lang" if language and language.kind == "language" else f"{self.language}~lang"

    def _state_period(self, table: Table, start: Cells, end: Cells) -> Iterator[Statement]:
        """EDTF and four bounds, by which periods of any precision are compared."""
        table.periods.append((start.name, end.name))
        yield Statement("k:edtf", f"$({start.name} {end.name} edtf)")
        yield Statement("k:earliestStart", f"$({start.name} first)", "xsd:date")
        yield Statement("k:latestStart", f"$({start.name} last)", "xsd:date")
        yield Statement("k:earliestEnd", f"$({end.name} first)", "xsd:date")
        yield Statement("k:latestEnd", f"$({end.name} last)", "xsd:date")

    def _state_node(self, table: Table, column: Cells) -> Iterator[Statement]:
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

    def _link(self, table: Table, column: Cells, node: str, name: str, each: tuple[str, ...]) -> Iterator[Statement]:
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

    def _state_item(self, table: Table, column: Cells, label: Cells | None, *, is_main: bool) -> Iterator[Statement]:
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

    def _make_term(self, column: Cells) -> str:
        name = _write_term(column.header, column.name)
        self.source.terms.setdefault(
            name, Term(name, column.header or column.name, f"Column {column.header} of {self.file.shown}.")
        )
        return f"ns:{name}"

    def _note(self, column: Cells, what: str) -> None:
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


def _write_term(text: str, instead: str) -> str:
    """A term's local name: words put together, with capitals from the second on."""
    words = (write_slug(text) or instead).replace("_", "-").split("-")
    return "".join([words[0], *(word[:1].upper() + word[1:] for word in words[1:])])
