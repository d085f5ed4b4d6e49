"""``kzlod validate``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Unpack

import click

from kzlod.cli.reporting import Reporting, Settings, reporting_options
from kzlod.errors import ConfigurationError, KzlodError, Problem, quote
from kzlod.project import CONFIGURATION, load_project
from kzlod.terms import is_iri, write_iri
from kzlod.validation.catalogue import load_catalogue
from kzlod.validation.changes import NO_CHANGES, find_changes
from kzlod.validation.checks import check_shapes, find_unused, located
from kzlod.validation.data import list_files, list_release, read_data
from kzlod.validation.engine import validate
from kzlod.validation.engines.choice import AUTO, ENGINES, TIMEOUT, Warn, open_engine
from kzlod.validation.places import locate_results
from kzlod.validation.report import Report
from kzlod.validation.scope import Scope, find_scope, validate_scope
from kzlod.validation.shapes import Shapes, load_shapes

_SHAPES = "shapes"


@click.command("validate")
@click.argument("data", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("-s", "--shapes", multiple=True, help="A file or folder of shapes, or an address.  [default: shapes/]")
@reporting_options
@click.option("--engine", "name", type=click.Choice(ENGINES), default=AUTO, show_default=True)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=TIMEOUT,
    show_default=True,
    help="Seconds that the engine may take; exit code 3 after that.",
)
@click.option("--catalogue", type=click.Path(path_type=Path), help="An OASIS XML catalogue: where graphs lie that shapes import.")
@click.option("--since", type=click.Path(exists=True, path_type=Path), help="An earlier release: validate only what has changed.")
@click.option("--focus", multiple=True, metavar="IRI", help="Validate only this entity and those whose shapes reach it.")
@click.option(
    "--project",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The project folder, if the data is what kzlod build makes: results lead to its tables.  [default: the current folder]",
)
@click.option("--allow-network", is_flag=True, help="Fetch shapes and imports that are addresses.")
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    data: tuple[Path, ...],
    shapes: tuple[str, ...],
    name: str,
    timeout: float,
    catalogue: Path | None,
    since: Path | None,
    focus: tuple[str, ...],
    folder: Path | None,
    allow_network: bool,
    **settings: Unpack[Settings],
) -> None:
    """Validate RDF files (Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML) by SHACL shapes.

    All files are read as one graph. Exit code 1 where there is a result as severe as --fail-on that --baseline does not know.

    With --since or --focus only nodes are validated whose results the change can have changed: those whose shapes read it, by
    their paths. Shapes with a query that declares no k:footprint are validated as a whole.
    """
    is_partial = since is not None or bool(focus)
    inputs = [*data, *map(Path, shapes or (_SHAPES,)), *(path for path in (since, catalogue) if path is not None)]
    reporting = Reporting(settings, inputs=inputs, is_partial=is_partial)
    with reporting.annotated():
        if not shapes and not Path(_SHAPES).is_dir():
            raise ConfigurationError([Problem(_SHAPES, None, None, "there are no shapes here: name them with --shapes", "shapes")])
        rules = load_shapes(shapes or (_SHAPES,), load_catalogue(catalogue) if catalogue else None, allow_network=allow_network)
        with open_engine(name, timeout, reporting.warn) as engine:
            check_shapes(engine, rules)
            text = read_data(data)
            scope = _find_scope(text, rules, data, since, focus) if is_partial else None
            with located(rules):
                report = validate(engine, text, rules.text) if scope is None else validate_scope(engine, text, scope)
        report = locate_results(report, list_files(data))
        if folder is not None or Path(CONFIGURATION).exists():
            report = _trace(report, text, folder or Path(), reporting.warn)
    for problem in find_unused(rules, text):
        reporting.warn(problem)
    click.get_current_context().exit(reporting.finish(report, rules, text))


def _find_scope(text: str, shapes: Shapes, data: tuple[Path, ...], since: Path | None, focus: tuple[str, ...]) -> Scope:
    if bad := [iri for iri in focus if not is_iri(iri)]:
        raise ConfigurationError(Problem("--focus", None, None, f"{quote(iri)} is no IRI", "iri", iri) for iri in bad)
    nodes = [write_iri(iri) for iri in focus]
    # A node that is only the end of a statement, or the target of a shape, can have results, too.
    absent = [node for node in nodes if f"{node} " not in text and f"{node} " not in shapes.text]
    if absent:
        reason = "is not in the data; an entity is named by its whole IRI"
        raise ConfigurationError(Problem("--focus", None, None, f"{node} {reason}", "focus", node) for node in absent)
    changes = find_changes(read_data(list_release(since, data)), text) if since else NO_CHANGES
    scope = find_scope(text, shapes.statements, changes, nodes)
    click.echo(f"validated: {len(scope.nodes)} node{'' if len(scope.nodes) == 1 else 's'}", err=True)
    for shape in scope.free:
        click.echo(f"validated as a whole, since a query of it declares no k:footprint: {shape}", err=True)
    return scope


def _trace(report: Report, data: str, folder: Path, warn: Warn) -> Report:
    """The report with the rows of the project's tables, where the data is what the project makes."""
    # DuckDB takes long to import, and is seldom wanted here.
    from kzlod.build import assemble  # noqa: PLC0415
    from kzlod.origins import trace_built  # noqa: PLC0415

    try:
        project = load_project(folder)
        # To make the dataset takes longer than to validate it.
        if not any(project.base in result.focus_node + result.value for result in report.results):
            return report
        return trace_built(assemble(project), report, data, folder)
    except KzlodError as error:
        problem = error.problems[0]
        warn(replace(problem, message=f"warning: results are not traced to the tables of the project: {problem.message}"))
        return report
