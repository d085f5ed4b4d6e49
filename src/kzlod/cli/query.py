"""``kzlod query``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kzlod.cli import project_option, write_out
from kzlod.endpoints import read_credentials
from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.exchange import recover
from kzlod.project import QUADS, SITE, load_project
from kzlod.queries.catalogue import load_catalogue, load_query
from kzlod.queries.execution import SECONDS, run_local, run_remote
from kzlod.queries.results import write_catalogue, write_results


def _split_values(_ctx: click.Context, _param: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    values = dict(pair.partition("=")[::2] for pair in pairs)
    for pair in pairs:
        if "=" not in pair:
            raise click.BadParameter(f"{pair!r} is not NAME=VALUE")
    if len(values) < len(pairs):
        raise click.BadParameter("a name is given twice")
    return values


@click.command("query")
@click.argument("name", required=False)
@click.option(
    "-p", "--parameter", "values", multiple=True, metavar="NAME=VALUE", callback=_split_values, help="A value for the query."
)
@click.option("--endpoint", metavar="URL", help="A SPARQL 1.1 endpoint to ask instead of the dump.")
@click.option(
    "--timeout", type=click.IntRange(1), default=SECONDS, show_default=True, help="Seconds that the endpoint may be silent."
)
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "xml", "turtle"]), help="[default: table, turtle for graphs]"
)
@project_option
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    name: str | None, values: dict[str, str], endpoint: str | None, timeout: int, form: str | None, folder: Path
) -> None:
    """Run the query NAME of the catalogue over the project's dump or at an endpoint; without NAME, list the queries.

    Credentials for an endpoint are read from KZLOD_ENDPOINT_USER and KZLOD_ENDPOINT_PASSWORD, or from KZLOD_ENDPOINT_TOKEN.
    """
    project = load_project(folder)
    if name is None:
        write_out(write_catalogue(load_catalogue(project.queries).values()))
        return
    paths = {path.stem: path for path in project.queries.glob("*.rq")}
    if name not in paths:
        message = f"there is no query {quote(name)}; call kzlod query to see the list"
        raise ConfigurationError([Problem(project.show(project.queries), None, None, message, "query", name)])
    text = load_query(paths[name]).bind(values, project.base)
    output = folder / "output"
    if endpoint:
        results = run_remote(text, endpoint, read_credentials(os.environ), timeout)
    else:
        if not output.exists():
            # A build that was killed between its two renames has left the finished folder beside.
            recover(output, kept=(SITE,))
        results = run_local(text, output / QUADS)
    write_out(write_results(results, form, project.base, project.prefixes))
