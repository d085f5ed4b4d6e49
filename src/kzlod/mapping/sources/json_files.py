"""JSON files: reads a logical source, yields a relation whose rows are the items that its iterator finds.

DuckDB reads JSON lines, the elements of one array and whole documents as they stand. For other iterators, and in a careful
reading, the items are first written to a file of JSON lines, because DuckDB would hold the whole document several times over.
"""

from __future__ import annotations

import glob
from codecs import BOM_UTF8
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import duckdb

from kzlod.mapping.plan import FileSource, Format
from kzlod.mapping.relations import ALIAS, Relation, Value, find_clashes
from kzlod.mapping.sandbox import Sandbox
from kzlod.mapping.sources.csv_files import name_columns
from kzlod.mapping.sources.input_files import InputFile, open_bytes, open_input
from kzlod.mapping.sources.json_items import copy_items, split_steps
from kzlod.mapping.sources.json_paths import Steps, Wildcard, is_multiple, parse_path, write_path
from kzlod.mapping.sources.natural_types import drop_null
from kzlod.quoting import write_name, write_text
from kzlod.tree import Place

ITEM: Final = "json item"
"""The column of the items in the relation of a JSON file; the other columns are their members."""

_VALUES: Final = "json values"
_SAMPLE: Final = 1_000
_LONGEST_ITEM: Final = 1 << 24
_READ: Final = """read_json_objects({path}, format = '{format}', compression = '{compression}', maximum_object_size = {longest},
  hive_partitioning = false, ignore_errors = false)"""


def bind_json(
    connection: duckdb.DuckDBPyConnection, source: FileSource, references: Iterable[str], sandbox: Sandbox, *, careful: bool
) -> Relation:
    """The relation of a JSON file; a reference may be any path, and a path to an array stands for what the array holds.

    Raises:
        ConfigurationError: the sandbox does not admit the file, or a path is none.
        DataError: in a careful reading, or where DuckDB cannot read the file, that it is not JSON.
    """
    iterator = parse_path(source.iterator or "$", source.place)
    paths = {reference: parse_path(reference, source.place) for reference in references}
    items, path = sandbox.make_once((source, careful), lambda: _read_items(source, iterator, sandbox, careful=careful))
    sample = items if careful else f"{items} LIMIT {_SAMPLE}"
    members, clashes = _list_members(connection, sample)
    lists = _find_lists(connection, sample, {name: steps for name, steps in paths.items() if not is_multiple(steps)}, source.place)
    single = [name for name, steps in paths.items() if not is_multiple(steps)]
    written = ", ".join(write_text(write_path(paths[name], source.place)) for name in single)
    columns = ["item AS " + write_name(ITEM), f"json_extract(item, [{written}]::VARCHAR[]) AS {write_name(_VALUES)}", *members]
    null = source.dialect.null
    values = {
        name: _select_several(write_text(write_path(steps, source.place)), null)
        for name, steps in paths.items()
        if is_multiple(steps)
    }
    for number, name in enumerate(single, 1):
        value = f"{ALIAS}.{write_name(_VALUES)}[{number}]::VARCHAR"
        values[name] = _select_list(f"json_several({value})", null) if name in lists else _select_one(value, null)
    return Relation(f"SELECT {', '.join(columns)} FROM ({items})", values, (path,), clashes=clashes)


def _select_one(value: str, null: Iterable[str]) -> Value:
    value = f"json_single({value})"
    return Value(drop_null(f"json_text({value})", null), f"json_datatype({value})", is_list=False)


def _select_several(path: str, null: Iterable[str]) -> Value:
    found = f"json_extract({ALIAS}.{write_name(ITEM)}, {path})::VARCHAR[]"
    return _select_list(f"json_flatten({found})", null)


def _select_list(several: str, null: Iterable[str]) -> Value:
    text = drop_null("json_text(value)", null)
    return Value(
        f"list_transform({several}, lambda value: {text})",
        f"list_transform({several}, lambda value: json_datatype(value))",
        is_list=True,
    )


def _read_items(source: FileSource, iterator: Steps, sandbox: Sandbox, *, careful: bool) -> tuple[str, Path]:
    """The SELECT of the items in its column ``item``, and the file that it reads."""
    file = open_input(source.path, source.dialect.encoding, source.place, sandbox)
    form, rest = _find_form(file, source, iterator)
    path, compression, longest = file.path, file.compression, _LONGEST_ITEM
    if form == "unstructured":
        longest = max(file.size + 1, _LONGEST_ITEM)
    if careful or not form or not file.is_utf8:
        steps, rest = split_steps(iterator) if source.format is Format.JSON else ((), iterator)
        path, form, compression = sandbox.make_file(".jsonl"), "newline_delimited", "none"
        longest = max(copy_items(file, steps, path), _LONGEST_ITEM)
    pattern = write_text(glob.escape(str(path)))
    read = _READ.format(path=pattern, format=form, compression=compression, longest=longest)
    if not rest:
        return f"SELECT json AS item FROM {read}", path
    found = write_text(write_path(rest, source.place))
    extracted = f"json_extract(json, {found})"
    return f"SELECT unnest({extracted if is_multiple(rest) else f'[{extracted}]'}) AS item FROM {read}", path


def _find_form(file: InputFile, source: FileSource, iterator: Steps) -> tuple[str, Steps]:
    """The form of JSON that DuckDB can read as it stands, or nothing; and the steps that are left to take from there."""
    if source.format is Format.JSON_LINES:
        return "newline_delimited", iterator
    if file.size == 0:
        raise file.fault(1, "the file is empty, which is not JSON", "json")
    if not iterator:
        return "unstructured", ()
    with open_bytes(file.path, file.place) as raw:
        start = raw.read(1 << 16).removeprefix(BOM_UTF8).lstrip()
    # DuckDB takes an array that ends behind a comma for a whole one.
    if iterator == (Wildcard.ELEMENTS,) and start.startswith(b"[") and file.tail.endswith(b"]"):
        return "array", ()
    return "", ()


def _list_members(connection: duckdb.DuckDBPyConnection, sample: str) -> tuple[list[str], tuple[tuple[str, str], ...]]:
    """Columns for the members of the items that are objects, so that a query can select them: texts, as of a CSV file.

    Returns:
        Their expressions, and the clashes of their names.
    """
    keys = f"SELECT unnest(json_keys(item)) AS key FROM ({sample}) WHERE json_type(item) = 'OBJECT'"
    found = connection.execute(f"SELECT key FROM ({keys}) GROUP BY key ORDER BY key LIMIT {_SAMPLE}").fetchall()
    names = [row[0] for row in found if row[0] not in ("", "*")]
    columns = list(name_columns([ITEM, _VALUES, *names]))[2:]
    place = Place("", 0, 0)
    members = [
        f"json_extract_string(item, {write_text(write_path((name,), place))}) AS {write_name(column)}"
        for name, column in zip(names, columns, strict=True)
    ]
    return members, find_clashes(names, columns)


def _find_lists(connection: duckdb.DuckDBPyConnection, sample: str, paths: dict[str, Steps], place: Place) -> frozenset[str]:
    """The references that lead to an array somewhere in a sample."""
    if not paths:
        return frozenset()
    tests = ", ".join(
        f"coalesce(bool_or(json_type(item, {write_text(write_path(steps, place))}) = 'ARRAY'), false)" for steps in paths.values()
    )
    found = connection.execute(f"SELECT {tests} FROM ({sample})").fetchone() or ()
    return frozenset(name for name, is_list in zip(paths, found, strict=True) if is_list)
