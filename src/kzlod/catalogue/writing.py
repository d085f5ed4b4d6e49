"""The files of the catalogue: reads its triples, yields Turtle, JSON-LD and the markup for a page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from kzlod.catalogue.description import CONTEXT, FOLDER, SCHEMA_MAPPING
from kzlod.dataset import Dataset
from kzlod.dumps import iter_jsonld, write_jsonld, write_turtle

MARKUP_CONTEXT: Final = FOLDER / "schema.jsonld"
_NESTED: Final = ("distribution", "includedInDataCatalog", "creator", "spatialCoverage", "geo")


def write_catalogue(catalogue: Dataset, folder: Path) -> list[Path]:
    """Write ``catalogue.ttl`` and ``catalogue.jsonld``, which say the same.

    Args:
        catalogue: as ``describe_dataset`` gives it.
        folder: an existing folder.

    Returns:
        The files written, sorted by name.
    """
    jsonld, turtle = folder / "catalogue.jsonld", folder / "catalogue.ttl"
    write_jsonld(catalogue, jsonld, CONTEXT)
    write_turtle(catalogue, turtle)
    return [jsonld, turtle]


def write_markup(catalogue: Dataset) -> str:
    """The dataset as JSON-LD in schema.org's terms, to stand in ``<script type="application/ld+json">`` of a page.

    Args:
        catalogue: as ``describe_dataset`` gives it.

    Returns:
        A text without ``<``, so that nothing in it ends the script.
    """
    markup = Dataset(replace(catalogue.project, nested=_NESTED))
    query = "SELECT DISTINCT subject, predicate, object FROM quads WHERE starts_with(rule, $mapping) ORDER BY ALL"
    markup.connection.execute("CREATE TABLE triples (subject VARCHAR, predicate VARCHAR, object VARCHAR)")
    rows = list(catalogue.iter_rows(query, {"mapping": f"{SCHEMA_MAPPING}:"}))
    markup.connection.executemany("INSERT INTO triples VALUES (?, ?, ?)", rows)
    return "".join(iter_jsonld(markup, MARKUP_CONTEXT)).replace("<", "\\u003c")
