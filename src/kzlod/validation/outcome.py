"""What a run of validation found and what follows from it: all formats are written from this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kzlod.errors import KzlodError, Problem
from kzlod.validation.report import Report, Result, Severity
from kzlod.validation.shapes import Shapes


@dataclass(frozen=True)
class Finding:
    """A result under a name that it keeps from run to run.

    Args:
        result: what is wrong.
        fingerprint: see ``fingerprints``; results that nobody can tell apart share one.
        known: whether the baseline has it.
    """

    result: Result
    fingerprint: str
    known: bool = False


@dataclass(frozen=True)
class Outcome:
    """The findings of a run, and how the run was called.

    Args:
        findings: in the order of the report.
        shapes: by which they were found.
        fail_on: the least severity of a new finding that makes the run fail.
        compared: whether there is a baseline.
        limit: how many findings are written; None leaves it to the format, 0 is all.
        folder: from which relative paths start; absolute ones in it are shown from there.
        warnings: what does not hinder the validation.
        partial: whether only a part of the data was validated.
        error: what ended the run before anything was found.
    """

    findings: tuple[Finding, ...]
    shapes: Shapes
    fail_on: Severity = Severity.VIOLATION
    compared: bool = False
    limit: int | None = None
    folder: Path = Path()
    warnings: tuple[Problem, ...] = ()
    partial: bool = False
    error: KzlodError | None = None

    @cached_property
    def shown(self) -> tuple[Finding, ...]:
        """The findings that are written, new ones before known ones."""
        return tuple(sorted(self.findings, key=lambda finding: finding.known)[: self.limit or None])

    @property
    def left_out(self) -> int:
        """How many findings are not written."""
        return len(self.findings) - len(self.shown)

    @property
    def new(self) -> Iterator[Finding]:
        """What no baseline knows."""
        return (finding for finding in self.findings if not finding.known)

    @property
    def report(self) -> Report:
        """The results that are written, known or not, in their own order."""
        return Report.from_results(finding.result for finding in self.shown)

    def fails(self, finding: Finding) -> bool:
        """Whether a finding makes the run fail."""
        return not finding.known and finding.result.severity >= self.fail_on

    @property
    def exit_code(self) -> int:
        """That of the error; else 1 where a finding makes the run fail, else 0."""
        return self.error.exit_code if self.error is not None else int(any(map(self.fails, self.findings)))

    def count(self, severity: Severity) -> int:
        """How many findings have a severity."""
        return sum(finding.result.severity is severity for finding in self.findings)
