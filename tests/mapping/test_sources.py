"""Sources: compressed files are opened, and typed columns become natural literals."""

import gzip
import importlib.util
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_files import PLACE, Read, write

from kzlod.errors import ConfigurationError, DataError
from kzlod.mapping.plan import FileSource, Format
from kzlod.mapping.sources.natural_types import define_natural_types
from kzlod.mapping.sources.opening import bind_columns
from kzlod.terms import XSD

ZSTD = pytest.mark.skipif(
    not any(importlib.util.find_spec(name.partition(".")[0]) for name in ("compression", "backports")),
    reason="Python before 3.14 opens zstd files with the package backports.zstd, which is not installed",
)


@pytest.mark.parametrize("compression", ["gzip", pytest.param("zstd", marks=ZSTD)])
@pytest.mark.parametrize("careful", [False, True])
def test_compressed_files_are_opened(read_source: Read, tmp_path: Path, compression: str, careful: bool) -> None:
    ending = {"gzip": "gz", "zstd": "zst"}[compression]
    table, lines = tmp_path / f"t.csv.{ending}", tmp_path / f"t.jsonl.{ending}"
    options = f"HEADER false, DELIMITER '', QUOTE '', ESCAPE '', COMPRESSION {compression}"
    duckdb.execute(f"COPY (SELECT unnest(['a,b', '1,2'])) TO '{table}' (FORMAT csv, {options})")
    duckdb.execute(f"COPY (SELECT unnest(['{{\"a\": 1}}'])) TO '{lines}' (FORMAT csv, {options})")
    assert read_source(FileSource(table, PLACE), ["b"], careful=careful) == [("2",)]
    assert read_source(FileSource(lines, PLACE, Format.JSON_LINES), ["a"], careful=careful) == [("1",)]


def test_parquet_in_gzip_and_other_orders(read_source: Read, tmp_path: Path) -> None:
    duckdb.execute(f"COPY (SELECT 1 AS a) TO '{tmp_path}/t.parquet' (FORMAT parquet)")
    packed = write(tmp_path / "t.parquet.gz", gzip.compress((tmp_path / "t.parquet").read_bytes()))
    assert read_source(FileSource(packed, PLACE, Format.PARQUET), ["a"]) == [("1",)]
    document = write(tmp_path / "t.json.gz", gzip.compress(b'[{"a": 1}]'))
    assert read_source(FileSource(document, PLACE, Format.JSON, "$[*]"), ["a"]) == [("1",)]


@pytest.mark.parametrize(
    "content",
    [b"a,b\n1,2\n", gzip.compress(b"a,b\n1,2\n" * 100, mtime=0)[:-9], gzip.compress(b"a\n", mtime=0)[:12] + b"xxxxxxxxxxxx"],
)
def test_what_is_no_gzip_is_broken(read_source: Read, tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path / "t.csv.gz", content)
    with pytest.raises(DataError, match=r"t\.csv\.gz: the file cannot be read"):
        read_source(FileSource(path, PLACE), ["a"])


