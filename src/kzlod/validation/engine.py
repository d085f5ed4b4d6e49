"""The engine: runs pySHACL, the reference, and brings its report into our form."""

from __future__ import annotations

import warnings
from typing import Final

import pyshacl
import rdflib
from pyshacl.errors import ShapeRecursionWarning
from rdflib.collection import Collection
from rdflib.namespace import RDF, SH

from kzlod.errors import ConfigurationError, EngineError, Problem
from kzlod.validation.data import name_blank_nodes, write_term
from kzlod.validation.logs import silenced
from kzlod.validation.report import Report, Result, Severity

_SEVERITIES: Final[dict[rdflib.term.Node | None, Severity]] = {
    SH.Info: Severity.INFO,
    SH.Warning: Severity.WARNING,
    SH.Violation: Severity.VIOLATION,
}
_REPEATS: Final[dict[rdflib.term.Node, str]] = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def validate_graph(data: rdflib.Graph, shapes: rdflib.Graph) -> tuple[Report, rdflib.Graph]:
    """Validate data by shapes, both in memory, with no inference and no imports.

    Returns:
        The report in our form, and as the standard's graph.

    Raises:
        ConfigurationError: a shape is ill-formed, or so recursive that pySHACL stops half-way (SHACL, section 3.4.3).
        EngineError: the engine failed, so that nothing is known about the data.
    """
    try:
        with silenced("pyshacl-validate"), silenced("rdflib.term"):
            warnings.simplefilter("error", ShapeRecursionWarning)
            _, graph, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", do_owl_imports=False)
    except (MemoryError, RecursionError) as error:
        raise EngineError([_describe("pyshacl", "the engine failed", error)]) from None
    # pySHACL finds out while it runs, and tells by a dozen types of exceptions: of its own, of re, of pyparsing, assertions.
    except Exception as error:
        raise ConfigurationError([_describe("shapes", "a shape is ill-formed", error)]) from None
    if not isinstance(graph, rdflib.Graph):  # but a failure: SPARQL that SHACL forbids
        raise ConfigurationError([_describe("shapes", "a shape is ill-formed", graph)])
    return read_report(graph, shapes), graph


def _describe(place: str, what: str, reason: object) -> Problem:
    first = str(reason).partition("\n")[0] or type(reason).__name__
    return Problem(place, None, None, f"{what}: {name_blank_nodes(first)}", place)


def read_report(graph: rdflib.Graph, shapes: rdflib.Graph) -> Report:
    """A report in the standard's form, as ours; ``shapes`` tells which node shape an unnamed property shape belongs to."""
    # Not every sh:ValidationResult: those below sh:detail are reasons, not results.
    return Report.from_results(_read_result(graph, node, shapes) for node in graph.objects(None, SH.result))


def _read_result(graph: rdflib.Graph, node: rdflib.term.Node, shapes: rdflib.Graph) -> Result:
    path = graph.value(node, SH.resultPath)
    messages = sorted(graph.objects(node, SH.resultMessage), key=lambda text: (getattr(text, "language", "") or "", str(text)))
    return Result(
        focus_node=write_term(graph.value(node, SH.focusNode)),
        path=_write_path(graph, path) if path is not None else "",
        value=write_term(graph.value(node, SH.value)),
        component=str(graph.value(node, SH.sourceConstraintComponent) or ""),
        source_shape=_find_named_shape(shapes, graph.value(node, SH.sourceShape)),
        severity=_SEVERITIES.get(graph.value(node, SH.resultSeverity), Severity.VIOLATION),
        messages=tuple(str(message) for message in messages),
    )


def _write_path(graph: rdflib.Graph, path: rdflib.term.Node) -> str:
    """A property path as SPARQL writes it (SHACL, section 2.3.1); in brackets where it is part of another."""
    if isinstance(path, rdflib.URIRef):
        return f"<{path}>"
    if (path, RDF.first, None) in graph:
        return "/".join(_write_step(graph, step) for step in Collection(graph, path))
    for predicate, target in graph.predicate_objects(path):
        if predicate == SH.inversePath:
            return f"^{_write_step(graph, target)}"
        if predicate == SH.alternativePath:
            return "|".join(_write_step(graph, step) for step in Collection(graph, target))
        if predicate in _REPEATS:
            return f"{_write_step(graph, target)}{_REPEATS[predicate]}"
    return ""


def _write_step(graph: rdflib.Graph, path: rdflib.term.Node) -> str:
    text = _write_path(graph, path)
    return text if isinstance(path, rdflib.URIRef) else f"({text})"


def _find_named_shape(shapes: rdflib.Graph, shape: rdflib.term.Node | None) -> str:
    """The nearest shape with an IRI, the first by name of those: most property shapes are written in brackets inside one."""
    level: set[rdflib.term.Node] = set() if shape is None else {shape}
    seen: set[rdflib.term.Node] = set()
    while level:
        if named := sorted(str(node) for node in level if isinstance(node, rdflib.URIRef)):
            return named[0]
        seen |= level
        level = {parent for node in level for parent in shapes.subjects(None, node)} - seen
    return ""
