"""The baseline: a file with the findings that are known, of which only new ones make a run fail.

It is committed and read by people: JSON, one finding a line, sorted. The fingerprint tells which finding it is, count and severity
how much of it is accepted; the rest is for the eye.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kzlod.errors import ConfigurationError, Problem
from kzlod.validation.fingerprints import NodeNames
from kzlod.validation.formats.escapes import write_json_text
from kzlod.validation.formats.places import shorten
from kzlod.validation.outcome import Finding
from kzlod.validation.report import Severity

_RULE: Final = "baseline"
_SEVERITIES: Final = [severity.name.lower() for severity in reversed(Severity)]


@dataclass(frozen=True)
class Entry:
    """A known finding.

    Args:
        fingerprint: which it is.
        count: how often it is there.
        severity: how bad it was when it was accepted; the worst where the file does not say.
        line: where the file has it.
        shown: what is wrong, for people.
    """

    fingerprint: str
    count: int
    severity: Severity
    line: int
    shown: str


@dataclass(frozen=True)
class Baseline:
    """The known findings of a file."""

    file: str
    entries: tuple[Entry, ...]

    def mark(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings, each with whether it is known; of those that share a fingerprint as many as are counted here.

        One that is worse than what was accepted is new.
        """
        left = Counter({entry.fingerprint: entry.count for entry in self.entries})
        accepted = {entry.fingerprint: entry.severity for entry in self.entries}
        marked = []
        for finding in findings:
            known = left[finding.fingerprint] > 0 and finding.result.severity <= accepted[finding.fingerprint]
            left[finding.fingerprint] -= known
            marked.append(Finding(finding.result, finding.fingerprint, known))
        return tuple(marked)

    def find_gone(self, findings: Iterable[Finding]) -> list[Problem]:
        """Warnings of what is in the file and is found no longer, or less often."""
        found = Counter(finding.fingerprint for finding in findings)
        return [
            Problem(
                self.file, entry.line, None, f"warning: found {found[entry.fingerprint]} of {entry.count}: {entry.shown}", _RULE
            )
            for entry in self.entries
            if found[entry.fingerprint] < entry.count
        ]


def load_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        ConfigurationError: the file is missing, or a line is none of a baseline; with every such line.
    """
    file = path.as_posix()
    if not path.is_file():
        message = "there is no baseline here: write one with --update-baseline"
        raise ConfigurationError([Problem(file, None, None, message, _RULE)])
    entries: dict[str, Entry] = {}
    problems = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
        if line.strip():
            try:
                entry = _read_entry(line, number)
            except ValueError as error:
                problems.append(Problem(file, number, None, f"no line of a baseline: {error}", _RULE))
                continue
            if entry.fingerprint in entries:
                first = entries[entry.fingerprint].line
                problems.append(Problem(file, number, None, f"the finding of line {first} once more", _RULE, entry.fingerprint))
            entries[entry.fingerprint] = entry
    if problems:
        raise ConfigurationError(problems)
    return Baseline(file, tuple(entries.values()))


def write_baseline(findings: Iterable[Finding], data: str) -> str:
    """The text of a baseline that knows all of some findings.

    Args:
        findings: known or not.
        data: N-Triples, in which blank nodes get names.
    """
    names = NodeNames(data)
    counts: Counter[str] = Counter()
    worst: dict[str, Finding] = {}
    for finding in findings:
        counts[finding.fingerprint] += 1
        worst[finding.fingerprint] = max(worst.get(finding.fingerprint, finding), finding, key=_rank)
    lines = [_show(finding, counts[fingerprint], names) for fingerprint, finding in worst.items()]
    keys = ("shape", "path", "rule", "focusNode", "value", "fingerprint")
    lines.sort(key=lambda line: [line[key] for key in keys])
    return "".join(write_json_text(line, indent=None) for line in lines)


def _rank(finding: Finding) -> Severity:
    return finding.result.severity


def _show(finding: Finding, count: int, names: NodeNames) -> dict[str, Any]:
    result = finding.result
    return {
        "fingerprint": finding.fingerprint,
        "count": count,
        "severity": result.severity.name.lower(),
        "shape": result.source_shape,
        "rule": result.rule,
        "path": result.path,
        "focusNode": shorten(names.find(result.focus_node)),
        "value": shorten(names.find(result.value)),
        "message": shorten(result.message),
    }


def _read_entry(line: str, number: int) -> Entry:
    try:
        entry = json.loads(line)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if not isinstance(entry, dict) or not isinstance(entry.get("fingerprint"), str):
        raise ValueError("there is no fingerprint in it")  # noqa: TRY004 - of the file, not of a caller
    count = entry.get("count", 1)
    if type(count) is not int or count < 1:
        raise ValueError("its count is no number above 0")
    severity = entry.get("severity", "violation")
    if severity not in _SEVERITIES:
        raise ValueError(f"its severity is none of {', '.join(_SEVERITIES)}")
    shown = " ".join(str(entry[key]) for key in ("rule", "path", "focusNode", "value") if entry.get(key))
    return Entry(entry["fingerprint"], count, Severity[severity.upper()], number, shown)
