"""``kzlod push``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kzlod.cli import project_option, write_out
from kzlod.cli.progress import show_line
from kzlod.connections import Patience
from kzlod.endpoints import check_endpoint, read_credentials
from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.project import load_project
from kzlod.pushing.batches import Bounds
from kzlod.pushing.checks import choose_queries
from kzlod.pushing.push import Options, Outcome, push
from kzlod.pushing.sides import COLOURS, Rules
from kzlod.pushing.store import Addresses
from kzlod.queries.catalogue import load_published
from kzlod.terms import is_iri


@click.command("push")
@click.option("--endpoint", required=True, metavar="URL", help="Where the store answers queries.")
@click.option("--update", default="", metavar="URL", help="Where it takes SPARQL Update.  [default: the endpoint]")
@click.option("--graph-store", default="", metavar="URL", help="Send the data there, by the Graph Store Protocol.")
@click.option(
    "--release",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of a release, or the output of a build.  [default: output/ of the project]",
)
@click.option("--prefix", metavar="IRI", help="What names of the push's own graphs start with.  [default: push/ below the base]")
@click.option("--default-graph", default="", metavar="IRI", help="A named graph for the triples of the default graph.")
@click.option("--replace", is_flag=True, help="Replace data that no push has put there.")
@click.option("--unchecked", multiple=True, metavar="NAME", help="A query of the catalogue that this store need not answer right.")
@click.option("--batch", type=click.IntRange(1), default=Bounds.triples, show_default=True, help="The triples of a request.")
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), default=Patience.seconds, show_default=True, help="Seconds to wait for an answer."
)
@click.option(
    "--retries", type=click.IntRange(0), default=Patience.retries, show_default=True, help="How often a busy store is asked again."
)
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and change nothing.")
@project_option
def command(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    endpoint: str,
    update: str,
    graph_store: str,
    release: Path | None,
    prefix: str | None,
    default_graph: str,
    replace: bool,
    unchecked: tuple[str, ...],
    batch: int,
    timeout: float,
    retries: int,
    dry_run: bool,
    folder: Path,
) -> None:
    """Push a release to a SPARQL 1.1 store, check it there, and switch to it last.

    In one store the data is loaded into graphs beside those served; one update then puts them in their place. With {colour} in the
    URLs there are two repositories, blue and green: the data goes to the one that is not served, and the record there says when it
    is right. What an interrupted push has brought is not sent again.

    Credentials are read from KZLOD_ENDPOINT_USER and KZLOD_ENDPOINT_PASSWORD, or from KZLOD_ENDPOINT_TOKEN.
    """
    addresses = _read_addresses(endpoint, update, graph_store)
    credentials = read_credentials(os.environ)
    project = load_project(folder)
    rules = Rules(prefix or f"{project.base}push/", default_graph, replace, Bounds(batch))
    for option, iri in (("--prefix", rules.prefix), ("--default-graph", rules.default)):
        if iri and not is_iri(iri):
            raise ConfigurationError([Problem(option, None, None, f"not an absolute IRI: {quote(iri)}", "iri", iri)])
    dump = release or folder / "output"
    queries = choose_queries(load_published(dump / "queries.ttl"), unchecked)
    with show_line() as show:

        def progress(stage: str, done: int, total: int) -> None:
            show(f"{stage} {done:,} of {total:,}")

        options = Options(addresses, rules, credentials, Patience(timeout, retries), progress)
        outcome = push(dump, queries, options, only_tell=dry_run)
    write_out(_describe(outcome, dump, addresses, dry_run=dry_run))


def _read_addresses(endpoint: str, update: str, graph_store: str) -> Addresses:
    coloured = {"--endpoint": endpoint, "--update": update, "--graph-store": graph_store}
    for option, url in coloured.items():
        if url:
            check_endpoint(url.replace("{colour}", COLOURS[0]), option)
    # The Graph Store Protocol alone is enough where two repositories change places.
    needs_update = not (graph_store and "{colour}" in endpoint)
    return Addresses(endpoint, update or (endpoint if needs_update else ""), graph_store)


def _describe(outcome: Outcome, dump: Path, addresses: Addresses, *, dry_run: bool) -> str:
    lines = [f"dump     {dump.as_posix()}: {outcome.triples:,} triples in {outcome.graphs:,} graphs, {outcome.sha256[:16]}"]
    if outcome.current:
        lines.append(f"served   already, at {addresses.query}: nothing to do")
        return "\n".join([*lines, ""])
    lines.append(f"into     {outcome.place}")
    lines.append(f"there    {outcome.there:,} triples of an earlier push")
    if dry_run:
        lines.append(f"to send  {outcome.triples - outcome.there:,} triples; nothing is changed")
    else:
        lines.append(f"sent     {outcome.triples - outcome.there:,} triples in {outcome.requests:,} requests")
        lines.append(f"checked  {outcome.graphs:,} graphs, {outcome.queries} queries")
        lines.append(f"served   at {addresses.query}")
    return "\n".join([*lines, ""])
