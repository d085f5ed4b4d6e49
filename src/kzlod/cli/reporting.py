"""What ``kzlod validate`` makes of its findings: the options for reports, severity and baseline, and what they do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypedDict

import click

from kzlod.cli import write_out
from kzlod.errors import ConfigurationError, DataError, KzlodError, Problem
from kzlod.exchange import replace_file
from kzlod.validation.baseline import Baseline, load_baseline, write_baseline
from kzlod.validation.data import list_files
from kzlod.validation.fingerprints import NodeNames, write_fingerprint
from kzlod.validation.formats.choice import FORMATS, TELL_ERRORS, Request, read_requests, write_files
from kzlod.validation.formats.text import write_text
from kzlod.validation.outcome import Finding, Outcome
from kzlod.validation.report import Report, Severity
from kzlod.validation.shapes import Shapes

_GONE: Final = 5
"""So many findings that are no longer there are told one by one."""


class Settings(TypedDict):
    """The values of the options."""

    formats: tuple[str, ...]
    fail_on: str
    baseline: Path | None
    update_baseline: bool
    max_results: int | None


def reporting_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options to a command, which gets them as Settings."""
    options: list[Callable[[Any], Any]] = [
        click.option(
            "--format",
            "formats",
            multiple=True,
            metavar="NAME[=FILE]",
            help=f"{', '.join(FORMATS)}; several where all but one go to files.  [default: text]",
        ),
        click.option(
            "--fail-on",
            type=click.Choice([severity.name.lower() for severity in reversed(Severity)]),
            default="violation",
            show_default=True,
            help="The least severity at which the exit code is 1.",
        ),
        click.option("--baseline", type=click.Path(dir_okay=False, path_type=Path), help="Known findings: only new ones fail."),
        click.option("--update-baseline", is_flag=True, help="Write the baseline anew: all that is found is known from now on."),
        click.option(
            "--max-results",
            type=click.IntRange(min=0),
            help="So many results are written, and all are counted; 0 is all.  [default: all; in text the first of each rule]",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


class Reporting:
    """The reports of a run, checked before it begins.

    Args:
        settings: the options.
        inputs: files and folders that the run reads, none of which it may write.
        is_partial: whether only a part of the data is validated, so that what is not found may be there still.

    Raises:
        ConfigurationError: a format or the baseline is not as it must be, or a file would be lost.
    """

    def __init__(self, settings: Settings, *, inputs: Iterable[Path] = (), is_partial: bool = False) -> None:
        self._is_partial = is_partial
        self._requests = read_requests(settings["formats"])
        self._fail_on = Severity[settings["fail_on"].upper()]
        self._limit = settings["max_results"]
        self._file, self._update = settings["baseline"], settings["update_baseline"]
        if self._update and self._file is None:
            raise ConfigurationError([Problem("--update-baseline", None, None, "name the file with --baseline", "baseline")])
        if self._update and is_partial:
            message = "only a part of the data is validated: a baseline is written from all of it, without --since and --focus"
            raise ConfigurationError([Problem("--update-baseline", None, None, message, "baseline")])
        self._check_outputs(inputs)
        self._warnings: list[Problem] = []
        with self.annotated():
            self._baseline = self._load()

    def warn(self, problem: Problem) -> None:
        """Tell what does not hinder the validation, at once and in the reports."""
        self._warnings.append(problem)
        click.echo(str(problem), err=True)

    @contextmanager
    def annotated(self) -> Iterator[None]:
        """Write the errors that end the block to the reports that can tell them, so that none of an earlier run stays."""
        try:
            yield
        except KzlodError as error:
            outcome = Outcome((), Shapes("", ()), self._fail_on, folder=Path.cwd(), warnings=tuple(self._warnings), error=error)
            self._write(outcome, [request for request in self._requests if request.form in TELL_ERRORS])
            raise

    def finish(self, report: Report, shapes: Shapes, data: str) -> int:
        """Write all reports and the baseline.

        Args:
            report: what was found.
            shapes: by which.
            data: in what, as ``read_data`` reads it.

        Returns:
            The exit code.

        Raises:
            OSError: a file cannot be written.
        """
        names = NodeNames(data)
        findings = tuple(Finding(result, write_fingerprint(result, names, shapes)) for result in report.results)
        if self._update and self._file is not None:
            replace_file(self._file, write_baseline(findings, data).encode())
            self._baseline = load_baseline(self._file)
        if self._baseline is not None:
            if not self._is_partial:
                self._tell_gone(self._baseline.find_gone(findings))
            findings = self._baseline.mark(findings)
        outcome = Outcome(findings, shapes, self._fail_on, self._baseline is not None, self._limit, Path.cwd())
        if outcome.left_out:
            message = f"warning: {outcome.left_out} of {len(findings)} results are left out of the reports"
            self.warn(Problem("--max-results", None, None, message, "max-results"))
        outcome = replace(outcome, warnings=tuple(self._warnings), partial=self._is_partial)
        self._write(outcome, self._requests)
        return outcome.exit_code

    @staticmethod
    def _write(outcome: Outcome, requests: list[Request]) -> None:
        write_files(outcome, requests)
        for request in requests:
            if request.file is None:
                write_out(write_text(outcome, colours=_has_colours()) if request.form == "text" else FORMATS[request.form](outcome))

    def _load(self) -> Baseline | None:
        if self._file is None or (self._update and not _has_content(self._file)):
            return None
        try:
            baseline = load_baseline(self._file)
        except ConfigurationError as error:
            if not self._update:
                raise
            problem = error.problems[0]
            message = f"--update-baseline would overwrite what is no baseline; if it can go, remove it: {problem.message}"
            raise ConfigurationError([replace(problem, message=message)]) from None
        return None if self._update else baseline

    def _check_outputs(self, inputs: Iterable[Path]) -> None:
        """Refuse to write over what is read, and a report over the baseline; two reports in one file are no requests."""
        outputs = [("--format", request.file) for request in self._requests if request.file is not None]
        taken = dict.fromkeys(_list_files(inputs), "an input of this run")
        problems = []
        for option, file in [*outputs, *([("--baseline", self._file)] if self._file is not None else [])]:
            place = file.resolve()
            if place in taken:
                message = f"{file.as_posix()} is {taken[place]} and would be overwritten: name another file"
                problems.append(Problem(option, None, None, message, option.removeprefix("--")))
            taken.setdefault(place, "the file of a report")
        if problems:
            raise ConfigurationError(problems)

    def _tell_gone(self, gone: list[Problem]) -> None:
        for problem in gone[:_GONE]:
            self.warn(problem)
        if gone and self._baseline is not None:
            what = "1 known finding is" if len(gone) == 1 else f"{len(gone)} known findings are"
            message = f"warning: {what} there no longer, or less often; --update-baseline writes what is there"
            self.warn(Problem(self._baseline.file, None, None, message, "baseline"))


def _list_files(inputs: Iterable[Path]) -> Iterator[Path]:
    """The files behind all links; what cannot be read is told when it is read."""
    for path in inputs:
        with suppress(DataError, OSError):
            yield from [file.resolve() for file in list_files([path])]


def _has_content(file: Path) -> bool:
    return file.is_file() and file.stat().st_size > 0


def _has_colours() -> bool:
    """Whether standard output is a terminal that wants colours (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
