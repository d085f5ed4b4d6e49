"""What must hold on the far side before it is served: each graph has its triples, and the catalogue's queries give their rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from kzlod.connections import RefusalError
from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.pushing.sides import Side
from kzlod.queries.catalogue import Query


def find_differences(side: Side) -> Iterator[Problem]:
    """Each graph of which more or less triples are there than were sent."""
    found: dict[str, int] = side.count()
    url = side.store.addresses.query
    for graph in side.plan.graphs:
        there = found.pop(side.locate(graph), 0)
        if there != graph.triples:
            yield Problem(url, None, None, f"{graph}: of {graph.triples:,} triples {there:,} are there", "count")
    for name, triples in found.items():
        where = f"graph {name}" if name else "the default graph"
        yield Problem(url, None, None, f"{where}: {triples:,} triples are there, and the dump has none", "count")


def find_wrong_queries(side: Side, queries: Iterable[Query]) -> Iterator[Problem]:
    """Each query that gives another number of rows than it says, that the store does not answer, or that cannot be asked yet."""
    for query in queries:
        message = ""
        try:
            rows = side.store.count_rows(side.redirect(query.text))
            if rows != query.rows:
                message = f"{rows} rows, and {query.rows} are expected"
        except RefusalError as error:
            message = error.problems[0].message
        except ValueError as error:
            message = f"{error}: pass it by --unchecked {query.name}"
        if message:
            yield Problem(side.store.addresses.query, None, None, f"query {query.name}: {message}", "rows")


def choose_queries(queries: Mapping[str, Query], unchecked: Collection[str] = ()) -> list[Query]:
    """The queries that say how many rows they give.

    Args:
        queries: by name.
        unchecked: names of those that are left out.

    Raises:
        ConfigurationError: there are no queries of such names; all of them are told.
    """
    unknown = sorted(set(unchecked) - set(queries))
    if unknown:
        raise ConfigurationError(
            Problem("--unchecked", None, None, f"there is no query {quote(name)}", "query", name) for name in unknown
        )
    counted = (query for query in queries.values() if query.rows is not None and query.form == "select")
    return [query for query in counted if query.name not in unchecked]
