"""Triples by subject and by object: reads N-Triples, tells where an automaton leads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kzlod.validation.automata import ANY, Automaton
from kzlod.validation.statements import parse_line

Pair = tuple[str, str]
"""A node, as an N-Triples term, and the state of an automaton."""


class Triples:
    """The triples of a text.

    Args:
        text: N-Triples, as ``read_data`` reads it.
    """

    def __init__(self, text: str) -> None:
        self._lines = [line for line in text.split("\n") if line]
        self._predicates: list[str] = []
        self._subjects: list[str] = []
        self._objects: list[str] = []
        for line in self._lines:
            subject, predicate, object_ = parse_line(line)
            self._subjects.append(subject)
            self._predicates.append(predicate)
            self._objects.append(object_)
        # Chains of numbers, since a list for each of a million nodes takes long to make.
        self._by_subject, self._by_object = _chain(self._subjects), _chain(self._objects)

    def go_back(self, automaton: Automaton, pairs: Iterable[Pair]) -> set[Pair]:
        """These pairs, and all from which a walk leads to one of them."""

        def iter_before(node: str, state: str) -> Iterator[Pair]:
            yield from ((node, before) for before in automaton.jumps_to.get(state, ()))
            for step in automaton.steps_to.get(state, ()):
                for _, other in self._iter_triples(node, step.predicate, forward=not step.forward):
                    yield other, step.state

        return _spread(pairs, iter_before)

    def go_on(self, automaton: Automaton, pairs: Iterable[Pair]) -> set[Pair]:
        """These pairs, and all to which a walk leads from one of them."""

        def iter_after(node: str, state: str) -> Iterator[Pair]:
            yield from ((node, after) for after in automaton.jumps_from.get(state, ()))
            for step in automaton.steps_from.get(state, ()):
                for _, other in self._iter_triples(node, step.predicate, forward=step.forward):
                    yield other, step.target

        return _spread(pairs, iter_after)

    def write_walks(self, automaton: Automaton, pairs: Iterable[Pair]) -> str:
        """The triples on all walks from these pairs, in the order of the text."""
        numbers = {
            number
            for node, state in self.go_on(automaton, pairs)
            for step in automaton.steps_from.get(state, ())
            for number, _ in self._iter_triples(node, step.predicate, forward=step.forward)
        }
        return "".join(f"{self._lines[number]}\n" for number in sorted(numbers))

    def _iter_triples(self, node: str, predicate: str, *, forward: bool) -> Iterator[tuple[int, str]]:
        """The numbers of the triples in which a node is the subject, or else the object, and the node at the other end."""
        heads, following = self._by_subject if forward else self._by_object
        others = self._objects if forward else self._subjects
        number = heads.get(node, -1)
        while number >= 0:
            if predicate in {ANY, self._predicates[number]}:
                yield number, others[number]
            number = following[number]


def _chain(terms: list[str]) -> tuple[dict[str, int], list[int]]:
    """The last place of each term, and for each place the one before it that has the same term, or -1."""
    heads: dict[str, int] = {}
    following = []
    for number, term in enumerate(terms):
        following.append(heads.get(term, -1))
        heads[term] = number
    return heads, following


def _spread(pairs: Iterable[Pair], iter_next: Callable[[str, str], Iterator[Pair]]) -> set[Pair]:
    seen = set(pairs)
    waiting = list(seen)
    while waiting:
        new = set(iter_next(*waiting.pop())) - seen
        seen |= new
        waiting += new
    return seen
