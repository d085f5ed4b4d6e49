"""Everything that serves one release: its workers, its answers, its addresses. It never changes; the next release gets another."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from kzlod.queries.catalogue import Query
from kzlod.queries.frozen import FROZEN
from kzlod.reconciliation.classes import Labels
from kzlod.reconciliation.service import Service
from kzlod.releases.redirects import list_redirects
from kzlod.serving.cache import Cache
from kzlod.serving.description import Dataset
from kzlod.serving.entities import Entities
from kzlod.serving.evaluation import answer_other_methods
from kzlod.serving.files import Files
from kzlod.serving.live import LivePages
from kzlod.serving.named_queries import NamedQueries
from kzlod.serving.pages import Pages
from kzlod.serving.pool import Limits, Pool
from kzlod.serving.reconciling import Reconciling
from kzlod.serving.release import ServedRelease, open_release, prepare_store
from kzlod.serving.sparql import SparqlEndpoint
from kzlod.terms import DEPRECATED, REPLACED_BY, Prefixes, Triple


@dataclass(frozen=True)
class Options:
    """How a server serves.

    Args:
        release: the folder of a release or of the output of a build, or a link to it.
        base: namespace of the dataset's IRIs.
        licence: IRI.
        cache: the folder in which stores of releases are kept.
        languages: of the pages, the first of which has no suffix.
        workers: how many long queries run at a time; the cores of the machine by default.
        limits: of each query.
        in_memory: whether the dump is read into memory.
        queries: that are served by name.
        title: of the dataset.
        prefixes: names of namespaces, for pages.
        labels: of classes and properties, for reconciliation.
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
    prefixes: Prefixes = field(default_factory=lambda: Prefixes({}))
    labels: Labels = field(default_factory=dict)


class Generation:
    """A release that is served; see ``open_generation``.

    Args:
        release: what it serves.
        pool: over it.
        reconciling: matches names with it.
        cache: the application that answers for it.
    """

    def __init__(self, release: ServedRelease, pool: Pool, reconciling: Reconciling, cache: Cache) -> None:
        self.release = release
        self.pool = pool
        self.reconciling = reconciling
        self.cache = cache
        self._requests = 0
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI); this release is not closed before."""
        self._requests += 1
        self._is_idle.clear()
        try:
            await self.cache(scope, receive, send)
        finally:
            self._requests -= 1
            if not self._requests:
                self._is_idle.set()

    async def retire(self) -> None:
        """Wait until all requests are answered, and end the workers."""
        await self._is_idle.wait()
        self.reconciling.close()
        await self.pool.close()


async def open_generation(options: Options) -> Generation:
    """Open the release that there is now, and start its workers.

    Raises:
        ConfigurationError, DataError: the release cannot be served.
        OSError: workers cannot be started.
    """
    release = await asyncio.to_thread(open_release, options.release)
    store = await asyncio.to_thread(prepare_store, release, options.cache)
    pool = Pool(release.dump if options.in_memory else store, options.workers, options.limits, in_memory=options.in_memory)
    starting = asyncio.create_task(pool.start())
    try:
        router, reconciling = await asyncio.to_thread(_create_router, options, release, store, pool)
        await starting
    except BaseException:
        await asyncio.wait((starting,))
        await pool.close()
        raise
    return Generation(release, pool, reconciling, Cache(router))


def _create_router(options: Options, release: ServedRelease, store: Path, pool: Pool) -> tuple[Router, Reconciling]:
    reader = pyoxigraph.Store.read_only(str(store))
    pages = Pages(options.title or options.base, options.base, options.prefixes)
    endpoint = SparqlEndpoint(pool, Dataset(options.base, options.licence), release.tag, pages)
    named = NamedQueries(options.queries, options.base, pool, release.tag, pages, release.folder / FROZEN)
    redirects = list_redirects(_iter_given_up(reader), options.base)
    files = Files(release.site) if release.site.is_dir() else LivePages(reader, options.base, pages)
    reconciling = Reconciling(
        lambda: Service(reader, options.base, options.languages, options.prefixes, options.labels), pages, release.tag
    )
    entities = Entities(files, redirects, release.tag, options.languages)

    async def answer_entity(request: Request) -> Response:
        return answer_other_methods(request) or await entities.answer(request)

    methods = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"]
    router = Router(
        [
            Route("/sparql", endpoint.answer, methods=methods),
            Route("/queries/site.css", named.send_style, methods=methods),
            Route("/queries/icon.svg", named.send_icon, methods=methods),
            Route("/queries/{name:path}", named.answer, methods=methods),
            Route("/openapi.json", named.describe, methods=methods),
            *reconciling.list_routes(methods),
            Route("/{path:path}", answer_entity, methods=methods),
        ]
    )
    return router, reconciling


def _iter_given_up(store: pyoxigraph.Store) -> Iterator[Triple]:
    """What the store says of replaced and withdrawn identifiers."""
    for predicate in (REPLACED_BY, DEPRECATED):
        for quad in store.quads_for_pattern(None, pyoxigraph.NamedNode(predicate[1:-1]), None, pyoxigraph.DefaultGraph()):
            yield Triple(str(quad.subject), str(quad.predicate), str(quad.object))
