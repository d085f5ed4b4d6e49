"""The relations from which every project's evidence graph is made: reads the tables, fills facts, passages and cited_rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kzlod.dataset import Dataset
from kzlod.errors import Problem, quote
from kzlod.facts.tables import Table
from kzlod.quoting import write_text
from kzlod.terms import FACT_STATUS, evidence_graph

STATING: Final = ("facts", "documents", "codes", "identities", "lookalikes", "conflicts", "withdrawals")
"""Roles of tables whose every row must state something."""

# A fact is a row that states something: one whose graph holds a statement.
_FACTS: Final = """
CREATE TABLE facts AS
SELECT r.iri, r.source, r."table", r."row", r.file, r.line, coalesce(q.status, 'accepted') AS status, q.basis
FROM (SELECT *, '<' || $base || 'fact/' || iri_safe(source) || '/' || iri_safe("table") || '/' || iri_safe("row") || '>' AS iri
      FROM fact_rows) AS r
SEMI JOIN quads ON quads.graph = r.iri
LEFT JOIN ({qualifications}) AS q ON (q.source, q."table", q."row") = (r.source, r."table", r."row")"""

_PASSAGES: Final = """
CREATE TABLE passages AS
SELECT f.iri, f.source, f."table", f."row", p.number, p.document, p.file, p.start, p."end", p.sha256
FROM facts AS f JOIN ({passages}) AS p ON (p.source, p."table", p."row") = (f.source, f."table", f."row")"""

# The heading is row 1 (RFC 7111), and a row counts once however many lines it has.
_CITED_ROWS: Final = """
CREATE TABLE cited_rows AS
WITH numbered AS (
  SELECT source, "table", "row", file, 1 + row_number() OVER (PARTITION BY source, "table" ORDER BY line) AS record FROM fact_rows
)
SELECT n.*, $licence AS licence FROM numbered AS n
SEMI JOIN facts AS f ON (f.source, f."table", f."row") = (n.source, n."table", n."row")
WHERE n.source NOT IN (SELECT source FROM passages)"""


def list_facts(dataset: Dataset, tables: Iterable[Table]) -> None:
    """Make the relation ``facts``: one row for each row of the facts tables that states something.

    Its columns are iri (an N-Triples term), source, table, row, file, line, status and basis.
    """
    selects = [
        f'SELECT {write_text(table.source)} AS source, "table", "row", status, basis FROM {table.relation}'
        for table in tables
        if table.role == "qualifications"
    ]
    empty = (
        'SELECT NULL::VARCHAR AS source, NULL::VARCHAR AS "table", NULL::VARCHAR AS "row", NULL::VARCHAR AS status, NULL AS basis'
    )
    query = _FACTS.format(qualifications=" UNION ALL ".join([*selects, f"{empty} WHERE false"]))
    dataset.connection.execute(query, {"base": dataset.project.base})


def list_passages(dataset: Dataset, tables: Iterable[Table]) -> None:
    """Make the relations ``passages`` and ``cited_rows``: where in a document, or in which row of a table, each fact stands.

    A source that has a table of evidence cites documents; any other source is cited by its rows.
    """
    tables = tuple(tables)
    documents = {table.source: table for table in tables if table.role == "documents"}
    selects = [
        f"""
        SELECT {write_text(table.source)} AS source, e."table", e."row", CAST(e.number AS BIGINT) AS number,
          {_name_document(documents[table.source])} AS document, d.file,
          CAST(e.start AS BIGINT) AS start, CAST(e."end" AS BIGINT) AS "end", e.sha256
        FROM {table.relation} AS e JOIN {documents[table.source].relation} AS d ON d.id = e.document"""
        for table in tables
        if table.role == "evidence"
    ]
    empty = (
        'SELECT NULL::VARCHAR AS source, NULL::VARCHAR AS "table", NULL::VARCHAR AS "row", NULL::BIGINT AS number, '
        'NULL::VARCHAR AS document, NULL::VARCHAR AS file, NULL::BIGINT AS start, NULL::BIGINT AS "end", NULL::VARCHAR AS sha256'
    )
    dataset.connection.execute(_PASSAGES.format(passages=" UNION ALL ".join([*selects, f"{empty} WHERE false"])))
    dataset.connection.execute(_CITED_ROWS, {"licence": dataset.project.licence})


def find_unstated(dataset: Dataset, tables: Iterable[Table]) -> Iterator[Problem]:
    """Rows that no rule of the mapping makes a statement of: what a row says must not be lost in silence."""
    names = [f"{table.source}/{table.name}" for table in tables if table.role in STATING]
    query = """
        SELECT file, line, "row" FROM fact_rows AS r
        ANTI JOIN facts AS f ON (f.source, f."table", f."row") = (r.source, r."table", r."row")
        WHERE r.source || '/' || r."table" IN (SELECT unnest($names)) ORDER BY ALL"""
    for file, line, row in dataset.iter_rows(query, {"names": names}):
        yield Problem(file, int(line), None, f"row {quote(row)} states nothing: no rule of the mapping uses it", "unmapped", row)


def find_strays(dataset: Dataset) -> Iterator[Problem]:
    """Graphs that are no fact: what is said in them would have no evidence and be left out of the dumps in silence."""
    query = """
        SELECT graph, min(rule) FROM quads WHERE graph <> $evidence
          AND graph NOT IN (SELECT subject FROM quads WHERE graph = $evidence AND predicate = $status)
        GROUP BY graph ORDER BY ALL"""
    for graph, rule in dataset.iter_rows(query, {"evidence": evidence_graph(dataset.project.base), "status": FACT_STATUS}):
        mapping, _, line = rule.rpartition(":")
        message = f"statements go to {graph}, which is no row of a facts table: the graph of a fact is fact/SOURCE/TABLE/ROW"
        yield Problem(mapping, int(line), None, message, "graph", graph)


def _name_document(table: Table) -> str:
    """The entity of a document, relative to the base."""
    return "d.entity" if table.find_column("entity") else "'document/' || d.id"
