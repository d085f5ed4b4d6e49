"""What shapes read: yields an automaton whose walks from a focus node are all the triples that its validation looks at.

A walk ends where the shapes end: its bound is that of their paths, and there is none where a path repeats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kzlod.terms import FOOTPRINT, RDF_TYPE, SH, read_literal
from kzlod.validation.automata import ANY, Automaton
from kzlod.validation.statements import LISTS, PATH, Statements
from kzlod.validation.targets import OBJECTS_OF, PROPERTY, SUBCLASS, SUBJECTS_OF, TARGET_CLASS, is_class, list_targets

_QUALIFIED: Final = f"<{SH}qualifiedValueShape>"
_OF_SHAPES: Final = (PROPERTY, _QUALIFIED, f"<{SH}node>", f"<{SH}not>")
_OF_PAIRS: Final = tuple(f"<{SH}{name}>" for name in ("equals", "disjoint", "lessThan", "lessThanOrEquals"))

# States that belong to no shape.
END: Final = "end"
"""The state of nodes that are only compared with others."""
_TYPES: Final = "types"
_SUPERCLASSES: Final = "superclasses"
_EVERYTHING: Final = "everything"


@dataclass(frozen=True)
class Reads:
    """What shapes read. The state in which a node is validated by a shape is the shape's term.

    Args:
        all: its walks are all that is read.
        results: its walks lead from what a shape targets to every node that results are about: the values of a property are
            focus nodes of the property shapes in it.
        targeted: shapes with targets.
        unbounded: those among them that may read anything, because a query in them declares no footprint.
        reporting: the other targeted shapes, and the property shapes in them; a result is about a node in such a state.
    """

    all: Automaton
    results: Automaton
    targeted: frozenset[str]
    unbounded: frozenset[str]
    reporting: frozenset[str]


def read_shapes(shapes: Statements) -> Reads:
    """Find what shapes read.

    Args:
        shapes: all shapes of the run.
    """
    everything = _Reader(shapes).read()
    targeted = frozenset(shape for shape in shapes.by_subject if list_targets(shapes, shape))
    unbounded = targeted & everything.list_reaching(_EVERYTHING)
    results = Automaton(shapes)
    reporting = sorted(targeted - unbounded)
    for shape in reporting:  # which grows while it is read
        values = _add_path(results, shapes, shape)
        for part in shapes.list_objects(shape, PROPERTY):
            results.add_jump(values, part)
            reporting += [part] if part not in reporting else []
    return Reads(everything, results, targeted, unbounded, frozenset(reporting))


def name_target(shape: str) -> str:
    """The state in which it is asked whether a node is a target of a shape."""
    return f"target {shape}"


class _Reader:
    def __init__(self, shapes: Statements) -> None:
        self.shapes = shapes
        self.automaton = Automaton(shapes)
        # A constraint component of the shapes' own (SHACL, section 6) is a query.
        parameters = [parameter for _, parameter in shapes.iter_pairs(f"<{SH}parameter>")]
        self.parameters = {path for parameter in parameters for path in shapes.list_objects(parameter, PATH)}

    def read(self) -> Automaton:
        self.automaton.add_step(_TYPES, RDF_TYPE, _SUPERCLASSES)
        self.automaton.add_step(_SUPERCLASSES, SUBCLASS, _SUPERCLASSES)
        for shape in list(self.shapes.by_subject):
            self._read_targets(shape)
            values = _add_path(self.automaton, self.shapes, shape)
            for predicate, objects in self.shapes.by_subject[shape].items():
                self._read_constraint(shape, predicate, objects)
                self._read_value_constraint(values, predicate, objects)
            if self.shapes.list_objects(shape, _QUALIFIED):
                self._add_jumps(values, _list_siblings(self.shapes, shape))
        return self.automaton

    def _read_targets(self, shape: str) -> None:
        state = name_target(shape)
        if self.shapes.list_objects(shape, TARGET_CLASS) or is_class(self.shapes, shape):
            self.automaton.add_jump(state, _TYPES)
        for predicate in self.shapes.list_objects(shape, SUBJECTS_OF):
            self.automaton.add_step(state, predicate, END)
        for predicate in self.shapes.list_objects(shape, OBJECTS_OF):
            self.automaton.add_step(state, predicate, END, forward=False)

    def _read_constraint(self, shape: str, predicate: str, objects: list[str]) -> None:
        """What a constraint reads of the focus node."""
        if predicate in _OF_PAIRS:
            for other in objects:
                self.automaton.add_step(shape, other, END)
        elif predicate == f"<{SH}sparql>" or predicate in self.parameters:
            for constraint in objects:
                self._add_query(shape, constraint)

    def _read_value_constraint(self, values: str, predicate: str, objects: list[str]) -> None:
        """What a constraint reads of the value nodes."""
        if predicate in _OF_SHAPES:
            self._add_jumps(values, objects)
        elif predicate in LISTS:
            self._add_jumps(values, [item for head in objects for item in self.shapes.list_items(head)])
        elif predicate == f"<{SH}class>":
            self.automaton.add_jump(values, _TYPES)
        elif predicate == f"<{SH}closed>":
            self.automaton.add_step(values, ANY, END)

    def _add_query(self, shape: str, constraint: str) -> None:
        footprints = [*self.shapes.list_objects(shape, FOOTPRINT), *self.shapes.list_objects(constraint, FOOTPRINT)]
        if not footprints:
            self.automaton.add_jump(shape, _EVERYTHING)
        for footprint in dict.fromkeys(footprints):
            if footprint.startswith('"'):
                self.automaton.add_surroundings(shape, int(read_literal(footprint).text))
            else:
                self.automaton.add_path(footprint, shape, END)

    def _add_jumps(self, state: str, targets: list[str]) -> None:
        for target in targets:
            self.automaton.add_jump(state, target)


def _add_path(automaton: Automaton, shapes: Statements, shape: str) -> str:
    """Add the path of a property shape; tell the state of its values, which for a node shape is that of the focus node."""
    paths = shapes.list_objects(shape, PATH)
    values = f"values {shape}" if paths else shape
    for path in paths:
        automaton.add_path(path, shape, values)
    return values


def _list_siblings(shapes: Statements, shape: str) -> list[str]:
    """The sibling shapes of a property shape (SHACL, section 4.7.3), and its own."""
    parents = [parent for parent, predicate in shapes.iter_users(shape) if predicate == PROPERTY]
    siblings = [sibling for parent in parents for sibling in shapes.list_objects(parent, PROPERTY)]
    return [value for sibling in dict.fromkeys(siblings) for value in shapes.list_objects(sibling, _QUALIFIED)]
