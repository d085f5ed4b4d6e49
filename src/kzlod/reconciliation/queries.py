"""What is asked: reads JSON values as the API has them, yields checked queries, or all that is wrong with them.

Reconciliation Service API 0.2, sections 4.1 and 7.3. What older clients send besides is taken, too: a type as an object, a name in
place of a query. Numbers out of bounds are moved inside; what no client means, such as an empty name, finds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from kzlod.errors import quote
from kzlod.reconciliation.settings import Settings

STRICTNESS = ("any", "should", "all")


@dataclass(frozen=True)
class Reference:
    """A thing as the value of a property."""

    id: str
    name: str = ""


Value = str | bool | int | float | Reference


@dataclass(frozen=True)
class Constraint:
    """A property and the values of which one should be the candidate's."""

    property: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Query:
    """What is looked for.

    Args:
        text: a name, or "".
        types: ids of classes, or none for any.
        strictness: whether a candidate has any of the types, all of them, or rather should.
        limit: of candidates.
        constraints: what it should be told by.
    """

    text: str
    types: tuple[str, ...] = ()
    strictness: str = "any"
    limit: int = 10
    constraints: tuple[Constraint, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """A property that is asked for, and how."""

    property: str
    settings: Mapping[str, object]


@dataclass(frozen=True)
class Extension:
    """Things, and what is asked of them."""

    ids: tuple[str, ...]
    properties: tuple[Wanted, ...]


@dataclass(frozen=True)
class WrongValue:
    """One thing that is wrong with a request.

    Args:
        place: a JSON pointer (RFC 6901).
        value: what stands there, as text.
        rule: what it breaks: type, missing or limit.
        message: the same in words.
    """

    place: str
    value: str
    rule: str
    message: str


class RequestError(Exception):
    """What is asked is none of the API's requests.

    Args:
        wrong: all that is wrong.
    """

    def __init__(self, wrong: list[WrongValue]) -> None:
        super().__init__("; ".join(each.message for each in wrong))
        self.wrong = tuple(wrong)

    @property
    def is_too_large(self) -> bool:
        """Whether it only asks for too much."""
        return all(each.rule == "limit" for each in self.wrong)


class Reader:
    """Reads requests, and notes what is wrong with them.

    Args:
        settings: with the limits.
    """

    def __init__(self, settings: Settings) -> None:
        self.limits = settings.limits
        self.wrong: list[WrongValue] = []

    def read_batch(self, value: object) -> dict[str, Query]:
        """Queries by their keys.

        Raises:
            RequestError: something is wrong with one of them, or there are too many.
        """
        if not isinstance(value, Mapping):
            self._note("", value, "type", "a batch is an object of queries")
        elif len(value) > self.limits["queries"]:
            self._note("", f"{len(value)}", "limit", f"a batch has at most {self.limits['queries']} queries")
        else:
            found = {key: self._read_query(f"/{_escape(key)}", query) for key, query in value.items()}
            if not self.wrong:
                return {key: query for key, query in found.items() if query}
        raise RequestError(self.wrong)

    def read_extension(self, value: object) -> Extension:
        """A query for the properties of things.

        Raises:
            RequestError: something is wrong with it.
        """
        if not isinstance(value, Mapping):
            self._note("", value, "type", "an extension is an object with ids and properties")
            raise RequestError(self.wrong)
        ids = self._read_list(value, "ids", "ids")
        texts = [text for place, text in enumerate(ids) if self._is_text(f"/ids/{place}", text, "an id")]
        properties = self._read_list(value, "properties", "extended")
        wanted = [self._read_wanted(f"/properties/{place}", each) for place, each in enumerate(properties)]
        if len(ids) * len(properties) > self.limits["cells"]:
            self._note("", f"{len(ids) * len(properties)}", "limit", f"an extension has at most {self.limits['cells']} cells")
        if self.wrong:
            raise RequestError(self.wrong)
        return Extension(tuple(map(str, texts)), tuple(each for each in wanted if each))

    def _read_query(self, place: str, value: object) -> Query | None:
        if not isinstance(value, Mapping):
            self._note(place, value, "type", "a query is an object")
            return None
        if "query" not in value and not value.get("properties"):
            self._note(place, value, "missing", "a query has query, or properties, or both")
            return None
        text = value.get("query", "")
        self._is_text(f"{place}/query", text, "query")
        strictness = value.get("type_strict") or "any"
        if strictness not in STRICTNESS:
            self._note(f"{place}/type_strict", strictness, "type", f"type_strict is one of {', '.join(STRICTNESS)}")
        return Query(
            clean_text(str(text)),
            self._read_types(f"{place}/type", value.get("type")),
            str(strictness),
            self._read_limit(f"{place}/limit", value.get("limit")),
            self._read_constraints(f"{place}/properties", value.get("properties")),
        )

    def _read_types(self, place: str, value: object) -> tuple[str, ...]:
        """Ids of types: of one, of a list of them, or of objects that have one."""
        found = []
        for each in value if isinstance(value, list) else [] if value is None else [value]:
            name = each.get("id") if isinstance(each, Mapping) else each
            if self._is_text(place, name, "a type") and name:
                found.append(clean_text(str(name)))
        return tuple(dict.fromkeys(found))

    def _read_limit(self, place: str, value: object) -> int:
        usual = self.limits["candidates"]
        if value is None:
            return usual
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._note(place, value, "type", "limit is a number")
            return usual
        # The order matters: nothing is below NaN, and many digits fit no floating-point number.
        return int(min(value, self.limits["most_candidates"])) if value >= 1 else usual

    def _read_constraints(self, place: str, value: object) -> tuple[Constraint, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            self._note(place, value, "type", "properties is a list")
            return ()
        if len(value) > self.limits["properties"]:
            self._note(place, f"{len(value)}", "limit", f"a query has at most {self.limits['properties']} properties")
            return ()
        found = (self._read_constraint(f"{place}/{number}", each) for number, each in enumerate(value))
        return tuple(each for each in found if each and each.values)

    def _read_constraint(self, place: str, value: object) -> Constraint | None:
        if not isinstance(value, Mapping) or "v" not in value:
            self._note(place, value, "missing", "a property is an object with pid and v")
            return None
        if not self._is_text(f"{place}/pid", value.get("pid"), "pid"):
            return None
        given = value["v"] if isinstance(value["v"], list) else [value["v"]]
        if len(given) > self.limits["values"]:
            self._note(f"{place}/v", f"{len(given)}", "limit", f"a property has at most {self.limits['values']} values")
            return None
        values = [self._read_value(f"{place}/v", each) for each in given]
        return Constraint(clean_text(str(value["pid"])), tuple(each for each in values if each is not None and each != ""))

    def _read_value(self, place: str, value: object) -> Value | None:
        if value is None:
            return None
        if isinstance(value, str):
            return clean_text(value)
        if isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping) and isinstance(value.get("id"), str):
            name = value.get("name")
            return Reference(clean_text(value["id"]), clean_text(name) if isinstance(name, str) else "")
        self._note(place, value, "type", "a value is a text, a number, a truth value, or an object with an id")
        return None

    def _read_wanted(self, place: str, value: object) -> Wanted | None:
        if not isinstance(value, Mapping):
            self._note(place, value, "type", "a property is an object with an id")
            return None
        settings = value.get("settings")
        if settings is not None and not isinstance(settings, Mapping):
            self._note(f"{place}/settings", settings, "type", "settings is an object")
            return None
        if not self._is_text(f"{place}/id", value.get("id"), "the id of a property"):
            return None
        return Wanted(str(value["id"]), settings or {})

    def _read_list(self, value: Mapping[str, object], name: str, limit: str) -> list[object]:
        found = value.get(name)
        if not isinstance(found, list):
            self._note(f"/{name}", found, "missing" if found is None else "type", f"{name} is a list")
            return []
        if len(found) > self.limits[limit]:
            self._note(f"/{name}", f"{len(found)}", "limit", f"there are at most {self.limits[limit]} {name}")
            return []
        return found

    def _is_text(self, place: str, value: object, name: str) -> bool:
        if isinstance(value, str):
            return True
        self._note(place, value, "missing" if value is None else "type", f"{name} is a text")
        return False

    def _note(self, place: str, value: object, rule: str, message: str) -> None:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)[:200]
        self.wrong.append(
            WrongValue(place, clean_text(text)[:200], rule, f"{place or '/'}: {message}, not {quote(clean_text(text))}")
        )


def clean_text(text: str) -> str:
    """A text without what is no character: halves of surrogate pairs, of which a JSON string may have some.

    >>> clean_text("a\\ud800b"), clean_text("Ә")
    ('a\\ufffdb', 'Ә')
    """
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escape(key: str) -> str:
    return clean_text(key).replace("~", "~0").replace("/", "~1")
