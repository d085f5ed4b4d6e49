"""``kzlod serve``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kzlod.cli import project_option
from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.project import load_project
from kzlod.queries.catalogue import load_catalogue
from kzlod.site.terms import load_terms

if TYPE_CHECKING:
    from limits import RateLimitItem

    from kzlod.serving.app import Listening
    from kzlod.serving.generation import Options


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
@click.option(
    "--memory-limit", "memory", type=click.IntRange(min=0), help="Megabytes that a query may take.  [default: by the machine]"
)
@click.option("--in-memory", is_flag=True, help="Read the dataset into memory, which all queries share.")
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kzlod",
    show_default="the user's cache",
    help="Where stores of releases are kept.",
)
@click.option(
    "--rate-limit", metavar="COUNT/PERIOD", help="Requests that a client may make, such as 100/minute.  [default: no limit]"
)
@click.option(
    "--behind-proxy",
    "proxies",
    is_flag=False,
    flag_value="127.0.0.1,::1",
    default="",
    metavar="ADDRESSES",
    help="Believe X-Forwarded-For and -Proto of these proxies, separated by commas.  [without a value: of this machine]",
)
@click.option("--root-path", default="", metavar="PATH", help="What a proxy takes away from the start of each path.")
@click.option(
    "--access-log",
    "log",
    type=click.File("a", encoding="utf-8", lazy=False),
    help="A file for a line of JSON a request; - for standard output.",
)
@click.option("--log-queries", is_flag=True, help="Write the text of queries into the access log.")
def command(folder: Path, release: Path | None, **given: Any) -> None:
    """Serve a release: SPARQL at /sparql, named queries at /queries/, reconciliation at /reconcile, identifiers and pages.

    /health and /metrics say how it is. Each query has a process of its own, which ends at the deadline, opens no network connection
    and only reads. SIGHUP, or another release where this one was found, is taken up without a failed request; SIGTERM ends it when
    all are answered.
    """
    try:
        import uvloop  # noqa: PLC0415 - an extra, which other commands do without

        from kzlod.serving.app import serve  # noqa: PLC0415
    except ModuleNotFoundError as error:
        message = f"serving needs {error.name}: pip install 'kzlod[serve]'"
        raise ConfigurationError([Problem("kzlod serve", None, None, message, "extra")]) from None
    options, listening = _read_options(folder, release, given)

    def announce(address: str) -> None:
        click.echo(f"kzlod serves {options.release} at {address}", err=True)

    uvloop.run(serve(options, listening, announce))


def _read_limit(text: str | None) -> RateLimitItem | None:
    from limits import parse  # noqa: PLC0415 - an extra, as above

    try:
        return parse(text) if text else None
    except ValueError:
        message = f"{quote(text or '')} is no rate such as 100/minute"
        raise ConfigurationError([Problem("kzlod serve", None, None, message, "rate-limit", text)]) from None


def _read_options(folder: Path, release: Path | None, given: Mapping[str, Any]) -> tuple[Options, Listening]:
    from kzlod.serving.app import Listening  # noqa: PLC0415 - an extra, as above
    from kzlod.serving.generation import Options  # noqa: PLC0415
    from kzlod.serving.machine import share_memory  # noqa: PLC0415
    from kzlod.serving.pool import Limits  # noqa: PLC0415

    project = load_project(folder)
    workers = given["workers"] or os.cpu_count() or 1
    memory = given["memory"]
    limits = Limits(seconds=given["timeout"], memory=share_memory(workers) if memory is None else memory * 1_000_000)
    options = Options(
        release=release or folder / "output",
        base=project.base,
        licence=project.licence,
        cache=given["cache"],
        languages=tuple(project.title),
        workers=workers,
        limits=limits,
        in_memory=given["in_memory"],
        queries=load_catalogue(project.queries),
        title=next(iter(project.title.values()), ""),
        prefixes=project.prefixes,
        labels=load_terms(project.ontology, tuple(project.title), project.prefixes).texts,
    )
    root_path = given["root_path"].rstrip("/")
    listening = Listening(
        given["host"],
        given["port"],
        given["proxies"],
        root_path,
        given["log"],
        given["log_queries"],
        _read_limit(given["rate_limit"]),
    )
    return options, listening
