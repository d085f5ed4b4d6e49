"""The sandbox: attacks on files, network and settings, by paths and by SQL."""

import gzip
import os
from pathlib import Path

import duckdb
import pytest

from kzlod.errors import ConfigurationError, DataError
from kzlod.mapping.plan import DatabaseSource, FileSource
from kzlod.mapping.sandbox import EXPANSION, SMALLEST_LIMIT, Sandbox
from kzlod.mapping.sources.opening import bind_source
from kzlod.tree import Place

PLACE = Place("mapping.yml", 2, 3)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A mapping's folder, beside a folder with a secret."""
    for name in ("data", "secret"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text(f"id\n{name}\n", encoding="utf-8")
    return tmp_path / "data"


@pytest.mark.parametrize(
    "name", ["../secret/a.csv", "x/../../secret/a.csv", "link.csv", "folder/a.csv", "/etc/passwd", "/proc/self/environ"]
)
def test_files_outside_are_refused(data: Path, name: str) -> None:
    (data / "link.csv").symlink_to(data.parent / "secret" / "a.csv")
    (data / "folder").symlink_to(data.parent / "secret", target_is_directory=True)
    with pytest.raises(ConfigurationError, match=r"mapping\.yml:2:3: .* is outside of the mapping's folder"):
        Sandbox((data,)).admit(data / name, PLACE)
    with pytest.raises(ConfigurationError, match="outside"):
        bind_source(duckdb.connect(), DatabaseSource("sqlite", str(data / name), "SELECT 1", PLACE), [], Sandbox((data,)))


def test_folders_and_links_inside_are_admitted(data: Path) -> None:
    (data / "link.csv").symlink_to(data / "a.csv")
    assert Sandbox((data,)).admit(data / "link.csv", PLACE) == (data / "a.csv").resolve()
    secret = data.parent / "secret" / "a.csv"
    assert Sandbox((data, data.parent / "secret")).admit(secret, PLACE) == secret.resolve()
    assert Sandbox((data,), allow_external=True).admit(secret, PLACE) == secret.resolve()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none.csv", "there is no file"),
        ("", "is no regular file"),
        ("pipe", "is no regular file"),
        ("a\0.csv", "is no name of a file"),
        ("\udc80.csv", "is no name of a file"),
        ("x" * 300, "is no name of a file|there is no file"),
    ],
)
def test_what_is_no_file_is_refused(data: Path, name: str, reason: str) -> None:
    os.mkfifo(data / "pipe")
    with pytest.raises(ConfigurationError, match=reason):
        Sandbox((data,)).admit(data / name, PLACE)


