"""Databases: reads a SELECT of SQLite or PostgreSQL, yields a relation with the types of its columns.

The rows are written to a file once, by Python's drivers, so that they need no memory and no extension of DuckDB.
"""

from __future__ import annotations

import datetime
import importlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote as percent_encode

import duckdb

from kzlod.errors import ConfigurationError, DataError, EngineError, quote
from kzlod.mapping.plan import DatabaseSource
from kzlod.mapping.relations import Relation, find_clashes
from kzlod.mapping.sandbox import Sandbox
from kzlod.mapping.sources.csv_files import name_columns, read_plain, write_row
from kzlod.mapping.sources.natural_types import find_value
from kzlod.quoting import write_name

# SQLite's rules of affinity (https://sqlite.org/datatype3.html, 3.1), and before them the types that it keeps as others.
_SQLITE_TYPES: Final = (
    *(("BOOL", "BOOLEAN"), ("DATETIME", "TIMESTAMP"), ("TIMESTAMP", "TIMESTAMP"), ("DATE", "DATE"), ("TIME", "TIME")),
    *(("INT", "BIGINT"), ("CHAR", "VARCHAR"), ("CLOB", "VARCHAR"), ("TEXT", "VARCHAR"), ("BLOB", "BLOB")),
    *(("REAL", "DOUBLE"), ("FLOA", "DOUBLE"), ("DOUB", "DOUBLE"), ("DECIMAL", "DECIMAL"), ("NUMERIC", "DECIMAL")),
)
_SQLITE_ALLOWED: Final = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE))
_SQLITE_REFUSED: Final = frozenset(("load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"))

# By the numbers of pg_type.
_POSTGRESQL_TYPES: Final = {
    **dict.fromkeys((20, 21, 23, 26), "BIGINT"),
    **dict.fromkeys((700, 701), "DOUBLE"),
    16: "BOOLEAN",
    17: "BLOB",
    1082: "DATE",
    1083: "TIME",
    1114: "TIMESTAMP",
    1184: "TIMESTAMP WITH TIME ZONE",
    1266: "TIME WITH TIME ZONE",
    1700: "DECIMAL",
}
_BATCH: Final = 10_000

SQLITE_STEPS: Final = 5_000_000_000
"""How many steps of SQLite's machine a query may take in the sandbox: hundreds of millions of rows, but not rows without end."""

POSTGRESQL_TIMEOUT: Final = "1h"
"""How long a query may run at a server that sets no ``statement_timeout`` itself, nor does the connection string."""

_STEPS: Final = 1_000_000


@dataclass
class _Column:
    """A column of a result.

    Args:
        name: of the column.
        declared: the type of DuckDB that it ought to have, or empty.
        seen: the Python types of its values.
        whole, scale: the most digits before and behind the point of its decimals.
    """

    name: str
    declared: str
    seen: set[type] = field(default_factory=set)
    whole: int = 0
    scale: int = 0

    def write(self, value: Any) -> str | None:
        """A value as text."""
        if value is None:
            return None
        self.seen.add(type(value))
        if isinstance(value, bytes):
            return value.hex()
        if isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, datetime.datetime):
            return value.isoformat(" ")
        if self.declared == "DECIMAL" and isinstance(value, Decimal | int | float):
            text = format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")
            whole, _, part = text.lstrip("-").partition(".")
            self.whole, self.scale = max(self.whole, len(whole)), max(self.scale, len(part))
            return text
        return str(value)

    def find_type(self) -> str:
        """The type of DuckDB that holds the values which were seen, whatever the declared one is."""
        if self.seen <= {int} and self.seen:
            return "BIGINT"
        if self.seen <= {int, float} and self.seen:
            return "DOUBLE"
        return "BLOB" if self.seen == {bytes} else "VARCHAR"


