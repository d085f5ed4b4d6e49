"""The SPARQL endpoint: reads requests of the protocol, has workers evaluate them, answers with results or with honest refusals."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from kzlod.serving.description import Figures, describe_service
from kzlod.serving.negotiation import FORMATS, choose_format
from kzlod.serving.pool import Answer, Pool
from kzlod.serving.problems import refuse
from kzlod.serving.protocol import ProtocolError, QueryRequest, read_query

_METHODS: Final = "GET, HEAD, OPTIONS, POST"
_BUSY: Final = "5"
_REFUSALS: Final = {
    "syntax": (400, "The query is no SPARQL"),
    "service": (403, "SERVICE is refused"),
    "failed": (400, "The query failed"),
    "large": (413, "The result is too large"),
    "late": (504, "The query took too long"),
    "busy": (503, "Too many queries"),
    "lost": (503, "The query was ended"),
}
"""Status and title, by what became of a query."""

CORS: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "etag, link, retry-after",
}
"""Any page may read what is public."""


class SparqlEndpoint:
    """The endpoint of one release.

    Args:
        pool: that evaluates.
        figures: of the dataset, for the description of the service.
        tag: what tells this release from any other.
    """

    def __init__(self, pool: Pool, figures: Figures, tag: str) -> None:
        self.pool = pool
        self.figures = figures
        self.tag = tag

    async def answer(self, request: Request) -> Response:
        """The answer to any request."""
        if request.method == "OPTIONS":
            return _allow(request)
        if request.method not in ("GET", "HEAD", "POST"):
            return refuse(405, f"The endpoint answers {_METHODS}.", headers={"allow": _METHODS, **CORS})
        try:
            body = request.scope.get("body", b"")
            asked = read_query(request.method, request.url.query, request.headers.get("content-type", ""), body)
            if asked is None:
                return self._describe(request)
            return await self._evaluate(request, asked)
        except ProtocolError as error:
            return refuse(error.status, error.detail, error.title, CORS)
        except ClientDisconnect:
            return Response(status_code=499)

    def _describe(self, request: Request) -> Response:
        name = choose_format(request.headers.get("accept", ""), FORMATS["graph"])
        if not name:
            return _refuse_format("graph")
        body = describe_service(self.figures, str(request.url.replace(query="", fragment="")), name)
        return Response(body, headers={"vary": "accept", "content-type": FORMATS["graph"][name][0], **CORS})

    async def _evaluate(self, request: Request, asked: QueryRequest) -> Response:
        job = _choose_formats(request, asked)
        running = asyncio.create_task(self.pool.run(asked.text, job))
        leaving = asyncio.create_task(_wait_for_leave(request))
        done, _ = await asyncio.wait({running, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if running not in done:
            running.cancel()
            raise ClientDisconnect
        leaving.cancel()
        return _write_answer(running.result())


def _choose_formats(request: Request, asked: QueryRequest) -> dict[str, Any]:
    """The formats for either kind of query: which one it is only its evaluation tells."""
    accept = request.headers.get("accept", "")
    job: dict[str, Any] = {"default_graphs": asked.default_graphs, "named_graphs": asked.named_graphs}
    for kind in ("results", "graph"):
        formats = FORMATS[kind]
        by_name = asked.format if asked.format in formats else ""
        job[kind] = by_name or choose_format(asked.format if "/" in asked.format else accept, formats)
    return job


def _write_answer(answer: Answer) -> Response:
    if answer.status == "done":
        kind = "results" if answer.format in FORMATS["results"] else "graph"
        media = FORMATS[kind][answer.format][0]
        charset = "; charset=utf-8" if media.startswith("text/") else ""
        return Response(answer.body, headers={"vary": "accept", "content-type": media + charset, **CORS})
    if answer.status == "format":
        return _refuse_format(answer.message)
    status, title = _REFUSALS[answer.status]
    headers = {"retry-after": _BUSY, **CORS} if status in (503, 504) else dict(CORS)
    return refuse(status, answer.message, title, headers)


def _refuse_format(kind: str) -> Response:
    offered = ", ".join(types[0] for types in FORMATS[kind].values())
    return refuse(406, f"There are: {offered}.", headers={"vary": "accept", **CORS})


def _allow(request: Request) -> Response:
    asked = request.headers.get("access-control-request-headers", "")
    headers = {"allow": _METHODS, "access-control-allow-methods": _METHODS, "access-control-max-age": "86400", **CORS}
    return Response(status_code=204, headers=headers | ({"access-control-allow-headers": asked} if asked else {}))


async def _wait_for_leave(request: Request) -> None:
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            return
