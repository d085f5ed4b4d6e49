"""Sources: reads logical sources, yields relations of DuckDB.

A source is read as fast as DuckDB can first. If the query that reads it fails, the caller binds it once more with ``careful``:
then Python reads the file and names the line of what is broken, or makes a copy that DuckDB can read.
"""

from __future__ import annotations

import glob
import re
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb

from kzlod.errors import ConfigurationError, DataError, Problem, quote
from kzlod.mapping.plan import DatabaseSource, FileSource, Format
from kzlod.mapping.relations import Relation, Value
from kzlod.mapping.sandbox import Sandbox
from kzlod.mapping.sources.csv_files import bind_csv, summarise_error
from kzlod.mapping.sources.databases import bind_database
from kzlod.mapping.sources.input_files import open_bytes, open_input
from kzlod.mapping.sources.json_files import bind_json
from kzlod.mapping.sources.natural_types import define_natural_types, describe, find_value
from kzlod.quoting import write_text
from kzlod.tree import Place

__all__ = ["Relation", "Sandbox", "Value", "bind_columns", "bind_source"]


def bind_source(
    connection: duckdb.DuckDBPyConnection,
    source: FileSource | DatabaseSource,
    references: Collection[str],
    sandbox: Sandbox,
    *,
    careful: bool = False,
) -> Relation:
    """Make a relation of a logical source.

    Args:
        connection: in which the relation will be used, not locked as yet.
        source: the file or database.
        references: what the mapping asks for; those that the source has not are left out of the relation's values.
        sandbox: what may be read; it must live as long as the relation.
        careful: whether to look at every row first, because a query over the relation has failed.

    Raises:
        ConfigurationError: what the mapping says of the source is wrong, not allowed or not supported.
        DataError: the file is broken, with the line where there are lines; without ``careful``, a later query may find that.
        EngineError: a database cannot be reached.
    """
    wanted = sorted(references)
    if isinstance(source, FileSource) and source.format is Format.CSV:
        return _bind_texts(connection, source, wanted, sandbox, careful=careful)
    define_natural_types(connection)
    if isinstance(source, DatabaseSource):
        return bind_database(connection, source, wanted, sandbox)
    try:
        if source.format is Format.PARQUET:
            return _bind_parquet(connection, source, wanted, sandbox)
        return _bind_json(connection, source, wanted, sandbox, careful=careful)
    except duckdb.Error as error:
        raise DataError([_explain(source, error)]) from None


def _bind_texts(
    connection: duckdb.DuckDBPyConnection, source: FileSource, references: Collection[str], sandbox: Sandbox, *, careful: bool
) -> Relation:
    """A table of texts, which needs no types: defining these takes longer than to map a small table."""
    try:
        return bind_csv(connection, source, references, sandbox, careful=careful)
    except duckdb.Error as error:
        raise DataError([_explain(source, error)]) from None


def bind_columns(
    connection: duckdb.DuckDBPyConnection, select: str, references: Collection[str], place: Place | None = None
) -> Relation:
    """Make a relation of a SELECT whose columns have types.

    Args:
        connection: in which it can be run.
        select: the SQL.
        references: names of its columns; those that it has not are left out of the relation's values.
        place: of the source in the mapping, for errors.

    Raises:
        ConfigurationError: a column that is asked for has a type without texts, such as a struct.
        duckdb.Error: the SELECT is wrong.
    """
    define_natural_types(connection)
    types = describe(connection, select)
    return Relation(select, find_values(types, references, place), (), tuple(types))


def find_values(
    types: Mapping[str, str], references: Collection[str], place: Place | None, null: tuple[str, ...] = ()
) -> dict[str, Value]:
    """What references to columns stand for.

    Args:
        types: by column, as DuckDB names them.
        references: names of columns; those that there are not are left out.
        place: of the source in the mapping, for errors.
        null: texts that mean "no value".

    Raises:
        ConfigurationError: a column that is asked for has a type without texts, such as a struct.
    """
    values: dict[str, Value] = {}
    problems = []
    for name in sorted(set(references) & set(types)):
        value = find_value(name, types[name], null)
        if value is None:
            message = f"column {quote(name)} has the type {types[name]}, which has no texts; select its parts in a query"
            problems.append((place or Place("query", 1, 1)).problem(message, "column", name))
        else:
            values[name] = value
    if problems:
        raise ConfigurationError(problems)
    return values


def _bind_parquet(
    connection: duckdb.DuckDBPyConnection, source: FileSource, references: Collection[str], sandbox: Sandbox
) -> Relation:
    path = sandbox.make_once(source, lambda: unpack_source(source, sandbox))
    select = f"SELECT * FROM read_parquet({write_text(glob.escape(str(path)))}, hive_partitioning = false)"
    types = describe(connection, select)
    values = find_values(types, references, source.place, source.dialect.null)
    return Relation(select, values, (path,), tuple(types))


def unpack_source(source: FileSource, sandbox: Sandbox) -> Path:
    """The file of a source, or a copy of it that is not compressed as a whole: Parquet is read from its end."""
    file = open_input(source.path, "utf-8", source.place, sandbox)
    if file.compression == "none":
        return file.path
    copy = sandbox.make_file(source.path.with_suffix("").suffix or ".copy")
    with open_bytes(file.path, source.place) as packed, copy.open("wb") as unpacked:
        shutil.copyfileobj(packed, unpacked)
    return copy


def _bind_json(
    connection: duckdb.DuckDBPyConnection, source: FileSource, references: Collection[str], sandbox: Sandbox, *, careful: bool
) -> Relation:
    try:
        return bind_json(connection, source, references, sandbox, careful=careful)
    except duckdb.Error:
        if careful:
            raise
        # The sample is broken already: say where.
        return bind_json(connection, source, references, sandbox, careful=True)


def _explain(source: FileSource, error: duckdb.Error) -> Problem:
    reason = summarise_error(error)
    line = re.search(r"CSV Error on Line: ([0-9]+)", reason)
    return Problem(
        str(source.path), int(line[1]) if line else None, None, f"the file cannot be read: {reason}", str(source.format.value)
    )
