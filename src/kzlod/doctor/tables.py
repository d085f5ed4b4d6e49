"""What of the tables no mapping reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from kzlod.doctor.findings import Finding, odd, shorten, wrong
from kzlod.facts.relations import STATING
from kzlod.facts.tables import Table
from kzlod.mapping.plan import FileSource, Plan, QuerySource
from kzlod.project import Project

_ALWAYS_READ: Final = ("evidence", "documents", "coverage", "qualifications", "decisions", "lookalikes", "withdrawals")
"""Roles of tables whose columns the tool reads itself."""

_SSSOM: Final = ".sssom.tsv"
_WRITTEN: Final = "_written"
"""The end of columns in which imports keep what was written otherwise."""
_ENTITY: Final = "_entity"
"""The end of columns in which imports say which thing is meant by the column of the name before it."""


def examine_tables(project: Project, tables: Iterable[Table], plans: Iterable[Plan]) -> Iterator[Finding]:
    """Tables that no mapping names, and columns of which none says anything.

    A column counts as read where a rule or a query of a mapping that has the table names it, or a reference to another table
    uses it.
    """
    used = [(_list_paths(plan), _list_words(plan)) for plan in plans]
    for table in tables:
        words = [words for paths, words in used if table.path in paths]
        if not words:
            if table.role in STATING:
                yield wrong(table.shown, "no mapping reads this table: name it in one of mappings/*.yml", "mapping")
            continue
        # What SSSOM has beside the link itself is for its own tools.
        if table.role in _ALWAYS_READ or table.path.name.endswith(_SSSOM):
            continue
        known = set().union(*words, table.primary_key, *(key.columns for key in table.foreign_keys))
        known |= {name for pair in (*table.names, *table.order) for name in (pair.first, pair.second)}
        known |= {name.removesuffix(_ENTITY) for name in known}
        if left := [column.name for column in table.columns if not column.name.endswith(_WRITTEN) and column.name not in known]:
            what = "column" if len(left) == 1 else "columns"
            yield odd(table.shown, f"no mapping uses {what} {shorten(left)}: nothing is published of it", "column")
    read = {path for paths, _ in used for path in paths}
    for path in sorted(read - {table.path for table in tables}):
        yield odd(project.show(path), "a mapping reads this file, which no tables.json describes", "mapping")


def _list_paths(plan: Plan) -> set[Path]:
    return {source.path for source in plan.sources.values() if isinstance(source, FileSource)}


def _list_words(plan: Plan) -> set[str]:
    words = {
        reference.column
        for triples_map in plan.triples_maps
        for statement in plan.iter_statements(triples_map)
        for term in (statement.subject, statement.predicate, statement.object, *([statement.graph] if statement.graph else []))
        for reference in term.iter_references()
    }
    for source in plan.sources.values():
        if isinstance(source, QuerySource):
            words |= set(re.findall(r"\w+", source.query))
    return words
