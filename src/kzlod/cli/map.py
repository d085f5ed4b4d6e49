"""``kzlod map``."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import TypedDict, Unpack

import click

from kzlod.cli import write_out
from kzlod.mapper import Options, explain, map_data
from kzlod.mapping.output_files import FORMATS, find_output_format
from kzlod.mapping.progress import Progress


class _Settings(TypedDict):
    """The options of the call that are options of the mapper under the same names."""

    data: tuple[Path, ...]
    allow_external: bool
    strict: bool
    base: str
    engine: str
    master: str
    memory_limit: str
    jobs: int


@click.command("map")
@click.argument("mappings", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file to write, or Spark's folder; - is standard output, the default.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), help="[default: by the ending of the output, else nquads]")
@click.option(
    "--data",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder to read beside the mapping's own.",
)
@click.option("--allow-external", is_flag=True, help="Let a mapping read anything, hosts included.")
@click.option("--strict", is_flag=True, help="Fail where a value makes no RDF term, instead of leaving it out with a warning.")
@click.option("--base", default=Options.base, show_default=True, metavar="IRI", help="What relative IRIs start from.")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True, help="What runs the SQL.")
@click.option("--master", default="", metavar="URL", help="Where Spark runs, such as local[2] or spark://host.  [default: here]")
@click.option("--memory-limit", default="", metavar="SIZE", help="What the engine may use before it spills to disk, such as 300MB.")
@click.option("--jobs", type=click.IntRange(min=0), default=0, help="Number of queries that run at once.  [default: one a core]")
@click.option("--explain", "only_explain", is_flag=True, help="Print the SQL instead of running it, with the rules it is of.")
def command(
    mappings: tuple[Path, ...], output: Path | None, form: str | None, *, only_explain: bool, **settings: Unpack[_Settings]
) -> None:
    """Map data to RDF by MAPPINGS in RML (.ttl) or YARRRML (.yml).

    The output appears whole or not at all; Spark's is a folder of parts. A name that ends in .gz or .zst is compressed. A mapping
    reads only files below its own folder and the folders of --data.
    """
    output = None if output == Path("-") else output
    options = Options(
        format=form or find_output_format(output),
        progress=_show_progress if output and sys.stderr.isatty() else None,
        **settings,
    )
    if only_explain:
        write_out(explain(mappings, options))
        return
    for warning in map_data(mappings, output, options):
        click.echo(f"warning: {warning}", err=True)


def _show_progress(progress: Progress) -> None:
    """Show how much is written, on a thread that ends with the program."""
    start = time.monotonic()

    def follow() -> None:
        with click.progressbar(length=100, label="mapping", file=sys.stderr) as bar:
            while not bar.finished:
                threading.Event().wait(0.2)
                lines, seconds = progress.count_lines(), time.monotonic() - start
                bar.label = f"{lines:,} statements, {lines / seconds:,.0f}/s" if lines else f"mapping, {seconds:,.0f} s"
                bar.update(max(0, round(100 * progress.find_share()) - bar.pos))

    threading.Thread(target=follow, daemon=True).start()
