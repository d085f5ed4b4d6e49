"""``kzlod serve``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kzlod.cli import project_option
from kzlod.errors import ConfigurationError, Problem
from kzlod.project import load_project
from kzlod.queries.catalogue import load_catalogue


@click.command("serve")
@project_option
@click.option(
    "--release",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of a release, or the output of a build.  [default: output/ of the project]",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="The port to listen at.")
@click.option("--workers", type=click.IntRange(min=1), help="How many queries run at a time.  [default: the machine's cores]")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=20.0, show_default=True, help="Seconds that a query may take.")
@click.option("--in-memory", is_flag=True, help="Read the dataset into the memory of each worker.")
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kzlod",
    show_default="the user's cache",
    help="Where stores of releases are kept.",
)
def command(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    folder: Path, release: Path | None, host: str, port: int, workers: int | None, timeout: float, in_memory: bool, cache: Path
) -> None:
    """Serve a release: SPARQL at /sparql, named queries at /queries/, identifiers, and the pages of its site.

    Each query has a process of its own, which ends at the deadline, opens no network connection and only reads.
    """
    try:
        import uvicorn  # noqa: PLC0415 - an extra, which other commands do without

        from kzlod.serving.app import Options, create_app  # noqa: PLC0415
        from kzlod.serving.pool import Limits  # noqa: PLC0415
    except ModuleNotFoundError as error:
        message = f"serving needs {error.name}: pip install 'kzlod[serve]'"
        raise ConfigurationError([Problem("kzlod serve", None, None, message, "extra")]) from None
    project = load_project(folder)
    options = Options(
        release=release or folder / "output",
        base=project.base,
        licence=project.licence,
        cache=cache,
        languages=tuple(project.title),
        workers=workers or os.cpu_count() or 1,
        limits=Limits(seconds=timeout),
        in_memory=in_memory,
        queries=load_catalogue(project.queries),
        title=next(iter(project.title.values()), ""),
    )
    uvicorn.run(create_app(options), host=host, port=port, log_level="warning", access_log=False, server_header=False)
