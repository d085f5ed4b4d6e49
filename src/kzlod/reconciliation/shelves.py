"""The things of a dataset by kinds, each with an index of its names: a question for one is not crowded by the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from kzlod.matching.entries import PERSON, Candidate, NameQuery
from kzlod.matching.index import NameIndex
from kzlod.reconciliation.entries import Thing

_MOST = 24
"""How many things of a kind are looked at for one question; the matcher itself compares no more."""

_OTHERS = ""


class Shelves:
    """Things that can be found by their names.

    Args:
        things: the order tells which of equal ones comes first.
        count: of the kinds that have an index of their own; the rest shares one.
    """

    def __init__(self, things: Sequence[Thing], count: int) -> None:
        self.things = {thing.iri: thing for thing in things}
        kinds: dict[str, list[Thing]] = {}
        for thing in things:
            kinds.setdefault(_read_kind(thing), []).append(thing)
        largest = sorted(kinds, key=lambda kind: (kind != PERSON, -len(kinds[kind]), kind))[:count]
        shelves: dict[str, list[Thing]] = {}
        for thing in things:
            kind = _read_kind(thing)
            shelves.setdefault(kind if kind in largest else _OTHERS, []).append(thing)
        self.indexes = {kind: NameIndex.build(thing.entry for thing in shelves[kind]) for kind in sorted(shelves)}
        self.types = {kind: {name for thing in shelves[kind] for name in thing.types} for kind in sorted(shelves)}
        self.find_alike = lru_cache(maxsize=10_000)(self._find_alike)
        self._index = lru_cache(maxsize=100)(self._index_few)

    def find(self, text: str, types: Iterable[str] = (), *, with_people: bool = True) -> list[Candidate]:
        """The likeliest things of some types, or of all where none is named; the matcher's scores, in no order.

        Args:
            text: a name.
            types: classes.
            with_people: whether people are wanted.
        """
        wanted = set(types)
        return [
            candidate
            for kind, index in self.indexes.items()
            if (with_people or kind != PERSON) and (not wanted or wanted & self.types[kind])
            for candidate in index.find(NameQuery(text), _MOST)
        ]

    def find_among(self, text: str, iris: tuple[str, ...]) -> list[Candidate]:
        """The likeliest of a few things; the matcher's scores."""
        return self._index(iris).find(NameQuery(text), _MOST) if iris else []

    def _index_few(self, iris: tuple[str, ...]) -> NameIndex:
        return NameIndex.build(self.things[iri].entry for iri in iris)

    def _find_alike(self, text: str) -> dict[str, float]:
        """How like the names of things are to a text, from 0 to 1; those that are not alike are missing."""
        return {candidate.id: candidate.score / 100 for candidate in self.find(text)}


def _read_kind(thing: Thing) -> str:
    """People, or the highest class."""
    return PERSON if thing.entry.kind == PERSON else thing.types[-1] if thing.types else _OTHERS
