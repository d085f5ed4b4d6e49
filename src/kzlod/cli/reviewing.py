"""The review in the terminal: shows a proposal after the other, and reads what a person decides."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from kzlod.delimited import Row
from kzlod.errors import DataError, escape_controls
from kzlod.links.decisions import Verdict
from kzlod.matcher import review
from kzlod.project import Project

_VERDICTS: Final = {"y": Verdict.ACCEPTED, "n": Verdict.REJECTED, "u": Verdict.UNSURE}
_KEYS: Final = "[y]es, [n]o, [u]nsure, [s]kip, [q]uit"
_SHOWN: Final = (
    "subject_id",
    "candidate_name",
    "candidate_id",
    "candidate_type",
    "description",
    "score",
    "match",
    "reasons",
    "link",
)


def review_proposals(project: Project, file: Path, release: Path, date: str) -> None:
    """Ask for a decision on each open proposal; each is kept at once, so that quitting loses none."""
    counts = dict.fromkeys(Verdict, 0)
    with review(project, file, release, date) as session:
        total = session.count_open()
        for number, row in enumerate(session.iter_open(), 1):
            click.echo(_describe(row, f"{number} of {total}"))
            verdict = None
            while (key := _ask()) in _VERDICTS:
                try:
                    session.decide(row, _VERDICTS[key])
                except DataError as error:
                    for problem in error.problems:
                        click.echo(str(problem), err=True)
                    continue
                verdict = _VERDICTS[key]
                counts[verdict] += 1
                break
            if key == "q":
                break
        left = session.count_open()
    click.echo(", ".join(f"{count} {verdict}" for verdict, count in counts.items()) + f"; {left} open")


def _ask() -> str:
    """A key; the end of the input is that for quitting."""
    while True:
        try:
            text = click.prompt(_KEYS, default="s", show_default=False, prompt_suffix=": ")
        except click.Abort:
            click.echo()
            return "q"
        key: str = text.strip().lower()[:1]
        if key in {*_VERDICTS, "s", "q"}:
            return key


def _describe(row: Row, place: str) -> str:
    """A proposal, a line a column; no character of it steers the terminal."""
    lines = [f"{name:<16}{escape_controls(row.cells[name])}" for name in _SHOWN if row.cells.get(name)]
    return "\n".join(["", f"{place}: {escape_controls(row.cells['value'])}", *(f"  {line}" for line in lines)])
