"""Candidates: finds the things that a query may mean, and says why: by an identifier, by a name, or by what is known alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from kzlod.matching.entries import PERSON, Feature
from kzlod.matching.weights import WEIGHTS
from kzlod.reconciliation.classes import Classes
from kzlod.reconciliation.constraints import Judge, merge_features
from kzlod.reconciliation.entries import Thing
from kzlod.reconciliation.graph import Graph
from kzlod.reconciliation.ids import Ids
from kzlod.reconciliation.properties import Properties
from kzlod.reconciliation.queries import Query, Reference
from kzlod.reconciliation.settings import Settings
from kzlod.reconciliation.shelves import Shelves

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
        graph: of the things.
        ids: of things.
        classes: of things.
        properties: of things.
        shelves: the things themselves.
        settings: with points and limits.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a dataset consists of
        self, graph: Graph, ids: Ids, classes: Classes, properties: Properties, shelves: Shelves, settings: Settings
    ) -> None:
        self.graph = graph
        self.ids = ids
        self.classes = classes
        self.properties = properties
        self.shelves = shelves
        self.settings = settings
        self._link_spaces = sorted({each.space for each in settings.properties if each.space})

    def find(self, query: Query) -> list[Found]:
        """The likeliest things, the best first; at most one of them is a match."""
        types = [iri for name in query.types if (iri := self.classes.read(name))]
        if query.types and not types and query.strictness != "should":
            return []
        judge = Judge(self.graph, self.ids, self.properties, self.shelves, query.constraints)
        is_named = bool(query.text.strip())
        found = list(self._find_by_name(query, types, judge)) if is_named else self._find_by_known(types, judge)
        best: dict[str, Found] = {}
        for each in found:
            known = best.get(each.thing.iri)
            if known is None or known.points < each.points:
                best[each.thing.iri] = each
        sure = self.find_ids(query.text)
        for iri in sure:
            best[iri] = _weigh(self.shelves.things[iri], [Feature("id", 1.0, _BEST, query.text)])
        wanted = (self._fit(each, query, types) for each in best.values())
        ranked = sorted(
            (each for each in wanted if each), key=lambda each: (each.thing.iri not in sure, -each.points, each.thing.iri)
        )
        kept = [each for each in ranked if each.score >= self.settings.limits["least"]]
        return _tell_match(kept, sure, is_named=is_named)[: query.limit]

    def find_ids(self, text: str) -> list[str]:
        """The things that an identifier is of: their own, short or whole, or one of theirs elsewhere."""
        text = text.strip()
        own = self.ids.read_entity(text)
        if own in self.shelves.things:
            return [own]
        links = [
            iri for iri in (self.ids.read_term(text), *(self.ids.read_term(space + text) for space in self._link_spaces)) if iri
        ]
        return sorted({subject.value for link in links for subject in self.graph.list_linked(link)} & self.shelves.things.keys())

    def _find_by_name(self, query: Query, types: list[str], judge: Judge) -> Iterator[Found]:
        wanted = types if query.strictness != "should" else ()
        yield from self._judge(query.text, wanted, judge)
        if phrase := self.settings.date_phrase.search(query.text[-60:]):
            name, dated = query.text[: -len(phrase[0])], judge.with_value("date", phrase[1])
            yield from self._judge(name, wanted, dated, with_people=False)
            yield from self._find_holders(name, dated)
        for known, values in judge.others:
            ids = [value.id if isinstance(value, Reference) else str(value) for value in values] if known.space else []
            for iri in dict.fromkeys(iri for text in ids for iri in self.find_ids(text)):
                rest = [each for each in judge.judge(self.shelves.things[iri]) if each.id != known.id]
                yield _weigh(self.shelves.things[iri], [Feature(known.id, 1.0, self.settings.points["link_alone"], ids[0]), *rest])

    def _judge(self, text: str, types: Iterable[str], judge: Judge, *, with_people: bool = True) -> Iterator[Found]:
        found = {candidate.id: candidate for candidate in self.shelves.find(text, types, with_people=with_people)}
        # Many may be called alike, of whom the matcher looks at some only.
        for candidate in self.shelves.find_among(text, judge.list_agreeing(self.settings.limits["agreeing"])):
            found.setdefault(candidate.id, candidate)
        for candidate in found.values():
            thing = self.shelves.things[candidate.id]
            yield _weigh(thing, [*candidate.features, *judge.judge(thing)])

    def _find_holders(self, name: str, judge: Judge) -> Iterator[Found]:
        """Who held a post that is called so, at a time that is told with it."""
        for candidate in self.shelves.find(name, with_people=False):
            if candidate.score < WEIGHTS.match["score"]:
                continue
            called, points = candidate.name.text, self.settings.points["holder"]
            reasons = [Feature("names", 1.0, candidate.score, name, called), Feature("holder", 1.0, -points, name, called)]
            of_post = judge.with_value("post", called)
            for node in self.graph.read_all(candidate.id, self.settings.tenures["holders"]):
                thing = self.shelves.things.get(node.value)
                known = of_post.judge(thing) if thing and thing.entry.kind == PERSON else []
                if thing and not any(each.id == "date" and not each.value for each in known):
                    yield _weigh(thing, [*reasons, *known])

    def _find_by_known(self, types: list[str], judge: Judge) -> list[Found]:
        """The things that agree with constraints alone: as many points of 100 as agree of all that is asked."""
        if judge.is_empty:
            return []
        members = (iri for name in types for iri in self.classes.members[name]) if types else iter(self.shelves.things)
        asked = len(judge.others) + len({means for means, _ in judge.meant})
        found = []
        for iri in islice(dict.fromkeys(members), self.settings.limits["scanned"]):
            thing = self.shelves.things[iri]
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
        points = self.settings.points["agrees"] if fits else -self.settings.points["type"]
        label = self.classes.find_label(found.thing.types[0]) if found.thing.types else ""
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
