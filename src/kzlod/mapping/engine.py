"""Runs plans over the tables of a project: binds them while the tables are empty, then fills the relation of quads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import duckdb

from kzlod.dataset import Dataset
from kzlod.errors import ConfigurationError, DataError, quote
from kzlod.mapping.binding import BoundPlan, bind_plan
from kzlod.mapping.plan import DatabaseSource, FileSource, Plan, Reference
from kzlod.mapping.relations import ALIAS, Relation, Value
from kzlod.mapping.runners import DuckRunner
from kzlod.mapping.selects import select_quads
from kzlod.quoting import write_name
from kzlod.resources import read_resource
from kzlod.terms import TERM

TableName = tuple[str, str]
"""Schema and name of a table in the database."""

# What columns make as a whole cannot be known before they are read: references as IRIs, language tags, datatypes.
_MALFORMED: Final = """
WITH terms AS (
  SELECT DISTINCT unnest([subject, predicate, object, graph]) AS term, graph, rule FROM quads
)
SELECT term, min(graph), min(rule) FROM terms WHERE NOT regexp_full_match(term, $pattern) GROUP BY term ORDER BY ALL"""


def bind_tables(dataset: Dataset, plan: Plan, tables: Mapping[Path, TableName]) -> BoundPlan:
    """Check a plan against the columns of its tables, which may still be empty.

    Args:
        dataset: whose connection holds the tables.
        plan: the mapping.
        tables: the tables in the database by the path that the mapping gives.

    Raises:
        ConfigurationError: unknown table or column, or a query that is wrong, each with its line in the mapping.
    """

    runner = DuckRunner(dataset.connection)

    def open_table(source: FileSource | DatabaseSource, references: frozenset[str]) -> Relation:
        found = tables.get(source.path) if isinstance(source, FileSource) else None
        if found is None:
            name = source.path.name if isinstance(source, FileSource) else source.address
            message = f"there is no table {quote(name)} here that tables.json describes"
            raise ConfigurationError([source.place.problem(message, "source", name)])
        select = f"SELECT * FROM {'.'.join(map(write_name, found))}"
        columns = references & set(runner.list_columns(select))
        return Relation(
            select, {name: Value(f"CAST({ALIAS}.{write_name(name)} AS VARCHAR)", "", is_list=False) for name in columns}
        )

    define_functions(dataset)
    return bind_plan(runner, plan, open_table)


def list_columns(dataset: Dataset, plan: Plan, tables: Mapping[Path, TableName]) -> None:
    """Add to the relation ``rule_columns`` of which columns the rules of a plan make objects.

    Args:
        dataset: which holds the relation.
        plan: the mapping.
        tables: as of ``bind_tables``.
    """
    rows = []
    for triples_map in plan.triples_maps:
        source = plan.sources[triples_map.source]
        table = tables.get(source.path, ("", "")) if isinstance(source, FileSource) else ("", "")
        for statement in plan.iter_statements(triples_map):
            predicate = "" if not statement.predicate.is_constant else f"<{''.join(map(str, statement.predicate.parts))}>"
            # What a join brings comes of another row; of this one come the columns by which that row is found.
            parts = (
                [part for join in statement.joins for part in join.child]
                if statement.joined
                else statement.object.iter_references()
            )
            columns = dict.fromkeys(part.column for part in parts if isinstance(part, Reference))
            rows += [(statement.rule, predicate, *table, column) for column in columns]
    if rows:
        dataset.connection.executemany("INSERT INTO rule_columns VALUES (?, ?, ?, ?, ?)", rows)


def define_functions(dataset: Dataset) -> None:
    """Give the connection what generated SQL calls by name: functions.sql, and the day of the dataset as ``as_of``."""
    dataset.connection.execute(read_resource("kzlod.mapping", "functions.sql"))
    dataset.connection.execute("SET VARIABLE as_of = $day::DATE", {"day": dataset.project.as_of})


def fill_quads(dataset: Dataset, bound: BoundPlan) -> None:
    """Run a plan and add its statements to the relation of quads.

    Raises:
        DataError: a query fails on the rows, such as a cast of a text that is no number.
    """
    for rows in bound.rows:
        try:
            dataset.connection.execute(f"INSERT INTO quads {select_quads(rows, bound.plan.base)}")
        except duckdb.Error as error:
            reason = str(error).split("\n", maxsplit=1)[0]
            message = f"the rows of source {quote(rows.key.source)} cannot be mapped: {reason}"
            raise DataError([rows.place.problem(message, "sql")]) from None


def find_malformed(dataset: Dataset) -> list[tuple[str, str, str]]:
    """Terms that are no terms, as (term, a graph, a rule): an IRI that is none after encoding, a language tag that is none."""
    return [(term, graph, rule) for term, graph, rule in dataset.iter_rows(_MALFORMED, {"pattern": TERM})]
