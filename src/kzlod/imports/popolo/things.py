"""Things of Popolo: objects of the JSON with their places, and what ``popolo.toml`` says of their members."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from kzlod.errors import Problem
from kzlod.imports.values import read_item

PARTS: Final = "parts"
UNNAMED: Final = "of "
"""The beginning of ids of things that have none: it is their place that follows."""

EMPTY: Final[tuple[object, ...]] = (None, "", [], {})
"""Values that say nothing."""

_OTHER: Final = (PARTS, "wikidata")


@dataclass
class Thing:
    """An object of the JSON.

    Args:
        pointer: its place, with the file: ``people.json#/persons/0``.
        data: its members; objects and lists that are things of their own are taken out of it.
        owner: the relative IRI of the thing that it is a part of, or "".
        entity: its own, once it is minted.
    """

    pointer: str
    data: dict[str, Any]
    owner: str = ""
    entity: str = ""

    def __post_init__(self) -> None:
        self.given = {**self.data}
        """Its members as they came in."""

    @property
    def id(self) -> str:
        """Its id in the JSON, or ""."""
        return write_value(self.data.get("id")) or write_value(self.data.get("_id"))


class Embedded(NamedTuple):
    """An object that stands in the place of an id.

    Args:
        table: of such things.
        pointer: its place.
        data: its members; ``id`` is always one of them.
    """

    table: str
    pointer: str
    data: dict[str, Any]


@dataclass
class Popolo:
    """What was read.

    Args:
        things: by table.
        language: the tag of names of which nothing else is known.
        embedded: objects that wait until all lists are read.
        ids: entities by table and id in the JSON.
        unread: what is known of no table, by place.
        problems: what is wrong.
    """

    things: dict[str, list[Thing]]
    language: str
    embedded: list[Embedded] = field(default_factory=list)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    unread: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def complain(self, pointer: str, message: str, rule: str = "popolo", value: str | None = None) -> None:
        """Note a problem."""
        self.problems.append(Problem(pointer, None, None, message, rule, value))


@cache
def read_spec() -> dict[str, Any]:
    """``popolo.toml``."""
    return tomllib.loads(files("kzlod.imports.popolo").joinpath("popolo.toml").read_text(encoding="utf-8"))


def write_value(value: object) -> str:
    """A scalar of JSON as the text of a cell; "" for null, and for what is no scalar."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str | int | float) else ""


def write_pointer(name: str) -> str:
    """A name as a step of a JSON pointer (RFC 6901, section 3).

    >>> write_pointer("a/b~c")
    'a~1b~0c'
    """
    return name.replace("~", "~0").replace("/", "~1")


def list_targets(reference: Mapping[str, Any]) -> dict[str, str]:
    """The tables whose things a reference may mean, by the ``@type`` of these in JSON.

    >>> list_targets({"table": "posts"}), list_targets({"tables": {"Person": "persons", "Organization": "organizations"}})
    ({'': 'posts'}, {'Person': 'persons', 'Organization': 'organizations'})
    """
    return dict(reference["tables"]) if "tables" in reference else {"": str(reference["table"])}


def list_tables() -> list[str]:
    """The tables of things, in the order in which they are written."""
    return [table for table in read_spec() if table not in _OTHER]


def iter_items(identifiers: object) -> Iterator[tuple[int, str]]:
    """Place and number of each identifier that is Wikidata's."""
    for number, entry in enumerate(identifiers if isinstance(identifiers, list) else []):
        if isinstance(entry, dict) and write_value(entry.get("scheme")).lower() in read_spec()["wikidata"]["schemes"]:
            item = read_item(write_value(entry.get("identifier")))
            if item:
                yield number, item
