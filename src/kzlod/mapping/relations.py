"""Relations: what a logical source is to SQL, a SELECT whose rows are the iterations, and what references stand for in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from kzlod.quoting import write_name

ALIAS = "{alias}"
"""Stands in the expressions of a value for the alias under which its relation is used."""


@dataclass(frozen=True)
class Value:
    """What a reference stands for.

    Args:
        text: SQL expression of the text (VARCHAR), or of several texts (VARCHAR[]); NULL where there is no value.
        datatype: SQL expression of the natural datatype's IRI, or of a list as long as that of the texts; NULL for a plain
            string. Empty where every value is a plain string.
        is_list: whether there may be several values in one row.
    """

    text: str
    datatype: str
    is_list: bool


@dataclass(frozen=True)
class Relation:
    """A logical source as SQL.

    Args:
        sql: a SELECT; its rows are the iterations.
        values: by reference as the mapping writes it; a reference that the source has not is missing.
        files: what the SELECT reads, with symbolic links followed.
        columns: the names that references may have, for messages; none where any may be asked for (JSON).
        clashes: the columns whose names differ in case at most, each with its name in the source and in SQL.
    """

    sql: str
    values: Mapping[str, Value]
    files: tuple[Path, ...] = ()
    columns: tuple[str, ...] = ()
    clashes: tuple[tuple[str, str], ...] = ()

    def value(self, reference: str, alias: str) -> Value:
        """What a reference stands for, where the relation has this alias (as SQL writes it).

        >>> Relation("SELECT 1 AS a", {"a": Value('{alias}."a"', "", False)}).value("a", "child").text
        'child."a"'
        """
        value = self.values[reference]
        return replace(value, text=value.text.replace(ALIAS, alias), datatype=value.datatype.replace(ALIAS, alias))


def find_clashes(names: Sequence[str], columns: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The columns that had to be renamed, and those they had to be told from.

    Args:
        names: in the source.
        columns: the names in SQL.

    >>> find_clashes(["id", "ID", "name", ""], ["id", "ID_1", "name", "column"])
    (('id', 'id'), ('ID', 'ID_1'))
    """
    pairs = [(name, column) for name, column in zip(names, columns, strict=True) if name]
    renamed = {name.lower() for name, column in pairs if name != column}
    return tuple((name, column) for name, column in pairs if name.lower() in renamed)


def number_iterations(relation: Relation, columns: Collection[str], reference: str, *, is_ordered: bool) -> Relation:
    """A relation with the number of each of its rows, the first being 1.

    Args:
        columns: what its SELECT has.
        reference: what stands for the number.
        is_ordered: whether its rows come in an order of their own. Else they are numbered in that of all their columns; which
            of two equal rows comes first makes no difference.
    """
    taken = {column.lower() for column in columns}
    name = next(name for number in count() if (name := f"iteration{number or ''}") not in taken)
    rows = f"({relation.sql}{'' if is_ordered else ' ORDER BY ALL'})"
    select = f"SELECT *, row_number() OVER () AS {write_name(name)} FROM {rows}"
    number = Value(f"CAST({ALIAS}.{write_name(name)} AS VARCHAR)", "", is_list=False)
    return replace(relation, sql=select, values={**relation.values, reference: number})