def bind_database(
    connection: duckdb.DuckDBPyConnection, source: DatabaseSource, references: Iterable[str], sandbox: Sandbox
) -> Relation:
    """The relation of a database's SELECT, whose rows are read at once.

    Raises:
        ConfigurationError: the system is not supported, its driver is not installed, the sandbox does not admit it, or the
            query is wrong or more than a SELECT.
        DataError: the database holds what is no text.
        EngineError: it cannot be reached.
    """
    columns, spool, longest = sandbox.make_once(source, lambda: _spool(source, sandbox))
    return _relate(connection, columns, references, spool, longest)


def _spool(source: DatabaseSource, sandbox: Sandbox) -> tuple[list[_Column], Path, int]:
    """Write the rows to a file; its columns, where it is, and a number of bytes that no row is longer than."""
    opened = {"sqlite": _open_sqlite, "postgresql": _open_postgresql}.get(source.system)
    if opened is None:
        message = f"database {quote(source.system)} is not supported; there are sqlite and postgresql"
        raise ConfigurationError([source.place.problem(message, "source", source.system)])
    spool = sandbox.make_file(".csv")
    longest = 0
    with opened(source, sandbox) as (columns, rows), spool.open("w", encoding="utf-8", newline="") as file:
        for row in rows:
            line = write_row(column.write(value) for column, value in zip(columns, row, strict=True))
            longest = max(longest, 4 * len(line))
            file.write(line)
    return columns, spool, longest


def _relate(
    connection: duckdb.DuckDBPyConnection, columns: list[_Column], references: Iterable[str], spool: Path, longest: int
) -> Relation:
    read = read_plain(spool, len(columns), longest)
    names = list(name_columns(column.name for column in columns))
    types = _choose_types(connection, columns, read)
    cells = (_write_cast(f"c{number}", type_name) for number, type_name in enumerate(types))
    select = ", ".join(f"{cell} AS {write_name(name)}" for cell, name in zip(cells, names, strict=True))
    given = [column.name for column in columns]
    found = {
        column.name: find_value(name, type_name)
        for column, name, type_name in zip(columns, names, types, strict=True)
        if given.count(column.name) == 1
    }
    values = {name: value for name in references if (value := found.get(name)) is not None}
    return Relation(f"SELECT {select} FROM {read}", values, (spool,), tuple(given), find_clashes(given, names))


def _choose_types(connection: duckdb.DuckDBPyConnection, columns: list[_Column], read: str) -> list[str]:
    """The declared types, but where a value does not fit, the one that fits all: SQLite keeps anything anywhere."""
    wanted = [_size_decimal(column) for column in columns]
    tests = [
        f"count(c{number}) = count({_write_cast(f'c{number}', type_name, 'TRY_CAST')})" for number, type_name in enumerate(wanted)
    ]
    fits = connection.execute(f"SELECT {', '.join(tests)} FROM {read}").fetchone() or ()
    return [type_name if fit else column.find_type() for column, type_name, fit in zip(columns, wanted, fits, strict=True)]


def _size_decimal(column: _Column) -> str:
    if column.declared != "DECIMAL":
        return column.declared or column.find_type()
    return f"DECIMAL({max(column.whole + column.scale, 1)},{column.scale})" if column.whole + column.scale <= 38 else "VARCHAR"


def _write_cast(cell: str, type_name: str, cast: str = "CAST") -> str:
    if type_name == "BLOB":
        # Every text of digits is the text of bytes; what is none fails, or is NULL.
        return f"CASE WHEN regexp_full_match({cell}, '([0-9a-f]{{2}})*') THEN unhex({cell}) END"
    return cell if type_name == "VARCHAR" else f"{cast}({cell} AS {type_name})"


