"""``kzlod release``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from kzlod.cli import documents_option, project_option, write_out
from kzlod.project import load_project
from kzlod.releaser import release
from kzlod.releases.folder import CHANGES, PATCH, check_release, find_release
from kzlod.releases.report import write_text


@click.command("release")
@click.argument("version")
@project_option
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of all releases.  [default: releases/ of the project]",
)
@click.option(
    "--reclassified",
    multiple=True,
    metavar="TYPE/SLUG",
    help="An entity that is the same thing, though all its classes are others than in the last release.",
)
@click.option("--verify", is_flag=True, help="Make nothing: compare the files of the release VERSION with its checksums.")
@documents_option
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    version: str, folder: Path, out: Path | None, reclassified: tuple[str, ...], verify: bool, documents: Path | None
) -> None:
    """Freeze a build as VERSION: 1.2.0 or a day, 2026-11-22, each after the last one.

    The dumps come into a folder of their own, with checksums, a patch and a summary of what has changed since the last release. It
    appears in one step and is never changed. No IRI of the last release may be lost: what is replaced or withdrawn leaves a
    tombstone.
    """
    releases = out or folder / "releases"
    if verify:
        found = find_release(releases, version)
        files = check_release(found)["files"]
        write_out(f"{found.folder.as_posix()}/ is as it was released: {len(files)} files\n")
        return
    made = release(load_project(folder), releases, version, reclassified, documents)
    place = made.release.folder.as_posix()
    text = f"release  {version} in {place}/\n"
    if made.previous and made.changes:
        text += f"since    {made.previous.version.text}: {place}/{PATCH}, {place}/{CHANGES}\n\n"
        text += write_text(replace(made.changes, items=()))
    write_out(text)
