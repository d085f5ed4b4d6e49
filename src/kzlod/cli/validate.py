"""``kzlod validate``."""

from __future__ import annotations

from pathlib import Path

import click

from kzlod.cli import write_out
from kzlod.errors import ConfigurationError, Problem
from kzlod.validation.data import load_graph, load_shapes
from kzlod.validation.engine import validate_graph
from kzlod.validation.formats import write_json, write_text, write_turtle
from kzlod.validation.report import Severity

_SHAPES = Path("shapes")


@click.command("validate")
@click.argument("data", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "-s", "--shapes", multiple=True, type=click.Path(path_type=Path), help="A file or folder of shapes.  [default: shapes/]"
)
@click.option("--format", "form", type=click.Choice(["text", "json", "turtle"]), default="text", show_default=True)
@click.option("--fail-on", type=click.Choice(["violation", "warning", "info"]), default="violation", show_default=True)
def command(data: tuple[Path, ...], shapes: tuple[Path, ...], form: str, fail_on: str) -> None:
    """Validate RDF files (Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML) by SHACL shapes.

    All files are read as one graph. Exit code 1 where there is a result as severe as --fail-on.
    """
    if not shapes and not _SHAPES.is_dir():
        raise ConfigurationError([Problem("shapes", None, None, "there are no shapes here: name them with --shapes", "shapes")])
    report, graph = validate_graph(load_graph(data), load_shapes(shapes or (_SHAPES,)))
    write_out({"text": write_text, "json": write_json}[form](report) if form != "turtle" else write_turtle(graph))
    if report.count(at_least=Severity[fail_on.upper()]):
        click.get_current_context().exit(1)
