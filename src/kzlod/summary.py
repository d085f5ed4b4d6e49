"""What is in a dataset, in numbers: reads the finished relations, yields counts by source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kzlod.dataset import Dataset
from kzlod.terms import ACCEPTED, FACT_EVIDENCE, FACT_STATUS, evidence_graph

# The source of a fact is the first part of its name after fact/; "derived" is what rules add.
_BY_SOURCE: Final = """
WITH facts AS (
  SELECT DISTINCT subject AS fact, split_part(subject, '/', $depth) AS source FROM quads
  WHERE graph = $evidence AND predicate = $status AND object = $accepted
), said AS (
  SELECT DISTINCT f.source, q.subject, q.predicate, q.object FROM quads AS q JOIN facts AS f ON f.fact = q.graph
)
SELECT source, count(*), (SELECT count(DISTINCT subject) FROM said WHERE said.source = facts.source),
  (SELECT count(*) FROM said WHERE said.source = facts.source)
FROM facts GROUP BY source ORDER BY source"""

_BY_STATUS: Final = """
SELECT regexp_extract(object, '#(.*)>', 1), count(*) FROM (
  SELECT DISTINCT subject, object FROM quads WHERE graph = $evidence AND predicate = $status)
GROUP BY object ORDER BY count(*) DESC, object"""

_EVIDENT: Final = """
SELECT * FROM triples SEMI JOIN (
  SELECT DISTINCT q.subject, q.predicate, q.object FROM quads AS q
  SEMI JOIN quads AS e ON e.graph = $evidence AND e.predicate = $cites AND e.subject = q.graph
) AS evident USING (subject, predicate, object)"""


@dataclass(frozen=True)
class Counts:
    """Numbers of accepted facts, of entities they are about, and of statements, each counted once."""

    facts: int
    entities: int
    triples: int


@dataclass(frozen=True)
class Summary:
    """What is in a dataset.

    Args:
        sources: counts by source, in alphabetical order; ``derived`` stands for what rules add.
        total: counts of the merged default graph; less than the sums where sources say the same.
        statuses: number of facts by status, the most frequent first.
        quads: statements of the named graphs.
        evident: statements of the default graph that stand in a fact with evidence.
        passages: passages of documents that facts cite.
    """

    sources: dict[str, Counts]
    total: Counts
    statuses: dict[str, int]
    quads: int
    evident: int
    passages: int


def summarise_dataset(dataset: Dataset) -> Summary:
    """Count what a dataset holds, after ``merge_accepted``."""
    base = dataset.project.base
    names = {"evidence": evidence_graph(base), "status": FACT_STATUS, "accepted": ACCEPTED, "depth": base.count("/") + 2}
    rows = dataset.connection.execute(_BY_SOURCE, names).fetchall()
    sources = {str(source): Counts(facts, entities, triples) for source, facts, entities, triples in rows}
    statuses = dataset.connection.execute(_BY_STATUS, {name: names[name] for name in ("evidence", "status")}).fetchall()
    return Summary(
        sources=sources,
        statuses=dict(statuses),
        total=Counts(
            facts=sum(counts.facts for counts in sources.values()),
            entities=dataset.count_rows("(SELECT DISTINCT subject FROM triples)"),
            triples=dataset.count_rows("triples"),
        ),
        quads=dataset.count_rows("(SELECT DISTINCT subject, predicate, object, graph FROM quads)"),
        evident=dataset.count_rows(f"({_EVIDENT})", {"evidence": names["evidence"], "cites": FACT_EVIDENCE}),
        passages=dataset.count_rows("passages"),
    )
