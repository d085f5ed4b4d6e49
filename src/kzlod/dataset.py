"""The dataset while it is made: DuckDB tables of facts, and the relation of quads in which all later stages meet.

Every stage above reads or fills this; none of them knows another.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import duckdb

from kzlod.project import Project
from kzlod.terms import ACCEPTED, FACT_STATUS, Quad, Triple, evidence_graph

_BATCH: Final = 50_000

QUADS: Final = """
CREATE TABLE quads (
  subject VARCHAR NOT NULL, predicate VARCHAR NOT NULL, object VARCHAR NOT NULL, graph VARCHAR NOT NULL,
  rule VARCHAR NOT NULL
)"""
"""The named statements; terms in N-Triples form; ``rule`` is ``file:line`` of the mapping rule that made the statement."""

COLUMNS: Final = """
CREATE TABLE rule_columns (
  rule VARCHAR NOT NULL, predicate VARCHAR NOT NULL, source VARCHAR NOT NULL, "table" VARCHAR NOT NULL, "column" VARCHAR NOT NULL
)"""
"""The columns of which rules make objects, in the order in which they are used; ``predicate`` is "" where a row makes that, too,
and ``source`` and ``table`` are "" where the rows are those of a query."""

ROWS: Final = """
CREATE TABLE fact_rows (
  source VARCHAR NOT NULL, "table" VARCHAR NOT NULL, "row" VARCHAR NOT NULL, file VARCHAR NOT NULL, line BIGINT NOT NULL
)"""
"""Where each row of the facts tables stands; ``row`` is its primary key, ``line`` the 1-based line it starts on."""

# Engines do not deduplicate a union of graphs, so the merged graph is made once, here.
_MERGED: Final = """
CREATE TABLE triples AS
SELECT DISTINCT subject, predicate, object FROM quads
WHERE graph IN (SELECT subject FROM quads WHERE graph = $evidence AND predicate = $status AND object = $accepted)"""


class Dataset:
    """A dataset in memory, in one DuckDB connection.

    Args:
        project: the settings it is made by.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.connection = duckdb.connect()
        self.connection.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
        # With them, an output that fails can hang DuckDB 2.0.
        self.connection.execute("SET async_threads = 0")
        self.connection.execute(QUADS)
        self.connection.execute(COLUMNS)
        self.connection.execute(ROWS)

    def merge_accepted(self) -> None:
        """Make the relation ``triples``: the statements of all accepted facts, each once."""
        self.connection.execute("DROP TABLE IF EXISTS triples")
        self.connection.execute(
            _MERGED, {"evidence": evidence_graph(self.project.base), "status": FACT_STATUS, "accepted": ACCEPTED}
        )

    def iter_triples(self) -> Iterator[Triple]:
        """The merged default graph, sorted by subject, predicate, object in code point order."""
        return (Triple(*row) for row in self.iter_rows("SELECT * FROM triples ORDER BY ALL"))

    def iter_quads(self) -> Iterator[Quad]:
        """The statements of the named graphs, each once, sorted by graph, subject, predicate, object."""
        query = "SELECT DISTINCT subject, predicate, object, graph FROM quads ORDER BY graph, subject, predicate, object"
        return (Quad(*row) for row in self.iter_rows(query))

    def write_triples(self) -> str:
        """The merged default graph as N-Triples text."""
        return "".join(f"{triple.subject} {triple.predicate} {triple.object} .\n" for triple in self.iter_triples())

    def write_evidence(self) -> str:
        """The statements of the evidence graph as N-Triples text."""
        query = "SELECT DISTINCT subject, predicate, object FROM quads WHERE graph = $graph ORDER BY ALL"
        rows = self.iter_rows(query, {"graph": evidence_graph(self.project.base)})
        return "".join(f"{subject} {predicate} {object_} .\n" for subject, predicate, object_ in rows)

    def count_rows(self, relation: str, parameters: dict[str, object] | None = None) -> int:
        """The number of rows of a relation, given by its name as SQL writes it, or of a query in brackets."""
        row = self.connection.execute(f"SELECT count(*) FROM {relation}", parameters).fetchone()
        return int(row[0]) if row else 0

    def iter_rows(self, query: str, parameters: dict[str, object] | None = None) -> Iterator[tuple[str, ...]]:
        """The rows of a query in batches, through a cursor of its own, so that several can be read at once."""
        cursor = self.connection.cursor()
        cursor.execute(query, parameters)
        while rows := cursor.fetchmany(_BATCH):
            yield from rows
