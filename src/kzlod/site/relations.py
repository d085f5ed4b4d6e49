"""The relations of the site: reads the quads of an assembled dataset, fills tables of what has a page, and of names and times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kzlod.dataset import Dataset
from kzlod.resources import read_resource
from kzlod.site.display import Display
from kzlod.terms import FACT_STATUS, NS, RDF_TYPE, evidence_graph


def create_relations(dataset: Dataset, display: Display, languages: Sequence[str]) -> None:
    """Make the tables ``nodes``, ``chief_classes``, ``labels`` and ``spans`` of the schema ``site_pages``.

    Args:
        dataset: after the mapping has been run.
        display: what names things.
        languages: tags of the site's languages, the first of which stands in for the others.
    """
    dataset.connection.execute("CREATE SCHEMA IF NOT EXISTS site_pages")
    _fill("label_ranks", "term VARCHAR, rank INTEGER", display.labels.items(), dataset)
    _fill("other_names", "term VARCHAR, rank INTEGER", display.other_names.items(), dataset)
    _fill("class_ranks", "term VARCHAR, rank INTEGER", display.classes.items(), dataset)
    _fill("languages", "tag VARCHAR, number INTEGER", ((tag, number) for number, tag in enumerate(languages, 1)), dataset)
    parts = [
        (name, slot, choice, predicate)
        for name, slots in display.names.items()
        for slot, predicates in enumerate(slots)
        for choice, predicate in enumerate(predicates)
    ]
    _fill("name_parts", "class VARCHAR, slot INTEGER, choice INTEGER, predicate VARCHAR", parts, dataset)
    evidence = evidence_graph(dataset.project.base)
    constants = {
        "base": dataset.project.base,
        "evidence": evidence,
        "status": FACT_STATUS,
        "type": RDF_TYPE,
        "first": languages[0],
        "ns": f"<{NS}",
    }
    _run(dataset, "nodes.sql", constants)
    for name in display.names:
        _run(dataset, "parts.sql", {"class": name, "first": languages[0]})
    _run(dataset, "fact_labels.sql", {"evidence": evidence})


def load_sql(name: str) -> str:
    """The text of a query of this room."""
    return read_resource("kzlod.site", "sql", name)


def _fill(name: str, columns: str, rows: Iterable[tuple[object, ...]], dataset: Dataset) -> None:
    dataset.connection.execute(f"CREATE OR REPLACE TABLE site_pages.{name} ({columns})")
    marks = ", ".join("?" for _ in columns.split(","))
    dataset.connection.executemany(f"INSERT INTO site_pages.{name} VALUES ({marks})", [list(row) for row in rows])


def _run(dataset: Dataset, name: str, constants: Mapping[str, object]) -> None:
    for statement in dataset.connection.extract_statements(load_sql(name)):
        used = {key: value for key, value in constants.items() if key in statement.named_parameters}
        dataset.connection.execute(statement, used)
