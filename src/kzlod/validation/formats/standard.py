"""The standard's report graph (SHACL, section 3.6), in Turtle and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Final

import pyoxigraph
from pyoxigraph import RdfFormat

from kzlod.terms import RDF, RDF_TYPE, SH, XSD, write_literal
from kzlod.validation.formats.escapes import escape_turtle, write_json_text
from kzlod.validation.outcome import Outcome
from kzlod.validation.report import Report, Result
from kzlod.validation.statements import PATH, Statements

_PREFIXES: Final = {"rdf": RDF, "sh": SH, "xsd": XSD}
_IRI: Final = re.compile("<[^>]*>")


def write_turtle(outcome: Outcome) -> str:
    """The report in Turtle; the same bytes for the same report.

    Known findings are in it like the others, since the standard has no word for what is known.
    """
    return escape_turtle(_serialize(outcome, RdfFormat.TURTLE))


def write_jsonld(outcome: Outcome) -> str:
    """The report in JSON-LD, expanded: no context to fetch."""
    return write_json_text(json.loads(_serialize(outcome, RdfFormat.JSON_LD)))


def _serialize(outcome: Outcome, form: RdfFormat) -> str:
    lines = _list_statements(outcome.report, outcome.shapes.statements)
    triples = pyoxigraph.parse("\n".join(lines), format=RdfFormat.N_TRIPLES)
    return (pyoxigraph.serialize(triples, format=form, prefixes=_PREFIXES) or b"").decode()


def _list_statements(report: Report, shapes: Statements) -> list[str]:
    """The report as N-Triples; what a result says of an unnamed shape or of a path is copied from the shapes."""
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
    return lines


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
