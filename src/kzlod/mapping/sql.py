"""From a plan to SQL: one SELECT for each triples map, whose rows are quads in N-Triples terms.

The expressions are sqlglot trees, so that another dialect is another generator's matter; only ``iri_safe`` and ``nt_escape``
are functions of the engine (functions.sql).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce

from sqlglot import exp, parse
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope

from kzlod.errors import Problem, quote
from kzlod.mapping.plan import QuerySource, Reference, Statement, TermMap, TermType, TriplesMap
from kzlod.terms import XSD_STRING, escape_literal
from kzlod.tree import Place

DIALECT = "duckdb"
_TERMS = ("subject", "predicate", "object", "graph")

# Same input, same bytes: what depends on the moment or on chance has no place in a mapping.
_VOLATILE = frozenset(
    (
        *("current_date", "current_time", "current_timestamp", "current_datetime", "get_current_timestamp", "get_current_time"),
        *("now", "today", "transaction_timestamp", "localtime", "localtimestamp", "nextval"),
        *("rand", "random", "setseed", "uuid", "gen_random_uuid", "uuidv4", "uuidv7"),
    )
)

Relations = Mapping[str, exp.Expr]
"""What each source of a mapping stands for in FROM: a table or a query in parentheses."""


def table(schema: str, name: str) -> exp.Table:
    """A table of the database as a relation."""
    return exp.Table(this=exp.to_identifier(name, quoted=True), db=exp.to_identifier(schema, quoted=True))


def bind_query(source: QuerySource, relations: Relations) -> tuple[exp.Subquery | None, list[Problem]]:
    """Put the relations that it reads into a query.

    Args:
        source: the query of a mapping.
        relations: what the names in its FROM may stand for.

    Returns:
        The query as a relation, or None; and the problems: it is no SQL, no single SELECT, or reads anything but the sources.
    """
    try:
        trees = parse(source.query, read=DIALECT)
    except ParseError as error:
        first = error.errors[0]
        reason = first["description"].partition(" for <class")[0]
        return None, [_place_in(source, first["line"], first["col"]).problem(f"not SQL: {reason}", "sql")]
    except (SqlglotError, RecursionError) as error:
        return None, [source.place.problem(f"not SQL: {str(error).partition(chr(10))[0]}", "sql")]
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, exp.Query):
        return None, [source.place.problem("a source's query is one SELECT", "sql")]
    problems = _find_volatile(source, tree)
    for node in _iter_tables(tree):
        if not isinstance(node.this, exp.Identifier) or node.db or node.name not in relations:
            shown = node.sql(DIALECT)
            message = f"a query reads only the sources above it in its mapping, and {quote(shown)} is none of them"
            problems.append(find_in_query(source, node.name or shown.partition("(")[0]).problem(message, "sql", shown))
            continue
        relation = relations[node.name].copy()
        alias = node.alias or node.name
        node.replace(exp.alias_(relation, alias, table=True, quoted=True))
    return (None if problems else exp.Subquery(this=tree)), problems


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


def select_quads(triples_map: TriplesMap, relation: exp.Expr, base: str) -> str:
    """The SELECT that makes the quads of one triples map, with the columns subject, predicate, object, graph, rule.

    Each row of the source is read once and makes one row for each statement; a statement of which a term is missing makes none.
    """
    rows = exp.Array(expressions=[_struct(statement, base) for statement in triples_map.statements])
    unnested = exp.alias_(_call("unnest", rows), "quad", copy=False)
    made = exp.Select(expressions=[unnested]).from_(exp.alias_(relation.copy(), "source", table=True), copy=False)
    quads = exp.Select(expressions=[exp.alias_(_field(name), name, copy=False) for name in (*_TERMS, "rule")])
    complete = [exp.Not(this=exp.Is(this=_field(name), expression=exp.Null())) for name in _TERMS]
    return quads.from_(made.subquery("made", copy=False), copy=False).where(*complete, copy=False).sql(DIALECT)


def _field(name: str) -> exp.Expr:
    return exp.Dot(this=exp.column("quad"), expression=exp.to_identifier(name))


def iter_columns(triples_map: TriplesMap) -> Iterator[tuple[str, TermMap]]:
    """The columns that a triples map needs, with the term map that needs each."""
    for statement in triples_map.statements:
        for term in statement.iter_terms():
            for reference in term.iter_references():
                yield reference.column, term


def _struct(statement: Statement, base: str) -> exp.Expr:
    terms = [_term(term, base) for term in statement.iter_terms()]
    values = [*terms, exp.Literal.string(statement.rule)]
    return exp.Struct(
        expressions=[
            exp.PropertyEQ(this=exp.to_identifier(name), expression=value)
            for name, value in zip((*_TERMS, "rule"), values, strict=True)
        ]
    )


def _term(term: TermMap, base: str) -> exp.Expr:
    if term.term_type is TermType.IRI:
        return _concatenate("<", *_iri(term, base), ">")
    text = [escape_literal(part) if isinstance(part, str) else _call("nt_escape", _column(part)) for part in term.parts]
    if term.language:
        # Parsers disagree on the case of a tag; in lower case all read the same.
        tag = [part.lower() if isinstance(part, str) else exp.func("lower", part, copy=False) for part in _raw(term.language)]
        return _concatenate('"', *text, '"@', *tag)
    if term.datatype and term.datatype != (XSD_STRING,):
        return _concatenate('"', *text, '"^^<', *_raw(term.datatype), ">")
    return _concatenate('"', *text, '"')


def _iri(term: TermMap, base: str) -> list[str | exp.Expr]:
    if not term.is_template and isinstance(term.parts[0], Reference):
        return [_resolve(_column(term.parts[0]), base)]
    parts: list[str | exp.Expr] = [part if isinstance(part, str) else _call("iri_safe", _column(part)) for part in term.parts]
    # A constant start was resolved when the mapping was read; what starts with a value has to be resolved row by row.
    return parts if isinstance(parts[0], str) else [_resolve(_concatenate(*parts), base)]


def _resolve(expression: exp.Expr, base: str) -> exp.Expr:
    return _call("iri_resolve", expression, exp.Literal.string(base))


def _raw(parts: tuple[str | Reference, ...]) -> list[str | exp.Expr]:
    return [part if isinstance(part, str) else _column(part) for part in parts]


def _column(reference: Reference) -> exp.Expr:
    """A column as text; a value that is no text is written as the engine writes it."""
    column = exp.column(reference.column, table="source", quoted=True)
    return exp.Cast(this=column, to=exp.DataType(this=exp.DataType.Type.VARCHAR))


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    # sqlglot copies what it is given unless told otherwise, which took half of the time of a small build.
    return exp.func(name, *arguments, dialect=DIALECT, copy=False)


def _concatenate(*parts: str | exp.Expr) -> exp.Expr:
    """Join texts and expressions so that the whole is NULL where one of them is; neighbouring constants become one."""
    joined: list[str | exp.Expr] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    expressions = [exp.Literal.string(part) if isinstance(part, str) else part for part in joined]
    return reduce(lambda left, right: exp.DPipe(this=left, expression=right, safe=True), expressions)
