"""What ``kzlod new`` and ``kzlod import`` have in common: how they tell what an import has made."""

from __future__ import annotations

import click

from kzlod.errors import escape_controls
from kzlod.imports.source import Source
from kzlod.imports.values import is_language

DAY = "2026-01-01"
"""The day of a new project where none is given: any will do, but a clock is never asked."""


dates_option = click.option(
    "--dates",
    "order",
    type=click.Choice(["DMY", "MDY"]),
    help="What comes first in dates such as 3/12/2019, the day or the month.",
)


def check_language(language: str) -> None:
    """Refuse what is no language tag."""
    if not is_language(language):
        raise click.BadParameter(f"{language!r} is no language tag such as kk", param_hint="--language")


def describe_source(source: Source) -> str:
    """What became of each column, for the one who looks whether it is right."""
    counts = {table.name: "1 row" if len(table.rows) == 1 else f"{len(table.rows):,} rows" for table in source.tables}
    rows = "".join(f"facts/{source.name}/{name}.csv: {count}\n" for name, count in counts.items())
    return rows + "".join(f"  {escape_controls(note)}\n" for note in source.notes)


def plain(text: str) -> str:
    """A text that needs no escapes in TOML, Turtle and YAML."""
    return "".join(char if char.isprintable() and char not in '"\\@' else " " for char in text)
