"""``kzlod check``."""

from __future__ import annotations

from pathlib import Path

import click

from kzlod.build import check
from kzlod.cli import documents_option, project_option, write_out
from kzlod.errors import quote
from kzlod.project import load_project


@click.command("check")
@project_option
@documents_option
def command(folder: Path, documents: Path | None) -> None:
    """Check every cell of the facts tables, and with --documents the hash of every passage.

    Entities with like names are listed as candidate duplicates until facts/identities.csv or the table of look-alikes decides.
    """
    found = check(load_project(folder), documents)
    passages = "each passage has its hash, none is uncovered" if documents else "passages not compared: no --documents"
    write_out(f"{sum(found.rows.values()):,} rows in {len(found.rows)} tables, no problems; {passages}\n")
    write_out(f"{len(found.candidates):,} pairs of entities may be duplicates\n")
    for pair in found.candidates:
        write_out(f"  {pair.first} {quote(pair.first_name)}  {pair.second} {quote(pair.second_name)}\n")
