"""Runs plans in DuckDB: binds them to the tables while these are empty, then fills the relation of quads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

import duckdb
from sqlglot import exp

from kzlod.dataset import Dataset
from kzlod.errors import ConfigurationError, DataError, Problem, quote
from kzlod.mapping.plan import FileSource, Plan, QuerySource, TriplesMap
from kzlod.mapping.sql import DIALECT, bind_query, find_in_query, iter_columns, select_quads, table
from kzlod.terms import TERM

TableName = tuple[str, str]
"""Schema and name of a table in the database."""

# What columns make as a whole cannot be known before they are read: references as IRIs, language tags, datatypes.
_MALFORMED: Final = """
WITH terms AS (
  SELECT DISTINCT unnest([subject, predicate, object, graph]) AS term, graph, rule FROM quads
)
SELECT term, min(graph), min(rule) FROM terms WHERE NOT regexp_full_match(term, $pattern) GROUP BY term ORDER BY ALL"""


@dataclass(frozen=True)
class BoundPlan:
    """A plan that is known to fit its tables; ``selects`` makes the quads of each triples map."""

    plan: Plan
    selects: tuple[tuple[TriplesMap, str], ...]


def bind_plan(dataset: Dataset, plan: Plan, tables: Mapping[Path, TableName]) -> BoundPlan:
    """Check a plan against the columns of its tables, which may still be empty, and make its SQL.

    Args:
        dataset: whose connection holds the tables.
        plan: the mapping.
        tables: the tables in the database by the path that the mapping gives.

    Raises:
        ConfigurationError: unknown table or column, or a query that is wrong, each with its line in the mapping.
    """
    return _Binder(dataset, plan, tables).bind()


def define_functions(dataset: Dataset) -> None:
    """Give the connection what generated SQL calls by name: functions.sql, and the day of the dataset as ``as_of``."""
    dataset.connection.execute(resources.files("kzlod.mapping").joinpath("functions.sql").read_text(encoding="utf-8"))
    dataset.connection.execute("SET VARIABLE as_of = $day::DATE", {"day": dataset.project.as_of})


def fill_quads(dataset: Dataset, bound: BoundPlan) -> None:
    """Run a plan and add its statements to the relation of quads.

    Raises:
        DataError: a query fails on the rows, such as a cast of a text that is no number.
    """
    for triples_map, select in bound.selects:
        try:
            dataset.connection.execute(f"INSERT INTO quads {select}")
        except duckdb.Error as error:
            reason = str(error).split("\n", maxsplit=1)[0]
            message = f"the rows of source {quote(triples_map.source)} cannot be mapped: {reason}"
            raise DataError([triples_map.place.problem(message, "sql")]) from None


def find_malformed(dataset: Dataset) -> list[tuple[str, str, str]]:
    """Terms that are no terms, as (term, a graph, a rule): an IRI that is none after encoding, a language tag that is none."""
    return [(term, graph, rule) for term, graph, rule in dataset.iter_rows(_MALFORMED, {"pattern": TERM})]


class _Binder:
    def __init__(self, dataset: Dataset, plan: Plan, tables: Mapping[Path, TableName]) -> None:
        self.connection = dataset.connection
        define_functions(dataset)
        self.plan = plan
        self.problems: list[Problem] = []
        self.relations: dict[str, exp.Expr] = {}
        self.unbound: set[str] = set()
        for name, source in plan.sources.items():
            if isinstance(source, FileSource):
                self._bind_file(name, source, tables)
        for name, source in plan.sources.items():
            if isinstance(source, QuerySource):
                self._bind_query(name, source)

    def bind(self) -> BoundPlan:
        selects = []
        for triples_map in self.plan.triples_maps:
            relation = self.relations.get(triples_map.source)
            if relation is not None and self._has_columns(triples_map, relation):
                selects.append((triples_map, select_quads(triples_map, relation, self.plan.base)))
        if self.problems:
            raise ConfigurationError(self.problems)
        return BoundPlan(self.plan, tuple(selects))

    def _bind_file(self, name: str, source: FileSource, tables: Mapping[Path, TableName]) -> None:
        found = tables.get(source.path)
        if found is None:
            message = f"there is no table {quote(source.path.name)} here that tables.json describes"
            self.problems.append(source.place.problem(message, "source", source.path.name))
            self.unbound.add(name)
        else:
            self.relations[name] = table(*found)

    def _bind_query(self, name: str, source: QuerySource) -> None:
        relation, problems = bind_query(source, self.relations)
        # A source that could not be bound has its own message; the query that reads it is not to blame.
        self.problems += [problem for problem in problems if problem.value not in self.unbound]
        if relation is None:
            self.unbound.add(name)
            return
        try:
            self.connection.execute(f"DESCRIBE {relation.this.sql(DIALECT)}")
        except duckdb.Error as error:
            reason = str(error).split("\n", maxsplit=1)[0]
            named = re.search(r'"([^"]+)"', reason)
            self.problems.append(find_in_query(source, named[1] if named else "").problem(reason, "sql"))
            self.unbound.add(name)
            return
        self.relations[name] = relation

    def _has_columns(self, triples_map: TriplesMap, relation: exp.Expr) -> bool:
        source = relation.this.sql(DIALECT) if isinstance(relation, exp.Subquery) else f"SELECT * FROM {relation.sql(DIALECT)}"
        columns = {row[0] for row in self.connection.execute(f"DESCRIBE {source}").fetchall()}
        wrong = {
            term.place.problem(
                f"source {quote(triples_map.source)} has no column {quote(column)}; it has {', '.join(sorted(columns))}",
                "column",
                column,
            )
            for column, term in iter_columns(triples_map)
            if column not in columns
        }
        self.problems += wrong
        return not wrong
