"""A snapshot in JSON (https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html), one document or an item a line."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from kzlod.errors import DataError, Problem, quote
from kzlod.wikidata.known import Known, Snapshot, make_time, open_snapshot
from kzlod.wikidata.statements import Reference, Snak
from kzlod.wikidata.values import Coordinates, Item, LanguageText, Quantity, Text, Value

_ITEM: Final = re.compile(r"Q[1-9]\d*")
_ENTITY: Final = re.compile(r"[A-Z][1-9]\d*|-\d+")
_LINE_ID: Final = re.compile(rb'"id": ?"(Q\d+)"')
_TIME: Final = re.compile(r"\+?(\d+)-(\d\d)-(\d\d)T")
_HEAD: Final = 200
"""Bytes in which a line of a dump names its item."""


def read_json(path: Path, items: Collection[str], properties: Collection[str], namespace: str) -> Snapshot:
    """Read what a file says of some items and properties.

    Raises:
        DataError: it is not of this form, with the line where it is one of a dump.
    """
    reader = _Reader(path, set(items), set(properties), namespace)
    snapshot = Snapshot()
    for entity in reader.iter_entities():
        reader.take(entity, snapshot)
    name = path.name.partition(".")[0]
    if _ITEM.fullmatch(name) and name in reader.items and len(snapshot.items) == 1 and name not in snapshot.items:
        # Special:EntityData/Q1.json has the item that took the place of Q1 and does not say so.
        snapshot.redirects[name] = next(iter(snapshot.items))
    return snapshot


class _Reader:
    def __init__(self, path: Path, items: set[str], properties: set[str], namespace: str) -> None:
        self.path, self.items, self.properties, self.namespace = path, items, properties, namespace
        # Of a file of one item that stands for another, nobody can know which is wanted.
        self.is_of_one = False

    def refuse(self, message: str, line: int | None = None) -> DataError:
        return DataError([Problem(self.path.as_posix(), line, None, message, "snapshot")])

    def iter_entities(self) -> Iterator[Any]:
        with open_snapshot(self.path) as file:
            first = file.readline().strip()
        if first == b"[" or _is_entity(first.rstrip(b",")):
            yield from self._iter_lines()
            return
        with open_snapshot(self.path) as file:
            try:
                document = json.load(file, parse_float=Decimal)
            except (ValueError, RecursionError) as error:
                raise self.refuse(f"not JSON: {error}") from None
        if isinstance(document, dict) and "error" in document:
            raise self.refuse("this is an error of Wikidata, and no item: ask it again")
        entities = document.get("entities", document) if isinstance(document, dict) else document
        if isinstance(entities, dict) and "claims" not in entities:
            self.is_of_one = len(entities) == 1
            entities = [{"id": name, **entity} if isinstance(entity, dict) else entity for name, entity in entities.items()]
        if not isinstance(entities, dict | list):
            raise self.refuse("this is neither an item nor a list of items")
        yield from [entities] if isinstance(entities, dict) else entities

    def _iter_lines(self) -> Iterator[Any]:
        with open_snapshot(self.path) as file:
            for number, line in enumerate(file, 1):
                text = line.strip().rstrip(b",")
                named = _LINE_ID.search(text[:_HEAD])
                if text in {b"", b"[", b"]"} or (named and named[1].decode() not in self.items):
                    continue
                try:
                    yield json.loads(text, parse_float=Decimal)
                except (ValueError, RecursionError) as error:
                    raise self.refuse(f"not JSON: {error}", number) from None

    def take(self, entity: Any, snapshot: Snapshot) -> None:
        try:
            id_ = _read_id(entity)
            redirect = entity.get("redirects")
            if redirect:
                snapshot.redirects[str(redirect["from"])] = str(redirect["to"])
            if "missing" in entity:
                snapshot.deleted.add(id_)
            elif id_ in self.items or redirect or self.is_of_one:
                # An empty mapping is an empty list in the JSON of PHP.
                claims = entity.get("claims") or {}
                wanted = (statement for name in sorted(self.properties & claims.keys()) for statement in claims[name])
                snapshot.items[id_] = [self.read_statement(statement) for statement in wanted]
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            shown = entity.get("id", "an entity") if isinstance(entity, dict) else "an entity"
            raise self.refuse(f"{shown} is not as Wikidata writes it: {type(error).__name__} {error}") from None

    def read_statement(self, statement: dict[str, Any]) -> Known:
        qualifiers = statement.get("qualifiers") or {}
        return Known(
            property=statement["mainsnak"]["property"],
            value=self.read_value(statement["mainsnak"]),
            qualifiers={id_: tuple(self.read_value(snak) for snak in snaks) for id_, snaks in qualifiers.items()},
            references=tuple(self.read_reference(reference) for reference in statement.get("references", ())),
            rank=statement.get("rank", "normal"),
        )

    def read_reference(self, reference: dict[str, Any]) -> Reference:
        values = ((id_, self.read_value(snak)) for id_, snaks in (reference["snaks"] or {}).items() for snak in snaks)
        return tuple(Snak(id_, value) for id_, value in values if value is not None)

    def read_value(self, snak: dict[str, Any]) -> Value | None:  # noqa: PLR0911 - one a kind
        if snak["snaktype"] != "value":
            return None
        kind, value = snak["datavalue"]["type"], snak["datavalue"]["value"]
        match kind:
            case "wikibase-entityid":
                return Item(value.get("id") or f"Q{value['numeric-id']}")
            case "time":
                found = _TIME.match(value["time"])
                if found is None:
                    return Text(value["time"])
                is_gregorian = value["calendarmodel"] == f"{self.namespace}Q1985727"
                return make_time(found.groups(), value["precision"], is_gregorian=is_gregorian)
            case "monolingualtext":
                return LanguageText(value["language"], value["text"])
            case "globecoordinate":
                return Coordinates(Decimal(value["latitude"]), Decimal(value["longitude"]))
            case "quantity":
                return Quantity(Decimal(value["amount"]))
            case _:
                return Text(str(value))


def _read_id(entity: dict[str, Any]) -> str:
    """The id of an entity; a number below zero, where there is none of the name that was asked for."""
    id_ = str(entity["id"])
    if not _ENTITY.fullmatch(id_):
        raise ValueError(f"{quote(id_)} is no id")
    return id_


def _is_entity(line: bytes) -> bool:
    try:
        entity = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(entity, dict) and "id" in entity
