"""``kzlod export``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, cast

import click

from kzlod.build import export_nanopublications, export_quickstatements
from kzlod.cli import check_output, project_option, write_out
from kzlod.exchange import replace_file
from kzlod.mapper import Options, export_rml
from kzlod.matcher import export_sssom
from kzlod.project import load_project
from kzlod.wikidata.export import Options as WikidataOptions


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


@command.command("quickstatements")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="The file.  [default: standard output]")
@click.option("--syntax", type=click.Choice(["v1", "v3"]), default="v3", show_default=True, help="Of QuickStatements 2 or 3.")
@click.option(
    "--snapshot",
    "snapshots",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What Wikidata has, as .nt or .json, also .gz or .bz2: only what it lacks is written.",
)
@click.option("--from-wikidata", is_flag=True, help="Without a snapshot, write also what was taken from Wikidata.")
@click.option("--new-items", is_flag=True, help="Make items of what has no link and is told well enough.")
@click.option("--dry-run", is_flag=True, help="Print what would be written and what not, with the reasons.")
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE.csv", help="A file for the same, statement by statement.")
@project_option
def export_to_wikidata(  # noqa: PLR0913 - one parameter an option
    *,
    output: Path | None,
    syntax: str,
    snapshots: tuple[Path, ...],
    from_wikidata: bool,
    new_items: bool,
    dry_run: bool,
    report: Path | None,
    folder: Path,
) -> None:
    """Write what is known of things that are linked to Wikidata, with references, as commands of QuickStatements.

    ontology/wikidata.yml says what is said how, and why. Whatever is left out is told by --dry-run and --report.
    """
    output = None if output == Path("-") else output
    files = [path for path in (output, report) if path]
    for path in files:
        check_output(path, [*snapshots, *(other for other in files if other is not path)])
    options = WikidataOptions(cast("Literal['v1', 'v3']", syntax), snapshots, from_wikidata, new_items)
    export = export_quickstatements(load_project(folder), options, files)
    if report:
        replace_file(report, export.report.write_csv().encode("utf-8"))
    if dry_run:
        write_out(export.report.write_text())
        return
    for line in (f"{export.report.describe()}: see --dry-run", *(f"warning: {warning}" for warning in export.report.warnings)):
        click.echo(line, err=True)
    commands = "".join(f"{command}\n" for command in export.commands)
    if output:
        replace_file(output, commands.encode("utf-8"))
    else:
        write_out(commands)


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
