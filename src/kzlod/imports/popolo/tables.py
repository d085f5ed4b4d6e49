"""Tables of Popolo: reads things with their entities, adds the tables of them and of their parts to a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kzlod.imports.popolo.things import (
    EMPTY,
    UNNAMED,
    Popolo,
    Thing,
    iter_items,
    list_targets,
    read_spec,
    write_pointer,
    write_value,
)
from kzlod.imports.scripts import tag_name
from kzlod.imports.slugs import Slugs
from kzlod.imports.source import ENTITY_FORMAT, Column, Node, Source, Statement, Table, Term
from kzlod.imports.values import find_kind, is_address, is_language, read_date
from kzlod.imports.writing import DATE
from kzlod.terms import WIKIDATA

_ENTITY: Final = {"base": "string", "format": ENTITY_FORMAT}
_PERIODS: Final = (("start_date", "end_date"),)


class _Writer:
    """Fills one table, column by column; a column without a value is left out."""

    def __init__(self, source: Source, name: str, title: str, things: list[Thing], found: Popolo) -> None:
        self.things, self.found, self.language = things, found, found.language
        self.source = source
        places: list[tuple[str, int | None]] = [(thing.pointer, None) for thing in things]
        self.table = Table(name, title, "id", [], [{} for _ in things], places)
        self.statements: list[Statement] = []

    def add(self, column: Column, values: list[str]) -> bool:
        """Add a column, if it has any value."""
        if not any(values):
            return False
        self.table.columns.append(column)
        for row, value in zip(self.table.rows, values, strict=True):
            row[column.name] = value
        return True

    def add_member(self, name: str, entry: Mapping[str, Any]) -> None:
        """Add the column of a member, and state it."""
        values = [write_value(thing.data.get(name)) for thing in self.things]
        kind, term = entry.get("kind", "text"), self.write_term(entry.get("term", ""), name)
        if kind == "date":
            self.add_date(name, values, term)
        elif kind == "language":
            tags = self.list_tags(values)
            if self.add(Column(name), values):
                self.add(Column(f"{name}_language", f"The language or script of {name}", "language"), tags)
                self.statements.append(Statement(term, f"$({name})", f"$({name}_language)~lang"))
        else:
            datatype, form, type_ = self.find_form(kind, values)
            if self.add(Column(name, datatype=datatype), values) and kind != "tag":
                self.statements.append(Statement(term, f"$({name}){form}", type_))

    @staticmethod
    def find_form(kind: str, values: list[str]) -> tuple[str, str, str]:
        """Datatype, ending and type of values, which are texts where not all of them are what they should be."""
        if kind == "iri" and all(map(is_address, filter(None, values))):
            return "anyURI", "~iri", ""
        return (kind, "", f"xsd:{kind}") if kind in ("integer", "boolean") and find_kind(values) == kind else ("string", "", "")

    def add_date(self, name: str, values: list[str], term: str) -> None:
        self.complain(name, values, read_date, "is no date: Popolo has YYYY, YYYY-MM and YYYY-MM-DD")
        read = [read_date(value) or "" for value in values]
        if read != values:
            self.add(Column(f"{name}_written", f"{name}, as it is written"), values)
        if self.add(Column(name, datatype=dict(DATE)), read):
            self.table.dates.append(name)
            self.statements.append(Statement(term, f"$({name} value)", f"xsd:$({name} type)"))

    def add_reference(self, name: str, reference: Mapping[str, Any]) -> None:
        """Add the column of an id of another thing, and of the entity that it means."""
        values = [write_value(thing.data.get(name)) for thing in self.things]
        tables = list(list_targets(reference).values())
        found = [next(filter(None, (self.found.ids.get((table, value), "") for table in tables)), "") for value in values]
        known = dict(zip(values, found, strict=True))
        self.complain(name, values, known.get, f"is no id of {' or '.join(tables)}", "reference")
        if self.add(Column(name), values):
            self.add(Column(f"{name}_entity", f"What {name} means", _ENTITY), found)
            self.statements.append(Statement(self.write_term(reference["term"], name), f"$({name}_entity)~iri"))

    def add_period(self) -> None:
        """EDTF and four bounds of start and end."""
        for start, end in _PERIODS:
            if start in self.table.dates and end in self.table.dates:
                self.table.periods.append((start, end))
                self.statements += [
                    Statement("k:edtf", f"$({start} {end} edtf)"),
                    Statement("k:earliestStart", f"$({start} first)", "xsd:date"),
                    Statement("k:latestStart", f"$({start} last)", "xsd:date"),
                    Statement("k:earliestEnd", f"$({end} first)", "xsd:date"),
                    Statement("k:latestEnd", f"$({end} last)", "xsd:date"),
                ]

    def complain(self, name: str, values: list[str], holds: Any, message: str, rule: str = "value") -> None:
        for thing, value in zip(self.things, values, strict=True):
            if value and not holds(value):
                self.found.complain(f"{thing.pointer}/{name}", f"'{value[:80]}' {message}", rule, value)

    def list_tags(self, values: list[str]) -> list[str]:
        """The language of each text: the one that is given beside it, or that of the import, or its script alone."""
        given = [write_value(thing.data.get("lang")) for thing in self.things]
        return [
            (tag if tag and is_language(tag) else tag_name(value, self.language)) if value else ""
            for tag, value in zip(given, values, strict=True)
        ]

    def write_term(self, term: str, member: str) -> str:
        """A term as the mapping has it; one of the project's own is noted."""
        if term.startswith("ns:"):
            name = term.removeprefix("ns:")
            label = member.removesuffix("_id").replace("_", " ")
            self.source.terms.setdefault(name, Term(name, label, f"The member {member} of Popolo."))
        return term

    def finish(self, subject: str, classes: tuple[str, ...], before: list[Node]) -> None:
        self.table.nodes = [*before, Node("row", subject, classes, tuple(self.statements))]
        self.source.tables.append(self.table)


