"""From a statement back to its source: reads the dataset, yields facts, table rows, passages and rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kzlod.dataset import Dataset
from kzlod.terms import FACT_EVIDENCE, FACT_STATUS, RDF_TYPE, Triple, evidence_graph

_ROW: Final = "SELECT file, line FROM facts WHERE iri = $iri"

# A missing value has no statement of its own: then the row that makes the node what it is has to answer.
_GRAPHS_OF_RESULT: Final = """
WITH about AS (SELECT DISTINCT graph, predicate, object FROM quads WHERE subject = $subject)
SELECT graph FROM about WHERE predicate = $path AND (object = $value OR $value = '')
UNION SELECT graph FROM about WHERE predicate = $type AND NOT EXISTS (
  SELECT 1 FROM about WHERE predicate = $path AND (object = $value OR $value = ''))
ORDER BY ALL"""

_STATEMENTS: Final = """
SELECT q.subject, q.predicate, q.object, q.graph, string_agg(DISTINCT q.rule, ', ' ORDER BY q.rule) AS rules
FROM quads AS q
WHERE (q.subject = $iri OR q.graph = $iri) AND q.graph <> $evidence
GROUP BY ALL ORDER BY ALL"""

_MENTIONS: Final = "SELECT DISTINCT subject FROM quads WHERE object = $iri AND graph <> $evidence ORDER BY ALL"

_PASSAGES: Final = """SELECT document, file, start, "end", sha256 FROM passages WHERE iri = $iri ORDER BY number"""

_FACT: Final = "SELECT file, line, status, coalesce(basis, '') FROM facts WHERE iri = $iri"

_EVIDENCE: Final = """
SELECT DISTINCT object FROM quads WHERE graph = $evidence AND subject = $iri AND predicate = $predicate ORDER BY ALL"""


@dataclass(frozen=True)
class Passage:
    """Where a fact stands in a document: code points ``start`` to ``end`` of the decoded file."""

    document: str
    file: str
    start: int
    end: int
    sha256: str


@dataclass(frozen=True)
class FactTrace:
    """Where a fact comes from.

    Args:
        iri: the fact, as an N-Triples term.
        file, line: the table row, or "" and 0 for a fact that follows from others.
        status: as the project decided.
        basis: on what an inference rests, or "".
        passages: in the order of the evidence; empty where the row itself is the source.
        premises: the facts it follows from.
    """

    iri: str
    file: str
    line: int
    status: str
    basis: str
    passages: tuple[Passage, ...]
    premises: tuple[str, ...]


@dataclass(frozen=True)
class StatementTrace:
    """A statement, the fact that makes it and the mapping rules (``file:line``) that wrote it."""

    triple: Triple
    fact: FactTrace
    rules: str


def trace_entity(dataset: Dataset, iri: str) -> list[StatementTrace]:
    """Every statement about an entity, or of a fact, with where it comes from.

    Args:
        dataset: after the mapping has been run.
        iri: an entity or a fact, as an N-Triples term.

    Returns:
        In the order of predicate, object and fact; empty where nothing is known of the IRI.
    """
    cursor = dataset.connection.execute(_STATEMENTS, {"iri": iri, "evidence": evidence_graph(dataset.project.base)})
    rows = cursor.fetchall()
    facts = {graph: trace_fact(dataset, graph) for graph in sorted({row[3] for row in rows})}
    return [
        StatementTrace(Triple(subject, predicate, object_), facts[graph], rules)
        for subject, predicate, object_, graph, rules in rows
    ]


def trace_fact(dataset: Dataset, iri: str) -> FactTrace:
    """Where a fact comes from: its row and passages, or the facts it follows from."""
    row = dataset.connection.execute(_FACT, {"iri": iri}).fetchone()
    passages = tuple(Passage(*found) for found in dataset.connection.execute(_PASSAGES, {"iri": iri}).fetchall())
    if row is not None:
        file, line, status, basis = row
        return FactTrace(iri, file, line, status, basis, passages, ())
    statuses = _list_evidence(dataset, iri, FACT_STATUS)
    status = statuses[0].rpartition("#")[2].removesuffix(">") if statuses else ""
    return FactTrace(iri, "", 0, status, "", (), _list_evidence(dataset, iri, FACT_EVIDENCE))


def list_mentions(dataset: Dataset, iri: str) -> list[str]:
    """What names an entity as the object of a statement: subjects as N-Triples terms, sorted."""
    parameters = {"iri": iri, "evidence": evidence_graph(dataset.project.base)}
    return [row[0] for row in dataset.connection.execute(_MENTIONS, parameters).fetchall()]


def locate_term(dataset: Dataset, graph: str, seen: frozenset[str] = frozenset()) -> tuple[str, int] | None:
    """File and line of the table row that makes the statements of a fact graph; the first premise's for a derived fact."""
    row = dataset.connection.execute(_ROW, {"iri": graph}).fetchone()
    if row is not None:
        return row[0], row[1]
    premises = _list_evidence(dataset, graph, FACT_EVIDENCE)
    if not premises or premises[0] in seen:
        return None
    return locate_term(dataset, premises[0], seen | {graph})


def locate_result(dataset: Dataset, focus_node: str, path: str, value: str) -> list[tuple[str, int]]:
    """The table rows behind a finding of SHACL: those that make the offending statement, or else those that make the node.

    Args:
        dataset: what was validated.
        focus_node, path, value: N-Triples terms, or "".

    Returns:
        Files and lines, sorted. Where no row is behind it, those of the mapping that make the node; empty where nothing does.
    """
    parameters = {"subject": focus_node, "path": path, "value": value, "type": RDF_TYPE}
    graphs = [row[0] for row in dataset.connection.execute(_GRAPHS_OF_RESULT, parameters).fetchall()]
    # What the evidence graph says of a fact is made by the row of that fact.
    places = {locate_term(dataset, graph) for graph in [*graphs, focus_node.partition("#")[0] + (">" if "#" in focus_node else "")]}
    found = sorted(place for place in places if place is not None) or _locate_rules(dataset, focus_node)
    # A rule of all uses of a property may be put on the property itself; what breaks it is the value then.
    return found or (locate_result(dataset, value, "", "") if value.startswith("<") and value != focus_node else [])


def _locate_rules(dataset: Dataset, subject: str) -> list[tuple[str, int]]:
    row = dataset.connection.execute("SELECT min(rule) FROM quads WHERE subject = $subject", {"subject": subject}).fetchone()
    if row is None or row[0] is None:
        return []
    file, _, line = row[0].rpartition(":")
    return [(file, int(line))]


def _list_evidence(dataset: Dataset, iri: str, predicate: str) -> tuple[str, ...]:
    parameters = {"iri": iri, "predicate": predicate, "evidence": evidence_graph(dataset.project.base)}
    return tuple(row[0] for row in dataset.connection.execute(_EVIDENCE, parameters).fetchall())