def lock(data: Path, *more: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    Sandbox((data,)).lock(connection, [data / "a.csv", *more])
    return connection


ATTACKS = [
    "FROM read_csv('{secret}')",
    "FROM '{secret}'",
    "FROM read_csv('{data}/../secret/a.csv')",
    "FROM read_csv('{data}/*.csv')",
    "FROM read_csv(['{data}/a.csv', '{secret}'])",
    "FROM read_text('{secret}')",
    "FROM read_blob('{secret}')",
    "FROM read_json_objects('{secret}')",
    "FROM read_parquet('{secret}')",
    "FROM parquet_metadata('{secret}')",
    "FROM sniff_csv('{secret}')",
    "FROM read_duckdb('{secret}')",
    "FROM glob('{secret}')",
    "FROM read_text('/proc/self/environ')",
    "FROM read_csv('https://example.org/a.csv')",
    "FROM query('FROM read_text(''{secret}'')')",
    "FROM query_table('{secret}')",
    "SELECT getenv('HOME')",
    "COPY (SELECT 1) TO '{data}/new.csv'",
    "COPY (SELECT 1) TO '/dev/stdout'",
    "EXPORT DATABASE '{data}/export'",
    "IMPORT DATABASE '{data}'",
    "ATTACH '{data}/new.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "CREATE PERSISTENT SECRET s (TYPE s3)",
    "SET lock_configuration = false",
    "SET enable_external_access = true",
    "SET allowed_paths = ['{secret}']",
    "RESET allowed_directories",
    "SET memory_limit = '1TB'",
    "SET python_enable_replacements = true",
    "SET temp_directory = '{data}'",
    "SET profiling_output = '{data}/new.json'",
    "PRAGMA enable_profiling",
    "CALL enable_logging(storage = 'file', storage_path = '{data}')",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_locked_sql_reaches_nothing_else(data: Path, attack: str) -> None:
    before = sorted(data.iterdir())
    with pytest.raises(duckdb.Error):
        lock(data).execute(attack.format(data=data, secret=data.parent / "secret" / "a.csv")).fetchall()
    assert sorted(data.iterdir()) == before


def test_python_variables_are_no_tables(data: Path) -> None:
    connection = duckdb.connect()
    variable = connection.sql("SELECT 1 AS id")
    assert connection.execute("FROM variable").fetchall() == [(1,)]
    Sandbox((data,)).lock(connection, [])
    with pytest.raises(duckdb.CatalogException):
        connection.execute("FROM variable")
    assert variable is not None


def test_the_sources_and_the_output_can_still_be_reached(data: Path) -> None:
    output = data / "out.nt"
    output.write_text("of an earlier run", encoding="utf-8")
    connection = lock(data, output)
    assert connection.execute(f"FROM read_csv('{data}/a.csv')").fetchall() == [("data",)]
    options = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '', USE_TMP_FILE false"
    connection.execute(f"COPY (SELECT id FROM read_csv('{data}/a.csv')) TO '{output}' ({options})")
    assert output.read_text(encoding="utf-8") == "data\n"


@pytest.mark.parametrize(
    "name", ["a[1].csv", "*.csv", "?.csv", "[ab].csv", "it's.csv", "a b.csv", "Ә.csv", "{x}.csv", "back\\slash.csv"]
)
def test_a_name_is_no_pattern(data: Path, name: str) -> None:
    (data / "a1.csv").write_text("id\nwrong\n", encoding="utf-8")
    (data / name).write_text("id\nright\n", encoding="utf-8")
    connection, sandbox = duckdb.connect(), Sandbox((data,))
    relation = bind_source(connection, FileSource(data / name, PLACE), ["id"], sandbox)
    sandbox.lock(connection, relation.files)
    assert connection.execute(relation.sql).fetchall() == [("right",)]


def test_memory_can_be_spilled_when_locked(data: Path, tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.execute("SET temp_directory = $folder", {"folder": str(tmp_path / "spill")})
    connection.execute("SET memory_limit = '60MB'; SET threads = 1; SET preserve_insertion_order = false")
    Sandbox((data,)).lock(connection, [])
    query = "SELECT count(*) FROM (SELECT DISTINCT i || repeat('x', 60) FROM range(1_000_000) AS t(i))"
    assert connection.execute(query).fetchall() == [(1_000_000,)]


def test_without_bounds_nothing_is_locked(data: Path) -> None:
    connection = duckdb.connect()
    Sandbox((data,), allow_external=True).lock(connection, [])
    assert connection.execute(f"FROM read_csv('{data.parent}/secret/a.csv')").fetchall() == [("secret",)]


def test_a_bomb_is_refused(data: Path) -> None:
    bomb = data / "bomb.csv.gz"
    with gzip.open(bomb, "wb") as file:
        for _ in range(SMALLEST_LIMIT // (1 << 20) + 1):
            file.write(b"\n" * (1 << 20))
    assert bomb.stat().st_size * EXPANSION < SMALLEST_LIMIT + (1 << 20)
    source = FileSource(bomb, PLACE)
    with pytest.raises(DataError, match=r"bomb\.csv\.gz: the file expands to more than"):
        bind_source(duckdb.connect(), source, [], Sandbox((data,)))


def test_the_scratch_folder_goes_with_the_sandbox(data: Path) -> None:
    sandbox = Sandbox((data,))
    copy = sandbox.make_file(".csv")
    assert copy.exists()
    del sandbox
    assert not copy.parent.exists()
