"""Suggestions while somebody types: finds what begins so, by any word of a name in any script; else what is called alike."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from kzlod.names.folding import fold_name

_LONGEST = 300


class Completion:
    """Texts by the beginnings of their words.

    Args:
        items: keys with the texts by which each is found, the chief one first; the order tells which of equal ones comes first.
    """

    def __init__(self, items: Iterable[tuple[str, Sequence[str]]]) -> None:
        self.keys: list[str] = []
        self._names: list[list[tuple[str, ...]]] = []
        self._texts: list[tuple[str, ...]] = []
        words = []
        for number, (key, texts) in enumerate(items):
            self.keys.append(key)
            names = [fold_name(text) for text in texts]
            self._names.append(names)
            self._texts.append(tuple(text.casefold() for text in texts))
            words += [(word, number) for word in dict.fromkeys(word for name in names for word in name)]
        self._words = sorted(words)

    def find(self, prefix: str) -> list[str]:
        """The keys of what has words that begin as all those of a text do, the best first; all keys for no word."""
        wanted = fold_name(prefix[:_LONGEST])
        if not wanted:
            return [] if prefix.strip() else self.keys
        found = set.intersection(*(self._list_with(word) for word in dict.fromkeys(wanted)))
        typed = " ".join(prefix[:_LONGEST].casefold().split())
        # Folded, "b" is also "v": what begins with the letters themselves is meant sooner.
        return [
            self.keys[number]
            for number in sorted(found, key=lambda number: (not self._begins(number, typed), *self._rank(number, wanted), number))
        ]

    def _list_with(self, beginning: str) -> set[int]:
        found = set()
        for place in range(bisect_left(self._words, (beginning,)), len(self._words)):
            word, number = self._words[place]
            if not word.startswith(beginning):
                break
            found.add(number)
        return found

    def _begins(self, number: int, typed: str) -> bool:
        return any(text.startswith(typed) or f" {typed}" in text for text in self._texts[number])

    def _rank(self, number: int, wanted: tuple[str, ...]) -> tuple[bool, bool, int]:
        """First what begins so, then what has the words in this order; the shorter before the longer."""
        text = " ".join(wanted)
        names = self._names[number]
        starts = [name for name in names if " ".join(name).startswith(text)]
        holds = [name for name in names if f" {text}" in f" {' '.join(name)}"]
        return not starts, not holds, min(len(name) for name in starts or holds or names)
