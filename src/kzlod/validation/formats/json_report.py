"""The report as one JSON object, with all that is known of each result."""

from __future__ import annotations

from typing import Any

from kzlod.errors import Problem
from kzlod.validation.formats.escapes import write_json_text
from kzlod.validation.formats.places import shorten_path
from kzlod.validation.formats.rules import Rules
from kzlod.validation.outcome import Finding, Outcome
from kzlod.validation.report import Location, Origin, Result, Severity


def write_json(outcome: Outcome) -> str:
    """``conforms``, counts, ``warnings`` and ``results``; terms and paths as in N-Triples and SPARQL."""
    rules = Rules(outcome)
    known = len(outcome.findings) - len(list(outcome.new))
    report = {
        "conforms": not outcome.findings,
        **({"partial": True} if outcome.partial else {}),
        "fails": bool(outcome.exit_code),
        "counts": {severity.name.lower(): outcome.count(severity) for severity in reversed(Severity)},
        **({"known": known} if outcome.compared else {}),
        **({"leftOut": outcome.left_out} if outcome.left_out else {}),
        "warnings": [_write_warning(problem, outcome) for problem in outcome.warnings],
        "results": [_write_finding(finding, outcome, rules) for finding in outcome.shown],
    }
    return write_json_text(report)


def _write_warning(problem: Problem, outcome: Outcome) -> dict[str, Any]:
    return {
        "rule": problem.rule,
        "message": problem.message.removeprefix("warning: "),
        "location": _write_location(Location(problem.file, problem.line, problem.column), outcome),
    }


def _write_finding(finding: Finding, outcome: Outcome, rules: Rules) -> dict[str, Any]:
    result, rule = finding.result, rules.find(finding.result)
    return {
        **write_result(result),
        "shapeLocation": _write_location(rule.location, outcome),
        "fingerprint": finding.fingerprint,
        **({"known": finding.known} if outcome.compared else {}),
        "locations": [_write_location(location, outcome) for location in result.locations],
        "origins": [_write_origin(origin, outcome) for origin in result.origins],
    }


def write_result(result: Result) -> dict[str, Any]:
    """What a result says, and why (``details``), as JSON has it."""
    return {
        "severity": result.severity.name.lower(),
        **({"severityIri": result.severity_iri} if result.severity_iri else {}),
        "focusNode": result.focus_node,
        "path": result.path or None,
        "value": result.value or None,
        "sourceShape": result.source_shape or None,
        "component": result.component,
        "messages": [message.text for message in result.messages],
        **({"details": [write_result(detail) for detail in result.details]} if result.details else {}),
    }


def _write_location(location: Location, outcome: Outcome) -> dict[str, Any]:
    place = {
        "file": shorten_path(location.file, outcome.folder),
        "line": location.line,
        "column": location.column,
        "endLine": location.end_line,
        "endColumn": location.end_column,
    }
    return {name: value for name, value in place.items() if value is not None}


def _write_origin(origin: Origin, outcome: Outcome) -> dict[str, Any]:
    return {
        "fact": origin.fact,
        "table": origin.table,
        "location": _write_location(origin.location, outcome),
        **({"rule": origin.rule} if origin.rule else {}),
        "evidence": [{"document": part.document, "start": part.start, "end": part.end} for part in origin.evidence],
    }
