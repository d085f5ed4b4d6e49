from __future__ import annotations

import time

import duckdb
import pytest

from kzlod.mapping.runners import DuckRunner, run_all


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
