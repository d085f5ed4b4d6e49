"""Reports as text for people, JSON, and the standard's Turtle."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Final

import pyoxigraph
import rdflib
from rdflib.namespace import RDF, SH, XSD

from kzlod.errors import escape_controls
from kzlod.validation.data import write_term
from kzlod.validation.report import Report, Result

_EXAMPLES: Final = 5
_PREFIXES: Final = {"rdf": str(RDF), "sh": str(SH), "xsd": str(XSD)}


def write_text(report: Report) -> str:
    """Results by rule: how many there are of each and the first examples."""
    lines = []
    groups = groupby(report.results, key=lambda r: (r.severity, r.source_shape, r.path, r.rule))
    for (severity, shape, path, rule), members in groups:
        results = list(members)
        # A message that names the node, as the engine's own do, stands with the node.
        shared = results[0].message if len({result.message for result in results}) == 1 else ""
        lines.append(f"{severity.name.lower()}: {shared}{' ' if shared else ''}[{rule}]  {len(results)}x")
        lines.append(f"  shape {shape or '-'}" + (f"  path {path}" if path else ""))
        lines += [f"    {_show(result, shared)}" for result in results[:_EXAMPLES]]
        if len(results) > _EXAMPLES:
            lines.append(f"    ... and {len(results) - _EXAMPLES} more")
    total = len(report.results)
    lines.append("conforms" if report.conforms else f"does not conform: {total} result{'' if total == 1 else 's'}")
    return "\n".join(escape_controls(line) for line in lines) + "\n"


def _show(result: Result, shared: str) -> str:
    return result.focus_node + (f"  value {result.value}" if result.value else "") + ("" if shared else f"  {result.message}")


def write_json(report: Report) -> str:
    """The report as a JSON object: ``conforms`` and ``results``; terms in N-Triples form."""
    results = [
        {
            "severity": result.severity.name.lower(),
            "focusNode": result.focus_node,
            "path": result.path or None,
            "value": result.value or None,
            "sourceShape": result.source_shape or None,
            "component": result.component,
            "messages": list(result.messages),
        }
        for result in report.results
    ]
    return json.dumps({"conforms": report.conforms, "results": results}, ensure_ascii=False, indent=2) + "\n"


def write_turtle(graph: rdflib.Graph) -> str:
    """The standard's report graph (SHACL, section 3.6) in Turtle; the same bytes for the same graph."""
    lines = []
    nodes = list(graph.subjects(RDF.type, SH.ValidationReport))
    names = {node: f"_:n{number}" for number, node in enumerate(nodes)}
    for node in nodes:  # which grows while it is read
        for predicate, term in _sort_statements(graph, node):
            if isinstance(term, rdflib.BNode) and term not in names:
                names[term] = f"_:n{len(names)}"
                nodes.append(term)
            lines.append(f"{names[node]} {write_term(predicate)} {names.get(term) or write_term(term)} .\n")
    triples = pyoxigraph.parse("".join(lines), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return (pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.TURTLE, prefixes=_PREFIXES) or b"").decode()


def _sort_statements(graph: rdflib.Graph, node: rdflib.term.Node) -> list[tuple[rdflib.term.Node, rdflib.term.Node]]:
    return sorted(graph.predicate_objects(node), key=lambda pair: (str(pair[0]), _describe(graph, pair[1])))


def _describe(graph: rdflib.Graph, term: rdflib.term.Node) -> str:
    """What a result says, because the engine gives its blank node another label in every run; any other term itself."""
    if (term, RDF.type, SH.ValidationResult) not in graph:
        return write_term(term)
    return "".join(f"{predicate} {_describe(graph, value)}\n" for predicate, value in _sort_statements(graph, term))
