"""``kzlod doctor``."""

from __future__ import annotations

from pathlib import Path

import click

from kzlod.cli import documents_option, project_option, write_out
from kzlod.doctor.examination import examine


@click.command("doctor")
@project_option
@documents_option
def command(folder: Path, documents: Path | None) -> None:
    """Say what is missing or odd in a project, in the order in which to mend it.

    Problems come first, then suggestions, which may be left as they are. The exit code is 1 if there is a problem. Nothing is
    written: the build that shows what is wrong is made elsewhere and thrown away.
    """
    findings = list(examine(folder, documents))
    problems = [finding.problem for finding in findings if finding.is_wrong]
    suggestions = [finding.problem for finding in findings if not finding.is_wrong]
    for title, group in (("to mend", problems), ("could be better", suggestions)):
        if group:
            write_out(f"{title}\n" + "".join(f"  {problem}\n" for problem in group))
    write_out(f"{len(problems)} problems, {len(suggestions)} suggestions\n")
    if problems:
        raise click.exceptions.Exit(1)
