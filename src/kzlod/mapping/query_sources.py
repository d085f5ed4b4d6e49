"""Query sources: reads the SELECT of a mapping, yields it with the relations that it reads put in.

Nothing but the sources above it in the mapping can stand in its FROM, and nothing that depends on the moment or on chance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlglot import exp, parse
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from kzlod.errors import Problem, quote
from kzlod.mapping.plan import QuerySource
from kzlod.tree import Place

DIALECT = "duckdb"

# Same input, same bytes: what depends on the moment or on chance has no place in a mapping.
_VOLATILE = frozenset(
    (
        *("current_date", "current_time", "current_timestamp", "current_datetime", "get_current_timestamp", "get_current_time"),
        *("now", "today", "transaction_timestamp", "localtime", "localtimestamp", "nextval", "txid_current", "current_setting"),
        *("rand", "random", "setseed", "uuid", "gen_random_uuid", "uuidv4", "uuidv7"),
    )
)


def bind_query(source: QuerySource, views: Mapping[str, str]) -> tuple[str, list[Problem]]:
    """Put the views that it reads into a query.

    Args:
        source: the query of a mapping.
        views: what the names in its FROM may stand for.

    Returns:
        The SQL, or an empty text; and the problems: it is no SQL, no single SELECT, or reads anything but the sources.
    """
    try:
        trees = parse(source.query, read=DIALECT)
    except ParseError as error:
        first = error.errors[0]
        reason = first["description"].partition(" for <class")[0]
        return "", [_place_in(source, first["line"], first["col"]).problem(f"not SQL: {reason}", "sql")]
    except (SqlglotError, RecursionError) as error:
        return "", [source.place.problem(f"not SQL: {str(error).partition(chr(10))[0]}", "sql")]
    tree = trees[0] if len(trees) == 1 else None
    # sqlglot reads these and leaves them out again: what is written must be what is run.
    lost = re.search(r"\bTABLESAMPLE\b|\bUSING\s+SAMPLE\b|\bAT\s*\(\s*(?:VERSION|TIMESTAMP)\b", source.query, re.IGNORECASE)
    if lost:
        return "", [find_in_query(source, lost[0]).problem(f"{lost[0]} is not supported in a mapping", "sql", lost[0])]
    if not isinstance(tree, exp.Query):
        return "", [source.place.problem("a source's query is one SELECT", "sql")]
    problems = _find_volatile(source, tree)
    for node in _iter_tables(tree):
        if not isinstance(node.this, exp.Identifier) or node.db or node.name not in views:
            shown = node.sql(DIALECT)
            message = f"a query reads only the sources above it in its mapping, and {quote(shown)} is none of them"
            problems.append(find_in_query(source, node.name or shown.partition("(")[0]).problem(message, "sql", shown))
            continue
        view = exp.Table(this=exp.to_identifier(views[node.name], quoted=True))
        node.replace(exp.alias_(view, node.alias or node.name, table=True, quoted=True))
    return "" if problems else tree.sql(DIALECT), problems


def _find_volatile(source: QuerySource, tree: exp.Query) -> list[Problem]:
    called = {(node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower() for node in tree.find_all(exp.Func)}
    return [
        find_in_query(source, name).problem(f"{name} gives another value at each call: a mapping may not ask it", "sql", name)
        for name in sorted(called & _VOLATILE)
    ]


def _iter_tables(tree: exp.Query) -> list[exp.Table]:
    """The tables that a query reads; the names of its own common table expressions are none."""
    own = {
        id(node)
        for scope in traverse_scope(tree)
        for node in scope.tables
        if isinstance(scope.sources.get(node.alias_or_name), Scope)
    }
    return [node for node in tree.find_all(exp.Table) if id(node) not in own]


def find_in_query(source: QuerySource, name: str) -> Place:
    """Where a name first stands in a query; its first line where it does not."""
    for number, line in enumerate(source.query.lower().splitlines(), 1):
        if name and name.lower() in line:
            return _place_in(source, number, line.index(name.lower()) + 1)
    return source.place


def _place_in(source: QuerySource, line: int, column: int) -> Place:
    return Place(source.place.file, source.place.line + line - 1, source.place.column + column - 1)
