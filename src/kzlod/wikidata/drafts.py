"""Drafts of statements: reads claims, joins those that are of one statement, and tells who followed whom."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from kzlod.wikidata.claims import Claim, Support, show_term
from kzlod.wikidata.graph import Graph
from kzlod.wikidata.rules import StatementRule, Succession
from kzlod.wikidata.statements import Omission, Snak, Span, have_other_marks, name_value
from kzlod.wikidata.values import DAY, Item, Time, Value, are_alike

_ONE_DAY: Final = datetime.timedelta(days=1)


@dataclass
class Draft:
    """What one or several claims say together.

    Args:
        rule: by which it was read.
        nodes: that say it.
        thing: what it is about.
        value: the most precise of the claims.
        support: the facts that say the value.
        qualifiers: by property, the most precise of the claims.
        neighbours: who came before and after, by property; facts about others say so.
        span: from when to when it holds, as far as all claims know.
        marks: the qualifiers that tell statements of one value apart.
    """

    rule: StatementRule
    nodes: list[str]
    thing: str
    value: Value
    support: Support
    qualifiers: dict[str, tuple[Value, Support]] = field(default_factory=dict)
    neighbours: dict[str, tuple[Value, Support]] = field(default_factory=dict)
    span: Span = field(default_factory=Span)
    marks: frozenset[str] = frozenset()

    @classmethod
    def of(cls, claim: Claim) -> Draft:
        """A draft of one claim."""
        marks = frozenset(rule.property.id for rule in claim.rule.qualifiers if rule.property and rule.tells_apart)
        draft = cls(claim.rule, [claim.node], claim.thing, claim.value, claim.support, marks=marks)
        draft.take_qualifiers(claim)
        return draft

    def snaks(self) -> list[Snak]:
        """The qualifiers without the facts."""
        return [Snak(property_, value) for property_, (value, _) in self.qualifiers.items()]

    def fits(self, claim: Claim) -> bool:
        """Whether a claim may be of this statement."""
        snaks = [Snak(rule.property.id, value) for rule, value, _ in claim.qualifiers if rule.property]
        return self.span.may_be(claim.span) and not have_other_marks(self.snaks(), snaks, self.marks)

    def take(self, claim: Claim) -> None:
        """Join a claim."""
        self.nodes.append(claim.node)
        self.support |= claim.support
        if is_more_precise(claim.value, self.value):
            self.value = claim.value
        self.take_qualifiers(claim)

    def take_qualifiers(self, claim: Claim) -> None:
        """Join the qualifiers of a claim: of two dates the more precise one is kept."""
        for rule, value, support in claim.qualifiers:
            if rule.property is None:
                continue
            known = self.qualifiers.get(rule.property.id)
            # What can be said without Wikidata is better than what is more precise there.
            if known is None or (bool(support.own), is_more_precise(value, known[0])) > (bool(known[1].own), False):
                self.qualifiers[rule.property.id] = (value, support)
        mine, theirs = self.span, claim.span
        self.span = Span(mine.start or theirs.start, mine.end or theirs.end, mine.points + theirs.points)


def is_more_precise(one: Value, other: Value) -> bool:
    """Whether a date says more than another."""
    return isinstance(one, Time) and isinstance(other, Time) and one.precision > other.precision


def join_claims(claims: Iterable[Claim]) -> tuple[list[Draft], list[Omission]]:
    """Join the claims that are of one statement.

    Claims of one thing, property and value are of one statement if they agree on when it started or ended. One that knows neither,
    only that it held at some time, belongs to the one statement that it fits; where it fits several, nobody can tell.

    Returns:
        The drafts, in the order of their first claims, and the claims that fit several.
    """
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.thing, claim.rule.property.id].append(claim)
    drafts: list[Draft] = []
    omissions: list[Omission] = []
    for group in groups.values():
        joined: list[Draft] = []
        for claim in sorted(group, key=_order):
            same = [draft for draft in joined if are_alike(draft.value, claim.value) and draft.fits(claim)]
            if claim.span.is_bounded:
                same = [draft for draft in same if not draft.span.is_bounded or draft.span.is_certainly(claim.span)][:1]
            if len(same) == 1:
                same[0].take(claim)
            elif not same:
                joined.append(Draft.of(claim))
            else:
                value, facts = name_value(claim.value), tuple(sorted(claim.support.facts))
                reason = "it fits several statements of this value"
                omissions.append(Omission(reason, claim.thing, claim.rule.property.id, value, "", facts))
        drafts += joined
    return drafts, omissions


def _order(claim: Claim) -> tuple[object, ...]:
    """What knows most comes first, so that the rest finds it."""
    span = claim.span
    precision = -claim.value.precision if isinstance(claim.value, Time) else 0
    return (
        not (span.start and span.end),
        not span.is_bounded,
        precision,
        span.start or (),
        span.end or (),
        sorted(claim.support.facts),
    )


def add_successions(drafts: Iterable[Draft], graph: Graph, is_usable: Callable[[Draft], bool]) -> None:
    """Say of drafts whom they replace and who replaces them, where it is certain that one followed the other.

    Args:
        drafts: which get qualifiers.
        graph: what links things to items, and values to their number of seats.
        is_usable: whether the dates of a draft can be relied on.
    """
    held: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.rule.succession and isinstance(draft.value, Item):
            held[draft.rule.property.id, draft.value.id].append(draft)
    for group in held.values():
        succession = group[0].rule.succession
        if succession is None or not _has_one_seat(group[0], graph, succession):
            continue
        for draft in group:
            next_ones = [other for other in group if _follows(draft, other)]
            earlier = [other for other in group if next_ones and _follows(other, next_ones[0])]
            if (
                len(next_ones) == len(earlier) == 1
                and next_ones[0].thing != draft.thing
                and is_usable(draft)
                and is_usable(next_ones[0])
            ):
                _add_links(draft, next_ones[0], succession, graph)


def _has_one_seat(draft: Draft, graph: Graph, succession: Succession) -> bool:
    posts = {hit.object for thing in graph.list_linked(draft.value) for hit in graph.follow(thing, succession.seats)}
    return {show_term(term) for term in posts} == {"1"}


def _follows(draft: Draft, other: Draft) -> bool:
    end, start = (_find_day(one, part) for one, part in ((draft, "end"), (other, "start")))
    return end is not None and start is not None and end <= start <= end + _ONE_DAY and other is not draft


def _find_day(draft: Draft, part: str) -> datetime.date | None:
    value, _ = _find_bound(draft, part)
    return value.bounds()[0] if isinstance(value, Time) and value.precision == DAY else None


def _find_bound(draft: Draft, part: str) -> tuple[Value | None, Support]:
    properties = [rule.property.id for rule in draft.rule.qualifiers if rule.part == part and rule.property]
    return next((draft.qualifiers[id_] for id_ in properties if id_ in draft.qualifiers), (None, Support(frozenset(), frozenset())))


def _add_links(draft: Draft, other: Draft, succession: Succession, graph: Graph) -> None:
    """Say that one followed the other, by the facts that say when the first ended and the second began."""
    (_, end), (_, start) = _find_bound(draft, "end"), _find_bound(other, "start")
    support = Support(end.facts | start.facts, end.own | start.own if end.own and start.own else frozenset())
    for one, next_, property_ in ((draft, other, succession.replaced_by), (other, draft, succession.replaces)):
        if item := graph.find_item(next_.thing):
            one.neighbours[property_.id] = (Item(item), support)
