"""JUnit XML, as Jenkins, GitLab and GitHub's reporters read it.

A suite is a shape, and a case what one of its rules says of one node, under a name that no other case has: GitLab ignores a second
case of the same name, compares branches by it, and shows the class as the suite. A shape without findings is one case that passes,
or is skipped where it had nothing to check. What does not make the run fail, since it is known or not severe enough, is a skipped
case, so that red means exit code 1. A run that ended before anything was found is one case with an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from kzlod.errors import KzlodError
from kzlod.terms import read_iri
from kzlod.validation.formats.escapes import escape_xml
from kzlod.validation.formats.idle import find_idle
from kzlod.validation.formats.places import find_main, list_places, shorten, show_evidence, show_location
from kzlod.validation.formats.rules import Rules
from kzlod.validation.formats.text import join_lines
from kzlod.validation.outcome import Finding, Outcome
from kzlod.validation.report import Result
from kzlod.validation.targets import is_deactivated, list_shapes

_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot say in any way (section 2.2)."""

_NAME: Final = "kzlod validate"

_Cases = dict[str, list[Finding]]


def write_junit(outcome: Outcome) -> str:
    """The document; no times, so that the same report gives the same bytes."""
    writer = _Writer(outcome)
    suites: dict[str, _Cases] = {shape: {} for shape in _list_used(outcome)}
    for finding in outcome.shown:
        suites.setdefault(finding.result.source_shape, {}).setdefault(writer.name_case(finding), []).append(finding)
    root = Element("testsuites", name=_NAME)
    for shape, cases in sorted(suites.items()):
        writer.add_suite(root, _make_legal(shape or "shapes without a name"), cases)
    if outcome.error is not None:
        _add_error(root, outcome.error)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    indent(root)
    return escape_xml(f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n')


def _add_error(root: Element, error: KzlodError) -> None:
    suite = SubElement(root, "testsuite", name=_NAME, tests="1", failures="0", errors="1", skipped="0")
    case = SubElement(suite, "testcase", classname=_NAME, name="runs")
    first = error.problems[0]
    body = SubElement(case, "error", message=_make_legal(first.message), type=first.rule)
    body.text = "\n".join(map(str, error.problems))


def _list_used(outcome: Outcome) -> Iterator[str]:
    statements = outcome.shapes.statements
    return (read_iri(shape) for shape in list_shapes(statements) if not is_deactivated(statements, shape))


class _Writer:
    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._rules = Rules(outcome)
        self._idle = {_make_legal(read_iri(shape)): message for shape, message in find_idle(outcome).items()}

    def name_case(self, finding: Finding) -> str:
        result = finding.result
        # The label of a blank node is another in the next run.
        node = f"blank node {finding.fingerprint[:8]}" if result.focus_node.startswith("_") else result.focus_node
        return _make_legal(" ".join(part for part in (result.rule, result.path, node) if part))

    def add_suite(self, root: Element, shape: str, cases: _Cases) -> None:
        failed = sum(any(map(self._outcome.fails, findings)) for findings in cases.values())
        idle = "" if cases else self._idle.get(shape, "")
        skipped = len(cases) - failed or int(bool(idle))
        counts = {"tests": len(cases) or 1, "failures": failed, "errors": 0, "skipped": skipped}
        suite = SubElement(root, "testsuite", {"name": shape} | {name: str(number) for name, number in counts.items()})
        if not cases:
            case = SubElement(suite, "testcase", classname=shape, name="conforms")
            if idle:
                SubElement(case, "skipped", message=_make_legal(idle))
        for name, findings in cases.items():
            self._add_case(SubElement(suite, "testcase", classname=shape, name=name), findings)

    def _add_case(self, case: Element, findings: list[Finding]) -> None:
        first = min(findings, key=lambda finding: not self._outcome.fails(finding))
        result = first.result
        location = find_main(result, self._outcome) or self._rules.find(result).location
        case.set("file", _make_legal(location.file))
        if location.line is not None:
            case.set("line", str(location.line))
        message, severity = _make_legal(result.message), result.severity.name.lower()
        if self._outcome.fails(first):
            body = SubElement(case, "failure", message=message, type=severity)
        else:
            body = SubElement(case, "skipped", message=f"{'known by the baseline' if first.known else severity}: {message}")
        body.text = join_lines(line for finding in findings for line in self._iter_lines(finding.result))

    def _iter_lines(self, result: Result) -> Iterator[str]:
        rule, places = self._rules.find(result), list_places(result, self._outcome)
        yield f"{show_location(places[0].location) if places else 'message'}: {shorten(result.message)}"
        yield f"node {shorten(result.focus_node)}"
        if result.value:
            yield f"value {shorten(result.value)}"
        yield from (f"{place.what} {show_location(place.location)}" for place in places[1:])
        yield from (f"evidence {passage}" for origin in result.origins for passage in show_evidence(origin))
        yield f"shape {rule.shape or '-'} {show_location(rule.location)}"


def _make_legal(text: str) -> str:
    return _ILLEGAL.sub(lambda found: f"\\u{ord(found[0]):04X}", text)
