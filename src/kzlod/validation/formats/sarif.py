"""SARIF 2.1.0 (OASIS), as GitHub's code scanning and editors read it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from kzlod import __version__
from kzlod.errors import Problem
from kzlod.terms import SARIF_SCHEMA
from kzlod.validation.formats.escapes import write_json_text
from kzlod.validation.formats.json_report import write_result
from kzlod.validation.formats.places import Place, list_places, shorten, shorten_path, show_evidence
from kzlod.validation.formats.rules import Rule, Rules
from kzlod.validation.outcome import Finding, Outcome
from kzlod.validation.report import Location, Origin, Result, Severity

_LEVELS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT: Final = "%SRCROOT%"
_FINGERPRINT: Final = "kzlod/v1"
"""GitHub adds its own, ``primaryLocationLineHash``, from the files, and warns of each that is given and differs."""
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PLACEHOLDER: Final = re.compile(r"\{(\d+)\}")
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~])")


def write_sarif(outcome: Outcome) -> str:
    """The log: one run with rules, results, artifacts and, as notifications, the warnings and what ended the run."""
    writer = _Writer(outcome)
    # Results first: they find the rules and artifacts.
    results = [writer.write_finding(finding) for finding in outcome.shown]
    errors = outcome.error.problems if outcome.error is not None else ()
    notifications = [writer.write_notification(problem, "error") for problem in errors]
    notifications += [writer.write_notification(problem, "warning") for problem in outcome.warnings]
    invocation = {
        "executionSuccessful": outcome.error is None,
        "exitCode": outcome.exit_code,
        "toolExecutionNotifications": notifications,
    }
    driver = {
        "name": "kzlod",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_write_rule(rule) for rule in writer.rules.by_id.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder in which kzlod ran."}}},
        "invocations": [invocation],
        "artifacts": [{"location": location} for location in writer.artifacts.values()],
        "results": results,
        **({"properties": {"partial": True}} if outcome.partial else {}),
    }
    return write_json_text({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


class _Writer:
    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self.rules = Rules(outcome)
        self.artifacts: dict[str, dict[str, Any]] = {}
        self._numbers: dict[str, int] = {}

    def write_finding(self, finding: Finding) -> dict[str, Any]:
        result, rule = finding.result, self.rules.find(finding.result)
        shape = Place(rule.location, "shape")
        # GitHub refuses a result without a place; of a node that only a shape names, the shape is the place.
        main, *others = list_places(result, self._outcome) or [shape]
        related = [*others, shape] if main is not shape else []
        state = {"baselineState": "unchanged" if finding.known else "new"} if self._outcome.compared else {}
        return {
            "ruleId": rule.id,
            "ruleIndex": self._numbers.setdefault(rule.id, len(self._numbers)),
            "level": _LEVELS[result.severity],
            "message": {"text": write_message("\n".join(_iter_message(result)))},
            "locations": [{**self._write_location(main.location), "logicalLocations": [_write_node(result.focus_node)]}],
            "relatedLocations": [
                {"id": number, **self._write_location(place.location), "message": {"text": place.what}}
                for number, place in enumerate(related, 1)
            ],
            "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
            **state,
            "properties": {**write_result(result), "origins": [_write_origin(origin) for origin in result.origins]},
        }

    def write_notification(self, problem: Problem, level: str) -> dict[str, Any]:
        # Without a line it may be an option or an engine that is meant.
        known = [Location(problem.file, problem.line, problem.column)] * (problem.line is not None)
        return {
            "descriptor": {"id": problem.rule},
            "level": level,
            "message": {"text": write_message(problem.message.removeprefix("warning: "))},
            "locations": [self._write_location(location) for location in known],
        }

    def _write_location(self, location: Location) -> dict[str, Any]:
        file = shorten_path(location.file, self._outcome.folder)
        artifact = self.artifacts.setdefault(file, {**_write_artifact(file), "index": len(self.artifacts)})
        region = {
            "startLine": location.line,
            "startColumn": location.column,
            "endLine": location.end_line,
            "endColumn": location.end_column,
        }
        known = {name: number for name, number in region.items() if number is not None}
        return {"physicalLocation": {"artifactLocation": artifact, **({"region": known} if location.line else {})}}


def _write_artifact(file: str) -> dict[str, Any]:
    if _IRI.match(file):
        return {"uri": _write_uri(file)}
    if Path(file).is_absolute():
        return {"uri": Path(file).as_uri()}
    return {"uri": quote(os.fsencode(file)), "uriBaseId": _ROOT}


def _write_uri(iri: str) -> str:
    return quote(iri, safe="%:/?#@!$&'()*+,;=~", errors="replace")


def _iter_message(result: Result) -> Iterator[str]:
    # Viewers show little more than the message: it must tell one result of a rule from another.
    yield shorten(result.message)
    yield f"node {shorten(result.focus_node)}"
    if result.value:
        yield f"value {shorten(result.value)}"
    yield from (f"evidence {passage}" for origin in result.origins for passage in show_evidence(origin))


def _write_node(node: str) -> dict[str, str]:
    return {"fullyQualifiedName": node, "kind": "resource"}


def _write_origin(origin: Origin) -> dict[str, Any]:
    evidence = [{"document": part.document, "start": part.start, "end": part.end} for part in origin.evidence]
    return {"fact": origin.fact, "table": origin.table, "rule": origin.rule, "evidence": evidence}


def _write_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": write_message(rule.title)},
        "fullDescription": {"text": write_message(rule.description)},
        "help": {"text": "\n".join(_iter_help(rule)), "markdown": "\n".join(_iter_markdown(rule))},
        **({"helpUri": _write_uri(rule.shape)} if rule.shape else {}),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["SHACL"], "problem.severity": _LEVELS[rule.severity].replace("note", "recommendation")},
    }


def _iter_help(rule: Rule) -> Iterator[str]:
    yield write_message(rule.description)
    if rule.constraint != rule.description:
        yield f"Broken: {write_message(rule.constraint)}"
    yield from (f"{name}: {write_message(value)}" for name, value in rule.list_facts())


def _iter_markdown(rule: Rule) -> Iterator[str]:
    yield _escape_markdown(rule.description)
    yield ""
    if rule.constraint != rule.description:
        yield f"Broken: {_escape_markdown(rule.constraint)}"
        yield ""
    yield from (f"- {name}: `{' '.join(value.replace('`', chr(39)).split())}`" for name, value in rule.list_facts())


def _escape_markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def write_message(text: str) -> str:
    """A text in which SARIF sees neither a link nor a place for an argument (sections 3.11.5 and 3.11.6).

    >>> write_message("[here](https://example.org/) {0}")
    '[here\\\\](https://example.org/) {{0}}'
    """
    return _PLACEHOLDER.sub(r"{{\1}}", text).replace("](", r"\](")
