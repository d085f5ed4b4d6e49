"""What a mapping to Wikidata asks for: reads the quads of a dataset, yields what paths lead to and which facts say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, NamedTuple

from kzlod.dataset import Dataset
from kzlod.terms import ACCEPTED, DEPRECATED, FACT_STATUS, RDF_TYPE, evidence_graph, read_iri
from kzlod.wikidata.rules import Steps, WikidataMapping
from kzlod.wikidata.values import Item, Value

_STATEMENTS: Final = """
SELECT DISTINCT subject, predicate, object, graph FROM quads
WHERE predicate IN (SELECT unnest($predicates)) AND (graph = $evidence OR graph IN (
  SELECT subject FROM quads WHERE graph = $evidence AND predicate = $status AND object = $accepted))
ORDER BY ALL"""


class Hit(NamedTuple):
    """What a path leads to, as a term, and for each step the facts that say it, as terms."""

    object: str
    support: tuple[frozenset[str], ...]


class Graph:
    """The accepted statements and the evidence, by subject and by object.

    Args:
        dataset: after ``merge_accepted``.
        mapping: whose predicates are wanted.
    """

    def __init__(self, dataset: Dataset, mapping: WikidataMapping) -> None:
        self._mapping = mapping
        self._forwards: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._backwards: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        parameters: dict[str, object] = {
            "predicates": sorted({*mapping.list_predicates(), RDF_TYPE, DEPRECATED}),
            "evidence": evidence_graph(dataset.project.base),
            "status": FACT_STATUS,
            "accepted": ACCEPTED,
        }
        for subject, predicate, object_, graph in dataset.iter_rows(_STATEMENTS, parameters):
            self._forwards[subject, predicate][object_].add(graph)
            self._backwards[object_, predicate][subject].add(graph)
        self._from_wikidata: dict[str, bool] = {}

    def list_things(self, kinds: Iterable[str]) -> list[str]:
        """The things of any of some classes, sorted."""
        return sorted({thing for kind in kinds for thing in self._backwards.get((kind, RDF_TYPE), ())})

    def is_of(self, thing: str, kinds: Iterable[str]) -> bool:
        """Whether a thing is of any of some classes."""
        return not self._forwards.get((thing, RDF_TYPE), {}).keys().isdisjoint(kinds)

    def has(self, thing: str, predicate: str, object_: str) -> bool:
        """Whether a statement is there."""
        return object_ in self._forwards.get((thing, predicate), ())

    def is_deprecated(self, thing: str) -> bool:
        """Whether another thing took its place, or it was withdrawn."""
        return (thing, DEPRECATED) in self._forwards

    def follow(self, thing: str, path: Steps) -> list[Hit]:
        """What a path leads to from a thing, sorted; the thing itself for the empty path."""
        hits = [Hit(thing, ())]
        for step in path:
            statements = self._backwards if step.is_inverse else self._forwards
            hits = [
                Hit(object_, (*hit.support, frozenset(facts)))
                for hit in hits
                for object_, facts in statements.get((hit.object, step.predicate), {}).items()
            ]
        return sorted(hits)

    def find_item(self, thing: str) -> str:
        """The item that a thing is linked to, such as ``Q232``, or "": one of several is not chosen."""
        start = self._mapping.items
        linked = [read_iri(term) for term in self._forwards.get((thing, self._mapping.link), ()) if term.startswith(f"<{start}")]
        return linked[0].removeprefix(start) if len(linked) == 1 else ""

    def list_linked(self, item: Value | None = None) -> list[str]:
        """The things that are linked to any item, or to one; sorted."""
        if isinstance(item, Item):
            return sorted(self._backwards.get((f"<{self._mapping.items}{item.id}>", self._mapping.link), ()))
        return sorted(
            thing
            for (object_, predicate), things in self._backwards.items()
            if predicate == self._mapping.link and object_.startswith(f"<{self._mapping.items}")
            for thing in things
        )

    def is_from_wikidata(self, fact: str) -> bool:
        """Whether a fact was taken from Wikidata, or follows from one that was."""
        if fact not in self._from_wikidata:
            # Evidence that runs in a circle ends here.
            self._from_wikidata[fact] = False
            path, wikidata = self._mapping.origin
            self._from_wikidata[fact] = any(hit.object == wikidata for hit in self.follow(fact, path)) or any(
                self.is_from_wikidata(hit.object) for hit in self.follow(fact, self._mapping.evidence.source)
            )
        return self._from_wikidata[fact]

    def list_sources(self, fact: str) -> list[str]:
        """The documents on which a fact stands, by itself or by the facts that it follows from; sorted."""
        sources, seen, waiting = set(), {fact}, [fact]
        while waiting:
            for hit in self.follow(waiting.pop(), self._mapping.evidence.source):
                if hit.object in seen:
                    continue
                seen.add(hit.object)
                if self.follow(hit.object, self._mapping.evidence.source):
                    waiting.append(hit.object)
                else:
                    sources.add(hit.object)
        return sorted(sources)

    def list_disputed(self) -> dict[str, str]:
        """The conflict that is about a node, by node."""
        kinds, path = self._mapping.conflicts
        return {hit.object: conflict for conflict in self.list_things(kinds) for hit in self.follow(conflict, path)}
