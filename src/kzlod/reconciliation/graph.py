"""The statements of a release, read by the indexes of its store: names, classes, and values at the end of a path."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import pyoxigraph
from pyoxigraph import DefaultGraph, Literal, NamedNode

from kzlod.matching.entries import Name
from kzlod.reconciliation.queries import RequestError, WrongValue
from kzlod.reconciliation.settings import Path, Settings
from kzlod.terms import RDF_TYPE

Term = NamedNode | Literal

_ACCEPTED = DefaultGraph()
_TYPE = NamedNode(RDF_TYPE[1:-1])


class Graph:
    """The accepted statements of a store.

    Args:
        store: whose default graph has them.
        settings: that say which properties name a thing.
        languages: tags, the preferred first.
    """

    def __init__(self, store: pyoxigraph.Store, settings: Settings, languages: tuple[str, ...]) -> None:
        self.store = store
        self.settings = settings
        self.languages = languages
        self._left = math.inf
        self.find_name = lru_cache(maxsize=100_000)(self._find_name)

    @contextmanager
    def bound_work(self) -> Iterator[None]:
        """Let paths lead to so many nodes only: those of a few words can lead from everything to everything.

        Raises:
            RequestError: what is done in the block needs more.
        """
        self._left = self.settings.limits["visited"]
        try:
            yield
        finally:
            self._left = math.inf

    def iter_named(self, base: str) -> Iterator[str]:
        """The IRIs below a base of what has a class and a name, in order."""
        found = {
            quad.subject.value
            for predicate in self.settings.names
            for quad in self.store.quads_for_pattern(None, NamedNode(predicate), None, _ACCEPTED)
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(base)
        }
        return (iri for iri in sorted(found) if self.list_classes(iri))

    def list_classes(self, iri: str) -> list[str]:
        """The classes that are said of a thing, in order."""
        return sorted(term.value for term in self.list_objects(iri, _TYPE.value) if isinstance(term, NamedNode))

    def list_objects(self, iri: str, predicate: str) -> list[Term]:
        """The objects of a property, without blank nodes."""
        found = self.store.quads_for_pattern(NamedNode(iri), NamedNode(predicate), None, _ACCEPTED)
        return [quad.object for quad in found if isinstance(quad.object, NamedNode | Literal)]

    def list_subjects(self, predicate: str, value: Term) -> list[NamedNode]:
        """The subjects of which a property has a value."""
        found = self.store.quads_for_pattern(None, NamedNode(predicate), value, _ACCEPTED)
        return [quad.subject for quad in found if isinstance(quad.subject, NamedNode)]

    def list_linked(self, link: str) -> list[NamedNode]:
        """The things that are the same as one elsewhere."""
        return [subject for predicate in self.settings.links for subject in self.list_subjects(predicate, NamedNode(link))]

    def list_predicates(self, iri: str) -> set[str]:
        """The properties that a thing has."""
        return {quad.predicate.value for quad in self.store.quads_for_pattern(NamedNode(iri), None, None, _ACCEPTED)}

    def read_values(self, iri: str, path: Path) -> list[Term]:
        """The values at the end of a path, each once, in the order of what is written."""
        most = self.settings.limits["nodes"]
        reached: set[Term] = {NamedNode(iri)}
        for step in path:
            following: set[Term] = set()
            for node in reached:
                if step.is_inverse:
                    following.update(self.list_subjects(step.iri, node))
                elif isinstance(node, NamedNode):
                    following.update(self.list_objects(node.value, step.iri))
            self._count(len(reached) + len(following))
            reached = set(sorted(following, key=str)[:most]) if len(following) > most else following
        return sorted(reached, key=str)

    def read_all(self, iri: str, paths: Iterable[Path]) -> list[Term]:
        """The values at the ends of several paths, each once, those of the first path first."""
        return list(dict.fromkeys(value for path in paths for value in self.read_values(iri, path)))

    def list_names(self, iri: str) -> list[Name]:
        """All names of a thing, the preferred one first."""
        found: list[Name] = []
        for properties in (self.settings.names, self.settings.other_names):
            texts = {
                (rank, *self._rank(term)): Name(term.value, term.language or "und")
                for rank, predicate in enumerate(properties)
                for term in self.list_objects(iri, predicate)
                if isinstance(term, Literal) and term.value.strip()
            }
            found += [texts[key] for key in sorted(texts)]
        return list(dict.fromkeys(found))

    def _count(self, nodes: int) -> None:
        self._left -= nodes
        if self._left < 0:
            most = self.settings.limits["visited"]
            message = f"the paths of its properties lead to more than {most:,} nodes: ask for fewer or shorter ones"
            raise RequestError([WrongValue("", "", "limit", message)])

    def _find_name(self, iri: str, language: str = "") -> str:
        """What a thing is called in a language, else in the first there is; the end of its IRI where it has no name."""
        names = self.list_names(iri)
        wanted = next((name.text for name in names if language and name.language == language), "")
        return wanted or (names[0].text if names else iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri)

    def _rank(self, term: Literal) -> tuple[int, str, str]:
        language = term.language or ""
        known = self.languages.index(language) if language in self.languages else len(self.languages)
        return known, language, term.value
