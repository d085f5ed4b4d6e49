"""Annotations of GitHub Actions: workflow commands, which the runner reads from a step's output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from kzlod.errors import Problem, escape_controls
from kzlod.validation.formats.places import find_main, list_places, shorten, show_evidence, show_location
from kzlod.validation.formats.rules import Rule, Rules
from kzlod.validation.outcome import Finding, Outcome
from kzlod.validation.report import Location, Result, Severity

_COMMANDS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_MOST: Final = 10
"""What GitHub shows of each command for a step; what is beyond it would be lost without a word."""


def write_github(outcome: Outcome) -> str:
    """A command a new finding, as many as GitHub shows: one of each rule before the second of any; then the numbers.

    ``%``, line breaks and, in properties, ``:`` and ``,`` are escaped as the runner reads them (its ActionCommand), so that no text
    of the data ends a command or begins one. What ended the run, such as a syntax error, is a command a problem.
    """
    if outcome.error is not None:
        return _write_problems(outcome.error.problems, outcome.folder)
    rules = Rules(outcome)
    findings = [finding for finding in outcome.shown if not finding.known]
    lines = [_write_annotation(finding.result, rules.find(finding.result), outcome) for finding in _choose(findings, rules)]
    total = sum(1 for _ in outcome.new)
    if left_out := total - len(lines):
        lines.append(
            f"kzlod validate: {left_out} of {total} results have no annotation here: GitHub shows {_MOST} of a kind for a step"
        )
    return "".join(f"{line}\n" for line in lines)


def _write_problems(problems: Iterable[Problem], folder: Path) -> str:
    return "".join(
        _write_command("error", Location(p.file, p.line, p.column), f"kzlod {p.rule}", [p.message], folder) + "\n"
        for p in list(problems)[:_MOST]
    )


def _choose(findings: Iterable[Finding], rules: Rules) -> list[Finding]:
    of_rule: Counter[tuple[Severity, str]] = Counter()
    ranked = []
    for finding in findings:
        key = (finding.result.severity, rules.find(finding.result).id)
        ranked.append((of_rule[key], finding))
        of_rule[key] += 1
    ranked.sort(key=lambda pair: pair[0])
    return [f for severity in _COMMANDS for f in [f for _, f in ranked if f.result.severity is severity][:_MOST]]


def _write_annotation(result: Result, rule: Rule, outcome: Outcome) -> str:
    # The shape is the only place where the data has none, as of a node that only the shape names.
    location = find_main(result, outcome) or rule.location
    title, lines = f"{rule.name} {rule.path}".strip(), _iter_lines(result, rule, outcome)
    return _write_command(_COMMANDS[result.severity], location, title, lines, outcome.folder)


def _iter_lines(result: Result, rule: Rule, outcome: Outcome) -> Iterator[str]:
    yield shorten(result.message)
    yield f"node {shorten(result.focus_node)}"
    if result.path != rule.path:
        yield f"path {result.path}"
    if result.value:
        yield f"value {shorten(result.value)}"
    yield from (f"{place.what} {show_location(place.location)}" for place in list_places(result, outcome)[1:])
    yield from (f"evidence {passage}" for origin in result.origins for passage in show_evidence(origin))
    yield f"shape {rule.shape or '-'} {show_location(rule.location)}"


def _write_command(command: str, location: Location, title: str, lines: Iterable[str], folder: Path) -> str:
    properties: dict[str, str | int | None] = {"line": location.line, "endLine": location.end_line}
    if location.end_line in {None, location.line}:  # GitHub takes no columns of several lines
        properties |= {"col": location.column, "endColumn": location.end_column}
    written = [f"{name}={value}" for name, value in properties.items() if value is not None]
    # Without a line it may be an option, an engine or a folder that is meant.
    if location.line is not None or _is_file(folder / location.file):
        written.insert(0, f"file={_escape_file(location.file)}")
    written.append(f"title={_escape_property(escape_controls(title))}")
    message = "%0A".join(escape_controls(line).replace("%", "%25") for line in lines)
    return f"::{command} {','.join(written)}::{message}"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # an address or a message may be no path at all
        return False


def _escape_file(file: str) -> str:
    """A name as the runner decodes it, so that it finds the file; what would command a terminal or a runner is shown instead."""
    return escape_controls(_escape_property(file.encode(errors="replace").decode()))


def _escape_property(text: str) -> str:
    for char in "%\r\n:,":
        text = text.replace(char, f"%{ord(char):02X}")
    return text
