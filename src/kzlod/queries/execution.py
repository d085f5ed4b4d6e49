"""Runs queries over a dump in memory or at an endpoint, to the end: what can fail has failed before a line is written."""

from __future__ import annotations

from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.error import HTTPError
from urllib.request import Request

import pyoxigraph
from SPARQLWrapper import SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException, Unauthorized

from kzlod.endpoints import HINT, NO_CREDENTIALS, REFUSED, Credentials, check_endpoint
from kzlod.errors import ConfigurationError, EngineError, Problem

_JSON: Final = pyoxigraph.QueryResultsFormat.JSON

SECONDS: Final = 120
"""How long an endpoint may be silent, where nobody says it."""

Results = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | bytes
"""Solutions or a truth value; for CONSTRUCT and DESCRIBE the graph in Turtle, UTF-8."""


def run_local(text: str, dump: Path) -> Results:
    """Run a query over a dump in N-Quads, in memory.

    Raises:
        ConfigurationError: there is no dump, or it is no N-Quads.
        EngineError: the query cannot be evaluated.
    """
    store = load_dump(dump)
    try:
        found = store.query(text)
        if isinstance(found, pyoxigraph.QueryTriples):
            return found.serialize(format=pyoxigraph.RdfFormat.TURTLE) or b""
        return _complete(found)
    except (SyntaxError, RuntimeError, OSError) as error:
        raise EngineError([Problem("query", None, None, f"the query failed: {error}", "sparql")]) from None


def load_dump(dump: Path) -> pyoxigraph.Store:
    """A dump in N-Quads as a store in memory.

    Raises:
        ConfigurationError: there is no dump, or it is no N-Quads.
    """
    shown = dump.as_posix()
    if not dump.exists():
        raise ConfigurationError([Problem(shown, None, None, "there is no dump: run kzlod build first", "dump")])
    store = pyoxigraph.Store()
    try:
        store.bulk_load(path=dump, format=pyoxigraph.RdfFormat.N_QUADS)
    except SyntaxError as error:
        problem = Problem(shown, error.lineno, error.offset, "the dump is damaged: run kzlod build again", "dump")
        raise ConfigurationError([problem]) from None
    return store


def run_remote(text: str, endpoint: str, credentials: Credentials = NO_CREDENTIALS, seconds: int = SECONDS) -> Results:
    """Run a query at a SPARQL 1.1 endpoint.

    Args:
        text: the query.
        endpoint: its URL.
        credentials: for it alone: they do not follow where it leads.
        seconds: how long it may be silent.

    Raises:
        ConfigurationError: the endpoint is no http or https URL, or refuses the credentials.
        EngineError: the endpoint cannot be reached, is silent for too long, refuses, or answers in another format.
    """
    wrapper = _Wrapper(check_endpoint(endpoint), credentials)
    wrapper.setTimeout(seconds)
    wrapper.setQuery(text)
    is_graph = wrapper.queryType in {"CONSTRUCT", "DESCRIBE"}
    wrapper.setReturnFormat("turtle" if is_graph else "json")
    try:
        answer = bytes(wrapper.query().response.read())
        if is_graph:
            return _check_turtle(answer)
        return _complete(pyoxigraph.parse_query_results(answer, format=_JSON))
    except (SPARQLWrapperException, HTTPException, OSError, SyntaxError, ValueError) as error:
        reason = credentials.redact(str(error).split("\n", maxsplit=1)[0])
        if isinstance(error, Unauthorized) or (isinstance(error, HTTPError) and error.code in REFUSED):
            message = f"the endpoint refuses: {reason}; {HINT}"
            raise ConfigurationError([Problem(endpoint, None, None, message, "endpoint")]) from None
        raise EngineError([Problem(endpoint, None, None, f"the endpoint failed: {reason}", "endpoint")]) from None


class _Wrapper(SPARQLWrapper):
    """Gives credentials in a header that urllib leaves out where it follows a redirect; the library's own would go along."""

    def __init__(self, endpoint: str, credentials: Credentials) -> None:
        self._credentials = credentials
        super().__init__(endpoint, agent="kzlod")

    def _createRequest(self) -> Request:  # noqa: N802 - the name is the library's
        request: Request = super()._createRequest()
        if self._credentials.authorization:
            request.add_unredirected_header("Authorization", self._credentials.authorization)
        return request


def _complete(
    results: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean,
) -> pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean:
    """The same results when every row has been drawn: stores and parsers work, and fail, row by row."""
    return pyoxigraph.parse_query_results(results.serialize(format=_JSON) or b"", format=_JSON)


def _check_turtle(answer: bytes) -> bytes:
    for _ in pyoxigraph.parse(answer, format=pyoxigraph.RdfFormat.TURTLE):
        pass
    return answer
