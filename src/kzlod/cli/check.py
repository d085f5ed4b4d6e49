"""``kzlod check``."""

from __future__ import annotations

from pathlib import Path

import click

from kzlod.build import check
from kzlod.cli import documents_option, project_option, write_out
from kzlod.project import load_project


@click.command("check")
@project_option
@documents_option
def command(folder: Path, documents: Path | None) -> None:
    """Check every cell of the facts tables, and with --documents the hash of every passage."""
    counts = check(load_project(folder), documents)
    passages = "each passage has its hash" if documents else "passages not compared: no --documents"
    write_out(f"{sum(counts.values()):,} rows in {len(counts)} tables, no problems; {passages}\n")
