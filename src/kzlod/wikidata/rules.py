"""The rules of a mapping to Wikidata, as data; terms are in N-Triples form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Step(NamedTuple):
    """A step of a path: a predicate as an N-Triples term, and whether it is gone backwards."""

    predicate: str
    is_inverse: bool


Steps = tuple[Step, ...]
"""The way from one thing to others; the empty path stays where it is."""


@dataclass(frozen=True)
class Property:
    """A property of Wikidata that may be used.

    Args:
        id, label: as Wikidata has them.
        kind: of its values, one of ``KINDS``.
        is_single: whether a thing has one value of it at most.
    """

    id: str
    label: str
    kind: str
    is_single: bool


@dataclass(frozen=True)
class Qualifier:
    """What is said beside a statement's value.

    Args:
        property: None where it is not written and only tells which term a fact is about.
        path: from the node of the statement.
        part: of an interval: ``start``, ``end`` or ``point``; "" for what is no date.
        tells_apart: whether other values mean another statement.
    """

    property: Property | None
    path: Steps
    part: str
    tells_apart: bool


@dataclass(frozen=True)
class Succession:
    """How statements of one value follow each other: ``seats`` leads from the value to its number of holders at a time."""

    seats: Steps
    replaces: Property
    replaced_by: Property


@dataclass(frozen=True)
class StatementRule:
    """What becomes a statement.

    Args:
        property: of the statement.
        kinds: classes of the nodes.
        where: what a node must have: predicate and object, as terms.
        item: from the node to the thing that the statement is about.
        value: from the node to the value.
        only: classes that the value must be of; all where there are none.
        part: of an interval, for dates.
        latitude, longitude: from the value, for coordinates.
        qualifiers: in the order of the file.
        succession: None where values are not held one after the other.
    """

    property: Property
    kinds: tuple[str, ...]
    where: tuple[tuple[str, str], ...]
    item: Steps
    value: Steps
    only: tuple[str, ...]
    part: str
    latitude: Steps
    longitude: Steps
    qualifiers: tuple[Qualifier, ...]
    succession: Succession | None


@dataclass(frozen=True)
class ReferencePart:
    """A part of a reference: from the source to the value, and the property beside which it says nothing more."""

    property: Property
    path: Steps
    unless: str


@dataclass(frozen=True)
class NewItemRule:
    """What may become an item: labels, aliases, descriptions of things of some classes, with a statement of one of ``needs``."""

    kinds: tuple[str, ...]
    label: Steps
    alias: Steps
    description: Steps
    needs: frozenset[str]


@dataclass(frozen=True)
class Evidence:
    """Where a fact stands: from a fact to its sources and to selectors, from a selector to the first and last character."""

    source: Steps
    selector: Steps
    start: Steps
    end: Steps


@dataclass(frozen=True)
class WikidataMapping:
    """All of the file; terms in N-Triples form.

    Args:
        link: the predicate that leads to an item.
        items: what IRIs of items start with.
        origin: from a fact to where it was taken from, and the term that stands for Wikidata.
        conflicts: their classes, and from a conflict to the nodes that it is about.
        evidence: where facts stand.
        languages: Wikidata's codes by language tag, in lower case.
        properties: by id.
        statements, references, new_items: in the order of the file.
    """

    link: str
    items: str
    origin: tuple[Steps, str]
    conflicts: tuple[tuple[str, ...], Steps]
    evidence: Evidence
    languages: Mapping[str, str]
    properties: Mapping[str, Property]
    statements: tuple[StatementRule, ...]
    references: tuple[ReferencePart, ...]
    new_items: tuple[NewItemRule, ...]

    def list_predicates(self) -> set[str]:
        """All predicates that some path goes."""
        paths = [
            self.origin[0],
            self.conflicts[1],
            self.evidence.source,
            self.evidence.selector,
            self.evidence.start,
            self.evidence.end,
        ]
        for rule in self.statements:
            paths += [rule.item, rule.value, rule.latitude, rule.longitude, *(qualifier.path for qualifier in rule.qualifiers)]
            paths += [rule.succession.seats] if rule.succession else []
        paths += [part.path for part in self.references]
        paths += [path for rule in self.new_items for path in (rule.label, rule.alias, rule.description)]
        where = {predicate for rule in self.statements for predicate, _ in rule.where}
        return {self.link, *where, *(step.predicate for path in paths for step in path)}
