"""Nesting: reads the statements of a dataset, says which entity of the JSON-LD dump is written inside which other.

An entity is nested once, in its first holder by code point, and never in itself; everywhere else it is named by its IRI.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from kzlod.dataset import Dataset
from kzlod.dumps.context import Term
from kzlod.terms import Triple, write_iri

# Parsers recurse: a chain of thousands of entities, each inside the one before, is a file that nothing reads.
DEEPEST: Final = 16


class Nest(NamedTuple):
    """Where an entity is nested: the IRI term of its holder and the term of the context below which it stands."""

    holder: str
    term: Term


_NESTS: Final = """
WITH terms AS (SELECT unnest($terms, recursive := true)),
subjects AS (SELECT DISTINCT subject FROM triples),
links AS (
  SELECT if(reverse, subject, object) AS child, if(reverse, object, subject) AS holder, name, rank
  FROM triples JOIN terms USING (predicate)
)
SELECT DISTINCT ON (child) child, holder, name FROM links
WHERE child <> holder AND child IN (FROM subjects) AND holder IN (FROM subjects)
ORDER BY child, holder, rank"""

_TREES: Final = """
WITH nested AS (SELECT unnest($children::VARCHAR[]) AS subject, unnest($roots::VARCHAR[]) AS root)
SELECT coalesce(root, subject) AS tree, subject, predicate, object FROM triples LEFT JOIN nested USING (subject)
ORDER BY ALL"""


def find_nests(dataset: Dataset, terms: Sequence[Term]) -> dict[str, Nest]:
    """Find the nest of each entity that has one.

    Args:
        dataset: after ``merge_accepted``.
        terms: the terms below which entities are nested; of two that lead to one holder the first counts.

    Returns:
        Nests by the IRI term of the nested entity, without circles and at most ``DEEPEST`` deep.
    """
    if not terms:
        return {}
    by_name = {term.name: term for term in terms}
    parameter: object = [
        {"name": term.name, "predicate": write_iri(term.iri), "reverse": term.reverse, "rank": rank}
        for rank, term in enumerate(terms)
    ]
    rows = dataset.iter_rows(_NESTS, {"terms": parameter})
    nests = {child: Nest(holder, by_name[name]) for child, holder, name in rows}
    _cut_circles(nests)
    return nests


def _cut_circles(nests: dict[str, Nest]) -> None:
    """Take entities out of their nests until each walk from holder to holder ends, within ``DEEPEST`` steps."""
    depths: dict[str, int] = {}
    for start in list(nests):
        walk: dict[str, None] = {}
        node = start
        while node in nests and node not in depths and node not in walk:
            walk[node] = None
            node = nests[node].holder
        if node in walk:
            del nests[node]
        for step in reversed(walk):
            depths[step] = depths.get(nests[step].holder, 0) + 1 if step in nests else 0
            if depths[step] > DEEPEST:
                del nests[step]
                depths[step] = 0


def iter_trees(dataset: Dataset, nests: dict[str, Nest]) -> Iterator[tuple[str, list[Triple]]]:
    """The entities that are not nested, sorted, each with its statements and those of all entities nested in it, sorted."""
    parameters: dict[str, object] = {"children": list(nests), "roots": [_find_root(nests, child) for child in nests]}
    for root, rows in groupby(dataset.iter_rows(_TREES, parameters), itemgetter(0)):
        yield root, [Triple(*row[1:]) for row in rows]


def _find_root(nests: dict[str, Nest], node: str) -> str:
    while node in nests:
        node = nests[node].holder
    return node
