"""A SPARQL store somewhere: counts, adds and drops graphs there, and keeps a record of what a push has finished.

The record is a graph of its own, ``{prefix}current``, with ``dcterms:identifier`` (the SHA-256 of the dump), ``schema:position``
(the number of the push; 0 while it is not finished), and ``sd:defaultGraph`` where the default graph's triples are in a named one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import pyoxigraph

from kzlod.connections import RefusalError
from kzlod.errors import EngineError, Problem
from kzlod.pushing.batches import Batch, Bounds, iter_batches, write_insert, write_triples
from kzlod.pushing.client import Client, Row
from kzlod.terms import DEFAULT_GRAPH, IDENTIFIER, POSITION, XSD, write_literal

_DROPS: Final = 100
"""Graphs that one request drops; Virtuoso finds a thousand too many."""

Report = Callable[[int], None]
"""Is told how many triples more have arrived."""


@dataclass(frozen=True)
class Addresses:
    """Where a store takes requests.

    Args:
        query: for SPARQL queries.
        update: for SPARQL Update, or "".
        graph_store: for the Graph Store Protocol, or "".
    """

    query: str
    update: str = ""
    graph_store: str = ""

    def fill(self, colour: str) -> Addresses:
        """The addresses of one of two repositories.

        >>> Addresses("http://a/{colour}/query").fill("blue").query
        'http://a/blue/query'
        """
        return Addresses(*(url.replace("{colour}", colour) for url in (self.query, self.update, self.graph_store)))


class Record(NamedTuple):
    """What a push has noted.

    Args:
        sha256: of the dump.
        number: of the push among all, or 0 while it is not finished.
        default: the graph of the triples of the default graph, or "" where that has them.
    """

    sha256: str
    number: int
    default: str


class Store:
    """A store behind its addresses; each method raises ``EngineError`` and ``ConfigurationError`` as ``Client.send`` does."""

    def __init__(self, client: Client, addresses: Addresses, record: str) -> None:
        self.client = client
        self.addresses = addresses
        self.record = record

    def count_default(self) -> int:
        """The triples of the default graph."""
        return self._select_number("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")

    def count_graphs(self, pattern: str = "") -> dict[str, int]:
        """The triples of each named graph ``?g`` that is not empty, by name.

        Args:
            pattern: SPARQL that bounds ``?g``, before the graph is asked.
        """
        query = f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ {pattern} GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g"
        rows = self.client.select(self.addresses.query, query)
        return {self._read(name): int(self._read(count)) for name, count in rows if name is not None}

    def is_empty(self) -> bool:
        """Whether there is no triple in any graph."""
        return not self._finds("{ ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }")

    def has_union_default(self, graph: str) -> bool:
        """Whether the default graph shows the triples of a named graph that has some of its own."""
        return self._finds(f"GRAPH <{graph}> {{ ?s ?p ?o }} ?s ?p ?o")

    def count_rows(self, query: str) -> int:
        """How many rows a query gives."""
        return len(self.client.select(self.addresses.query, query))

    def list_values(self, query: str) -> list[str]:
        """The values of the first column of a query."""
        return [self._read(row[0]) for row in self.client.select(self.addresses.query, query)]

    def add(
        self,
        triples: Iterable[tuple[str, str]],
        bounds: Bounds,
        report: Report = lambda _: None,
        describe: Callable[[str], str] = "graph {}".format,
    ) -> int:
        """Add triples in batches.

        Args:
            triples: name of the graph, or "", and triple; all of a graph together.
            bounds: of a request.
            report: is told of each batch that has arrived.
            describe: what messages call a graph of a name.

        Returns:
            How many requests it took.
        """
        single = bool(self.addresses.graph_store)
        return sum(self._add(batch, report, describe) for batch in iter_batches(triples, bounds, single=single))

    def _add(self, batch: Batch, report: Report, describe: Callable[[str], str]) -> int:
        """Send a batch, or where it is too much for the store its halves; gives the number of requests that were taken."""
        about = describe(batch.shown)
        try:
            if self.addresses.graph_store:
                self.client.change_graph("POST", self.addresses.graph_store, batch.shown, write_triples(batch), about)
            else:
                self.client.update(self.addresses.update, write_insert(batch), about)
        except RefusalError:
            if batch.triples == 1:
                raise
            return sum(self._add(half, report, describe) for half in batch.split())
        report(batch.triples)
        return 1

    def drop(self, names: Iterable[str]) -> None:
        """Drop graphs; "" is the default graph."""
        if not self.addresses.update:
            for name in names:
                self.client.change_graph("DELETE", self.addresses.graph_store, name)
            return
        drops = [f"DROP SILENT GRAPH <{name}>" if name else "DROP SILENT DEFAULT" for name in names]
        for start in range(0, len(drops), _DROPS):
            self.client.update(self.addresses.update, " ;\n".join(drops[start : start + _DROPS]).encode())

    def read_record(self) -> Record | None:
        """The record, or None where no push has been."""
        optional = f"OPTIONAL {{ ?r {DEFAULT_GRAPH} ?default }}"
        pattern = f"GRAPH <{self.record}> {{ ?r {IDENTIFIER} ?sha ; {POSITION} ?number {optional} }}"
        rows = self.client.select(self.addresses.query, f"SELECT ?sha ?number ?default WHERE {{ {pattern} }}")
        records = (
            Record(self._read(sha), int(self._read(number)), self._read(default) if default is not None else "")
            for sha, number, default in rows
        )
        return max(records, key=lambda record: record.number, default=None)

    def write_record(self, record: Record) -> None:
        """Put a record in the place of the one that is there, in one request."""
        if not self.addresses.update:
            body = "".join(f"{triple} .\n" for triple in self.iter_record(record)).encode()
            self.client.change_graph("PUT", self.addresses.graph_store, self.record, body)
            return
        self.client.update(self.addresses.update, f"DROP SILENT GRAPH <{self.record}> ;\n{self.insert_record(record)}".encode())

    def insert_record(self, record: Record) -> str:
        """The operation that adds a record."""
        return f"INSERT DATA {{ GRAPH <{self.record}> {{ {' . '.join(self.iter_record(record))} }} }}"

    def iter_record(self, record: Record) -> Iterator[str]:
        """The triples of a record."""
        yield f"<{self.record}> {IDENTIFIER} {write_literal(record.sha256)}"
        yield f"<{self.record}> {POSITION} {write_literal(str(record.number), datatype=XSD + 'integer')}"
        if record.default:
            yield f"<{self.record}> {DEFAULT_GRAPH} <{record.default}>"

    def _finds(self, pattern: str) -> bool:
        # Not by ASK: Virtuoso answers it with a table.
        return bool(self.client.select(self.addresses.query, f"SELECT ?s WHERE {{ {pattern} }} LIMIT 1"))

    def _select_number(self, query: str) -> int:
        rows: list[Row] = self.client.select(self.addresses.query, query)
        return int(self._read(rows[0][0])) if rows else 0

    def _read(self, term: object) -> str:
        if isinstance(term, pyoxigraph.NamedNode | pyoxigraph.Literal):
            return term.value
        message = f"the answer has {'nothing' if term is None else 'a blank node'} where a value belongs"
        raise EngineError([Problem(self.addresses.query, None, None, message, "endpoint")])
