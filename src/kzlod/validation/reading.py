"""Reads an engine's report, N-Triples in the standard's form (SHACL, section 3.6), yields ours, alike for every engine."""

from __future__ import annotations

from typing import Final

from kzlod.terms import RDF_TYPE, SH, read_iri, read_literal
from kzlod.validation.messages import read_messages
from kzlod.validation.report import Report, Result, Severity
from kzlod.validation.statements import PATH, Statements

_SEVERITIES: Final = {
    f"<{SH}Info>": Severity.INFO,
    f"<{SH}Warning>": Severity.WARNING,
    f"<{SH}Violation>": Severity.VIOLATION,
}


def read_report(text: str, shapes: Statements) -> Report:
    """An engine's report as ours.

    Args:
        text: the report; its blank nodes of data and shapes are labelled as they are there.
        shapes: tells which named shape an unnamed one belongs to, and its messages.

    Raises:
        ValueError: the text holds no report, or one that says of itself another thing than its results do.
    """
    statements = Statements(text)
    reports = [subject for subject, type_ in statements.iter_pairs(RDF_TYPE) if type_ == f"<{SH}ValidationReport>"]
    if len(reports) != 1:
        raise ValueError(f"there are {len(reports)} reports in the engine's answer")
    # Not every sh:ValidationResult: those below sh:detail are reasons, not results.
    nodes = statements.list_objects(reports[0], f"<{SH}result>")
    conforms = read_literal(statements.find_object(reports[0], f"<{SH}conforms>")).text in {"true", "1"}
    if conforms == bool(nodes):
        raise ValueError(f"the engine's answer says sh:conforms {str(conforms).lower()} and has {len(nodes)} results")
    return Report.from_results(_read_result(statements, node, shapes) for node in nodes)


def _read_result(report: Statements, node: str, shapes: Statements) -> Result:
    def find(name: str) -> str:
        return report.find_object(node, f"<{SH}{name}>")

    shape, severity = find("sourceShape"), find("resultSeverity")
    named = shapes.find_named(shape)
    component = find("sourceConstraintComponent")
    details = (_read_result(report, detail, shapes) for detail in report.list_objects(node, f"<{SH}detail>"))
    return Result(
        focus_node=find("focusNode"),
        path=_write_path(report, find("resultPath"), shapes, shape),
        value=find("value"),
        component=read_iri(component),
        source_shape=read_iri(named) if named else "",
        severity=_SEVERITIES.get(severity, Severity.VIOLATION),
        messages=read_messages(report.list_objects(node, f"<{SH}resultMessage>"), shapes, shape, read_iri(component)),
        severity_iri="" if severity in _SEVERITIES else read_iri(severity),
        shape=shape,
        details=tuple(sorted(set(details), key=Result.sort_key)),
    )


def _write_path(report: Statements, path: str, shapes: Statements, shape: str) -> str:
    # Engines copy the path into the report, or leave it in the shapes, where it is the path of the violated shape.
    if path.startswith("_") and path not in report.by_subject:
        return shapes.write_path(shapes.find_object(shape, PATH))
    return report.write_path(path) if path else ""
