"""Data extension: reads the properties of things, yields rows for a client's table (Reconciliation Service API 0.2, section 7)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from kzlod.reconciliation.graph import Term
from kzlod.reconciliation.holdings import Holdings
from kzlod.reconciliation.properties import Property
from kzlod.reconciliation.queries import Extension, Wanted
from kzlod.terms import XSD

Cell = dict[str, Any]

_ENTITY: Final = "entity"
_LINK: Final = "link"
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")
_LARGEST: Final = 2**31
"""Above it clients read no integers."""


class Extender:
    """Reads properties of the things of one dataset.

    Args:
        holdings: of the dataset.
    """

    def __init__(self, holdings: Holdings) -> None:
        self.holdings = holdings

    def read_values(self, name: str, known: Property) -> list[Term]:
        """The values that a thing has; none where there is no thing of this id."""
        iri = self.holdings.ids.read_entity(name)
        return self.holdings.properties.read_values(self.holdings.graph, iri, known) if iri in self.holdings.shelves.things else []

    def find_type(self, value: Term) -> str:
        """The chief class of a value that is a thing, or ""."""
        thing = self.holdings.shelves.things.get(value.value) if isinstance(value, NamedNode) else None
        return thing.types[0] if thing else ""

    def write_cells(self, name: str, values: list[Term], known: Property | None, settings: Mapping[str, object]) -> list[Cell]:
        """The values as a client has chosen them."""
        language = str(settings.get("language") or "").strip().lower()
        kept = [value for value in values if is_in_language(value, language)]
        if is_on(settings.get("count")):
            return [{"int": len(kept)}]
        limit = read_limit(settings.get("limit"))
        return [self._write_cell(name, value, known, settings, language) for value in kept[:limit]]

    def _write_cell(self, name: str, value: Term, known: Property | None, settings: Mapping[str, object], language: str) -> Cell:
        content = settings.get("content", _ENTITY)
        if isinstance(value, Literal):
            return {"str": value.value} if settings.get("dates") == "text" else write_literal(value)
        if known and known.space:
            number = value.value.removeprefix(known.space)
            # Clients that do not know of other services would take it for a thing of this one.
            if content != _LINK:
                return {"str": number}
            return {"id": number, "name": self.holdings.graph.find_name(self.holdings.ids.read_entity(name))}
        if content == "id":
            return {"str": self.holdings.ids.write_entity(value.value)}
        if value.value in self.holdings.shelves.things:
            text = self.holdings.graph.find_name(value.value, language)
            return {"str": text} if content == "name" else {"id": self.holdings.ids.write_entity(value.value), "name": text}
        is_term = self.holdings.ids.write_term(value.value) != value.value
        return {"str": self.holdings.classes.find_label(value.value) if is_term else value.value}


class Rows(Iterator[tuple[str, dict[str, list[Cell]]]]):
    """The rows of an extension, by the ids as they were asked for; what is not known has no values.

    Args:
        extender: that reads them.
        extension: what is asked.
    """

    def __init__(self, extender: Extender, extension: Extension) -> None:
        self._extender = extender
        self._known = [(wanted, extender.holdings.properties.read(wanted.property)) for wanted in extension.properties]
        self._types: list[Counter[str]] = [Counter() for _ in self._known]
        self._ids = iter(dict.fromkeys(extension.ids))

    def __next__(self) -> tuple[str, dict[str, list[Cell]]]:
        name = next(self._ids)
        with self._extender.holdings.graph.bound_work():
            return name, {wanted.property: self._read_cells(name, place) for place, (wanted, _) in enumerate(self._known)}

    def _read_cells(self, name: str, place: int) -> list[Cell]:
        wanted, known = self._known[place]
        values = self._extender.read_values(name, known) if known else []
        self._types[place].update(kind for value in values if (kind := self._extender.find_type(value)))
        return self._extender.write_cells(name, values, known, wanted.settings)

    def describe(self) -> list[dict[str, Any]]:
        """What is said of each property, when all rows have been read."""
        return [self._describe(wanted, known, types) for (wanted, known), types in zip(self._known, self._types, strict=True)]

    def _describe(self, wanted: Wanted, known: Property | None, types: Counter[str]) -> dict[str, Any]:
        """What a client needs to reconcile the new column: the type of most of its values, or the service that knows them."""
        found: dict[str, Any] = {"id": wanted.property, "name": known.name if known else wanted.property}
        content = wanted.settings.get("content", _ENTITY)
        if content not in {_ENTITY, _LINK} or is_on(wanted.settings.get("count")):
            return found
        if known and known.space:
            return found | ({"service": known.service} if known.service and content == _LINK else {})
        if types:
            found["type"] = self._extender.holdings.classes.describe(min(types, key=lambda iri: (-types[iri], iri)))
        return found


def write_literal(value: Literal) -> Cell:
    """A literal as a value of the API; what none of its kinds can hold is a text.

    >>> write_literal(Literal("2016-05-01", datatype=NamedNode(XSD + "date"))), write_literal(Literal(3))
    ({'date': '2016-05-01T00:00:00Z'}, {'int': 3})
    >>> write_literal(Literal("2016-05", datatype=NamedNode(XSD + "gYearMonth"))), write_literal(Literal("Ә", language="kk"))
    ({'str': '2016-05'}, {'str': 'Ә'})
    """
    text, kind = value.value, value.datatype.value.removeprefix(XSD)
    if kind == "date" and _DAY.fullmatch(text):
        return {"date": f"{text}T00:00:00Z"}
    if kind == "dateTime" and _TIME.fullmatch(text):
        return {"date": text}
    try:
        if kind == "integer" and abs(int(text)) < _LARGEST:
            return {"int": int(text)}
        if kind in {"decimal", "double", "float"} and math.isfinite(float(text)):
            return {"float": float(text)}
    except ValueError:
        pass
    return {"str": text}


def is_in_language(value: Term, language: str) -> bool:
    """Whether a value is in a language, or in none; each is in "".

    >>> is_in_language(Literal("a", language="kk-Latn"), "kk"), is_in_language(Literal("a", language="en"), "kk")
    (True, False)
    """
    tag = (value.language or "") if isinstance(value, Literal) else ""
    return not language or not tag or tag == language or tag.startswith(f"{language}-")


def is_on(value: object) -> bool:
    """Whether a box is checked: clients send ``on``, ``true`` or a truth value.

    >>> is_on("on"), is_on(True), is_on("false"), is_on(None)
    (True, True, False, False)
    """
    return value is True or str(value).strip().lower() in {"on", "true", "1", "yes"}


def read_limit(value: object) -> int | None:
    """How many values are wanted; none for all.

    >>> read_limit("3"), read_limit(2.0), read_limit(0), read_limit("x"), read_limit(float("inf"))
    (3, 2, None, None, None)
    """
    try:
        limit = int(float(str(value)))
    except (ValueError, OverflowError):
        return None
    return limit if limit > 0 else None
