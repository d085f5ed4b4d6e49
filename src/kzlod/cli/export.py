"""``kzlod export``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

import click

from kzlod.build import export_nanopublications
from kzlod.cli import check_output, project_option, write_out
from kzlod.exchange import replace_file
from kzlod.mapper import Options, export_rml
from kzlod.matcher import export_sssom
from kzlod.project import load_project


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


@command.command("nanopub")
@click.argument("facts", nargs=-1, metavar="[FACT]...")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="The file.  [default: standard output]")
@project_option
def export_facts(facts: tuple[str, ...], output: Path | None, folder: Path) -> None:
    """Write accepted facts as nanopublications in TriG: each with its evidence, licence and creator, not signed.

    FACT is an IRI, whole or relative to the project's base (fact/SOURCE/TABLE/ROW); without any, all accepted facts are written.
    """
    export_nanopublications(load_project(folder), None if output == Path("-") else output, facts)


@command.command("sssom")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="The file.  [default: standard output]")
@project_option
def export_links(output: Path | None, folder: Path) -> None:
    """Write the accepted links as one SSSOM file, TSV with its metadata in comments."""
    project = load_project(folder)
    if output is None or output == Path("-"):
        write_out(export_sssom(project))
        return
    check_output(output, project.facts.rglob("*"))
    replace_file(output, export_sssom(project))
