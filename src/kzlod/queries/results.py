"""Query results as a table for people, or in the standards' formats."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph

from kzlod.errors import ConfigurationError, Problem, escape_controls
from kzlod.queries.catalogue import Query
from kzlod.queries.execution import Results
from kzlod.terms import Prefixes

_FORMATS = {
    "csv": pyoxigraph.QueryResultsFormat.CSV,
    "json": pyoxigraph.QueryResultsFormat.JSON,
    "xml": pyoxigraph.QueryResultsFormat.XML,
}


def write_results(results: Results, form: str | None, base: str, prefixes: Prefixes) -> str | bytes:
    """Write the results of a query.

    Args:
        results: solutions, a truth value, or a graph in Turtle.
        form: table, csv, json, xml or turtle; None for table, or turtle where the result is a graph.
        base, prefixes: how IRIs are shortened in a table.

    Raises:
        ConfigurationError: the form does not fit the kind of result.
    """
    if isinstance(results, bytes):
        _refuse(form not in {None, "turtle"}, "the query makes a graph: its format is turtle")
        return results
    _refuse(form == "turtle", "the query makes a table: its formats are table, csv, json and xml")
    if form in _FORMATS:
        return results.serialize(format=_FORMATS[form]) or b""
    if isinstance(results, pyoxigraph.QueryBoolean):
        return f"{str(bool(results)).lower()}\n"
    names = [variable.value for variable in results.variables]
    return write_table(names, [[_show(solution[name], base, prefixes) for name in names] for solution in results])


def write_catalogue(queries: Iterable[Query]) -> str:
    """The list of the queries, with their parameters."""
    rows = [[query.name, query.title, " ".join(f"{p.name}:{p.type}" for p in query.parameters)] for query in queries]
    return write_table(["query", "title", "parameters"], rows)


def write_table(names: list[str], rows: list[list[str]]) -> str:
    """Rows in columns as wide as their longest cell, with a line of counts at the end.

    >>> print(write_table(["a", "b"], [["1", "x"]]))
    a  b
    -  -
    1  x
    1 row
    <BLANKLINE>
    """
    widths = [max(len(row[number]) for row in [names, *rows]) for number in range(len(names))]
    lines = [names, ["-" * width for width in widths], *rows]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([*table, f"{len(rows)} row{'' if len(rows) == 1 else 's'}"]) + "\n"


def _show(term: object, base: str, prefixes: Prefixes) -> str:
    if isinstance(term, pyoxigraph.NamedNode):
        return escape_controls(prefixes.shorten(term.value) or term.value.removeprefix(base))
    if isinstance(term, pyoxigraph.Literal):
        return escape_controls(term.value)
    return "" if term is None else escape_controls(str(term))


def _refuse(wrong: bool, message: str) -> None:
    if wrong:
        raise ConfigurationError([Problem("--format", None, None, message, "format")])
