"""What single facts say in Wikidata's terms: reads the graph by the rules of the mapping, yields claims and what cannot be one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from kzlod.errors import quote
from kzlod.terms import Literal, read_iri, read_literal
from kzlod.wikidata.graph import Graph, Hit
from kzlod.wikidata.rules import Property, Qualifier, StatementRule, WikidataMapping
from kzlod.wikidata.statements import Omission, Span
from kzlod.wikidata.urls import encode_url
from kzlod.wikidata.values import Coordinates, Item, LanguageText, Quantity, Text, Time, UnclearDateError, Value, read_part


class LeftOutError(ValueError):
    """A value that cannot be said in Wikidata.

    Args:
        reason: in the same words for all of a kind.
        detail: what is particular.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Support:
    """The facts that say something.

    Args:
        facts: all of them.
        own: those that were not taken from Wikidata; empty where it cannot be said without one that was.
    """

    facts: frozenset[str]
    own: frozenset[str]

    def __or__(self, other: Support) -> Support:
        return Support(self.facts | other.facts, self.own | other.own)


@dataclass(frozen=True)
class Claim:
    """What a node says of a thing: a value and qualifiers, each with the facts that say so."""

    rule: StatementRule
    node: str
    thing: str
    value: Value
    support: Support
    qualifiers: tuple[tuple[Qualifier, Value, Support], ...]

    @property
    def span(self) -> Span:
        """From when to when it holds."""
        return Span.of((rule.part, value) for rule, value, _ in self.qualifiers if isinstance(value, Time))


@dataclass(frozen=True)
class Fault:
    """A value that is wrong in itself, and a fact that says it."""

    fact: str
    message: str
    value: str


@dataclass
class ClaimReader:
    """Reads claims; ``omissions`` and ``faults`` grow as they are read.

    Args:
        graph: what is published.
        mapping: what is said of it.
    """

    graph: Graph
    mapping: WikidataMapping
    omissions: list[Omission] = field(default_factory=list)
    faults: set[Fault] = field(default_factory=set)

    def iter_claims(self, things: set[str]) -> Iterator[Claim]:
        """All claims, in the order of the rules and of their nodes; what is left out is told for some things only."""
        for rule in self.mapping.statements:
            for node in self.graph.list_things(rule.kinds):
                if all(self.graph.has(node, predicate, object_) for predicate, object_ in rule.where):
                    for thing in self.graph.follow(node, rule.item):
                        if not self.graph.is_deprecated(thing.object):
                            yield from self._iter_claims_of_node(rule, node, thing, is_told=thing.object in things)

    def _iter_claims_of_node(self, rule: StatementRule, node: str, thing: Hit, *, is_told: bool) -> Iterator[Claim]:
        for hit in self.graph.follow(node, rule.value):
            if rule.only and not self.graph.is_of(hit.object, rule.only):
                continue
            coordinates = [*self.graph.follow(hit.object, rule.latitude), *self.graph.follow(hit.object, rule.longitude)]
            support = self._weigh((*thing.support, *hit.support, *(facts for one in coordinates for facts in one.support)))
            value = self._read(rule.property, hit.object, support, thing.object if is_told else "", rule)
            if value is not None:
                qualifiers = tuple(self._iter_qualifiers(rule.qualifiers, node, thing.object if is_told else ""))
                yield Claim(rule, node, thing.object, value, support, qualifiers)

    def _iter_qualifiers(self, rules: Iterable[Qualifier], node: str, thing: str) -> Iterator[tuple[Qualifier, Value, Support]]:
        for rule in rules:
            property_ = rule.property or Property("", rule.part, "time", is_single=False)
            for hit in self.graph.follow(node, rule.path):
                support = self._weigh(hit.support)
                value = self._read(property_, hit.object, support, thing, rule)
                if value is not None:
                    yield rule, value, support

    def _weigh(self, support: tuple[frozenset[str], ...]) -> Support:
        own = [frozenset(fact for fact in facts if not self.graph.is_from_wikidata(fact)) for facts in support]
        return Support(frozenset().union(*support), frozenset().union(*own) if all(own) else frozenset())

    def _read(self, property_: Property, term: str, support: Support, thing: str, rule: StatementRule | Qualifier) -> Value | None:
        """The value, or None where there is none: what is left out or wrong is noted."""
        try:
            return self.read_value(property_, term, rule)
        except LeftOutError as error:
            if thing and property_.id:
                omission = Omission(error.reason, thing, property_.id, show_term(term), error.detail, tuple(sorted(support.facts)))
                self.omissions.append(omission)
        except ValueError as error:
            self.faults.add(
                Fault(min(support.facts), f"{quote(show_term(term))} is no value of {property_.id}: {error}", show_term(term))
            )
        return None

    def read_value(  # noqa: PLR0911 - one a kind
        self, property_: Property, term: str, rule: StatementRule | Qualifier | None = None
    ) -> Value | None:
        """The value of a property that a term stands for; None for the open end of an interval.

        Raises:
            LeftOutError: it cannot be said in Wikidata.
            ValueError: it is wrong in itself.
        """
        match property_.kind:
            case "item":
                return self._read_item(term)
            case "time":
                try:
                    return read_part(_read_text(term).text, rule.part if rule else "")
                except UnclearDateError as error:
                    raise LeftOutError("the date cannot be said with certainty", str(error)) from None
            case "language text":
                return self._read_language_text(term)
            case "url":
                return _read_url(term)
            case "coordinates" if isinstance(rule, StatementRule):
                return self._read_coordinates(term, rule)
            case "quantity":
                return Quantity(_read_number(term))
            case _:
                return Text(_read_text(term).text)

    def _read_item(self, term: str) -> Item:
        item = (
            read_iri(term).removeprefix(self.mapping.items)
            if term.startswith(f"<{self.mapping.items}")
            else self.graph.find_item(term)
        )
        if not item:
            raise LeftOutError("the value has no link to an item")
        return Item(item)

    def _read_language_text(self, term: str) -> LanguageText:
        literal = _read_text(term)
        if literal.language.lower() not in self.mapping.languages:
            raise LeftOutError("the language has no code in the mapping", literal.language or "none")
        return LanguageText(self.mapping.languages[literal.language.lower()], literal.text)

    def _read_coordinates(self, term: str, rule: StatementRule) -> Coordinates | None:
        latitudes, longitudes = (self.graph.follow(term, path) for path in (rule.latitude, rule.longitude))
        if not latitudes and not longitudes:
            return None
        if len(latitudes) != 1 or len(longitudes) != 1:
            raise LeftOutError("the place has several coordinates, or half of one")
        latitude, longitude = (_read_number(hit.object) for hit in (*latitudes, *longitudes))
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise ValueError(f"{latitude}, {longitude} is no place on Earth")
        return Coordinates(latitude, longitude)


def show_term(term: str) -> str:
    """A term as messages show it: an IRI without brackets, the text of a literal."""
    return read_iri(term) if term.startswith("<") else read_literal(term).text


def _read_text(term: str) -> Literal:
    if term.startswith("<"):
        raise ValueError("it is a thing, and no text")
    return read_literal(term)


def _read_url(term: str) -> Text:
    url = show_term(term)
    if urlsplit(url).scheme not in {"http", "https"}:
        raise LeftOutError("the address is none of the web")
    return Text(encode_url(url))


def _read_number(term: str) -> Decimal:
    try:
        number = Decimal(_read_text(term).text)
    except InvalidOperation:
        raise ValueError("it is no decimal number") from None
    if not number.is_finite():
        raise ValueError("it is no decimal number")
    return number