def write_things(source: Source, name: str, things: list[Thing], found: Popolo) -> None:
    """Add the table of the things of one kind.

    Args:
        source: gets the table.
        name: of the table, as ``popolo.toml`` has it.
        things: with their entities.
        found: gets what is not known, and the problems.
    """
    spec = read_spec()[name]
    writer = _Writer(source, name, f"The {name} of a Popolo file, in their order", things, found)
    writer.add(Column("id", "Made of what it names"), _mint_ids(thing.entity.partition("/")[2] for thing in things))
    writer.add(Column("entity", "What the row is about", _ENTITY), [thing.entity for thing in things])
    given = [thing.id if not thing.id.startswith(UNNAMED) else "" for thing in things]
    if writer.add(Column("popolo_id", "Its id in Popolo"), given):
        writer.statements.append(Statement("schema:identifier", "$(popolo_id)"))
    for member, entry in spec.get("members", {}).items():
        writer.add_member(member, entry)
    for member, reference in spec.get("references", {}).items():
        writer.add_reference(member, reference)
    writer.add_period()
    if label := next((member for member in spec["label"] if writer.table.find_column(member)), None):
        writer.table.names.append((label, "entity"))
    writer.finish("$(entity)~iri", tuple(spec["classes"]), [])
    known = {"id", "_id", *spec.get("members", {}), *spec.get("references", {})}
    _note_unread(things, known, set(spec["lists"]), found)


def _mint_ids(names: Iterator[str]) -> list[str]:
    slugs = Slugs()
    return [slugs.mint("", name, "row") for name in names]


def _note_unread(things: list[Thing], known: set[str], lists: set[str], found: Popolo) -> None:
    """Keep members that are not known, and those that are no scalars or no lists where these are."""
    for thing in things:
        for member, value in thing.data.items():
            is_read = member in (lists if isinstance(value, list) else known) and not isinstance(value, dict)
            if value not in EMPTY and not is_read:
                found.unread[f"{thing.pointer}/{write_pointer(member)}"] = value


def write_part(source: Source, member: str, part: Mapping[str, Any], found: Popolo) -> None:
    """Add the table of the items of a list that things have, such as their other names.

    Args:
        source: gets the table, if there are such items.
        member: the list's name in JSON.
        part: what ``popolo.toml`` says of it.
        found: the things, and gets what is not known.
    """
    things = [thing for table, things in found.things.items() for thing in _list_parts(table, things, member, found)]
    if not things:
        return
    writer = _Writer(source, part["table"], f"The {member.replace('_', ' ')} of a Popolo file", things, found)
    names = [f"{thing.owner.partition('/')[2]} {write_value(thing.data.get('scheme'))}" for thing in things]
    writer.add(Column("id", "Made of what it belongs to"), _mint_ids(iter(names)))
    writer.add(Column("owner", "What it belongs to", _ENTITY), [thing.owner for thing in things])
    for name, entry in part["members"].items():
        writer.add_member(name, entry)
    owner = part["owner"]
    object_, type_ = f"{part['folder']}/$(id)~iri", ""
    if owner["kind"] == "value":
        object_, type_ = f"$({part['label']})", f"$({part['label']}_language)~lang"
    stated = [Statement(owner["term"], object_, type_)] if type_ == "" or writer.table.find_column(part["label"]) else []
    before = [Node("owner", "$(owner)~iri", (), tuple(stated))]
    items = dict(_iter_items(things))
    if items and member == "identifiers":
        same = [f"{WIKIDATA}{items[number]}" if number in items else "" for number in range(len(things))]
        writer.add(Column("item", "The item of Wikidata", "anyURI"), same)
        before.append(Node("item", "$(owner)~iri", (), (Statement("schema:sameAs", "$(item)~iri"),)))
    writer.finish(f"{part['folder']}/$(id)", tuple(part["classes"]), [node for node in before if node.statements])
    _note_unread(things, {*part["members"]}, set(), found)


def _iter_items(things: list[Thing]) -> Iterator[tuple[int, str]]:
    for number, thing in enumerate(things):
        for _, item in iter_items([thing.data]):
            yield number, item


def _list_parts(table: str, things: list[Thing], member: str, found: Popolo) -> Iterator[Thing]:
    if member not in read_spec()[table]["lists"]:
        return
    for thing in things:
        items = thing.data.get(member) or []
        if not isinstance(items, list):
            found.complain(f"{thing.pointer}/{member}", f"{member} must be a list")
            continue
        for number, item in enumerate(items):
            pointer = f"{thing.pointer}/{member}/{number}"
            if isinstance(item, dict):
                yield Thing(pointer, item, thing.entity)
            else:
                found.complain(pointer, f"an item of {member} must be an object")
