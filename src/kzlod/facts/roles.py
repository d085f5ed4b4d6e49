"""Roles of tables: what a table of each role must have, as data, and the check of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from kzlod.errors import Problem, quote
from kzlod.facts.datatypes import BASES
from kzlod.facts.tables import KEYED, Table

ROLES: Final[Mapping[str, Mapping[str, str]]] = {
    "facts": {},
    "codes": {},
    "identities": {},
    "evidence": {
        "table": "text",
        "row": "text",
        "number": "number",
        "document": "text",
        "start": "number",
        "end": "number",
        "sha256": "text",
    },
    "coverage": {"document": "text", "start": "number", "end": "number", "sha256": "text", "reason": "text"},
    "documents": {"id": "text", "file": "text", "characters": "number", "sha256": "text"},
    "lookalikes": {"id": "text", "entity": "text", "other": "text", "reason": "text"},
    "conflicts": {"id": "text", "facts": "list", "reason": "text"},
    "decisions": {"id": "text", "subject_id": "text", "object_id": "text"},
    "withdrawals": {"withdrawn": "text", "reason": "text"},
    "qualifications": {"table": "text", "row": "text", "status": "text", "according_to": "optional", "basis": "optional"},
}
"""The columns that each role asks for: a ``text``, ``number`` or ``list`` is required in each row, an ``optional`` one may be
empty."""


def check_role(table: Table) -> Iterator[Problem]:
    """Yield what a table lacks for its role."""
    for name, kind in ROLES.get(table.role, {}).items():
        column = table.find_column(name)
        if column is None:
            yield _complain(table, f"has no column {quote(name)}")
        elif kind == "list" and not (column.required and column.separator):
            yield column.place.problem(f"column {quote(name)} of {_name(table)} must be required and a list", "tables", name)
        elif kind in ("text", "number") and (not column.required or column.separator):
            yield column.place.problem(f"column {quote(name)} of {_name(table)} must be required and no list", "tables", name)
        elif kind == "number" and column.datatype.base not in ("integer", "nonNegativeInteger"):
            noun = BASES["nonNegativeInteger"].noun
            yield column.place.problem(f"column {quote(name)} of {_name(table)} must be a {noun}", "tables", name)
    if table.role == "documents" and table.primary_key != ("id",):
        yield _complain(table, "must have the primaryKey 'id'")
    elif table.role in KEYED and len(table.primary_key) != 1:
        yield _complain(table, "must have a primaryKey of one column, the row's id")


def check_evidence_tables(tables: Iterable[Table]) -> Iterator[Problem]:
    """Yield where a source has two tables of evidence or coverage, or where one does not refer to documents."""
    by_name = {(table.source, table.name): table for table in tables}
    sources: set[tuple[str, str]] = set()
    for table in by_name.values():
        if table.role not in ("evidence", "coverage"):
            continue
        if (table.source, table.role) in sources:
            yield _complain(table, f"is the second of source {quote(table.source)}")
        sources.add((table.source, table.role))
        if find_documents(table, by_name.values()) is None:
            yield _complain(table, "needs a foreign key from 'document' to 'id' of a table of documents")


def find_documents(evidence: Table, tables: Iterable[Table]) -> Table | None:
    """The table of documents that a table of evidence refers to."""
    targets = {
        (key.source, key.table) for key in evidence.foreign_keys if key.columns == ("document",) and key.references == ("id",)
    }
    return next((table for table in tables if (table.source, table.name) in targets and table.role == "documents"), None)


def _name(table: Table) -> str:
    return f"{table.role} table {quote(table.name)}"


def _complain(table: Table, what: str) -> Problem:
    return table.place.problem(f"{_name(table)} {what}", "tables", table.name)
