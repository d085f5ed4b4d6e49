"""Automata over triples: states, and steps from node to node along properties."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from kzlod.terms import SH
from kzlod.validation.statements import FIRST, Statements

ANY: Final = ""
"""In the place of a predicate: whichever it is."""

_Value = TypeVar("_Value")

_INVERSE: Final = f"<{SH}inversePath>"
_ALTERNATIVE: Final = f"<{SH}alternativePath>"
_MORE: Final = {f"<{SH}zeroOrMorePath>", f"<{SH}oneOrMorePath>"}
_NONE: Final = {f"<{SH}zeroOrMorePath>", f"<{SH}zeroOrOnePath>"}


class Step(NamedTuple):
    """A property that leads from a node to others.

    Args:
        state: in which the node is.
        predicate: as an N-Triples term, or ANY.
        forward: whether the node is the subject, or else the object.
        target: the state in which the others are then.
    """

    state: str
    predicate: str
    forward: bool
    target: str


class Automaton:
    """States, steps, and jumps from state to state at the same node.

    Args:
        shapes: in which property paths are looked up.
    """

    def __init__(self, shapes: Statements) -> None:
        self.steps: list[Step] = []
        self.jumps: list[tuple[str, str]] = []
        self._shapes = shapes
        self._count = 0

    @cached_property
    def states(self) -> frozenset[str]:
        """All states, once all are added."""
        return frozenset(
            [state for step in self.steps for state in (step.state, step.target)] + [state for jump in self.jumps for state in jump]
        )

    @cached_property
    def steps_from(self) -> dict[str, list[Step]]:
        """The steps by their first state."""
        return _group((step.state, step) for step in self.steps)

    @cached_property
    def steps_to(self) -> dict[str, list[Step]]:
        """The steps by their target."""
        return _group((step.target, step) for step in self.steps)

    @cached_property
    def jumps_from(self) -> dict[str, list[str]]:
        """The states to which it is a jump, by the first state."""
        return _group(self.jumps)

    @cached_property
    def jumps_to(self) -> dict[str, list[str]]:
        """The states from which it is a jump, by the last state."""
        return _group((target, state) for state, target in self.jumps)

    def add_step(self, state: str, predicate: str, target: str, *, forward: bool = True) -> None:
        """Add a step along a property."""
        self.steps.append(Step(state, predicate, forward, target))

    def add_jump(self, state: str, target: str) -> None:
        """Add a jump."""
        self.jumps.append((state, target))

    def add_surroundings(self, state: str, distance: int) -> None:
        """Add so many steps along any property, in both directions."""
        for _ in range(distance):
            target = self._make_state()
            self.add_step(state, ANY, target)
            self.add_step(state, ANY, target, forward=False)
            state = target

    def add_path(self, path: str, state: str, target: str, *, forward: bool = True) -> None:
        """Add a property path (SHACL, section 2.3.1) from one state to another."""
        properties = self._shapes.by_subject.get(path, {})
        if path.startswith("<"):
            self.add_step(state, path, target, forward=forward)
        elif FIRST in properties:
            items = self._shapes.list_items(path)
            states = [state, *(self._make_state() for _ in items[1:]), target]
            for item, start, end in zip(items if forward else reversed(items), states, states[1:], strict=False):
                self.add_path(item, start, end, forward=forward)
        for kind, (part, *_) in properties.items():
            if kind == _INVERSE:
                self.add_path(part, state, target, forward=not forward)
            elif kind == _ALTERNATIVE:
                for item in self._shapes.list_items(part):
                    self.add_path(item, state, target, forward=forward)
            elif kind in _MORE | _NONE:
                self._add_repeat(kind, part, state, target, forward)

    def _add_repeat(self, kind: str, part: str, state: str, target: str, forward: bool) -> None:
        between = self._make_state()
        self.add_path(part, state, between, forward=forward)
        self.add_jump(between, target)
        if kind in _MORE:
            self.add_path(part, between, between, forward=forward)
        if kind in _NONE:
            self.add_jump(state, target)

    def _make_state(self) -> str:
        self._count += 1
        return f"step {self._count}"

    def list_reaching(self, state: str) -> frozenset[str]:
        """The states from which this one can be reached, and itself."""
        found, seen = [state], {state}
        for reached in found:  # which grows while it is read
            before = {*self.jumps_to.get(reached, ()), *(step.state for step in self.steps_to.get(reached, ()))}
            found += sorted(before - seen)
            seen |= before
        return frozenset(seen)


def _group(pairs: Iterable[tuple[str, _Value]]) -> dict[str, list[_Value]]:
    groups: defaultdict[str, list[_Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)
