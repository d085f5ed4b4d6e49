"""N-Triples and N-Quads: reads a dataset, writes one statement a line, in canonical form and sorted."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kzlod.dataset import Dataset

# The terms are canonical already and DuckDB sorts by code point, so the lines are the canonical form of the whole document
# (RDF 1.2 N-Quads, section 3; without blank nodes RDFC-1.0 says the same).
_TRIPLES: Final = r"SELECT concat(subject, ' ', predicate, ' ', object, E' .\n') FROM triples"
_QUADS: Final = r"SELECT DISTINCT concat(subject, ' ', predicate, ' ', object, ' ', graph, E' .\n') FROM quads"


def write_ntriples(dataset: Dataset, path: Path) -> None:
    """Write the merged graph as canonical N-Triples, sorted by line."""
    _write_lines(dataset, f"{_TRIPLES} ORDER BY ALL", path)


def write_nquads(dataset: Dataset, path: Path) -> None:
    """Write the merged graph (as default graph) and the named graphs as canonical N-Quads, sorted by line."""
    _write_lines(dataset, f"{_TRIPLES} UNION ALL {_QUADS} ORDER BY ALL", path)


def _write_lines(dataset: Dataset, query: str, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(line for (line,) in dataset.iter_rows(query))
