"""Nanopublications: reads a dataset, yields TriG with head, assertion, provenance and publication info of each accepted fact.

They are unsigned, and named ``{base}nanopub/SOURCE/TABLE/ROW#``; who publishes them to the network of nanopublications signs them
with a key, which also gives them trusty URIs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kzlod.catalogue.description import FOLDER
from kzlod.dataset import Dataset
from kzlod.dumps import iter_trig
from kzlod.dumps.context import load_context
from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.terms import ACCEPTED, FACT_STATUS, Prefixes, evidence_graph, is_iri, read_iri, write_iri, write_literal

_CONTEXT: Final = FOLDER / "nanopublications.jsonld"
_STATUSES: Final = """
SELECT subject, max(object = $accepted) FROM quads
WHERE graph = $evidence AND predicate = $status AND subject IN (SELECT unnest($facts)) GROUP BY subject"""


def iter_nanopublications(dataset: Dataset, facts: Sequence[str] = ()) -> Iterator[str]:
    """The accepted facts as nanopublications, as pieces of a text.

    Args:
        dataset: after ``merge_accepted``.
        facts: IRIs, whole or relative to the base; all accepted facts where there are none.

    Raises:
        ConfigurationError: a fact is unknown or not accepted; before the first piece.
    """
    project = dataset.project
    terms = _find_facts(dataset, facts)
    prefixes = {**project.prefixes.namespaces, **load_context(_CONTEXT, _CONTEXT.name).prefixes.namespaces}
    parameters: dict[str, object] = {
        "base": project.base,
        "evidence": evidence_graph(project.base),
        "status": FACT_STATUS,
        "accepted": ACCEPTED,
        "facts": terms,
        "as_of": project.as_of.isoformat(),
        "licence": project.licence,
        "publisher": write_literal(project.publication.publisher) if project.publication.publisher else "",
    }
    query = (FOLDER / "nanopublications.sql").read_text(encoding="utf-8")
    return iter_trig((row[:4] for row in dataset.iter_rows(query, parameters)), Prefixes(prefixes))


def _find_facts(dataset: Dataset, facts: Sequence[str]) -> list[str]:
    base = dataset.project.base
    whole = [fact if is_iri(fact) else base + fact for fact in facts]
    terms = [write_iri(iri) for iri in whole if is_iri(iri)]
    parameters: dict[str, object] = {
        "facts": terms,
        "evidence": evidence_graph(base),
        "status": FACT_STATUS,
        "accepted": ACCEPTED,
    }
    accepted = {read_iri(row[0]): row[1] for row in dataset.iter_rows(_STATUSES, parameters)}
    problems = [
        Problem(
            "nanopub",
            None,
            None,
            f"{quote(iri)} is no accepted fact" if iri in accepted else f"there is no fact {quote(iri)}",
            "fact",
            iri,
        )
        for iri in whole
        if not accepted.get(iri)
    ]
    if problems:
        raise ConfigurationError(problems)
    return terms
