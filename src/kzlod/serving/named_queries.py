"""The named queries over HTTP: each query of the catalogue is a resource, its parameters are those of the address.

The query itself is /query/NAME, an identifier of the dataset. /queries/NAME is what it yields: a page for people, and the result
in the formats of SPARQL.
"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from kzlod import __version__
from kzlod.queries.catalogue import Query
from kzlod.queries.frozen import find_frozen
from kzlod.serving.conditions import is_known
from kzlod.serving.evaluation import (
    CORS,
    FRESH,
    answer_other_methods,
    evaluate,
    is_volatile,
    refuse_on_page,
    send_page,
    write_answer,
)
from kzlod.serving.frozen import read_frozen
from kzlod.serving.negotiation import choose_format, read_list
from kzlod.serving.openapi import describe_api
from kzlod.serving.pages import PAGE_ROWS, Pages
from kzlod.serving.pool import Answer, Pool
from kzlod.serving.problems import refuse
from kzlod.serving.protocol import ProtocolError, read_fields
from kzlod.serving.requests import NamedRequest, WrongParameter, has_pages, is_table, list_formats, read_request

_HTML_TYPE: Final = "text/html; charset=utf-8"
_ENDINGS: Final = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml", "nq": "nquads"}
"""What formats are called at the end of an address, where that is not their name."""

_FIRST_ROWS: Final = 100
"""Rows of a page for people where the address names no limit."""


class NamedQueries:
    """The queries of one release.

    Args:
        queries: the catalogue.
        base: what relative IRIs in parameters start from.
        pool: that evaluates.
        tag: what tells the release from any other.
        pages: that writes HTML.
        results: the folder of frozen results, which may be missing.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a release consists of
        self, queries: Mapping[str, Query], base: str, pool: Pool, tag: str, pages: Pages, results: Path | None = None
    ) -> None:
        self.queries = queries
        self.base = base
        self.pool = pool
        self.tag = tag
        self.pages = pages
        found = {query.text: find_frozen(results, query) for query in queries.values() if results and query.heavy}
        self.volatile = {query.name for query in queries.values() if is_volatile(_strip_comments(query.text))}
        self.frozen = {text: path for text, path in found.items() if path.is_file()}

    # What few ask for is written when somebody does: a server starts sooner.
    @cached_property
    def index(self) -> bytes:
        """The page of all queries."""
        return self.pages.write_list(list(self.queries.values())).encode()

    @cached_property
    def api(self) -> bytes:
        """The description of the API."""
        return describe_api(self.queries.values(), self.pages.title, self.tag)

    @cached_property
    def stamp(self) -> str:
        """What changes with the program, and with all that pages say beside results."""
        return hashlib.sha256(b"\0".join([__version__.encode(), self.base.encode(), self.index])).hexdigest()

    async def answer(self, request: Request) -> Response:
        """The answer to any request below ``/queries/``, whose rest is the parameter ``name`` of the path."""
        if response := answer_other_methods(request):
            return response
        name = request.path_params["name"]
        if not name:
            return self._send(request, self.index, _HTML_TYPE, {"link": _SERVICE})
        query, ending = self._find(name)
        if query is None:
            near = difflib.get_close_matches(name[:100], self.queries, cutoff=0.5)
            hint = f" Near it are: {', '.join(near)}." if near else ""
            return refuse(404, f"There is no query of this name.{hint} All are listed at /queries/.", "Unknown query", CORS)
        try:
            return await self._answer_query(request, query, ending)
        except ProtocolError as error:
            return refuse(error.status, error.detail, error.title, CORS)
        except ClientDisconnect:
            return Response(status_code=499)

    async def describe(self, request: Request) -> Response:
        """The answer to a request for the description of the API (OpenAPI 3.1)."""
        return answer_other_methods(request) or self._send(request, self.api, "application/json", {})

    async def send_style(self, request: Request) -> Response:
        """The answer to a request for the style sheet of the pages, which is that of the site."""
        return answer_other_methods(request) or self._send(request, self.pages.style, "text/css; charset=utf-8", {})

    async def send_icon(self, request: Request) -> Response:
        """The answer to a request for the icon of the pages, which is that of the site as well."""
        return answer_other_methods(request) or self._send(request, self.pages.icon, "image/svg+xml", {})

    def _find(self, name: str) -> tuple[Query | None, str]:
        """The query of a name, which a format may follow behind a dot."""
        if query := self.queries.get(name):
            return query, ""
        stem, _, ending = name.rpartition(".")
        query, known = self.queries.get(stem), _ENDINGS.get(ending, ending)
        return (query, known) if query and known in list_formats(query) else (None, "")

    async def _answer_query(self, request: Request, query: Query, ending: str) -> Response:
        sent: bytes = request.scope["query_string"]
        fields = read_fields(sent)
        asked, wrong = read_request(query, fields, self.base)
        formats = list_formats(query)
        name = asked.format if asked.format in formats else ending or choose_format(read_list(request.headers, "accept"), formats)
        if wrong:
            return self._refuse_values(query, fields, wrong, name)
        if not name:
            offered = ", ".join(f"{types[0]} (?format={known})" for known, types in formats.items())
            return refuse(406, f"There are: {offered}.", headers={"vary": "accept", **CORS})
        if name == "html" and has_pages(query):
            asked = replace(asked, limit=min(asked.limit or _FIRST_ROWS, PAGE_ROWS))
        text = query.bind(asked.values, self.base)
        lasting = self._head(text, name, request.path_params["name"], sent.decode("latin-1"))
        headers = {**({**FRESH, **CORS} if query.name in self.volatile else lasting), "link": _write_links(query)}
        if "etag" in headers and is_known(request, headers["etag"]):
            return Response(status_code=304, headers=headers)
        answer = await self._evaluate(request, text, _write_job(query, asked, name))
        path = quote(query.name + (f".{ending}" if ending else ""))
        pages = _find_pages(path, fields, asked, answer.total) if answer.total is not None else {}
        if answer.total is not None:
            headers["x-total-count"] = str(answer.total)
        headers["link"] = ", ".join([*(f'<{page}>; rel="{relation}"' for relation, page in pages.items()), headers["link"]])
        if name != "html":
            return write_answer(answer, headers)
        if answer.status != "done":
            return refuse_on_page(answer, lambda problems: self.pages.write_query(query, dict(fields), problems=problems))
        page = await asyncio.to_thread(self.pages.write_query, query, dict(fields), answer, asked.offset, pages)
        return Response(page, headers={"vary": "accept", **headers, "content-type": _HTML_TYPE})

    async def _evaluate(self, request: Request, text: str, job: dict[str, Any]) -> Answer:
        if path := self.frozen.get(text):
            with contextlib.suppress(OSError, SyntaxError):  # a damaged file is no reason to fail: the query can be asked
                return await asyncio.to_thread(read_frozen, path, job)
        return await evaluate(request, self.pool, text, job)

    def _refuse_values(
        self, query: Query, fields: Sequence[tuple[str, str]], wrong: Sequence[WrongParameter], name: str
    ) -> Response:
        if name == "html":
            page = self.pages.write_query(query, dict(fields), problems=[error.message for error in wrong])
            return send_page(page, 400)
        detail = "; ".join(error.message for error in wrong)
        return refuse(400, detail, "Wrong parameters", {"vary": "accept", **CORS}, [asdict(error) for error in wrong])

    def _head(self, *asked: str) -> dict[str, str]:
        """The headers of what does not change as long as the release, the program and what is asked for do not."""
        digest = hashlib.sha256("\0".join([self.stamp, *asked]).encode()).hexdigest()[:16]
        return {
            "etag": f'"{self.tag}-{digest}"',
            "cache-control": "public, max-age=0, must-revalidate",
            "vary": "accept",
            **CORS,
        }

    def _send(self, request: Request, body: bytes, media_type: str, more: Mapping[str, str]) -> Response:
        headers = {**self._head(hashlib.sha256(body).hexdigest()), **more}
        if is_known(request, headers["etag"]):
            return Response(status_code=304, headers=headers)
        return Response(body, headers={**headers, "content-type": media_type})


