"""Checks of the loaded tables: cells, keys, references, order and cycles; every finding of every table in one run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kzlod.dataset import Dataset
from kzlod.errors import Problem
from kzlod.facts.cells import find_bad_cells, find_bad_order
from kzlod.facts.cycles import find_cycles
from kzlod.facts.keys import find_dangling_references, find_duplicate_keys
from kzlod.facts.loading import list_unread
from kzlod.facts.places import Finding, locate_findings
from kzlod.facts.tables import Table


def check_tables(dataset: Dataset, tables: Sequence[Table]) -> list[Problem]:
    """Check all rows that could be read against what tables.json says of them.

    Args:
        dataset: a dataset with the tables filled by ``fill_tables``.
        tables: the same tables.

    Returns:
        The problems, sorted by place. Their rules are ``required``, ``datatype``, ``format``, ``range``, ``length``,
        ``list``, ``primary-key``, ``foreign-key``, ``order`` and ``acyclic``.
    """
    unread = list_unread(dataset)
    problems: list[Problem] = []
    for table in tables:
        if (table.source, table.name) not in unread:
            others = {(other.source, other.name): other for other in tables if (other.source, other.name) not in unread}
            problems += locate_findings(dataset, table, _find_all(dataset, table, others))
    return sorted(problems, key=Problem.sort_key)


def _find_all(dataset: Dataset, table: Table, others: dict[tuple[str, str], Table]) -> Iterator[Finding]:
    yield from find_bad_cells(dataset, table)
    yield from find_duplicate_keys(dataset, table)
    yield from find_dangling_references(dataset, table, others)
    yield from find_bad_order(dataset, table)
    yield from find_cycles(dataset, table)