@contextmanager
def _open_sqlite(source: DatabaseSource, sandbox: Sandbox) -> Iterator[tuple[list[_Column], Iterator[tuple[Any, ...]]]]:
    path = sandbox.admit(Path(source.address), source.place)
    limit = _StepLimit(0 if sandbox.allow_external else SQLITE_STEPS)
    try:
        with closing(sqlite3.connect(f"file:{percent_encode(str(path))}?mode=ro", uri=True)) as database:
            database.set_progress_handler(limit.count, _STEPS)
            columns = _prepare_sqlite(database, source)
            cursor = database.execute('SELECT * FROM temp."kzlod rows"')
            yield columns, _iter_batches(cursor)
    except sqlite3.Error as error:
        if limit.is_passed:
            message = f"the query is not done after {limit.steps:,} steps; if it ever ends, --allow-external lets it"
            raise ConfigurationError([source.place.problem(message, "sql")]) from None
        raise DataError([source.place.problem(f"{quote(source.address)}: {error}", "database")]) from None


@dataclass
class _StepLimit:
    """Counts the steps of a query, and stops it where they are more than a limit; 0 is none."""

    limit: int
    steps: int = 0

    @property
    def is_passed(self) -> bool:
        return 0 < self.limit <= self.steps

    def count(self) -> bool:
        self.steps += _STEPS
        return self.is_passed


def _prepare_sqlite(database: sqlite3.Connection, source: DatabaseSource) -> list[_Column]:
    """Make a view of the query, once it is known to do nothing but read, and look at its columns."""
    query = source.query.strip().rstrip(";")
    database.set_authorizer(_authorize)
    try:
        database.execute(f"SELECT * FROM ({query}\n) LIMIT 0")
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        raise ConfigurationError([source.place.problem(f"SQLite refuses the query: {error}", "sql")]) from None
    database.set_authorizer(None)
    database.execute("PRAGMA temp_store = MEMORY")
    database.execute(f'CREATE TEMP VIEW "kzlod rows" AS SELECT * FROM ({query}\n)')
    declared = database.execute('PRAGMA temp.table_info("kzlod rows")').fetchall()
    database.set_authorizer(_authorize)
    return [_Column(row[1], _find_sqlite_type(row[2])) for row in declared]


def _authorize(action: int, _: str | None, function: str | None, *__: str | None) -> int:
    refused = action not in _SQLITE_ALLOWED or (action == sqlite3.SQLITE_FUNCTION and (function or "").lower() in _SQLITE_REFUSED)
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK


def _find_sqlite_type(declared: str) -> str:
    return next((found for part, found in _SQLITE_TYPES if part in declared.upper()), "")


@contextmanager
def _open_postgresql(source: DatabaseSource, sandbox: Sandbox) -> Iterator[tuple[list[_Column], Iterator[tuple[Any, ...]]]]:
    if not sandbox.allow_external:
        message = "a PostgreSQL source is reached over the network; allow that with --allow-external"
        raise ConfigurationError([source.place.problem(message, "sandbox")])
    try:
        psycopg = importlib.import_module("psycopg")
    except ImportError:
        message = "PostgreSQL sources need the package psycopg, which is not installed"
        raise ConfigurationError([source.place.problem(message, "package", "psycopg")]) from None
    try:
        with psycopg.connect(source.address) as database:
            database.read_only = True
            with database.cursor() as cursor:
                query = f"SELECT * FROM ({source.query.strip().rstrip(';')}\n) AS rows"
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, false) WHERE current_setting('statement_timeout') = '0'",
                    [POSTGRESQL_TIMEOUT],
                )
                # What is prepared is one statement: a second one after a semicolon is an error.
                cursor.execute(f"{query} LIMIT 0", prepare=True)
                columns = [_Column(item.name, _POSTGRESQL_TYPES.get(item.type_code, "VARCHAR")) for item in cursor.description]
                yield columns, cursor.stream(query)
    except psycopg.OperationalError as error:
        raise EngineError([source.place.problem(f"PostgreSQL: {_first_line(error)}", "database")]) from None
    except psycopg.DataError as error:
        raise DataError([source.place.problem(f"PostgreSQL: {_first_line(error)}", "database")]) from None
    except psycopg.Error as error:
        raise ConfigurationError([source.place.problem(f"PostgreSQL refuses the query: {_first_line(error)}", "sql")]) from None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _iter_batches(cursor: sqlite3.Cursor) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(_BATCH):
        yield from rows
