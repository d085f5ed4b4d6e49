"""The server put together: which addresses there are, and what opens and closes with it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kzlod.queries.catalogue import Query
from kzlod.queries.frozen import FROZEN
from kzlod.releases.redirects import list_redirects
from kzlod.serving.description import count_figures
from kzlod.serving.entities import Entities
from kzlod.serving.files import Files
from kzlod.serving.named_queries import NamedQueries
from kzlod.serving.pool import Limits, Pool
from kzlod.serving.release import open_release, prepare_store
from kzlod.serving.sparql import SparqlEndpoint
from kzlod.terms import DEPRECATED, REPLACED_BY, Triple


@dataclass(frozen=True)
class Options:
    """How a server serves.

    Args:
        release: the folder of a release or of the output of a build.
        base: namespace of the dataset's IRIs.
        licence: IRI.
        cache: the folder in which stores of releases are kept.
        languages: of the pages, the first of which has no suffix.
        workers: how many queries run at a time; the cores of the machine by default.
        limits: of each query.
        in_memory: whether each worker reads the dump into memory.
        queries: that are served by name.
        title: of the dataset.
    """

    release: Path
    base: str
    licence: str
    cache: Path
    languages: tuple[str, ...] = ("en",)
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    limits: Limits = field(default_factory=Limits)
    in_memory: bool = False
    queries: Mapping[str, Query] = field(default_factory=dict)
    title: str = ""


def create_app(options: Options) -> Starlette:
    """The server as an ASGI application.

    Raises:
        ConfigurationError, DataError: the release cannot be served.
    """
    release = open_release(options.release)
    store = prepare_store(release, options.cache)
    pool = Pool(release.dump if options.in_memory else store, options.workers, options.limits, in_memory=options.in_memory)
    reader = pyoxigraph.Store.read_only(str(store))
    figures = count_figures(reader, options.base, options.licence)
    endpoint = SparqlEndpoint(pool, figures)
    named = NamedQueries(options.queries, options.base, pool, release.tag, options.title, release.folder / FROZEN)
    redirects = list_redirects(_iter_given_up(reader), options.base)
    entities = Entities(Files(release.site), redirects, release.tag, options.languages)

    @contextlib.asynccontextmanager
    async def run_pool(_: Starlette) -> AsyncIterator[None]:
        await pool.start()
        yield
        await pool.close()

    async def show_health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "release": release.version, "dump": release.sha256})

    methods = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"]
    return Starlette(
        routes=[
            Route("/sparql", endpoint.answer, methods=methods),
            Route("/queries/site.css", named.send_style, methods=methods),
            Route("/queries/{name:path}", named.answer, methods=methods),
            Route("/openapi.json", named.describe, methods=methods),
            Route("/health", show_health),
            Route("/{path:path}", entities.answer, methods=["GET", "HEAD"]),
        ],
        lifespan=run_pool,
    )


def _iter_given_up(store: pyoxigraph.Store) -> Iterator[Triple]:
    """What the store says of replaced and withdrawn identifiers."""
    for predicate in (REPLACED_BY, DEPRECATED):
        for quad in store.quads_for_pattern(None, pyoxigraph.NamedNode(predicate[1:-1]), None, pyoxigraph.DefaultGraph()):
            yield Triple(str(quad.subject), str(quad.predicate), str(quad.object))
