"""``kzlod site``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import click

from kzlod.cli import project_option, write_out
from kzlod.project import load_project
from kzlod.publisher import publish_site
from kzlod.site.bundle import find_bundle


@click.command("site")
@project_option
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="The folder of the site.  [default: output/site of the project]"
)
@click.option(
    "--bundle",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder in which the query page and the coastline of the map are bundled, by Node.js; without it both are left out.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Number of processes.  [default: the machine's cores]")
def command(folder: Path, out: Path | None, bundle: Path | None, jobs: int | None) -> None:
    """Write the static site of a project: a page for everything in it, with its evidence, and the dumps.

    Only what has changed is written again. Any web server can serve the folder, and it can be read from the disk.
    """
    made = find_bundle(bundle) if bundle else None
    target = out or folder / "output" / "site"
    project = load_project(folder)
    with ExitStack() as stack:
        tally = publish_site(project, target, made, jobs, _show_progress(stack) if sys.stderr.isatty() else None)
    counts = f"{tally.files:,} files, {tally.written:,} of them written, {tally.removed:,} old ones removed"
    write_out(f"{counts}\nsite in   {target.as_posix()}/\n")
    if not made:
        write_out("left out  the query page and the coastline of the map: --bundle DIR adds them\n")


def _show_progress(stack: ExitStack) -> Callable[[int, int], None]:
    """Say that the dataset is built, and from the first page on show a bar: its clock would count the building as well."""
    click.echo("building the dataset, its lists and its search index", err=True)
    start_bar = cache(lambda total: stack.enter_context(click.progressbar(length=total, label="pages", file=sys.stderr)))

    def report(done: int, total: int) -> None:
        bar = start_bar(total)
        bar.update(done - bar.pos)

    return report
