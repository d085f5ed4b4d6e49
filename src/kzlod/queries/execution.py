"""Runs queries over a dump in memory or at an endpoint, to the end: what can fail has failed before a line is written."""

from __future__ import annotations

from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pyoxigraph
from SPARQLWrapper import SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from kzlod.errors import ConfigurationError, EngineError, Problem, quote

_JSON: Final = pyoxigraph.QueryResultsFormat.JSON

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


def run_remote(text: str, endpoint: str) -> Results:
    """Run a query at a SPARQL 1.1 endpoint.

    Raises:
        ConfigurationError: the endpoint is no http or https URL.
        EngineError: the endpoint cannot be reached, refuses, or answers in another format.
    """
    if urlsplit(endpoint).scheme not in {"http", "https"}:
        message = f"an endpoint is an http or https URL, not {quote(endpoint)}"
        raise ConfigurationError([Problem("--endpoint", None, None, message, "endpoint", endpoint)])
    wrapper = SPARQLWrapper(endpoint, agent="kzlod")
    wrapper.setQuery(text)
    is_graph = wrapper.queryType in {"CONSTRUCT", "DESCRIBE"}
    wrapper.setReturnFormat("turtle" if is_graph else "json")
    try:
        answer = bytes(wrapper.query().response.read())
        if is_graph:
            return _check_turtle(answer)
        return _complete(pyoxigraph.parse_query_results(answer, format=_JSON))
    except (SPARQLWrapperException, HTTPException, OSError, SyntaxError, ValueError) as error:
        reason = str(error).split("\n", maxsplit=1)[0]
        raise EngineError([Problem(endpoint, None, None, f"the endpoint failed: {reason}", "endpoint")]) from None


def _complete(
    results: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean,
) -> pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean:
    """The same results when every row has been drawn: stores and parsers work, and fail, row by row."""
    return pyoxigraph.parse_query_results(results.serialize(format=_JSON) or b"", format=_JSON)


def _check_turtle(answer: bytes) -> bytes:
    for _ in pyoxigraph.parse(answer, format=pyoxigraph.RdfFormat.TURTLE):
        pass
    return answer
