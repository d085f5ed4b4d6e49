"""The SPARQL endpoint: reads requests of the protocol, has workers evaluate them, answers with results or with honest refusals."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from kzlod import __version__
from kzlod.serving.conditions import list_known
from kzlod.serving.description import Dataset, count_triples, describe_service
from kzlod.serving.evaluation import (
    CORS,
    FRESH,
    allow,
    evaluate,
    is_volatile,
    refuse_format,
    refuse_on_page,
    send_page,
    write_answer,
)
from kzlod.serving.negotiation import FORMATS, Formats, choose_format, read_list
from kzlod.serving.pages import PAGE_ROWS, Pages
from kzlod.serving.pool import Pool
from kzlod.serving.problems import refuse
from kzlod.serving.protocol import ProtocolError, QueryRequest, read_query

_METHODS: Final = "GET, HEAD, OPTIONS, POST"
_PAGE: Final = {"html": ["text/html"]}
_KEPT: Final = {"cache-control": "public, max-age=0, must-revalidate", "vary": "accept"}


class SparqlEndpoint:
    """The endpoint of one release.

    Args:
        pool: that evaluates.
        dataset: that the service is over.
        tag: what tells this release from any other.
        pages: for people.
    """

    def __init__(self, pool: Pool, dataset: Dataset, tag: str, pages: Pages) -> None:
        self.pool = pool
        self.dataset = dataset
        self.tag = tag
        self.pages = pages
        self._triples: dict[str, int] = {}

    async def answer(self, request: Request) -> Response:
        """The answer to any request."""
        if request.method == "OPTIONS":
            return allow(request, _METHODS)
        if request.method not in ("GET", "HEAD", "POST"):
            return refuse(405, f"The endpoint answers {_METHODS}.", headers={"allow": _METHODS, **CORS})
        try:
            body = request.scope.get("body", b"")
            asked = read_query(request.method, request.url.query, request.headers.get("content-type", ""), body)
            if asked is None:
                return await self._describe(request)
            return await self._evaluate(request, asked)
        except ProtocolError as error:
            return refuse(error.status, error.detail, error.title, CORS)
        except ClientDisconnect:
            return Response(status_code=499)

    async def _describe(self, request: Request) -> Response:
        name = choose_format(read_list(request.headers, "accept"), FORMATS["graph"] | _PAGE)
        if not name:
            return refuse_format("graph")
        if name == "html":
            return send_page(self.pages.write_sparql(), headers=FRESH)
        self._triples = self._triples or await count_triples(self.pool, self.dataset)
        body = describe_service(self.dataset, self._triples, str(request.url.replace(query="", fragment="")), name)
        return Response(body, headers={"vary": "accept", "content-type": FORMATS["graph"][name][0], **CORS})

    async def _evaluate(self, request: Request, asked: QueryRequest) -> Response:
        if _choose(request, asked, FORMATS["graph"] | FORMATS["results"] | _PAGE) == "html":
            return await self._show(request, asked)
        job = _choose_formats(request, asked)
        if is_volatile(asked.text):
            return write_answer(await evaluate(request, self.pool, asked.text, job), FRESH)
        # Whoever knows the tag of this very query has had its result: it need not be evaluated to know that it has one.
        for tag in list_known(request) & {self._write_tag(asked, job[kind]) for kind in ("results", "graph")}:
            return Response(status_code=304, headers={"etag": tag, **_KEPT, **CORS})
        answer = await evaluate(request, self.pool, asked.text, job)
        return write_answer(answer, {"etag": self._write_tag(asked, answer.format), **_KEPT})

    async def _show(self, request: Request, asked: QueryRequest) -> Response:
        """The result as a page."""
        job = {**_write_job(asked), "results": "json", "graph": "ntriples", "offset": 0, "limit": PAGE_ROWS}
        answer = await evaluate(request, self.pool, asked.text, job)
        if answer.status == "done":
            return send_page(await asyncio.to_thread(self.pages.write_sparql, asked.text, answer), headers=FRESH)
        return refuse_on_page(answer, lambda problems: self.pages.write_sparql(asked.text, problems=problems))

    def _write_tag(self, asked: QueryRequest, name: str) -> str:
        digest = hashlib.sha256(f"{__version__} {name} {asked}".encode()).hexdigest()[:16]
        return f'"{self.tag}-{digest}"'


def _choose_formats(request: Request, asked: QueryRequest) -> dict[str, Any]:
    """The formats for either kind of query: which one it is only its evaluation tells."""
    return _write_job(asked) | {kind: _choose(request, asked, formats) for kind, formats in FORMATS.items()}


def _write_job(asked: QueryRequest) -> dict[str, Any]:
    return {"default_graphs": asked.default_graphs, "named_graphs": asked.named_graphs}


def _choose(request: Request, asked: QueryRequest, formats: Formats) -> str:
    if asked.format in formats:
        return asked.format
    return choose_format(asked.format if "/" in asked.format else read_list(request.headers, "accept"), formats)
