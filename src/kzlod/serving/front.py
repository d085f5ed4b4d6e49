"""The front of the server: takes each request whole, has the release of the moment answer it, counts and logs it."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from typing import Any, Final

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from kzlod.serving.access_log import AccessLog
from kzlod.serving.clients import name_client
from kzlod.serving.evaluation import CORS, FRESH, answer_other_methods
from kzlod.serving.metrics import MEDIA_TYPE, Metrics
from kzlod.serving.problems import refuse
from kzlod.serving.protocol import read_path
from kzlod.serving.releases import Releases

_LONGEST_BODY: Final = 1_100_000
"""Bytes of the body of a request: a query of a million bytes, and what surrounds it."""

_BODY_SECONDS: Final = 20.0
_PART: Final = 256_000
"""Bytes of an answer that are sent at a time: whoever takes too long for one has left."""

_MOST_HELD: Final = 500_000_000
"""Bytes of large answers that are on their way; with more, nothing that could give another one is begun."""

_MOMENT: Final = 0.05
_CLIENT_LEFT: Final = 499
_logger: Final = logging.getLogger(__name__)


class Front:
    """The server as an ASGI application.

    Args:
        releases: what it serves; opened and closed with the application.
        log: of the requests, or None.
        limit: of the requests of one client, or None.
    """

    def __init__(self, releases: Releases, log: AccessLog | None = None, limit: RateLimitItem | None = None) -> None:
        self.releases = releases
        self.log = log
        self.limit = limit
        self.metrics = Metrics(releases)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._held = 0
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or start and stop (ASGI)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            exchange = _Exchange(self, scope, receive, send)
            try:
                await self._answer(scope, exchange)
            except _ClientLeftError:
                pass
            except Exception:
                # A connection may be closed a moment before anybody is told.
                if await exchange.has_lost_client():
                    return
                _logger.exception("a request could not be answered")
                if not exchange.status:
                    await refuse(500, "The fault is the server's.")(scope, exchange.receive, exchange.send)
            finally:
                self._note(scope, exchange)

    async def _answer(self, scope: Scope, exchange: _Exchange) -> None:
        refusal = await self._refuse_client(scope) or await exchange.take_body()
        if refusal:
            await refusal(scope, exchange.receive, exchange.send)
        elif (path := read_path(scope)) in ("/health", "/metrics"):
            own = answer_other_methods(Request(scope)) or (self._show_health() if path == "/health" else self._show_metrics())
            await own(scope, exchange.receive, exchange.send)
        else:
            await self.releases.current.answer(scope, exchange.receive, exchange.send)

    async def _refuse_client(self, scope: Scope) -> Response | None:
        if self._held > _MOST_HELD:
            return refuse(503, "Too many large answers are on their way.", headers={"retry-after": "5", **CORS})
        if not self.limit:
            return None
        client = name_client(scope.get("client"))
        if await self._limiter.hit(self.limit, client):
            return None
        reset, _ = await self._limiter.get_window_stats(self.limit, client)
        wait = max(1, math.ceil(reset - time.time()))
        return refuse(429, f"A client may ask {self.limit}.", headers={"retry-after": str(wait), **CORS})

    def _show_health(self) -> Response:
        release = self.releases.current.release
        return JSONResponse({"status": "ok", "release": release.version, "dump": release.sha256}, headers=FRESH)

    def _show_metrics(self) -> Response:
        return Response(self.metrics.write(), headers={"content-type": MEDIA_TYPE, **FRESH})

    def _note(self, scope: Scope, exchange: _Exchange) -> None:
        seconds = time.perf_counter() - exchange.start
        status = exchange.status or _CLIENT_LEFT
        self.metrics.note(_read_kind(scope), scope["method"], status, seconds)
        if self.log:
            self.log.note(_write_line(scope, exchange, status, seconds, with_queries=self.log.with_queries))

    async def open(self) -> None:
        """Open the release, and watch for others; see ``generation.open_generation`` for what is raised."""
        await self.releases.open()
        self._watching = asyncio.create_task(self.releases.watch())

    async def close(self) -> None:
        """End all that was started."""
        if self._watching:
            self._watching.cancel()
        await self.releases.close()
        if self.log:
            self.log.flush()

    async def _live(self, receive: Receive, send: Send) -> None:
        """Open and close as another server asks for it (ASGI, lifespan)."""
        await receive()
        await self.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})


class _ClientLeftError(Exception):
    """A client has left before its request was whole."""


class _Exchange:
    """A request and its answer on their way."""

    def __init__(self, front: Front, scope: Scope, receive: Receive, send: Send) -> None:
        self.start = time.perf_counter()
        self.status = 0
        self.size = 0
        self._front = front
        self._scope = scope
        self._receive = receive
        self._send = send
        self._is_body_told = False

    async def take_body(self) -> Response | None:
        """Wait for the body of the request, which then is ``scope["body"]`` and the first thing to be received."""
        if not any(name in (b"content-length", b"transfer-encoding") for name, _ in self._scope["headers"]):
            return None
        parts = bytearray()
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                while True:
                    message = await self._receive()
                    if message["type"] == "http.disconnect":
                        raise _ClientLeftError
                    parts += message.get("body", b"")
                    if len(parts) > _LONGEST_BODY:
                        headers = {"connection": "close", **CORS}
                        return refuse(413, f"A request has at most {_LONGEST_BODY:,} bytes.", "The request is too large", headers)
                    if not message.get("more_body"):
                        break
        except TimeoutError:
            return refuse(408, f"The body took more than {_BODY_SECONDS:g} seconds.", headers={"connection": "close", **CORS})
        self._scope["body"] = bytes(parts)
        return None

    async def has_lost_client(self) -> bool:
        """Whether the client is told to have left within a moment."""
        try:
            async with asyncio.timeout(_MOMENT):
                return bool((await self._receive())["type"] == "http.disconnect")
        except TimeoutError:
            return False

    async def receive(self) -> Message:
        """The body, then whatever comes."""
        if self._is_body_told:
            return await self._receive()
        self._is_body_told = True
        return {"type": "http.request", "body": self._scope.get("body", b""), "more_body": False}

    async def send(self, message: Message) -> None:
        """Send on, a large body in parts."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            await self._send(message)
            return
        body = message.get("body", b"")
        self.size += len(body)
        if len(body) <= _PART:
            await self._send(message)
            return
        self._front._held += len(body)
        try:
            for place in range(0, len(body), _PART):
                is_last = place + _PART >= len(body)
                part = body[place : place + _PART]
                await self._send({**message, "body": part, "more_body": not is_last or message.get("more_body", False)})
        finally:
            self._front._held -= len(body)


def _read_kind(scope: Scope) -> str:
    """What a request asks for, in one of a few words."""
    path = read_path(scope)
    if path in ("/sparql", "/health", "/metrics"):
        return path[1:]
    if path == "/reconcile" or path.startswith("/reconcile/"):
        return "reconciliation"
    if path.startswith("/queries/") and not path.endswith(".html"):
        return "query"
    name = path.rpartition("/")[2]
    return "page" if name.endswith(".html") or not name else "file" if "." in name else "identifier"


def _write_line(scope: Scope, exchange: _Exchange, status: int, seconds: float, *, with_queries: bool) -> dict[str, Any]:
    line = {
        "client": (scope.get("client") or ("",))[0],
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "bytes": exchange.size,
        "ms": round(seconds * 1000, 2),
    }
    if with_queries:
        line["query"] = scope["query_string"].decode("latin-1")
        line["body"] = scope.get("body", b"").decode("utf-8", errors="replace")
    return line
