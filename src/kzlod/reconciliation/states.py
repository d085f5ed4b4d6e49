"""States in names: whose a post or a mission is and where it is sent, which names leave out, and which of two states a query means.

A name by itself does not tell "Embassy of Kazakhstan in Russia" from "Embassy of Russia in Kazakhstan": both have the same words.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kzlod.matching.entries import Feature, Name
from kzlod.matching.terms import list_hosts, list_terms
from kzlod.matching.words import Part
from kzlod.reconciliation.graph import Graph
from kzlod.reconciliation.settings import Settings


class States:
    """The states of the things of one dataset.

    Args:
        graph: the statements.
        settings: that say which properties lead to states.
    """

    def __init__(self, graph: Graph, settings: Settings) -> None:
        self.graph = graph
        self.settings = settings
        self._list_meanings = lru_cache(maxsize=1_000)(self._read_state)
        self._find_ends = lru_cache(maxsize=100_000)(self._read_ends)
        self._read_query = lru_cache(maxsize=1_000)(_read_query)

    def iter_names(self, iri: str, names: list[Name]) -> Iterator[Name]:
        """What a thing is called besides: with the state whose it is, and by the city where it is in place of the state there.

        Args:
            iri: the thing.
            names: its own.
        """
        states = self._list(iri, "of")
        for name in names:
            meanings = _read_meanings(name.text)
            yield from (
                Name(f"{name.text}, {self.graph.find_name(state)}", name.language)
                for state in states
                if not meanings & self._list_meanings(state)
            )
        hosts = self._list(iri, "to")
        cities = [self.graph.find_name(place) for place in self._list(iri, "seats") if place not in hosts] if hosts else []
        for name in names:
            said = [other.text for host in hosts for other in self.graph.list_names(host) if other.text in name.text]
            yield from (Name(name.text.replace(text, city), name.language) for text in said[:1] for city in cities)

    def compare(self, text: str, iri: str) -> list[Feature]:
        """A feature for a thing that one state sends to another, where a query names one of them.

        Args:
            text: of the query.
            iri: the thing.
        """
        hosts, senders = self._find_ends(iri)
        terms, to = self._read_query(text)
        named = terms & (hosts | senders) if hosts else frozenset()
        if not named:
            return []
        value = len((named & to & hosts) | (named - to - hosts)) / len(named)
        return [Feature("states", value, -self.settings.points["states"] * (1 - value), " ".join(sorted(named)))]

    def _read_ends(self, iri: str) -> tuple[frozenset[str], frozenset[str]]:
        """The meanings of the states to which a thing is sent, and of those whose it is."""
        hosts, senders = (
            frozenset(meaning for state in self._list(iri, what) for meaning in self._list_meanings(state)) for what in ("to", "of")
        )
        return hosts, senders

    def _list(self, iri: str, what: str) -> list[str]:
        return [value.value for value in self.graph.read_all(iri, self.settings.states[what])]

    def _read_state(self, iri: str) -> frozenset[str]:
        """What the names of a state mean, where the vocabulary has it."""
        found = [_read_meanings(name.text) for name in self.graph.list_names(iri)]
        return frozenset(meaning for meanings in found if len(meanings) == 1 for meaning in meanings)


def _read_meanings(text: str) -> frozenset[str]:
    """The meanings of a text that are in the vocabulary."""
    return _read_query(text)[0]


def _read_query(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The same, and where it says that something is."""
    words = next(iter(list_terms(text)), [])
    return frozenset(word for word, part in words if part is Part.TERM), list_hosts(words)
