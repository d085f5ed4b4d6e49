"""Natural datatypes: reads the types of columns, yields what a reference to each stands for.

Source: R2RML, section 10.2, and RML-IO-Registry, the natural mappings of SQL and of JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import duckdb

from kzlod.mapping.relations import ALIAS, Value
from kzlod.quoting import write_name, write_text
from kzlod.resources import read_resource
from kzlod.terms import XSD

_INTEGERS: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_UNSIGNED: Final = ("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "BIGNUM")

# The text of a value and the local name of its datatype, by the type without what stands in brackets.
_NATURAL: Final = {
    **dict.fromkeys((*_INTEGERS, *_UNSIGNED), ("{}::VARCHAR", "integer")),
    **dict.fromkeys(("FLOAT", "DOUBLE"), ("natural_double({}::VARCHAR)", "double")),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), ("natural_timestamp({})", "dateTime")),
    **dict.fromkeys(("VARCHAR", "UUID", "ENUM", "BIT", "INTERVAL"), ("{}::VARCHAR", "")),
    "DECIMAL": ("natural_decimal({}::VARCHAR)", "decimal"),
    "BOOLEAN": ("{}::VARCHAR", "boolean"),
    "DATE": ("natural_date({})", "date"),
    "TIME": ("natural_fraction({}::VARCHAR)", "time"),
    "TIME WITH TIME ZONE": ("natural_time_zone({}::VARCHAR)", "time"),
    "TIMESTAMP WITH TIME ZONE": ("(natural_timestamp({} AT TIME ZONE 'UTC') || 'Z')", "dateTime"),
    "BLOB": ("hex({})", "hexBinary"),
}


def define_natural_types(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the connection the functions that the expressions of values call (natural_types.sql)."""
    connection.execute(read_resource("kzlod.mapping.sources", "natural_types.sql"))


def describe(connection: duckdb.DuckDBPyConnection, select: str) -> dict[str, str]:
    """Columns and types of a SELECT.

    Raises:
        duckdb.Error: it cannot be run.
    """
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE {select}").fetchall()}


def find_value(column: str, type_name: str, null: Iterable[str] = ()) -> Value | None:
    """What a reference to a column stands for; None where its values have no texts, as those of a struct.

    >>> find_value("n", "INTEGER").text, find_value("t", "VARCHAR[]").is_list, find_value("s", "STRUCT(a INTEGER)")
    ('{alias}."n"::VARCHAR', True, None)
    """
    name = f"{ALIAS}.{write_name(column)}"
    element = re.fullmatch(r"(.*)\[\d*\]", type_name, re.DOTALL)
    if element is None:
        found = _find_single(name, type_name, null)
        return None if found is None else Value(*found, is_list=False)
    found = _find_single("element", element[1], null)
    if found is None:
        return None
    text, datatype = (f"list_transform({name}, lambda element: {part})" if part else "" for part in found)
    return Value(text, datatype, is_list=True)


def drop_null(text: str, null: Iterable[str]) -> str:
    """The expression of a text that is missing where it is one of the null words."""
    words = ", ".join(write_text(word) for word in null)
    return f"CASE WHEN {text} NOT IN ({words}) THEN {text} END" if words else text


def _find_single(expression: str, type_name: str, null: Iterable[str]) -> tuple[str, str] | None:
    if type_name == "JSON":
        return drop_null(f"json_text({expression}::VARCHAR)", null), f"json_datatype({expression}::VARCHAR)"
    kind = type_name.partition("(")[0]
    if kind not in _NATURAL or type_name.endswith("]"):
        return None
    text, local = _NATURAL[kind]
    return drop_null(text.format(expression), null), write_text(XSD + local) if local else ""
