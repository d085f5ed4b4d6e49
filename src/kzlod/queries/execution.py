"""Runs queries over a dump in memory or at an endpoint."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
from SPARQLWrapper import SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from kzlod.errors import ConfigurationError, EngineError, Problem


def run_local(text: str, dump: Path) -> pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples:
    """Run a query over a dump in N-Quads, in memory.

    Raises:
        ConfigurationError: there is no dump.
        EngineError: the query cannot be evaluated.
    """
    if not dump.exists():
        raise ConfigurationError([Problem(dump.as_posix(), None, None, "there is no dump: run kzlod build first", "dump")])
    store = pyoxigraph.Store()
    store.bulk_load(path=dump, format=pyoxigraph.RdfFormat.N_QUADS)
    try:
        return store.query(text)
    except (SyntaxError, RuntimeError) as error:
        raise EngineError([Problem("query", None, None, f"the query failed: {error}", "sparql")]) from None


def run_remote(text: str, endpoint: str) -> pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | bytes:
    """Run a query at a SPARQL 1.1 endpoint.

    Returns:
        Solutions or a truth value; for CONSTRUCT and DESCRIBE the graph in Turtle, UTF-8.

    Raises:
        EngineError: the endpoint cannot be reached or refuses.
    """
    wrapper = SPARQLWrapper(endpoint, agent="kzlod")
    wrapper.setQuery(text)
    is_graph = wrapper.queryType in {"CONSTRUCT", "DESCRIBE"}
    wrapper.setReturnFormat("turtle" if is_graph else "json")
    try:
        answer = wrapper.query().response.read()
        if is_graph:
            return bytes(answer)
        return pyoxigraph.parse_query_results(answer, format=pyoxigraph.QueryResultsFormat.JSON)
    except (SPARQLWrapperException, OSError, SyntaxError, ValueError) as error:
        reason = str(error).split("\n", maxsplit=1)[0]
        raise EngineError([Problem(endpoint, None, None, f"the endpoint failed: {reason}", "endpoint")]) from None
