"""Runners: what binding and the pieces ask of the engine that runs them. SQL comes as DuckDB's; another engine translates it."""

from __future__ import annotations

from collections.abc import Collection
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


class DuckRunner:
    """DuckDB; as ``Runner``. ``views`` are those that were made, by name, as SQL."""

    errors: tuple[type[Exception], ...] = (duckdb.Error,)
    hash_function = "hash"
    barrier = " LIMIT 9223372036854775806"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
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