@pytest.mark.parametrize(
    ("expression", "text", "datatype"),
    [
        ("1::TINYINT", "1", "integer"),
        ("340282366920938463463374607431768211455::UHUGEINT", "340282366920938463463374607431768211455", "integer"),
        ("1.50::DECIMAL(9,3)", "1.5", "decimal"),
        ("-100.00::DECIMAL(9,2)", "-100", "decimal"),
        ("100::DECIMAL(9,0)", "100", "decimal"),
        ("0.1::FLOAT", "1.0E-1", "double"),
        ("'-inf'::DOUBLE", "-INF", "double"),
        ("'infinity'::FLOAT", "INF", "double"),
        ("'nan'::DOUBLE", "NaN", "double"),
        ("-('nan'::DOUBLE)", "NaN", "double"),
        ("true", "true", "boolean"),
        ("DATE '2020-02-29'", "2020-02-29", "date"),
        ("DATE '10000-01-01'", "10000-01-01", "date"),
        ("DATE '0044-03-15 (BC)'", "-0043-03-15", "date"),
        ("DATE 'infinity'", None, "date"),
        ("TIME '12:00:00.500'", "12:00:00.5", "time"),
        ("TIMETZ '12:00:00+00'", "12:00:00Z", "time"),
        ("TIMESTAMP '2020-01-01 10:00:00.120'", "2020-01-01T10:00:00.12", "dateTime"),
        ("TIMESTAMP '2020-01-01'", "2020-01-01T00:00:00", "dateTime"),
        ("TIMESTAMP_NS '2020-01-01 10:00:00.123456789'", "2020-01-01T10:00:00.123456789", "dateTime"),
        ("TIMESTAMP '0044-03-15 (BC) 01:02:03'", "-0043-03-15T01:02:03", "dateTime"),
        ("TIMESTAMPTZ '2020-01-01 01:00:00.5+05'", "2019-12-31T20:00:00.5Z", "dateTime"),
        (r"'\xAB\x00'::BLOB", "AB00", "hexBinary"),
        ("''", "", None),
        ("'x'::ENUM ('x')", "x", None),
        ("NULL::DATE", None, "date"),
        ("['a', 'b']", ["a", "b"], None),
        ("[1.0::DOUBLE, NULL]", ["1.0E0", None], ["double", "double"]),
        ("[1, 2]::INTEGER[2]", ["1", "2"], ["integer", "integer"]),
    ],
)
def test_typed_columns_are_natural_literals(read_source: Read, tmp_path: Path, expression: str, text: Any, datatype: Any) -> None:
    path = tmp_path / "t.parquet"
    expected = [XSD + part for part in datatype] if isinstance(datatype, list) else datatype and XSD + datatype
    connection = duckdb.connect()
    value = bind_columns(connection, f'SELECT {expression} AS "a"', ["a"]).value("a", "s")
    query = f'SELECT {value.text}, {value.datatype or "NULL"} FROM (SELECT {expression} AS "a") AS s'
    assert connection.execute(query).fetchall() == [(text, expected)]
    if "HUGEINT" not in expression:
        duckdb.execute(f"COPY (SELECT {expression} AS \"a\") TO '{path}' (FORMAT parquet)")
        assert read_source(FileSource(path, PLACE, Format.PARQUET), ["a"], datatypes=True) == [((text, expected),)]


def write_double(value: float) -> str:
    sign, digits, power = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(power, int)
    power = 0 if value == 0 else power + len(digits) - 1
    return f"{'-' if sign else ''}{digits[0]}.{''.join(map(str, digits[1:])) or '0'}E{power}"


@settings(deadline=None)
@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=50))
def test_doubles_are_canonical(values: list[float]) -> None:
    connection = duckdb.connect()
    define_natural_types(connection)
    rows = connection.execute("SELECT natural_double(v::VARCHAR) FROM (SELECT unnest($values::DOUBLE[]) AS v)", {"values": values})
    assert rows.fetchall() == [(write_double(value),) for value in values]


def test_times_keep_their_shift() -> None:
    connection = duckdb.connect()
    define_natural_types(connection)
    query = "SELECT natural_time_zone(t::VARCHAR) FROM (SELECT unnest([TIMETZ '12:00:00.50+05:30', TIMETZ '12:00:00-03']) AS t)"
    assert connection.execute(query).fetchall() == [("12:00:00.5+05:30",), ("12:00:00-03:00",)]


def test_a_column_without_texts_is_refused(read_source: Read, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    duckdb.execute(f"COPY (SELECT {{x: 1}} AS a, [[1]] AS b, MAP {{1: 2}} AS c, 1 AS d) TO '{path}' (FORMAT parquet)")
    source = FileSource(path, PLACE, Format.PARQUET)
    with pytest.raises(ConfigurationError) as raised:
        read_source(source, ["a", "b", "c", "d"])
    assert len(raised.value.problems) == 3
    assert "mapping.yml:7:5: column 'a' has the type STRUCT(x INTEGER), which has no texts" in str(raised.value)
    assert read_source(source, ["d"]) == [("1",)]


def test_what_is_no_parquet_is_broken(read_source: Read, tmp_path: Path) -> None:
    path = write(tmp_path / "t.parquet", "no parquet file, this one")
    with pytest.raises(DataError, match=r"t\.parquet: the file cannot be read: "):
        read_source(FileSource(path, PLACE, Format.PARQUET), ["a"])
