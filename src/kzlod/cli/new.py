"""``kzlod new``."""

from __future__ import annotations

from pathlib import Path

import click

from kzlod.cli import write_out
from kzlod.cli.beginning import DAY, check_language, dates_option, describe_source, plain
from kzlod.importer import create_project, create_project_of, name_source
from kzlod.imports.tabular import Reading, read_tables
from kzlod.starting.folder import Beginning
from kzlod.terms import NEW_BASE, is_iri


@click.command("new")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "table",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A table, CSV or TSV, of which the first source is made.",
)
@click.option("--column", "roles", multiple=True, metavar="ROLE=NAME", help="What a column of the table is, where it is not clear.")
@dates_option
@click.option("--language", default="en", show_default=True, help="The language of names in the table.")
@click.option("--base", default=NEW_BASE, show_default=True, help="The namespace of the dataset's own IRIs.")
@click.option("--title", help="The title of the dataset.")
@click.option(
    "--as-of",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    default=DAY,
    show_default=True,
    help="The day for which it is decided who holds a post now; no clock is asked.",
)
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    folder: Path,
    table: Path | None,
    roles: tuple[str, ...],
    order: str | None,
    language: str,
    base: str,
    title: str | None,
    day: object,
) -> None:
    """Make a project folder that builds at once: an example, or with --from the rows of a table.

    DIR must not exist or be empty. It appears whole or not at all. Nothing is fetched.
    """
    if not is_iri(base) or not base.endswith("/"):
        raise click.BadParameter(f"{base!r} is no IRI that ends in '/'", param_hint="--base")
    if title is not None and title != plain(title):
        raise click.BadParameter("a title has no quotes, backslashes and line breaks", param_hint="--title")
    check_language(language)
    as_of = f"{day:%Y-%m-%d}"
    if table is None:
        create_project(folder, Beginning(base, as_of, title or Beginning.title))
        write_out(f"{folder.as_posix()}/ is a project: cd {folder.as_posix()} && kzlod build\n")
        return
    name = name_source(table)
    beginning = Beginning(base, as_of, title or plain(table.stem), f"The rows of {plain(table.name)}.", name)
    reading = Reading(language, roles, order or "")
    source = create_project_of(folder, beginning, lambda name, known: read_tables([table], name, known, reading))
    write_out(describe_source(source))
    write_out(f"{folder.as_posix()}/ is a project: cd {folder.as_posix()} && kzlod build\n")
