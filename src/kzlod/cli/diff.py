"""``kzlod diff``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import click

from kzlod.cli import check_output, copy_out
from kzlod.releases.changes import list_changes
from kzlod.releases.difference import iter_changes
from kzlod.releases.dumps import find_dump, open_dump
from kzlod.releases.patch import write_patch
from kzlod.releases.report import write_json, write_text

_LIMIT: Final = 20
"""So many entities and facts of each kind are listed without --all."""


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["patch", "summary", "json"]),
    default="patch",
    show_default=True,
    help="RDF Patch, or what it means for entities and facts.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of standard output.")
@click.option("--all", "is_whole", is_flag=True, help=f"List all entities and facts, not {_LIMIT} of each kind.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 where there are differences.")
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    old: Path, new: Path, form: str, output: Path | None, is_whole: bool, exit_code: bool
) -> None:
    """Tell what turns OLD into NEW: folders of a build or a release, or files .nq or .nt, also .gz.

    A patch is replayed by kzlod patch. The exit code is 0 whether or not there are differences, unless --exit-code is given.
    """
    check_output(output, (find_dump(old), find_dump(new)))
    with open_dump(old) as before, open_dump(new) as after, tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "patch"
        with result.open("wb") as file:
            file.writelines(write_patch(before, after, iter_changes(before, after)))
        if form != "patch":
            changes = list_changes(before, after, result, None if is_whole else _LIMIT)
            result = Path(folder) / "summary"
            result.write_bytes((write_json(changes) if form == "json" else write_text(changes)).encode())
        copy_out(result, output)
        if exit_code and before.sha256 != after.sha256:
            raise click.exceptions.Exit(1)
