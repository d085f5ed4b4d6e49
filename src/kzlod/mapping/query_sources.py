"""Query sources: reads the SELECT of a mapping, yields it with the relations that it reads put in.

Nothing but the sources above it in the mapping can stand in its FROM, and nothing that depends on the moment or on chance.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import TokenType, exp, parse, tokenize
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from kzlod.errors import Problem, quote
from kzlod.mapping.plan import QuerySource
from kzlod.tree import Place

DIALECT = "duckdb"

# Same input, same bytes: what depends on the moment, on chance, on the machine or on who runs it has no place in a mapping.
_VOLATILE = frozenset(
    (
        *("current_date", "current_time", "current_timestamp", "current_datetime", "current_localtime", "current_localtimestamp"),
        *("get_current_timestamp", "get_current_time", "now", "today", "transaction_timestamp", "localtime", "localtimestamp"),
        *("rand", "random", "setseed", "uuid", "gen_random_uuid", "uuidv4", "uuidv7", "nextval", "currval", "txid_current"),
        *(
            "user",
            "current_user",
            "session_user",
            "current_role",
            "getenv",
            "current_setting",
            "version",
            "pg_postmaster_start_time",
        ),
        *("current_query", "current_connection_id", "current_query_id", "current_transaction_id", "current_database"),
        *("current_catalog", "current_schema", "current_schemas"),
    )
)
_KEYWORDS = frozenset(
    (
        *("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "current_catalog", "current_schema"),
        *("current_role", "current_user", "session_user", "user"),
    )
)
_MOMENTS = frozenset(("now", "today", "tomorrow", "yesterday"))
# sqlglot reads these and leaves them out again: what is written must be what is run.
_LOST = (("TABLESAMPLE",), ("USING", "SAMPLE"), ("AT", "(", "VERSION"), ("AT", "(", "TIMESTAMP"))


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
    if lost := _find_lost(source.query):
        return "", [find_in_query(source, lost.split()[0]).problem(f"{lost} is not supported in a mapping", "sql", lost)]
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


def _find_lost(query: str) -> str:
    words = [token.text.upper() if token.token_type != TokenType.STRING else "" for token in tokenize(query, read=DIALECT)]
    starts = ((number, lost) for number in range(len(words)) for lost in _LOST)
    return next((" ".join(lost) for number, lost in starts if tuple(words[number : number + len(lost)]) == lost), "")


def _find_volatile(source: QuerySource, tree: exp.Query) -> list[Problem]:
    calls = list(tree.find_all(exp.Func))
    called = {(node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower() for node in calls} & _VOLATILE
    called |= {
        "age" for node in calls if isinstance(node, exp.Anonymous) and node.name.lower() == "age" and len(node.expressions) < 2
    }
    messages = {name: f"{name} gives another value at each call: a mapping may not ask it" for name in called}
    # DuckDB takes a bare name that is no column's for a call of these, even in double quotes.
    bare = {node.name.lower() for node in tree.find_all(exp.Column) if not node.table} & _KEYWORDS
    messages |= {name: f"{name} alone may be a call: write the source's name and a dot before the column" for name in bare}
    moments = {node.this.name.strip().lower() for node in tree.find_all(exp.Cast) if isinstance(node.this, exp.Literal)} & _MOMENTS
    messages |= {name: f"{name} is another moment at each call: a mapping may not ask it" for name in moments}
    return [find_in_query(source, name).problem(message, "sql", name) for name, message in sorted(messages.items())]


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
