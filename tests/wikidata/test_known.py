"""What is known of items is read as Wikidata has it, from whole files only."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path

import pytest

from kzlod.errors import DataError
from kzlod.wikidata.known import make_time, open_snapshot
from kzlod.wikidata.values import CENTURY, DAY, MONTH, YEAR, Text, Time


@pytest.mark.parametrize(
    ("date", "precision", "time"),
    [
        ("1953-05-17", DAY, Time(1953, 5, 17, DAY)),
        ("1953-05-17", DAY + 3, Time(1953, 5, 17, DAY)),
        ("1953-05-17", MONTH, Time(1953, 5, 0, MONTH)),
        ("1953-05-17", YEAR, Time(1953, 0, 0, YEAR)),
        ("1953-05-17", CENTURY, Time(1953, 0, 0, CENTURY)),
        ("1953-05-00", DAY, Time(1953, 5, 0, MONTH)),
        ("1953-00-00", DAY, Time(1953, 0, 0, YEAR)),
        ("1953-00-17", DAY, Time(1953, 0, 0, YEAR)),
        ("1953-13-17", DAY, Time(1953, 0, 0, YEAR)),
        ("1953-01-01", DAY, Time(1953, 1, 1, DAY)),
        ("1953-12-31", DAY, Time(1953, 12, 31, DAY)),
        ("1953-02-29", DAY, Time(1953, 2, 0, MONTH)),
        ("1952-02-29", DAY, Time(1952, 2, 29, DAY)),
        ("1-01-01", DAY, Time(1, 1, 1, DAY)),
        ("9999-12-31", DAY, Time(9999, 12, 31, DAY)),
        ("0-01-01", DAY, Text("year 0")),
        ("10000-01-01", YEAR, Text("year 10000")),
        ("13798000000-00-00", 3, Text("year 13798000000")),
    ],
)
def test_a_time_is_as_precise_as_its_date_is(date: str, precision: int, time: Time | Text) -> None:
    assert make_time(date.split("-"), precision, is_gregorian=True) == time


def test_of_the_julian_calendar_only_the_year_is_known() -> None:
    assert make_time(("1700", "02", "29"), DAY, is_gregorian=False) == Time(1700, 0, 0, YEAR)
    assert make_time(("1700", "02", "00"), MONTH, is_gregorian=False) == Time(1700, 0, 0, YEAR)
    assert make_time(("1700", "00", "00"), CENTURY, is_gregorian=False) == Time(1700, 0, 0, CENTURY)


LINES = b"".join(b'{"id":"Q%d"}\n' % number for number in range(9000))


@pytest.mark.parametrize(("name", "compress"), [("s.json", bytes), ("s.json.gz", gzip.compress), ("s.json.bz2", bz2.compress)])
def test_a_snapshot_is_decompressed_by_its_ending(name: str, compress: type[bytes], tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(compress(LINES))
    with open_snapshot(tmp_path / name) as file:
        assert file.read() == LINES


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.gz", gzip.compress(LINES)[:-20]),
        ("altered.gz", gzip.compress(LINES)[:50] + b"\xff" * 50 + gzip.compress(LINES)[100:]),
        ("plain.gz", LINES),
        ("cut.bz2", bz2.compress(LINES)[:-20]),
        ("plain.bz2", LINES),
        ("missing.json", None),
    ],
)
def test_a_broken_snapshot_is_named(name: str, content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises((DataError, OSError)) as raised, open_snapshot(path) as file:
        file.read()
    assert isinstance(raised.value, DataError) == (content is not None), raised.value
