"""Requests to a SPARQL store: queries and updates by the protocol, graphs by the Graph Store Protocol.

What is sent may arrive twice without harm: it is sets of triples.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote as encode
from urllib.parse import urlencode, urlsplit

import pyoxigraph

from kzlod.connections import Connections

_RESULTS: Final = "application/sparql-results+json"
_FORM: Final = "application/x-www-form-urlencoded"
_UPDATE: Final = "application/sparql-update"
_TRIPLES: Final = "application/n-triples"

Row = list[pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple | None]


class Client(Connections):
    """Sends requests of SPARQL; to be used in a ``with`` block."""

    def select(self, url: str, query: str) -> list[Row]:
        """The rows of a SELECT query.

        Raises:
            ConfigurationError, EngineError: as ``send``; also where the answer is none to a query.
        """
        body = urlencode({"query": query}).encode()
        answer = self.send("POST", url, body, _FORM, accept=_RESULTS)
        try:
            found = pyoxigraph.parse_query_results(answer, format=pyoxigraph.QueryResultsFormat.JSON)
            if isinstance(found, pyoxigraph.QuerySolutions):
                return [list(row) for row in found]
            reason = "it is no table"
        except (SyntaxError, ValueError) as error:
            reason = str(error)
        raise self.fail(url, "", f"the answer is no SPARQL result in JSON: {reason}")

    def update(self, url: str, text: bytes, about: str = "", seconds: float = 0) -> None:
        """Send a request of SPARQL Update (SPARQL 1.1 Protocol, section 2.2.2).

        Args:
            url: of the service.
            text: of the request, UTF-8.
            about: what it is about, for messages.
            seconds: how long the answer may take at least, where that is longer than the client's patience.

        Raises:
            ConfigurationError, EngineError: as ``send``.
        """
        self.send("POST", url, text, _UPDATE, about, seconds=seconds)

    def change_graph(self, method: str, url: str, graph: str, triples: bytes = b"", about: str = "") -> None:
        """Change a graph by the Graph Store Protocol (section 4.2, indirect identification).

        Args:
            method: POST to add, PUT to replace, DELETE to remove; a graph that is not there is removed already.
            url: of the graph store.
            graph: its IRI, or "" for the default graph.
            triples: in N-Triples.
            about: what it is about, for messages.

        Raises:
            ConfigurationError, EngineError: as ``send``.
        """
        name = f"graph={encode(graph, safe='')}" if graph else "default"
        target = f"{url}{'&' if urlsplit(url).query else '?'}{name}"
        self.send(method, target, triples, _TRIPLES if triples else "", about, accepted=(404,) if method == "DELETE" else ())
