"""Keys: finds rows that repeat a primary key and cells that refer to nothing, each as one query over sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kzlod.dataset import Dataset
from kzlod.errors import quote
from kzlod.facts.cells import split_cells
from kzlod.facts.places import Finding, RowLines
from kzlod.facts.tables import ForeignKey, Table
from kzlod.quoting import write_name


def find_duplicate_keys(dataset: Dataset, table: Table) -> Iterator[Finding]:
    """Yield each row whose primary key an earlier row has."""
    if not table.primary_key:
        return
    numbers = range(len(table.primary_key))
    keys = ", ".join(f"k{number}" for number in numbers)
    named = ", ".join(f"{write_name(name)} AS k{number}" for number, name in enumerate(table.primary_key))
    query = f"""
        WITH twice AS (
          SELECT {keys}, min(number) AS earliest FROM (SELECT rowid AS number, {named} FROM {table.relation})
          GROUP BY {keys} HAVING count(*) > 1)
        SELECT number, earliest, {keys} FROM (SELECT rowid AS number, {named} FROM {table.relation}) JOIN twice USING ({keys})
        WHERE number > earliest"""
    found = list(dataset.iter_rows(query))
    if not found:
        return
    lines = RowLines(dataset, table)
    for number, earliest, *values in found:
        key = ", ".join(values)
        message = f"duplicate key {quote(key)}: line {lines.find_line(int(earliest))} has it already"
        yield Finding(int(number), table.primary_key[0], message, "primary-key", key)


def find_dangling_references(dataset: Dataset, table: Table, others: Mapping[tuple[str, str], Table]) -> Iterator[Finding]:
    """Yield each value that is not in the table it refers to; a reference with an empty cell refers to nothing.

    Args:
        others: the tables that could be read, by source and name; references to others cannot be judged.
    """
    for key in table.foreign_keys:
        target = others.get((key.source, key.table))
        if target is None:
            continue
        for number, *values in dataset.iter_rows(_write_dangling(table, key, target)):
            value = ", ".join(values)
            where = f"column {', '.join(key.references)} of {target.shown}"
            yield Finding(int(number), key.columns[0], f"{quote(value)} is not in {where}", "foreign-key", value)


def _write_dangling(table: Table, key: ForeignKey, target: Table) -> str:
    columns = [table.get_column(name) for name in key.columns]
    values = ", ".join(
        f"{f'unnest({split_cells(column)})' if column.separator else column.sql} AS v{number}"
        for number, column in enumerate(columns)
    )
    keys = ", ".join(f"{write_name(name)} AS k{number}" for number, name in enumerate(key.references))
    equal = " AND ".join(f"v{number} = k{number}" for number in range(len(columns)))
    there = " AND ".join(f"v{number} <> ''" for number in range(len(columns)))
    return f"""
        SELECT referring.* FROM (SELECT rowid AS number, {values} FROM {table.relation}) AS referring
        ANTI JOIN (SELECT {keys} FROM {target.relation}) AS target ON {equal}
        WHERE {there}"""
