"""``kzlod build``."""

from __future__ import annotations

from pathlib import Path

import click

from kzlod.build import build
from kzlod.cli import project_option, write_out
from kzlod.project import load_project


@click.command("build")
@project_option
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="The folder of the dumps.  [default: output/ of the project]"
)
def command(folder: Path, out: Path | None) -> None:
    """Make the dumps of a project: check the facts, map them, validate, write.

    The output folder is replaced in one step at the end. A build that fails or is killed leaves the former one whole.
    """
    summary = build(load_project(folder), out or folder / "output")
    facts = ", ".join(f"{source} {count:,}" for source, count in summary.facts.items())
    seconds = ", ".join(f"{stage} {value:.2f}" for stage, value in summary.seconds.items())
    lines = [
        f"facts     {sum(summary.facts.values()):,} ({facts})",
        f"triples   {summary.triples:,} about {summary.entities:,} entities; {summary.quads:,} quads with facts and evidence",
        f"seconds   {sum(summary.seconds.values()):.2f} ({seconds})",
        f"dumps in  {summary.output.as_posix()}/",
        *(f"  {file.name:<16}{file.stat().st_size:>12,} bytes" for file in summary.files),
    ]
    write_out("\n".join(lines) + "\n")
