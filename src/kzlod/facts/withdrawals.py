"""What is given up: entities that others have replaced, and entities and facts that are withdrawn.

Their IRIs stay and say so (``owl:deprecated``); reads the quads, yields each row that still says something of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kzlod.dataset import Dataset
from kzlod.errors import Problem, quote
from kzlod.facts.tables import Table
from kzlod.terms import DEPRECATED, REPLACED_BY, TRUE, evidence_graph, read_iri

# The fact that gives up an entity may say why. That one has replaced another is no mention: replacements may be a chain.
_MENTIONS: Final = """
WITH given_up AS (
  SELECT DISTINCT subject AS iri, graph FROM quads WHERE predicate = $deprecated AND object = $true AND graph <> $evidence
), mentions AS (
  SELECT subject AS iri, subject, graph, rule FROM quads SEMI JOIN given_up ON given_up.iri = quads.subject
  UNION ALL
  SELECT object, subject, graph, rule FROM quads SEMI JOIN given_up ON given_up.iri = quads.object WHERE predicate <> $replaced
), places AS (
  SELECT iri, rule, CASE WHEN graph = $evidence THEN split_part(rtrim(subject, '>'), '#', 1) || '>' ELSE graph END AS fact
  FROM mentions ANTI JOIN given_up USING (iri, graph)
)
SELECT coalesce(f.file, regexp_extract(min(p.rule), '(.*):', 1)), coalesce(f.line, regexp_extract(min(p.rule), '[0-9]+$')::BIGINT),
  p.iri, (SELECT min(object) FROM quads WHERE subject = p.iri AND predicate = $replaced)
FROM places AS p LEFT JOIN facts AS f ON f.iri = p.fact GROUP BY p.iri, p.fact, f.file, f.line ORDER BY ALL"""


def select_withdrawn(tables: Iterable[Table]) -> str:
    """A query for what the tables withdraw: IRIs without the base, as its one column ``withdrawn``."""
    selects = [f"SELECT withdrawn FROM {table.relation}" for table in tables if table.role == "withdrawals"]
    return " UNION ALL ".join([*selects, "SELECT NULL::VARCHAR AS withdrawn WHERE false"])


def find_mentions(dataset: Dataset) -> Iterator[Problem]:
    """Rows that say something of what is given up, after ``list_facts``: nothing may, but that it is so and why."""
    words: dict[str, object] = {
        "deprecated": DEPRECATED,
        "true": TRUE,
        "replaced": REPLACED_BY,
        "evidence": evidence_graph(dataset.project.base),
    }
    for file, line, iri, target in dataset.iter_rows(_MENTIONS, words):
        name = read_iri(iri).removeprefix(dataset.project.base)
        if target:
            message = f"{quote(name)} is replaced: name {quote(read_iri(target).removeprefix(dataset.project.base))}"
        else:
            message = f"{quote(name)} is withdrawn, and yet something is said of it here"
        yield Problem(file, int(line), None, message, "withdrawn", name)
