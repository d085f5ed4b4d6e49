"""The reconciliation service over HTTP (Reconciliation Service API 0.2, section 3): requests become values, values JSON or JSONP.

Matching takes the processor for milliseconds a query, so it has a thread of its own, which takes a few queries of a batch at a
time: batches of several clients go on side by side, and all else is answered between two of them.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import cached_property, lru_cache
from typing import Any, Final, TypeVar
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from kzlod.reconciliation.cards import Card
from kzlod.reconciliation.queries import Query, RequestError
from kzlod.reconciliation.service import Service
from kzlod.serving.conditions import is_known
from kzlod.serving.evaluation import CORS, FRESH, allow, answer_other_methods, wait_for_leave
from kzlod.serving.pages import Pages
from kzlod.serving.problems import refuse
from kzlod.serving.protocol import ProtocolError, read_fields
from kzlod.serving.reconciling_pages import PAGE_POLICY, PREVIEW_POLICY, ReconcilingPages
from kzlod.serving.reconciling_requests import Asked, read_asked, read_callback, read_number

PATH: Final = "/reconcile"

_METHODS: Final = "GET, HEAD, POST, OPTIONS"
_HTML: Final = "text/html; charset=utf-8"
_KEPT: Final = {"cache-control": "public, max-age=0, must-revalidate", **CORS}
_PART: Final = 0.02
"""Seconds for which a batch has the thread before the next one has it."""

_PATIENCE: Final = 60.0
_MOST_WAITING: Final = 10_000
"""Queries of all batches that are under way."""

_MOST_KEPT: Final = 2_000
"""Results of queries that are kept."""

_MOST_TOLD: Final = 20
_ANSWER = TypeVar("_ANSWER")


class Reconciling:
    """The service of one release.

    Args:
        make_service: makes it, which takes a while; it is called at once, in the thread.
        pages: that write HTML.
        tag: what tells the release from any other.
    """

    def __init__(self, make_service: Callable[[], Service], pages: Pages, tag: str) -> None:
        self._make_service = make_service
        self.pages = ReconcilingPages(pages)
        self.name = pages.title
        self.tag = tag
        self.waiting = 0
        # Columns repeat themselves. The text tells 1 from true, which are equal.
        self._write_result = lru_cache(maxsize=_MOST_KEPT)(self._find)
        self._thread = ThreadPoolExecutor(1, "reconciling")
        self._thread.submit(lambda: self.service)

    @cached_property
    def service(self) -> Service:
        """The service; nothing but the thread may read it."""
        return self._make_service()

    def close(self) -> None:
        """End the thread, when it has done what it is at."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def list_routes(self, methods: list[str]) -> list[Route]:
        """The paths of the service, each of which answers all methods itself."""
        reading = {
            "/suggest/{kind}": self._suggest,
            "/flyout/{kind}": self._show_flyout,
            "/properties": self._propose,
            "/preview": self._show_preview,
            "/view": self._lead,
            "/documentation": self._document,
        }
        routes = [Route(PATH + path, _guard(answer), methods=methods) for path, answer in reading.items()]
        return [Route(PATH, self.answer, methods=methods), Route(f"{PATH}/", self.answer, methods=methods), *routes]

    async def answer(self, request: Request) -> Response:
        """The answer to a request to the endpoint: the manifest, candidates, or properties."""
        if request.method == "OPTIONS":
            return allow(request, _METHODS)
        if request.method not in ("GET", "HEAD", "POST"):
            return refuse(405, f"The service answers {_METHODS}.", headers={"allow": _METHODS, **CORS})
        body = request.scope.get("body", b"") if request.method == "POST" else None
        return await _catch(self._answer, request, body)

    async def _answer(self, request: Request, body: bytes | None) -> Response:
        asked = read_asked(request.scope["query_string"], request.headers.get("content-type", ""), body)
        if asked.kind == "extend":
            content = await self._call(lambda: _write(self.service.extend(asked.value)))
        elif asked.kind:
            content = await self._reconcile(request, asked)
        else:
            content = await self._call(lambda: _write(self.service.describe(_find_root(request), self.name)))
        return self._send(request, content, asked.callback)

    async def _reconcile(self, request: Request, asked: Asked) -> str:
        """Candidates for queries, as JSON."""
        is_single = asked.kind == "query"
        given = {"": asked.value} if is_single else asked.value
        batch = await self._call(lambda: self.service.read_batch(given))
        if self.waiting and self.waiting + len(batch) > _MOST_WAITING:
            raise ProtocolError(503, "Too many queries", f"{self.waiting} queries are under way.")
        self.waiting += len(batch)
        try:
            parts = await self._match(request, iter(batch.items()))
        finally:
            self.waiting -= len(batch)
        if is_single:
            return parts[0].partition(": ")[2] if parts else _write({"result": []})
        return f"{{{', '.join(parts)}}}"

    async def _match(self, request: Request, queries: Iterator[tuple[str, Query]]) -> list[str]:
        """The members of the answer, a few at a time, for as long as the client waits.

        Raises:
            ClientDisconnect: it has left.
            ProtocolError: others keep the thread for too long.
        """
        parts: list[str] = []
        end = time.monotonic() + _PATIENCE
        leaving: asyncio.Task[None] | None = None
        try:
            while True:
                some, is_done = await self._call(lambda: self._match_some(queries))
                parts += some
                if is_done:
                    return parts
                leaving = leaving or asyncio.create_task(wait_for_leave(request))
                if leaving.done():
                    raise ClientDisconnect
                if time.monotonic() > end:
                    raise ProtocolError(503, "Too many batches", f"The batch took more than {_PATIENCE:g} seconds.")
        finally:
            if leaving:
                leaving.cancel()

    def _match_some(self, queries: Iterator[tuple[str, Query]]) -> tuple[list[str], bool]:
        """Members of the answer for the next queries, and whether these were the last."""
        parts: list[str] = []
        end = time.perf_counter() + _PART
        for key, query in queries:
            parts.append(f"{_write(key)}: {self._write_result(query, repr(query))}")
            if time.perf_counter() > end:
                return parts, False
        return parts, True

    def _find(self, query: Query, _: str) -> str:
        return _write(self.service.answer({"": query})[""])

    async def _suggest(self, request: Request, fields: dict[str, str]) -> Response:
        cursor, limit = read_number(fields, "cursor") or 0, read_number(fields, "limit")
        prefix, types = fields.get("prefix", ""), [name for name in (fields.get("type", ""),) if name]
        kind = request.path_params["kind"]
        if kind == "entity":
            content = await self._call(lambda: _write(self.service.suggest_entities(prefix, cursor, limit, types)))
        elif kind == "type":
            content = await self._call(lambda: _write(self.service.suggest_types(prefix, cursor, limit)))
        elif kind == "property":
            content = await self._call(lambda: _write(self.service.suggest_properties(prefix, cursor, limit)))
        else:
            return refuse(404, "There are suggestions of entity, type and property.", headers=CORS)
        return self._send(request, content, read_callback([*fields.items()]))

    async def _show_flyout(self, request: Request, fields: dict[str, str]) -> Response:
        name = fields.get("id", "")
        card = await self._call(lambda: self._find_card(request.path_params["kind"], name))
        if card is None:
            return refuse(404, "There is nothing of this id.", headers=CORS)
        return self._send(request, _write({"id": name, "html": self.pages.write_flyout(card)}), read_callback([*fields.items()]))

    def _find_card(self, kind: str, name: str) -> Card | None:
        service = self.service
        finders = {"entity": service.find_card, "type": service.find_type_card, "property": service.find_property_card}
        return finders[kind](name) if kind in finders else None

    async def _propose(self, request: Request, fields: dict[str, str]) -> Response:
        limit, name = read_number(fields, "limit"), fields.get("type", "")
        content = await self._call(lambda: _write(self.service.propose_properties(name, limit)))
        return self._send(request, content, read_callback([*fields.items()]))

    async def _show_preview(self, request: Request, fields: dict[str, str]) -> Response:
        card = await self._call(lambda: self._find_card("entity", fields.get("id", "")))
        if card is None:
            return refuse(404, "There is nothing of this id.", headers={"content-security-policy": PREVIEW_POLICY, **CORS})
        page = self.pages.write_preview(card, _find_root(request))
        return self._send(request, page, media_type=_HTML, policy=PREVIEW_POLICY)

    async def _lead(self, request: Request, fields: dict[str, str]) -> Response:
        """From an id to the page of the thing, however a proxy treats a path with an encoded slash."""
        card = await self._call(lambda: self._find_card("entity", fields.get("id", "")))
        if card is None:
            return refuse(404, "There is nothing of this id.", headers=CORS)
        place = f"{request.scope.get('root_path', '')}/{card.id}"
        return Response(status_code=303, headers={"location": quote(place, safe="/%:@!$&'()*+,;=~"), **_KEPT})

    async def _document(self, request: Request, _: dict[str, str]) -> Response:
        page = await self._call(lambda: self.pages.write_documentation(self.service, _find_root(request)))
        return self._send(request, page, media_type=_HTML, policy=PAGE_POLICY)

    async def _call(self, function: Callable[[], _ANSWER]) -> _ANSWER:
        """Have the thread do something."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    def _send(self, request: Request, content: str, callback: str = "", media_type: str = "", policy: str = "") -> Response:
        body = (f"/**/{callback}({content});" if callback else content).encode()
        headers: dict[str, str] = {
            "content-type": media_type or ("application/javascript; charset=utf-8" if callback else "application/json"),
            "x-content-type-options": "nosniff",
            **({"content-security-policy": policy} if policy else {}),
        }
        if request.method == "POST":
            return Response(body, headers={**FRESH, **CORS, **headers})
        headers |= _KEPT | {"etag": f'"{self.tag}-{hashlib.sha256(body).hexdigest()[:16]}"'}
        if is_known(request, headers["etag"]):
            return Response(status_code=304, headers={name: value for name, value in headers.items() if name != "content-type"})
        return Response(body, headers=headers)


def _guard(answer: Callable[[Request, dict[str, str]], Any]) -> Callable[[Request], Any]:
    """An answer to what is only read, from the fields of its address."""

    async def guarded(request: Request) -> Response:
        if response := answer_other_methods(request):
            return response

        async def read(request: Request, _: None) -> Response:
            found: Response = await answer(request, dict(read_fields(request.scope["query_string"])))
            return found

        return await _catch(read, request, None)

    return guarded


async def _catch(answer: Callable[[Request, Any], Any], request: Request, value: bytes | None) -> Response:
    """The answer, or the refusal of what is wrong."""
    try:
        found: Response = await answer(request, value)
    except ProtocolError as error:
        again = {"retry-after": "5"} if error.status == 503 else {}
        return refuse(error.status, error.detail, error.title, {**CORS, **again})
    except RequestError as error:
        told = [_escape(asdict(each)) for each in error.wrong[:_MOST_TOLD]]
        detail = "; ".join(each["message"] for each in told)
        return refuse(413 if error.is_too_large else 400, detail, "Wrong request", CORS, told)
    except ClientDisconnect:
        return Response(status_code=499)
    return found


def _escape(wrong: Mapping[str, str]) -> dict[str, str]:
    return {name: value.encode("utf-8", "replace").decode() for name, value in wrong.items()}


def _find_root(request: Request) -> str:
    """The address of the service as the client knows it."""
    return f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}{PATH}"


def _write(value: object) -> str:
    # In ASCII it is a script as well (JSONP), and even what is no character can be sent back as it came.
    return json.dumps(value, ensure_ascii=True)
