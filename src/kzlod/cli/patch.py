"""``kzlod patch``."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from kzlod.cli import check_output, copy_out
from kzlod.releases.dumps import find_dump, open_dump
from kzlod.releases.patch import read_patch, replay_patch


@click.command("patch")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("patch", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of standard output.")
def command(old: Path, patch: Path, output: Path | None) -> None:
    """Replay PATCH, an RDF Patch, on OLD: a folder of a build or a release, or a file .nq or .nt, also .gz.

    What comes out is sorted N-Quads: of a patch by kzlod diff the same bytes as the dump it leads to. Each row must fit: what is
    deleted is there, and what is added is not.
    """
    check_output(output, (find_dump(old), patch))
    changes = read_patch(patch)
    with open_dump(old) as before, tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "new"
        with result.open("wb") as file:
            replay_patch(before, changes, file)
        copy_out(result, output)
