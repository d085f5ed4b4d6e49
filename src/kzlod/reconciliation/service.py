"""The reconciliation service of one dataset: answers with values that are JSON, to requests that are.

Reconciliation Service API 0.2, https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph

from kzlod import __version__
from kzlod.reconciliation.candidates import Finder, Found
from kzlod.reconciliation.cards import Card, Describer
from kzlod.reconciliation.classes import Classes, Labels
from kzlod.reconciliation.entries import iter_things
from kzlod.reconciliation.extension import Extender, Rows
from kzlod.reconciliation.graph import Graph
from kzlod.reconciliation.holdings import Holdings
from kzlod.reconciliation.ids import Ids
from kzlod.reconciliation.properties import Properties, Property
from kzlod.reconciliation.queries import Query, Reader
from kzlod.reconciliation.settings import load_settings
from kzlod.reconciliation.shelves import Shelves
from kzlod.reconciliation.states import States
from kzlod.reconciliation.suggestions import Completion
from kzlod.terms import NS, Prefixes


class Service:
    """Answers for the things of a dataset that have a name.

    Args:
        store: whose default graph has the accepted statements.
        base: namespace of the things.
        languages: tags, the preferred first.
        prefixes: of the ids of classes and properties, beside those of the common vocabularies.
        labels: what classes and properties are called; the words of their names where it does not say.
    """

    def __init__(
        self,
        store: pyoxigraph.Store,
        base: str,
        languages: Sequence[str] = ("en",),
        prefixes: Prefixes | None = None,
        labels: Labels | None = None,
    ) -> None:
        self.settings = load_settings()
        self.base = base
        tags, texts = tuple(languages), labels or {}
        self.ids = Ids(base, {**(prefixes.namespaces if prefixes else {}), **self.settings.prefixes})
        self.graph = Graph(store, self.settings, tags)
        self.classes = Classes(self.settings, self.ids, texts, tags)
        self.properties = Properties(self.settings, self.ids, texts, tags)
        states = States(self.graph, self.settings)
        things = list(iter_things(self.graph, base, self.classes, states))
        for thing in things:
            self.properties.add(self.graph, thing.iri, thing.types)
        self.shelves = Shelves(things, self.settings.limits)
        holdings = Holdings(self.graph, self.ids, self.classes, self.properties, self.shelves, states, self.settings)
        self.finder, self.describer, self._extender = Finder(holdings), Describer(holdings), Extender(holdings)
        self._entities = Completion((thing.iri, [name.text for name in thing.entry.names]) for thing in things)
        self._types = Completion(
            (iri, [*self.classes.list_labels(iri), self.ids.write_term(iri)]) for iri in self.classes.list_all()
        )
        self._properties = Completion(
            (each.id, [*self.properties.list_labels(each), each.id]) for each in self.properties.list_for(())
        )

    def describe(self, root: str, name: str) -> dict[str, Any]:
        """The manifest.

        Args:
            root: the address of the service, without a slash at its end.
            name: of the dataset.
        """
        kinds = ("entity", "type", "property")
        suggest = {
            kind: {"service_url": root, "service_path": f"/suggest/{kind}", "flyout_service_path": f"/flyout/{kind}?id=${{id}}"}
            for kind in kinds
        }
        return {
            "versions": ["0.1", "0.2"],
            "name": name,
            "identifierSpace": self.base,
            "schemaSpace": NS,
            "documentation": f"{root}/documentation",
            "serviceVersion": __version__,
            "defaultTypes": self.list_default_types(),
            "view": {"url": f"{root}/view?id={{{{id}}}}"},
            "feature_view": {"url": f"{root}/documentation#{{{{id}}}}"},
            "preview": {"url": f"{root}/preview?id={{{{id}}}}", **self.settings.preview},
            "suggest": suggest,
            "extend": {
                "propose_properties": {"service_url": root, "service_path": "/properties"},
                "property_settings": [dict(choice) for choice in self.settings.choices],
            },
            "batchSize": self.settings.limits["batch"],
        }

    def reconcile(self, queries: object) -> dict[str, Any]:
        """Candidates for a batch of queries, by their keys.

        Raises:
            RequestError: it is no batch of queries.
        """
        return self.answer(self.read_batch(queries))

    def read_batch(self, queries: object) -> dict[str, Query]:
        """The queries of a batch, checked.

        Raises:
            RequestError: it is none.
        """
        return Reader(self.settings).read_batch(queries)

    def answer(self, queries: Mapping[str, Query]) -> dict[str, Any]:
        """Candidates for checked queries, by their keys.

        Raises:
            RequestError: one of them asks for too much.
        """
        return {key: {"result": self._find(query)} for key, query in queries.items()}

    def extend(self, query: object) -> dict[str, Any]:
        """Properties of things.

        Raises:
            RequestError: it is no query for them.
        """
        rows = self.begin_extension(query)
        return {"rows": dict(rows), "meta": rows.describe()}

    def begin_extension(self, query: object) -> Rows:
        """The same row by row.

        Raises:
            RequestError: it is no query for them.
        """
        return Rows(self._extender, Reader(self.settings).read_extension(query))

    def suggest_entities(self, prefix: str, cursor: int = 0, limit: int | None = None, types: Sequence[str] = ()) -> dict[str, Any]:
        """Things whose names have words that begin so, or that an identifier is of; where there are none, those called alike."""
        wanted = {iri for name in types if (iri := self.classes.read(name))}
        iris = self.finder.find_ids(prefix) + self._list_below(prefix) + self._entities.find(prefix)
        if not iris:
            iris = [found.thing.iri for found in self.finder.find(Query(prefix, limit=self.settings.limits["most_suggestions"]))]
        fitting = [iri for iri in dict.fromkeys(iris) if not types or wanted & set(self.shelves.things[iri].types)]
        return {"result": [self._suggest(iri) for iri in self._cut(fitting, cursor, limit)]}

    def suggest_types(self, prefix: str, cursor: int = 0, limit: int | None = None) -> dict[str, Any]:
        """Types whose names or ids begin so."""
        found = ([known] if (known := self.classes.read(prefix)) else []) + self._types.find(prefix)
        return {"result": [self._describe_type(iri) for iri in self._cut(list(dict.fromkeys(found)), cursor, limit)]}

    def suggest_properties(self, prefix: str, cursor: int = 0, limit: int | None = None) -> dict[str, Any]:
        """Properties whose names or ids begin so."""
        known = self.properties.read(prefix)
        ids = ([known.id] if known and known.id in self._properties.keys else []) + self._properties.find(prefix)
        found = [each for name in self._cut(list(dict.fromkeys(ids)), cursor, limit) if (each := self.properties.read(name))]
        return {"result": [_describe_property(each) for each in found]}

    def propose_properties(self, type_: str = "", limit: int | None = None) -> dict[str, Any]:
        """Properties of which things of a type have values, most of them first; of all things where no type is named."""
        iri = self.classes.read(type_)
        found = [each for each in self.properties.list_for([iri] if type_ else []) if each.paths]
        kept = found[: max(limit, 0) or None if limit is not None else self.settings.limits["proposed"]]
        answer: dict[str, Any] = {"properties": [_describe_property(each) for each in kept]}
        return answer | ({"type": type_} if type_ else {}) | ({"limit": limit} if limit is not None else {})

    def find_card(self, name: str) -> Card | None:
        """What is told of a thing in few words, or None where there is none of this id."""
        iri = next(iter(self.finder.find_ids(name)), "")
        return self.describer.describe_thing(iri) if iri else None

    def find_type_card(self, name: str) -> Card | None:
        """The same of a type."""
        iri = self.classes.read(name)
        return self.describer.describe_type(iri) if iri else None

    def find_property_card(self, name: str) -> Card | None:
        """The same of a property."""
        known = self.properties.read(name)
        return self.describer.describe_property(known) if known and known.id in self._properties.keys else None

    def find_unknown(self, types: Sequence[str], properties: Sequence[str]) -> dict[str, str]:
        """The names among these that say nothing here, and of which kind they are: type or property."""
        wrong = {name: "type" for name in types if not self.classes.read(name)}
        return wrong | {name: "property" for name in properties if not self.properties.is_used(name)}

    def list_default_types(self) -> list[dict[str, str]]:
        """The types that are good to begin with: those of most things."""
        return [self.classes.describe(iri) for iri in self.classes.list_all()[: self.settings.limits["default_types"]]]

    def _list_below(self, prefix: str) -> list[str]:
        """The things whose ids begin so, where what is typed is the beginning of one."""
        iri = self.ids.read_entity(prefix) if "/" in prefix else ""
        return sorted(other for other in self.shelves.things if iri and other.startswith(iri))

    def _cut(self, found: Sequence[str], cursor: int, limit: int | None) -> Sequence[str]:
        count = min(limit or self.settings.limits["suggestions"], self.settings.limits["most_suggestions"])
        return found[max(cursor, 0) :][: max(count, 1)]

    def _find(self, query: Query) -> list[dict[str, Any]]:
        with self.graph.bound_work():
            found = self.finder.find(query)
        return [self._write(each) for each in found]

    def _write(self, found: Found) -> dict[str, Any]:
        """A candidate; features have the words that they are about, and their points, besides what the API asks for."""
        iri = found.thing.iri
        return {
            "id": self.ids.write_entity(iri),
            "name": self.graph.find_name(iri),
            "description": self.describer.write_description(found.thing),
            "type": [self.classes.describe(name) for name in found.thing.types],
            "score": found.score,
            "match": found.is_match,
            "features": [
                {
                    "id": each.id,
                    "value": round(each.value, 4),
                    "points": round(each.points, 2),
                    "query": each.query,
                    "name": each.name,
                }
                for each in found.features
            ],
        }

    def _suggest(self, iri: str) -> dict[str, Any]:
        thing = self.shelves.things[iri]
        return {
            "id": self.ids.write_entity(iri),
            "name": self.graph.find_name(iri),
            "description": self.describer.write_description(thing),
            "notable": [self.classes.describe(name) for name in thing.types],
        }

    def _describe_type(self, iri: str) -> dict[str, Any]:
        above = [self.classes.describe(name) for name in self.classes.list_direct(iri)]
        count = len(self.classes.members[iri])
        return {**self.classes.describe(iri), "description": f"{count:,} in this dataset", **({"broader": above} if above else {})}


def _describe_property(known: Property) -> dict[str, str]:
    found = {"id": known.id, "name": known.name}
    return found | ({"description": known.about} if known.about else {})
