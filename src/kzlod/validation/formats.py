"""Reports as text for people, JSON, and the standard's Turtle."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count, groupby
from typing import Final

import pyoxigraph

from kzlod.errors import escape_controls
from kzlod.terms import RDF, RDF_TYPE, SH, XSD, write_literal
from kzlod.validation.report import Report, Result
from kzlod.validation.statements import PATH, Statements

_EXAMPLES: Final = 5
_PREFIXES: Final = {"rdf": RDF, "sh": SH, "xsd": XSD}
_IRI: Final = re.compile("<[^>]*>")


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
            "messages": [message.text for message in result.messages],
        }
        for result in report.results
    ]
    return json.dumps({"conforms": report.conforms, "results": results}, ensure_ascii=False, indent=2) + "\n"


def write_turtle(report: Report, shapes: Statements) -> str:
    """The standard's report graph (SHACL, section 3.6) in Turtle; the same bytes for the same report.

    Args:
        report: the findings.
        shapes: the statements of the shapes; what a result says of an unnamed shape or of a path is copied from there.
    """
    lines = [
        f"_:report {RDF_TYPE} <{SH}ValidationReport> .",
        f'_:report <{SH}conforms> "{str(report.conforms).lower()}"^^<{XSD}boolean> .',
    ]
    numbers = count(1)
    copied: dict[str, None] = {}

    def add(node: str, result: Result) -> None:
        for name, term in _iter_properties(result, shapes):
            lines.append(f"{node} {name} {term} .")
            if term in shapes.by_subject and term.startswith("_"):
                copied.update(dict.fromkeys(_list_blank_nodes(shapes, term)))
        add_all(node, "detail", result.details)

    def add_all(parent: str, predicate: str, results: tuple[Result, ...]) -> None:
        named = [(f"_:result{next(numbers)}", result) for result in results]
        lines.extend(f"{parent} <{SH}{predicate}> {node} ." for node, _ in named)
        for node, result in named:
            add(node, result)

    add_all("_:report", "result", report.results)
    for node in copied:
        lines += [f"{node} {name} {term} ." for name, terms in shapes.by_subject[node].items() for term in terms]
    triples = pyoxigraph.parse("\n".join(lines), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return (pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.TURTLE, prefixes=_PREFIXES) or b"").decode()


def _iter_properties(result: Result, shapes: Statements) -> Iterator[tuple[str, str]]:
    severity = f"<{result.severity_iri}>" if result.severity_iri else f"<{SH}{result.severity.name.capitalize()}>"
    # A path of several steps is the violated shape's own; a result for one property, as of sh:closed, may be of another.
    path = result.path if _IRI.fullmatch(result.path) else shapes.find_object(result.shape, PATH)
    terms = {
        "focusNode": result.focus_node,
        "resultPath": path if result.path else "",
        "value": result.value,
        "resultSeverity": severity,
        "sourceConstraintComponent": f"<{result.component}>",
        "sourceShape": result.shape,
    }
    yield RDF_TYPE, f"<{SH}ValidationResult>"
    yield from ((f"<{SH}{name}>", term) for name, term in terms.items() if term)
    yield from ((f"<{SH}resultMessage>", write_literal(text.text, language=text.language)) for text in result.messages)


def _list_blank_nodes(statements: Statements, node: str) -> list[str]:
    """A blank node and those that are reached from it through others, in the order of the text."""
    found, seen = [node], {node}
    for term in found:  # which grows while it is read
        values = (value for terms in statements.by_subject[term].values() for value in terms)
        new = [value for value in values if value.startswith("_") and value in statements.by_subject and value not in seen]
        found += dict.fromkeys(new)
        seen.update(new)
    return found
