"""``kzlod build``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from kzlod.build import Build, build
from kzlod.cli import documents_option, project_option, write_out
from kzlod.project import load_project


@click.command("build")
@project_option
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="The folder of the dumps.  [default: output/ of the project]"
)
@documents_option
def command(folder: Path, out: Path | None, documents: Path | None) -> None:
    """Make the dumps of a project: check the facts, map them, validate, write.

    The output folder is replaced in one step at the end. A build that fails or is killed leaves the former one whole.
    """
    made = build(load_project(folder), out or folder / "output", documents)
    write_out("".join(f"{line}\n" for line in _describe_build(made, compared=documents is not None)))


def _describe_build(made: Build, *, compared: bool) -> Iterator[str]:
    summary = made.summary
    width = max(len(name) for name in (*summary.sources, "documents"))
    yield f"{'source':<{width}}{'accepted':>10}{'entities':>10}{'triples':>10}"
    for name, counts in (*summary.sources.items(), ("together", summary.total)):
        yield f"{name:<{width}}{counts.facts:>10,}{counts.entities:>10,}{counts.triples:>10,}"
    yield f"{'facts':<{width}}  {', '.join(f'{count:,} {status}' for status, count in summary.statuses.items())}"
    share = 100 * summary.evident / summary.total.triples
    yield f"{'evidence':<{width}}  for {share:.4g} % of the {summary.total.triples:,} statements; {summary.quads:,} quads with it"
    passages = "each with its hash, 0 uncovered" if compared else "not compared with the documents: no --documents"
    yield f"{'passages':<{width}}  {summary.passages:,} cited, {passages}"
    yield f"{'shapes':<{width}}  0 violations"
    seconds = ", ".join(f"{stage} {value:.2f}" for stage, value in made.seconds.items())
    yield f"{'seconds':<{width}}  {sum(made.seconds.values()):.2f} ({seconds})"
    yield f"{'dumps in':<{width}}  {made.output.as_posix()}/"
    for file in made.files:
        yield f"  {file.name:<16}{file.stat().st_size:>12,} bytes"
