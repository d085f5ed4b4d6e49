"""The figures of a dataset, as VoID counts them: reads the merged graph, yields rows for the tables of the catalogue.

Source: Describing Linked Datasets with the VoID Vocabulary (W3C, 2011), sections 4 and 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kzlod.dataset import Dataset
from kzlod.terms import NS, RDF_TYPE, XSD, Prefixes, read_iri, write_iri

Row = tuple[object, ...]

# The bounds of intervals that mappings/dates.yml or another mapping makes: terms of the tool's own.
_FIGURES: Final = """
WITH days AS (
  SELECT regexp_extract(object, '^"([^"]*)"', 1) AS day FROM triples
  WHERE predicate IN (SELECT unnest($bounds)) AND suffix(object, $date)
)
SELECT count(*), count(DISTINCT subject) FILTER (starts_with(subject, '<' || $base)), count(DISTINCT subject),
  count(DISTINCT object), count(DISTINCT object) FILTER (predicate = $type), count(DISTINCT predicate),
  (SELECT min(day) FROM days), (SELECT max(day) FROM days)
FROM triples"""
_BOUNDS: Final = tuple(f"<{NS}{name}>" for name in ("earliestStart", "latestStart", "earliestEnd", "latestEnd"))

_CLASSES: Final = """
WITH typed AS (SELECT DISTINCT subject, object AS class FROM triples WHERE predicate = $type)
SELECT class, count(DISTINCT subject), count(*) FROM typed JOIN triples USING (subject) GROUP BY class ORDER BY class"""

_PROPERTIES: Final = """
SELECT predicate, count(*), count(DISTINCT subject), count(DISTINCT object) FROM triples GROUP BY predicate ORDER BY predicate"""

_VOCABULARIES: Final = """
SELECT DISTINCT regexp_extract(term, '^<(.*[#/])', 1) AS namespace FROM (
  SELECT predicate AS term FROM triples UNION ALL SELECT object FROM triples WHERE predicate = $type)
WHERE namespace <> '' ORDER BY namespace"""

_LINKSETS: Final = """
SELECT predicate, regexp_extract(object, '^<(.*[#/])', 1) AS namespace, count(*) FROM triples
WHERE predicate IN (SELECT unnest($predicates)) AND starts_with(subject, '<' || $base) AND NOT starts_with(object, '<' || $base)
  AND namespace <> ''
GROUP BY ALL ORDER BY ALL"""


def count_figures(dataset: Dataset, link_predicates: Sequence[str]) -> dict[str, list[Row]]:
    """Count what is in the merged graph of a dataset.

    Args:
        dataset: after ``merge_accepted``.
        link_predicates: IRIs of the properties that lead to other datasets.

    Returns:
        The rows of the tables figures, classes, properties, vocabularies and linksets, sorted.
    """
    base, prefixes = dataset.project.base, dataset.project.prefixes
    figures = {"base": base, "type": RDF_TYPE, "bounds": list(_BOUNDS), "date": f"^^<{XSD}date>"}
    links = {"base": base, "predicates": [write_iri(iri) for iri in link_predicates]}
    return {
        "figures": _fetch(dataset, _FIGURES, figures),
        "classes": list(_name_terms(_fetch(dataset, _CLASSES, {"type": RDF_TYPE}), prefixes)),
        "properties": list(_name_terms(_fetch(dataset, _PROPERTIES, {}), prefixes)),
        "vocabularies": _fetch(dataset, _VOCABULARIES, {"type": RDF_TYPE}),
        "linksets": list(_name_linksets(_fetch(dataset, _LINKSETS, links), prefixes)),
    }


def _fetch(dataset: Dataset, query: str, parameters: Mapping[str, object]) -> list[Row]:
    return dataset.connection.execute(query, dict(parameters) or None).fetchall()


def _name_terms(rows: list[Row], prefixes: Prefixes) -> Iterator[Row]:
    """Rows with the term as an IRI, and before it a name to make an IRI of."""
    for term, *counts in rows:
        iri = read_iri(str(term))
        yield (_name_term(iri, prefixes), iri, *counts)


def _name_linksets(rows: list[Row], prefixes: Prefixes) -> Iterator[Row]:
    names = {namespace: prefix for prefix, namespace in prefixes.namespaces.items()}
    for predicate, namespace, count in rows:
        iri, other = read_iri(str(predicate)), names.get(str(namespace), str(namespace))
        yield (f"{other}.{_name_term(iri, prefixes)}", iri, other, namespace, count)


def _name_term(iri: str, prefixes: Prefixes) -> str:
    # No prefix and no short local name holds a point: no two terms get one name.
    return (prefixes.shorten(iri) or iri).replace(":", ".", 1)
