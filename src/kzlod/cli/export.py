"""``kzlod export``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

import click

from kzlod.cli import write_out
from kzlod.mapper import Options, export_rml


@click.group("export")
def command() -> None:
    """Write what kzlod has in forms that other tools read."""


@command.command("rml")
@click.argument("mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--vocabulary",
    type=click.Choice(["rml", "ql"]),
    default="rml",
    show_default=True,
    help="The vocabulary of RML, or the older one.",
)
@click.option("--base", default=Options.base, show_default=True, metavar="IRI", help="What relative IRIs start from.")
def export_mapping(mapping: Path, vocabulary: str, base: str) -> None:
    """Write MAPPING (YARRRML or RML) as RML in Turtle, for use in the mapping's own folder."""
    write_out(export_rml(mapping, cast("Literal['rml', 'ql']", vocabulary), base))
