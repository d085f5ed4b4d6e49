"""Candidates: finds the things that a query may mean, and says why: by an identifier, by a name, or by what is known alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from kzlod.matching.entries import PERSON, Feature
from kzlod.matching.weights import WEIGHTS
from kzlod.reconciliation.constraints import Judge, merge_features
from kzlod.reconciliation.entries import Thing
from kzlod.reconciliation.holdings import Holdings
from kzlod.reconciliation.queries import Query, Reference

_BEST = 100.0


@dataclass(frozen=True)
class Found:
    """A candidate.

    Args:
        thing: what it is.
        points: the sum of those of the features, of which the score is what lies from 0 to 100.
        features: why, the heaviest first.
        is_match: whether it is this one beyond reasonable doubt.
    """

    thing: Thing
    points: float
    features: tuple[Feature, ...]
    is_match: bool = False

    @property
    def score(self) -> float:
        """From 0 to 100."""
        return round(min(_BEST, max(0.0, self.points)), 2)


class Finder:
    """Finds candidates among the things of one dataset.

    Args:
        holdings: of the dataset.
    """

    def __init__(self, holdings: Holdings) -> None:
        self.holdings = holdings
        self._link_spaces = sorted({each.space for each in holdings.settings.properties if each.space})

    def find(self, query: Query) -> list[Found]:
        """The likeliest things, the best first; at most one of them is a match."""
        types = [iri for name in query.types if (iri := self.holdings.classes.read(name))]
        if query.types and not types and query.strictness != "should":
            return []
        judge = Judge(self.holdings, query.constraints)
        is_named = bool(query.text.strip())
        found = list(self._find_by_name(query, types, judge)) if is_named else self._find_by_known(types, judge)
        best: dict[str, Found] = {}
        for each in found:
            known = best.get(each.thing.iri)
            if known is None or known.points < each.points:
                best[each.thing.iri] = each
        sure = self.find_ids(query.text)
        for iri in sure:
            best[iri] = _weigh(self.holdings.shelves.things[iri], [Feature("id", 1.0, _BEST, query.text)])
        wanted = (self._fit(each, query, types) for each in best.values())
        ranked = sorted(
            (each for each in wanted if each), key=lambda each: (each.thing.iri not in sure, -each.points, each.thing.iri)
        )
        kept = [each for each in ranked if each.score >= self.holdings.settings.limits["least"]]
        return _tell_match(kept, sure, is_named=is_named)[: query.limit]

    def find_ids(self, text: str) -> list[str]:
        """The things that an identifier is of: their own, short or whole, or one of theirs elsewhere."""
        text = text.strip()
        own = self.holdings.ids.read_entity(text)
        if own in self.holdings.shelves.things:
            return [own]
        links = [self.holdings.ids.read_term(space + text) for space in ("", *self._link_spaces)]
        found = {subject.value for link in links if link for subject in self.holdings.graph.list_linked(link)}
        return sorted(found & self.holdings.shelves.things.keys())

    def _find_by_name(self, query: Query, types: list[str], judge: Judge) -> Iterator[Found]:
        wanted = types if query.strictness != "should" else ()
        yield from self._judge(query.text, wanted, judge)
        name, dated = query.text, judge
        if phrase := self.holdings.settings.phrases.split(query.text):
            name, dated = phrase[0], judge.with_value("date", phrase[1])
            yield from self._judge(name, wanted, dated, with_people=False)
        if dated.has("date"):
            yield from self._find_holders(name, dated)
        for known, values in judge.others:
            ids = [value.id if isinstance(value, Reference) else str(value) for value in values] if known.space else []
            for iri in dict.fromkeys(iri for text in ids for iri in self.find_ids(text)):
                rest = [each for each in judge.judge(self.holdings.shelves.things[iri]) if each.id != known.id]
                yield _weigh(
                    self.holdings.shelves.things[iri],
                    [Feature(known.id, 1.0, self.holdings.settings.points["link_alone"], ids[0]), *rest],
                )

    def _judge(self, text: str, types: Iterable[str], judge: Judge, *, with_people: bool = True) -> Iterator[Found]:
        found = {candidate.id: candidate for candidate in self.holdings.shelves.find(text, types, with_people=with_people)}
        # Many may be called alike, of whom the matcher looks at some only.
        for candidate in self.holdings.shelves.find_among(text, judge.list_agreeing(self.holdings.settings.limits["agreeing"])):
            found.setdefault(candidate.id, candidate)
        for candidate in found.values():
            thing = self.holdings.shelves.things[candidate.id]
            features = [*candidate.features, *self.holdings.states.compare(text, thing.iri)]
            yield _weigh(thing, [*features, *judge.judge(thing)])

    def _find_holders(self, name: str, judge: Judge) -> Iterator[Found]:
        """Who held a post that is called so, at a time that is told with it."""
        for candidate in self.holdings.shelves.find(name, with_people=False):
            likeness = candidate.score + sum(each.points for each in self.holdings.states.compare(name, candidate.id))
            if likeness < WEIGHTS.match["score"]:
                continue
            called, points = candidate.name.text, self.holdings.settings.points["holder"]
            reasons = [Feature("names", 1.0, candidate.score, name, called), Feature("holder", 1.0, -points, name, called)]
            of_post = judge.with_value("post", called)
            for node in self.holdings.graph.read_all(candidate.id, self.holdings.settings.tenures["holders"]):
                thing = self.holdings.shelves.things.get(node.value)
                if thing is None or thing.entry.kind != PERSON:
                    continue
                known = of_post.judge(thing)
                if not any(each.id == "date" and not each.value for each in known):
                    yield _weigh(thing, [*reasons, *known])

    def _find_by_known(self, types: list[str], judge: Judge) -> list[Found]:
        """The things that agree with constraints alone: as many points of 100 as agree of all that is asked."""
        if judge.is_empty:
            return []
        members = (
            (iri for name in types for iri in self.holdings.classes.members[name]) if types else iter(self.holdings.shelves.things)
        )
        asked = len(judge.others) + len({means for means, _ in judge.meant})
        found = []
        for iri in islice(dict.fromkeys(members), self.holdings.settings.limits["scanned"]):
            thing = self.holdings.shelves.things[iri]
            features = [
                Feature(each.id, each.value, _BEST * each.value / asked, each.query, each.name) for each in judge.judge(thing)
            ]
            if features:
                found.append(_weigh(thing, features))
        return found

    def _fit(self, found: Found, query: Query, types: list[str]) -> Found | None:
        """The candidate as its types allow it, or None where they do not."""
        if not query.types:
            return found
        has = [name in found.thing.types for name in types]
        fits = all(has) and len(types) == len(query.types) if query.strictness == "all" else any(has)
        if not fits and query.strictness != "should":
            return None
        points = self.holdings.settings.points["agrees"] if fits else -self.holdings.settings.points["type"]
        label = self.holdings.classes.find_label(found.thing.types[0]) if found.thing.types else ""
        return _weigh(found.thing, [*found.features, Feature("type", float(fits), points, ", ".join(query.types), label)])


def _tell_match(ranked: list[Found], sure: list[str], *, is_named: bool) -> list[Found]:
    """Name the match: what an identifier is of, else the one whose score is high enough, and far enough ahead."""
    if not ranked:
        return []
    first, *others = ranked
    known = [each for each in ranked if each.thing.iri in sure]
    lead = first.points - others[0].points if others else _BEST
    is_likely = is_named and first.points >= WEIGHTS.match["score"] and lead >= WEIGHTS.match["lead"]
    return [replace(first, is_match=len(known) == 1 or (not known and is_likely)), *others]


def _weigh(thing: Thing, features: list[Feature]) -> Found:
    merged = merge_features(features)
    return Found(thing, sum(each.points for each in merged), tuple(sorted(merged, key=lambda each: (-abs(each.points), each.id))))
