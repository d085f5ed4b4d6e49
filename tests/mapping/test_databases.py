"""Databases: types are kept, and a query can do nothing but read."""

import sqlite3
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_files import PLACE, Read, write

from kzlod.errors import ConfigurationError, KzlodError
from kzlod.mapping.plan import DatabaseSource
from kzlod.mapping.sandbox import Sandbox
from kzlod.mapping.sources import databases
from kzlod.mapping.sources.opening import bind_source
from kzlod.terms import XSD


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "t.db"
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT, r REAL, b BOOLEAN, d DATE, x BLOB, m DECIMAL(5,2), v, w INT)"
        )
        connection.execute("INSERT INTO t VALUES (1, '', 1.5, 1, '2020-01-02', x'ab', 1.50, 'x', 1)")
        connection.execute("INSERT INTO t VALUES (2, NULL, NULL, 0, NULL, NULL, 20, 3, 'many')")
    connection.close()
    return path


def test_sqlite_keeps_types(read_source: Read, database: Path) -> None:
    source = DatabaseSource("sqlite", str(database), "SELECT * FROM t ORDER BY id; ", PLACE)
    rows = read_source(source, ["id", "n", "r", "b", "d", "x", "m", "v", "w"])
    assert rows == [
        ("1", "", "1.5E0", "true", "2020-01-02", "AB", "1.5", "x", "1"),
        ("2", None, None, "false", None, None, "20", "3", "many"),
    ]
    kinds = [
        cell[1] and cell[1].removeprefix(XSD)
        for cell in read_source(source, ["id", "n", "r", "b", "d", "x", "m", "v", "w"], datatypes=True)[0]
    ]
    assert kinds == ["integer", None, "double", "boolean", "date", "hexBinary", "decimal", None, None]


CELL = st.none() | st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(codec="utf-8"))


@settings(deadline=None, max_examples=40)
@given(rows=st.lists(st.tuples(CELL, st.text(st.characters(codec="utf-8"))), min_size=1, max_size=6))
def test_sqlite_is_read_back(read_source: Read, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, str]]) -> None:
    path = tmp_path_factory.getbasetemp() / "back.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute('CREATE TABLE t ("a""b", b)')
    connection.executemany("INSERT INTO t VALUES (?, ?)", rows)
    connection.commit()
    connection.close()
    source = DatabaseSource("sqlite", str(path), "SELECT * FROM t ORDER BY rowid", PLACE)
    assert read_source(source, ['a"b', "b"]) == [(None if one is None else str(one), two) for one, two in rows]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1; DROP TABLE t",
        "DELETE FROM t",
        "ATTACH '/etc/passwd' AS x",
        "PRAGMA journal_mode = DELETE",
        "SELECT load_extension('x')",
        "SELECT readfile('/etc/passwd')",
        "SELECT nothing FROM t",
        "SELECT 1) ; DROP TABLE t; SELECT (1",
        "",
    ],
)
def test_sqlite_does_nothing_but_read(read_source: Read, database: Path, query: str) -> None:
    before = database.read_bytes()
    with pytest.raises(ConfigurationError, match=r"mapping\.yml:7:5: SQLite refuses the query"):
        read_source(DatabaseSource("sqlite", str(database), query, PLACE), [])
    assert database.read_bytes() == before


@pytest.mark.parametrize(
    ("system", "address", "error"),
    [
        ("mysql", "x", "database 'mysql' is not supported; there are sqlite and postgresql"),
        ("postgresql", "host=x", "a PostgreSQL source is reached over the network; allow that with --allow-external"),
        ("sqlite", "no.db", "there is no file"),
        ("sqlite", "t.csv", "SQLite refuses the query: file is not a database"),
    ],
)
def test_a_database_that_cannot_be_read_is_named(read_source: Read, tmp_path: Path, system: str, address: str, error: str) -> None:
    write(tmp_path / "t.csv", "no database" * 100)
    source = DatabaseSource(system, str(tmp_path / address), "SELECT * FROM sqlite_master", PLACE)
    with pytest.raises(KzlodError, match=error):
        read_source(source, [])


def test_a_driver_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    source = DatabaseSource("postgresql", "host=x", "SELECT 1", PLACE)
    with pytest.raises(ConfigurationError, match="PostgreSQL sources need the package psycopg, which is not installed"):
        bind_source(duckdb.connect(), source, [], Sandbox((tmp_path,), allow_external=True))


def test_rows_without_end_are_stopped(read_source: Read, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "SQLITE_STEPS", 3_000_000)
    count = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c {limit}) SELECT n FROM c"
    source = DatabaseSource("sqlite", str(database), count.format(limit=""), PLACE)
    with pytest.raises(
        ConfigurationError, match=r"mapping\.yml:7:5: the query is not done after 3,000,000 steps; .*--allow-external"
    ):
        read_source(source, ["n"])
    many = DatabaseSource("sqlite", str(database), count.format(limit="LIMIT 20000"), PLACE)
    assert len(read_source(many, ["n"])) == 20_000
