"""What is to be validated again after a change: reads shapes, data and what has changed, yields nodes and the data that they need.

The validation of a node reads the triples on the walks of ``Reads.all`` from it, and nothing else. Where none of them has changed,
its results have not, either. So what is to be validated is found by going back from the changes, and its data by going on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from kzlod.terms import RDF_TYPE
from kzlod.validation.automata import ANY, Automaton, Step
from kzlod.validation.changes import NO_CHANGES, Changes
from kzlod.validation.engine import validate
from kzlod.validation.engines import Engine
from kzlod.validation.reads import END, Reads, name_target, read_shapes
from kzlod.validation.report import Report
from kzlod.validation.statements import Statements
from kzlod.validation.targets import SHAPE_TYPES, TARGETS, is_class
from kzlod.validation.triples import Triples


@dataclass(frozen=True)
class Scope:
    """A part of the data and of the shapes.

    Args:
        nodes: whose results may have changed, as far as the shapes tell what they read.
        data: the triples that the results of these nodes follow from, as N-Triples.
        bounded: the shapes without the targets of those whose queries may read anything, as N-Triples.
        unbounded: the shapes without the targets of all others; "" where there are no such queries.
        free: the shapes with such queries, as terms.
    """

    nodes: frozenset[str]
    data: str
    bounded: str
    unbounded: str
    free: tuple[str, ...]


def find_scope(data: str, shapes: Statements, changes: Changes = NO_CHANGES, focus: Iterable[str] = ()) -> Scope:
    """Find what must be validated.

    Args:
        data: N-Triples, as ``read_data`` reads it.
        shapes: all shapes.
        changes: from other data to this.
        focus: nodes of which anything may have changed, as N-Triples terms.
    """
    reads = read_shapes(shapes)
    triples = Triples(data)
    bounded = reads.targeted - reads.unbounded
    focus = tuple(focus)
    nodes = _find_nodes(triples, reads, changes, focus)
    # Whatever leads to results of these nodes is validated, however little of it has changed.
    sources = triples.go_back(reads.results, ((node, state) for node in nodes for state in reads.reporting))
    starts = {node for node, state in sources if state in bounded}
    pairs = ((node, state) for node in starts for shape in bounded for state in (shape, name_target(shape)))
    return Scope(
        nodes,
        triples.write_walks(reads.all, pairs),
        _drop_targets(shapes, reads.unbounded),
        _drop_targets(shapes, bounded) if reads.unbounded else "",
        tuple(sorted(reads.unbounded)),
    )


def validate_scope(engine: Engine, data: str, scope: Scope) -> Report:
    """Validate a part: the results of its nodes, and all results of shapes whose queries may read anything.

    Raises:
        ConfigurationError, EngineError: as ``validate``.
    """
    results = set()
    if scope.nodes:
        # Nodes on the way are validated as well, but of them not all the data is there.
        report = validate(engine, scope.data, scope.bounded)
        results |= {result for result in report.results if result.focus_node in scope.nodes}
    if scope.unbounded:
        results |= set(validate(engine, data, scope.unbounded).results)
    return Report.from_results(results)


def _find_nodes(triples: Triples, reads: Reads, changes: Changes, focus: Collection[str]) -> frozenset[str]:
    """The nodes whose results may have changed."""
    changed = {(node, step.state) for step, node, _ in _iter_changed_steps(reads.all, changes)}
    changed |= {(node, state) for node in focus for state in reads.all.states - {END}}
    reading = triples.go_back(reads.all, changed)
    # What has become a target, or is none any more, and what was reached by a triple that has changed.
    shapes = {name_target(shape): shape for shape in reads.reporting}
    reached = {(node, shapes[state]) for node, state in reading if state in shapes}
    reached |= {(other, step.target) for step, _, other in _iter_changed_steps(reads.results, changes)}
    reached |= {(node, state) for node in focus for state in reads.results.states}
    pairs = reading | triples.go_on(reads.results, reached)
    return frozenset(node for node, state in pairs if state in reads.reporting)


def _iter_changed_steps(automaton: Automaton, changes: Changes) -> Iterator[tuple[Step, str, str]]:
    """The steps along triples that have changed, with the nodes before and after."""
    by_predicate = defaultdict(list)
    for step in automaton.steps:
        by_predicate[step.predicate].append(step)
    # The labels of blank nodes of the old data say nothing of the new; what they hold has changed as a whole.
    removed = ([f"old {term}" if term.startswith("_") else term for term in triple] for triple in changes.removed)
    for subject, predicate, object_ in (*removed, *changes.added):
        for step in (*by_predicate[predicate], *by_predicate[ANY]):
            yield (step, subject, object_) if step.forward else (step, object_, subject)


def _drop_targets(shapes: Statements, without: Collection[str]) -> str:
    """The shapes as N-Triples, some of them without their targets."""

    def keeps(shape: str, predicate: str, value: str) -> bool:
        if shape not in without:
            return True
        return predicate not in TARGETS and (predicate != RDF_TYPE or value in SHAPE_TYPES or not is_class(shapes, shape))

    return "".join(
        f"{shape} {predicate} {value} .\n"
        for shape, properties in shapes.by_subject.items()
        for predicate, values in properties.items()
        for value in values
        if keeps(shape, predicate, value)
    )
