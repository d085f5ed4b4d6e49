"""From a statement back to its source: reads the dataset, yields facts, table rows, passages and rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from kzlod.dataset import Dataset
from kzlod.terms import FACT_EVIDENCE, FACT_STATUS, RDF_TYPE, Triple, evidence_graph

_SOUGHT: Final = """
WITH sought AS (
  SELECT unnest($numbers) AS number, unnest($subjects) AS subject, unnest($paths) AS path, unnest($values) AS "value"
)
SELECT DISTINCT s.number, q.graph, q.predicate, q.rule, q.predicate = s.path AND s."value" IN ('', q.object) AS is_sought
FROM sought AS s JOIN quads AS q ON q.subject = s.subject
WHERE is_sought OR q.predicate = $type ORDER BY ALL"""

_STATEMENTS: Final = """
SELECT q.subject, q.predicate, q.object, q.graph, string_agg(DISTINCT q.rule, ', ' ORDER BY q.rule) AS rules
FROM quads AS q
WHERE (q.subject = $iri OR q.graph = $iri) AND q.graph <> $evidence
GROUP BY ALL ORDER BY ALL"""

_MENTIONS: Final = "SELECT DISTINCT subject FROM quads WHERE object = $iri AND graph <> $evidence ORDER BY ALL"

_PASSAGES: Final = """
SELECT iri, document, file, start, "end", sha256 FROM passages WHERE iri IN (SELECT unnest($iris)) ORDER BY iri, number"""

_FACTS: Final = """
SELECT iri, source || '/' || "table", file, line, status, coalesce(basis, '') FROM facts WHERE iri IN (SELECT unnest($iris))"""

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
        table: as ``source/table``, or "" for a fact that follows from others.
        file, line: the table row, or "" and 0 for a fact that follows from others.
        status: as the project decided.
        basis: on what an inference rests, or "".
        passages: in the order of the evidence; empty where the row itself is the source.
        premises: the facts it follows from.
    """

    iri: str
    table: str
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
    facts = trace_facts(dataset, (row[3] for row in rows))
    return [
        StatementTrace(Triple(subject, predicate, object_), facts[graph], rules)
        for subject, predicate, object_, graph, rules in rows
    ]


def trace_fact(dataset: Dataset, iri: str) -> FactTrace:
    """Where a fact comes from: its row and passages, or the facts it follows from."""
    return trace_facts(dataset, [iri])[iri]


def trace_facts(dataset: Dataset, iris: Iterable[str]) -> dict[str, FactTrace]:
    """Where facts come from, by their terms."""
    names = sorted(set(iris))
    passages: dict[str, list[Passage]] = {}
    for iri, *found in dataset.connection.execute(_PASSAGES, {"iris": names}).fetchall():
        passages.setdefault(iri, []).append(Passage(*found))
    traces = {}
    for iri, table, file, line, status, basis in dataset.connection.execute(_FACTS, {"iris": names}).fetchall():
        traces[iri] = FactTrace(iri, table, file, line, status, basis, tuple(passages.get(iri, ())), ())
    return traces | {iri: _trace_derived(dataset, iri) for iri in names if iri not in traces}


def _trace_derived(dataset: Dataset, iri: str) -> FactTrace:
    statuses = _list_evidence(dataset, iri, FACT_STATUS)
    status = statuses[0].rpartition("#")[2].removesuffix(">") if statuses else ""
    return FactTrace(iri, "", "", 0, status, "", (), _list_evidence(dataset, iri, FACT_EVIDENCE))


def list_mentions(dataset: Dataset, iri: str) -> list[str]:
    """What names an entity as the object of a statement: subjects as N-Triples terms, sorted."""
    parameters = {"iri": iri, "evidence": evidence_graph(dataset.project.base)}
    return [row[0] for row in dataset.connection.execute(_MENTIONS, parameters).fetchall()]


class Maker(NamedTuple):
    """What has made a statement.

    Args:
        graph: the fact.
        rule: file and line of the rule of the mapping.
        predicate: of the statement, or "" where it only says what its subject is.
    """

    graph: str
    rule: str
    predicate: str


def list_makers(dataset: Dataset, triples: Sequence[Triple]) -> list[list[Maker]]:
    """What has made statements; what makes their subjects what they are, where there are no such statements.

    Args:
        dataset: after the mapping has been run.
        triples: N-Triples terms; an object that is "" stands for any.
    """
    subjects, paths, values = (list(terms) for terms in zip(*triples, strict=True)) if triples else ([], [], [])
    parameters = {
        "numbers": list(range(len(triples))),
        "subjects": subjects,
        "paths": paths,
        "values": values,
        "type": RDF_TYPE,
    }
    sought: list[list[Maker]] = [[] for _ in triples]
    others: list[list[Maker]] = [[] for _ in triples]
    for number, graph, predicate, rule, is_sought in dataset.connection.execute(_SOUGHT, parameters).fetchall():
        if is_sought:
            sought[number].append(Maker(graph, rule, predicate))
        elif predicate == RDF_TYPE:
            others[number].append(Maker(graph, rule, ""))
    return [first or second for first, second in zip(sought, others, strict=True)]


def find_row(dataset: Dataset, fact: FactTrace) -> FactTrace | None:
    """The fact that is a row of a table: this one, or else the first that it follows from; None where there is none."""
    seen = {fact.iri}
    while not fact.file:
        if not fact.premises or fact.premises[0] in seen:
            return None
        seen.add(fact.premises[0])
        fact = trace_fact(dataset, fact.premises[0])
    return fact


def _list_evidence(dataset: Dataset, iri: str, predicate: str) -> tuple[str, ...]:
    parameters = {"iri": iri, "predicate": predicate, "evidence": evidence_graph(dataset.project.base)}
    return tuple(row[0] for row in dataset.connection.execute(_EVIDENCE, parameters).fetchall())
