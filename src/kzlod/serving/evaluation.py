"""What is asked of the pool on a client's behalf: ends with the client, and becomes an answer over HTTP or an honest refusal."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from kzlod.serving.negotiation import FORMATS
from kzlod.serving.pool import Answer, Pool
from kzlod.serving.problems import refuse

REFUSALS: Final = {
    "syntax": (400, "The query is no SPARQL"),
    "service": (403, "SERVICE is refused"),
    "failed": (400, "The query failed"),
    "large": (413, "The result is too large"),
    "late": (504, "The query took too long"),
    "busy": (503, "Too many queries"),
    "lost": (503, "The query was ended"),
}
"""Status and title, by what became of a query."""

_VOLATILE: Final = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b|\\u", re.IGNORECASE)
_MOST_SEARCHED: Final = 10_000
_READING: Final = "GET, HEAD, OPTIONS"
_BUSY: Final = "5"
_PATIENCE: Final = 0.1
"""Seconds before it is asked whether the client still waits."""

CORS: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "etag, link, retry-after, x-total-count",
}
"""Any page may read what is public."""

FRESH: Final = {"cache-control": "no-store"}
"""What is another each time is kept nowhere."""


def is_volatile(text: str) -> bool:
    """Whether the answer to a query may be another each time, so that it must not be kept.

    >>> is_volatile("SELECT (NOW() AS ?now) {}"), is_volatile("ASK {}")
    (True, False)
    """
    # An escape may hide what stands there. All others wait while a long text is searched.
    return len(text) > _MOST_SEARCHED or bool(_VOLATILE.search(text))


async def evaluate(request: Request, pool: Pool, text: str, job: Mapping[str, Any]) -> Answer:
    """Have the pool evaluate a query for as long as its client waits.

    Args:
        request: whose body has been read.
        pool: that evaluates.
        text: SPARQL 1.1.
        job: as of ``Pool.run``.

    Raises:
        ClientDisconnect: the client has left; the query is killed.
    """
    running = asyncio.create_task(pool.run(text, job))
    leaving: asyncio.Task[None] | None = None
    try:
        # Most are answered by then, and nobody leaves so soon.
        done: set[asyncio.Task[Any]] = (await asyncio.wait({running}, timeout=_PATIENCE))[0]
        if not done:
            leaving = asyncio.create_task(wait_for_leave(request))
            done, _ = await asyncio.wait({running, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if running not in done:
            raise ClientDisconnect
        return running.result()
    finally:
        running.cancel()
        if leaving:
            leaving.cancel()


def write_answer(answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    """An answer of the pool over HTTP.

    Args:
        answer: a result, or the reason why there is none.
        headers: of a result, besides those that every one has.
    """
    if answer.status == "done":
        kind = "results" if answer.format in FORMATS["results"] else "graph"
        media = FORMATS[kind][answer.format][0]
        charset = "; charset=utf-8" if media.startswith("text/") else ""
        return Response(answer.body, headers={"vary": "accept", "content-type": media + charset, **CORS, **(headers or {})})
    if answer.status == "format":
        return refuse_format(answer.message)
    status, title = REFUSALS[answer.status]
    return refuse(status, answer.message, title, {"retry-after": _BUSY, **CORS} if status in (503, 504) else CORS)


def send_page(page: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page, one of several formats."""
    return Response(page, status, {"content-type": "text/html; charset=utf-8", "vary": "accept", **CORS, **(headers or {})})


def refuse_on_page(answer: Answer, write: Callable[[list[str]], str]) -> Response:
    """A refusal of the pool as a page.

    Args:
        answer: the reason why there is no result.
        write: makes the page of what is wrong.
    """
    status, title = REFUSALS[answer.status]
    again = {name: value for name, value in write_answer(answer).headers.items() if name == "retry-after"}
    return send_page(write([f"{title}: {answer.message}."]), status, again)


def refuse_format(kind: str) -> Response:
    """The refusal of a format: there are those of results, or those of graphs."""
    offered = ", ".join(types[0] for types in FORMATS[kind].values())
    return refuse(406, f"There are: {offered}.", headers={"vary": "accept", **CORS})


def allow(request: Request, methods: str) -> Response:
    """The answer to OPTIONS, whether a page asks what it may do or anybody does (Fetch, section 3.3).

    Args:
        request: with its method.
        methods: separated by commas.
    """
    asked = request.headers.get("access-control-request-headers", "")
    headers = {"allow": methods, "access-control-allow-methods": methods, "access-control-max-age": "86400", **CORS}
    return Response(status_code=204, headers=headers | ({"access-control-allow-headers": asked} if asked else {}))


def answer_other_methods(request: Request) -> Response | None:
    """The answer to what is neither GET nor HEAD, for what is only read."""
    if request.method == "OPTIONS":
        return allow(request, _READING)
    if request.method not in ("GET", "HEAD"):
        return refuse(405, f"It answers {_READING}.", headers={"allow": _READING, **CORS})
    return None


async def wait_for_leave(request: Request) -> None:
    """Wait until the client of a request, whose body has been read, has left."""
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            return
