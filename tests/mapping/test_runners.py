from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from kzlod.mapping.runners import DuckRunner, run_all

# With threads that write for it, one of some thirty does not come back (duckdb/duckdb#23885).
FAILING = """
import sys
import duckdb
from kzlod import mapper
connection = mapper._connect(mapper.Options())
for row in range(60_000, 75_000, 150):
    select = f"SELECT CASE WHEN range = {row} THEN error('x') ELSE repeat('a', 300) END FROM range(1_000_000)"
    try:
        connection.execute(f"COPY ({select}) TO '{sys.argv[1]}' (FORMAT csv, HEADER false, USE_TMP_FILE false)")
    except duckdb.Error:
        print("failed")
"""


def open_connections(count: int) -> list[duckdb.DuckDBPyConnection]:
    first = duckdb.connect(config={"threads": 1})
    return [first, *(first.cursor() for _ in range(count - 1))]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_rows_come_in_the_order_of_the_queries_however_many_run_at_once(count: int) -> None:
    # The first takes longest.
    queries = [f"SELECT {number}, count(*) FROM range({(9 - number) * 100_000})" for number in range(9)]
    expected = [(number, (9 - number) * 100_000) for number in range(9)]
    assert DuckRunner(*open_connections(count)).fetch_rows(queries) == expected


def test_what_has_been_run_is_told() -> None:
    finished: list[int] = []
    assert list(run_all(open_connections(2), ["SELECT 1", "SELECT 2"], lambda: finished.append(1))) == [(1,), (2,)]
    assert finished == [1, 1]


def test_a_query_that_fails_stops_those_that_run_beside_it_or_wait() -> None:
    endless = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = -1"
    start = time.monotonic()
    with pytest.raises(duckdb.ConversionException):
        list(run_all(open_connections(2), ["SELECT CAST('x' AS INTEGER)", endless, endless]))
    assert time.monotonic() - start < 30


def test_an_output_that_fails_is_given_up_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FAILING, str(tmp_path / "lines")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=240)
    assert done.stdout == "failed\n" * 100