_SERVICE: Final = '<../openapi.json>; rel="service-desc"; type="application/json"'


def _strip_comments(text: str) -> str:
    """A query without the lines that are comments, its header among them."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("#"))


def _write_job(query: Query, asked: NamedRequest, name: str) -> dict[str, Any]:
    known = name if name != "html" else "json" if is_table(query) else "ntriples"
    job: dict[str, Any] = {"results": known, "graph": known, "default_graphs": None, "named_graphs": None}
    return job | {"offset": asked.offset, "limit": asked.limit} if has_pages(query) else job


def _write_links(query: Query) -> str:
    """Where the query is described, and the whole API (RFC 8288, RFC 8631)."""
    return f'<../query/{quote(query.name)}>; rel="describedby", {_SERVICE}'


def _find_pages(path: str, fields: Sequence[tuple[str, str]], asked: NamedRequest, total: int) -> dict[str, str]:
    """The pages of the rows by their relation to this one (RFC 8288), as references relative to it."""
    if asked.limit is None:
        return {}
    starts = {"first": 0, "last": max(total - 1, 0) // asked.limit * asked.limit}
    if asked.offset:
        starts["prev"] = max(min(asked.offset, total) - asked.limit, 0)
    if asked.offset + asked.limit < total:
        starts["next"] = asked.offset + asked.limit
    same = [(name, value) for name, value in fields if name not in ("limit", "offset")]
    return {
        relation: f"{path}?{urlencode([*same, ('limit', asked.limit), ('offset', start)], quote_via=quote)}"
        for relation, start in starts.items()
    }
