"""``kzlod import``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from kzlod.cli import project_option, write_out
from kzlod.cli.beginning import DAY, check_language, dates_option, describe_source, plain
from kzlod.errors import escape_controls
from kzlod.importer import Read, create_project_of, import_source, name_source
from kzlod.imports.popolo.reading import read_popolo
from kzlod.imports.source import Source
from kzlod.imports.tabular import Reading, read_tables
from kzlod.starting.folder import Beginning
from kzlod.terms import NEW_BASE

_SHOWN: Final = 20
"""So many members that were not read are told one by one."""


def _target_options(command: Callable[..., None]) -> Callable[..., None]:
    options: list[Callable[[Any], Any]] = [
        click.option("-o", "output", type=click.Path(path_type=Path), help="A new project folder, which is made of this import."),
        project_option,
        click.option("--draft", is_flag=True, help="Write it though the shapes of the project refuse it; kzlod build tells them."),
        click.option("--source", "name", help="The name of the source.  [default: made of the file's name]"),
        click.option("--language", default="en", show_default=True, help="The language of names of which nothing else is known."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.group("import")
def command() -> None:
    """Take data of others over as a source of facts: tables, tables.json and mapping, in a project or in a new one.

    Everything is tried in a copy first: if it would not build, nothing is written, and each problem is told at its
    place in the FILE.
    """


@command.command("popolo")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@_target_options
def popolo(  # noqa: PLR0913, PLR0917 - one parameter an option
    file: Path, output: Path | None, folder: Path, name: str | None, language: str, draft: bool
) -> None:
    """Popolo JSON of persons, organizations, posts, memberships, areas and events; EveryPolitician's, too.

    FILE is one file with all lists, or a folder with a file for each. What is not read is told, and kept in unread.txt.
    """
    check_language(language)
    unread = _import(
        lambda source, known: read_popolo(file, source, known, language), Target(file, output, folder, name, is_draft=draft)
    ).unread
    for pointer in list(unread)[:_SHOWN]:
        click.echo(escape_controls(f"warning: {pointer} is not read: it is in unread.txt beside the tables"), err=True)
    if len(unread) > _SHOWN:
        click.echo(f"warning: and {len(unread) - _SHOWN} more", err=True)


@command.command("wikidata-csv")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--column", "roles", multiple=True, metavar="ROLE=NAME", help="What a column is, where it is not clear; several times."
)
@dates_option
@_target_options
def wikidata_csv(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: tuple[Path, ...],
    roles: tuple[str, ...],
    order: str | None,
    output: Path | None,
    folder: Path,
    name: str | None,
    language: str,
    draft: bool,
) -> None:
    """Tables of office-holders, posts, bodies or missions, with items of Wikidata, as its query service gives them.

    Several FILES are read together, so that an item is one thing in all of them. What a column is called may differ; what is not
    known becomes a term of the project's own, and each column is told with what became of it.
    """
    check_language(language)
    reading = Reading(language, roles, order or "", is_strict=True)
    _import(
        lambda source, known: read_tables(files, source, known, reading), Target(files[0], output, folder, name, is_draft=draft)
    )


@dataclass(frozen=True)
class Target:
    """Where an import goes: to the project in a folder, or to a new one."""

    file: Path
    output: Path | None
    folder: Path
    name: str | None
    is_draft: bool


def _import(read: Read, target: Target) -> Source:
    name, file = target.name or name_source(target.file), target.file.resolve()
    if target.output is None:
        source, place = import_source(target.folder, name, read, is_draft=target.is_draft), target.folder
    else:
        beginning = Beginning(NEW_BASE, DAY, plain(file.stem), f"What {plain(file.name)} says.", name)
        source, place = create_project_of(target.output, beginning, read), target.output
    write_out(describe_source(source))
    write_out(f"source {name} is in {place.as_posix()}/: kzlod build --project {place.as_posix()}\n")
    return source
