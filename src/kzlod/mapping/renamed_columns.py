"""Renamed columns: SQL knows no case, so of columns ``id`` and ``ID`` the second has another name in queries.

A query that says ``ID`` would be given ``id`` without a word; here such names are found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlglot import exp, parse_one

from kzlod.errors import Problem, quote
from kzlod.mapping.plan import QuerySource
from kzlod.mapping.query_sources import DIALECT
from kzlod.tree import Place

Clash = tuple[str, str]
"""A column's name in the source and in queries."""


def find_ambiguous(source: QuerySource, clashes: Mapping[str, Collection[Clash]]) -> tuple[tuple[Clash, ...], list[Problem]]:
    """Look for names in a query that may mean another column than SQL takes.

    A name is refused where it equals that of a renamed column in any case, unless it is, letter by letter, that of one column
    which kept its name.

    Args:
        source: a query that SQL accepts.
        clashes: by source that the query may read, those of its columns whose names differ in case at most.

    Returns:
        The clashes of all sources that it reads, which its own columns may have as well; and the problems.
    """
    tree = parse_one(source.query, read=DIALECT)
    tables = list(tree.find_all(exp.Table))
    others = {table.alias_or_name for table in tables if not clashes.get(table.name)}
    found = tuple(dict.fromkeys(clash for table in tables for clash in clashes.get(table.name, ())))
    problems = []
    for identifier in _iter_column_names(tree, others):
        name = identifier.name
        if not _is_told(name, found):
            group = [clash for clash in found if clash[0].lower() == name.lower()]
            known = " or ".join(new for _, new in group if _is_told(new, found))
            message = f"{quote(name)} may mean another column, because SQL knows no case: write {known}"
            problems.append(_find_place(source, identifier).problem(message, "column", name))
    return found, problems


def _is_told(name: str, clashes: Iterable[Clash]) -> bool:
    """Whether a name means none of these columns, or one only, which has it in SQL as well."""
    like = [clash for clash in clashes if clash[0].lower() == name.lower()]
    return not like or [new for old, new in like if old == name] == [name]


def _iter_column_names(tree: exp.Expr, others: Collection[str]) -> Iterator[exp.Identifier]:
    """The identifiers that may name columns, but for those that a query makes up, and those behind the name of another table."""
    for identifier in tree.find_all(exp.Identifier):
        parent = identifier.parent
        is_made = isinstance(parent, exp.Table | exp.TableAlias) or identifier.arg_key in {"alias", "table"}
        if not is_made and not (isinstance(parent, exp.Column) and parent.table in others):
            yield identifier


def _find_place(source: QuerySource, identifier: exp.Identifier) -> Place:
    before = source.query[: identifier.meta.get("start", 0)]
    line = before.count("\n")
    column = len(before) - before.rfind("\n") - 1
    return Place(source.place.file, source.place.line + line, source.place.column + column)
