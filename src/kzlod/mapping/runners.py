"""Runners: what binding and the pieces ask of the engine that runs them. SQL comes as DuckDB's; another engine translates it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from queue import SimpleQueue
from typing import Any, Protocol

import duckdb

from kzlod.mapping.relations import Relation
from kzlod.mapping.sources.opening import bind_columns
from kzlod.quoting import write_name
from kzlod.tree import Place


class Runner(Protocol):
    """An engine of SQL.

    Args:
        errors: what it raises where SQL is wrong or the rows are.
        hash_function: makes one number of some texts, for counting.
        barrier: what keeps a condition on a line from being pushed below what makes the line, so that each would be made twice.
    """

    errors: tuple[type[Exception], ...]
    hash_function: str
    barrier: str

    def make_view(self, name: str, select: str, *, of_user: bool) -> str:
        """Keep a SELECT as a view.

        Args:
            of_user: whether the SELECT stands in the mapping.

        Returns:
            The name it can be read under.
        """

    def list_columns(self, select: str) -> list[str]:
        """The columns of a SELECT."""

    def bind_columns(self, select: str, references: Collection[str], place: Place) -> Relation:
        """The relation of a SELECT whose columns have types, as ``opening.bind_columns``."""

    def fetch_row(self, query: str) -> tuple[Any, ...]:
        """The first row of what a query finds; it must find one."""

    def fetch_rows(self, queries: Sequence[str]) -> list[tuple[Any, ...]]:
        """The first row of what each query finds; several may run at once."""


class DuckRunner:
    """DuckDB; as ``Runner``. ``views`` are those that were made, by name, as SQL.

    Args:
        connections: of one database; as many queries run at once.
    """

    errors: tuple[type[Exception], ...] = (duckdb.Error,)
    hash_function = "hash"
    barrier = " LIMIT 9223372036854775806"

    def __init__(self, *connections: duckdb.DuckDBPyConnection) -> None:
        self.connections = connections
        self.connection = connections[0]
        self.views: dict[str, str] = {}

    def make_view(self, name: str, select: str, *, of_user: bool) -> str:  # noqa: ARG002 - it needs no translation
        """Keep a SELECT as a view of this name."""
        self.views[name] = f"CREATE OR REPLACE VIEW {write_name(name)} AS {select}"
        self.connection.execute(self.views[name])
        return name

    def list_columns(self, select: str) -> list[str]:
        """The columns of a SELECT."""
        return [row[0] for row in self.connection.execute(f"DESCRIBE {select}").fetchall()]

    def bind_columns(self, select: str, references: Collection[str], place: Place) -> Relation:
        """The relation of a SELECT."""
        return bind_columns(self.connection, select, references, place)

    def fetch_row(self, query: str) -> tuple[Any, ...]:
        """The first row."""
        return self.connection.execute(query).fetchone() or ()

    def fetch_rows(self, queries: Sequence[str]) -> list[tuple[Any, ...]]:
        """The first row of each query."""
        return list(run_all(self.connections, queries))


def run_all(
    connections: Sequence[duckdb.DuckDBPyConnection], queries: Sequence[str], finish: Callable[[], object] = lambda: None
) -> Iterator[tuple[Any, ...]]:
    """Run queries, as many at a time as there are connections, and yield the first row of each in order; a failure stops all.

    Args:
        finish: is called when a query has been run, on its thread.
    """
    free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
    for connection in connections:
        free.put(connection)

    def run(query: str) -> tuple[Any, ...]:
        connection = free.get()
        try:
            row: tuple[Any, ...] = connection.execute(query).fetchone() or ()
        finally:
            free.put(connection)
        finish()
        return row

    with ThreadPoolExecutor(len(connections)) as pool:
        futures = [pool.submit(run, query) for query in queries]
        try:
            for future in futures:
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            # Again and again, because a query that is about to start does not notice.
            while running := [future for future in futures if not future.done()]:
                for connection in connections:
                    connection.interrupt()
                wait(running, 0.1)
            raise
