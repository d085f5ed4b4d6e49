"""The things of a dataset by kinds, each with an index of its names: a question for one is not crowded by the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from kzlod.matching.entries import PERSON, Candidate, NameQuery
from kzlod.matching.index import NameIndex
from kzlod.reconciliation.entries import Thing

_MOST = 24
"""How many things of a kind are looked at for one question; the matcher itself compares no more."""

_LONGEST = 300
"""Characters of a name that the matcher reads."""

_OTHERS = ""


class Shelves:
    """Things that can be found by their names.

    Args:
        things: the order tells which of equal ones comes first.
        limits: how many kinds have an index of their own, while the rest shares one; how many letters of a word are read.
    """

    def __init__(self, things: Sequence[Thing], limits: Mapping[str, int]) -> None:
        self.limits = limits
        self.things = {thing.iri: thing for thing in things}
        kinds: dict[str, list[Thing]] = {}
        for thing in things:
            kinds.setdefault(_read_kind(thing), []).append(thing)
        largest = sorted(kinds, key=lambda kind: (kind != PERSON, -len(kinds[kind]), kind))[: limits["shelves"]]
        shelves: dict[str, list[Thing]] = {}
        for thing in things:
            kind = _read_kind(thing)
            shelves.setdefault(kind if kind in largest else _OTHERS, []).append(thing)
        self.indexes = {kind: NameIndex.build(thing.entry for thing in shelves[kind]) for kind in sorted(shelves)}
        self.types = {kind: {name for thing in shelves[kind] for name in thing.types} for kind in sorted(shelves)}
        self.find_alike = lru_cache(maxsize=10_000)(self._find_alike)
        self._find = lru_cache(maxsize=100)(self._find_in)
        self._index = lru_cache(maxsize=100)(self._index_few)

    def find(self, text: str, types: Iterable[str] = (), *, with_people: bool = True) -> tuple[Candidate, ...]:
        """The likeliest things of some types, or of all where none is named; the matcher's scores, in no order.

        Args:
            text: a name.
            types: classes.
            with_people: whether people are wanted.
        """
        return self._find(text, frozenset(types), with_people)

    def find_among(self, text: str, iris: tuple[str, ...]) -> list[Candidate]:
        """The likeliest of a few things; the matcher's scores."""
        return self._index(iris).find(self._ask(text), _MOST) if iris else []

    def _find_in(self, text: str, types: frozenset[str], with_people: bool) -> tuple[Candidate, ...]:
        query = self._ask(text)
        return tuple(
            candidate
            for kind, index in self.indexes.items()
            if (with_people or kind != PERSON) and (not types or types & self.types[kind])
            for candidate in index.find(query, _MOST)
        )

    def _ask(self, text: str) -> NameQuery:
        """The question for a name, without what makes a word too long to be one."""
        return NameQuery(" ".join(word[: self.limits["word"]] for word in text[:_LONGEST].split()))

    def _index_few(self, iris: tuple[str, ...]) -> NameIndex:
        return NameIndex.build(self.things[iri].entry for iri in iris)

    def _find_alike(self, text: str) -> dict[str, float]:
        """How like the names of things are to a text, from 0 to 1; those that are not alike are missing."""
        return {candidate.id: candidate.score / 100 for candidate in self.find(text)}


def _read_kind(thing: Thing) -> str:
    """People, or the highest class."""
    return PERSON if thing.entry.kind == PERSON else thing.types[-1] if thing.types else _OTHERS
