from __future__ import annotations

import calendar
import datetime
import re
from decimal import Decimal

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kzlod.facts.datatypes import BASES, EDTF_BASE, Datatype, earliest_day, latest_day
from kzlod.terms import is_iri

ENGINE = duckdb.connect()

numbers = st.integers(0, 40).map("{:02d}".format)
years = st.sampled_from(["0000", "0001", "1900", "2000", "2023", "2024", "9999", "20", "٢٠٢٤"])
dates = st.builds("-".join, st.tuples(years) | st.tuples(years, numbers) | st.tuples(years, numbers, numbers))
edtf = st.builds(str.__add__, dates, st.sampled_from(["", "~", "?", "?~", "%", " "])) | st.just("..") | st.text(max_size=3)


def holds(datatype: Datatype, value: str) -> bool:
    row = ENGINE.execute(f"SELECT {' AND '.join(rule.holds('$value') for rule in datatype.rules())}", {"value": value}).fetchone()
    return row == (True,)


def is_edtf(value: str) -> bool:
    found = re.fullmatch("([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?[~?]?", value)
    if found is None:
        return value == ".."
    try:
        datetime.date(*(int(part or 1) for part in found.groups()))
    except ValueError:
        return False
    return True


@given(edtf)
@example("2023-02-29")
@example("1900-02-29")
@example("2000-02-29~")
def test_edtf_is_what_the_calendar_has(value: str) -> None:
    assert holds(Datatype(EDTF_BASE), value) == is_edtf(value)
    assert holds(Datatype("date"), value) == (is_edtf(value) and len(value) == 10)
    assert holds(Datatype("gYearMonth"), value) == (is_edtf(value) and value[-1] not in "~?" and len(value) == 7)
    assert holds(Datatype("gYear"), value) == (is_edtf(value) and value.isdigit())


def bounds(value: str) -> tuple[datetime.date, datetime.date]:
    year, month, day, *_ = [*map(int, value.rstrip("~?").split("-")), 0, 0]
    last_month = month or 12
    last_day = day or calendar.monthrange(year, last_month)[1]
    return datetime.date(year, month or 1, day or 1), datetime.date(year, last_month, last_day)


periods = st.builds(
    lambda day, size, mark: str(day)[:size] + mark, st.dates(), st.sampled_from([4, 7, 10]), st.sampled_from(["", "~", "?"])
)


@given(periods, periods)
@example("2023-03-01", "2023-02")
@example("2023-02-28", "2023-02")
def test_days_compare_as_the_calendar_has_them(start: str, end: str) -> None:
    row = ENGINE.execute(f"SELECT {latest_day('$end')} < {earliest_day('$start')}", {"start": start, "end": end}).fetchone()
    assert row == (bounds(end)[1] < bounds(start)[0],)


@given(numbers, numbers)
def test_a_day_of_a_year_is_one_of_a_leap_year(month: str, day: str) -> None:
    assert holds(Datatype("gMonthDay"), f"--{month}-{day}") == is_edtf(f"2000-{month}-{day}")


@given(st.text(st.sampled_from('ab:/?#[]@ <>"{}|\\^`ә😀\x00\x1f\x7f\x9f%.+-1'), max_size=8))
def test_an_absolute_iri_is_what_terms_take_for_one(value: str) -> None:
    assert holds(Datatype("anyURI"), value) == is_iri(value)


@given(st.decimals(-(10**40), 10**40, allow_nan=False, places=2) | st.integers(-20, 20), st.integers(-20, 20))
def test_limits_are_those_of_numbers(value: Decimal | int, limit: int) -> None:
    assert holds(Datatype("decimal", minimum=str(limit)), f"{value:f}") == (value >= limit)
    assert holds(Datatype("decimal", maximum=str(limit)), f"{value:f}") == (value <= limit)


@given(st.integers() | st.from_regex("[+-]?[0-9]{1,3}", fullmatch=True))
def test_an_integer_is_written_as_python_writes_it(value: int | str) -> None:
    assert holds(Datatype("integer"), str(value)) == (str(int(value)) == str(value))
    assert holds(Datatype("nonNegativeInteger"), str(value)) == (str(int(value)) == str(value) and int(value) >= 0)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6))
def test_length_counts_code_points(value: str) -> None:
    assert holds(Datatype(length=3), value) == (len(value) == 3)
    assert holds(Datatype(min_length=2, max_length=4), value) == (2 <= len(value) <= 4)


def test_other_forms() -> None:
    assert holds(Datatype("boolean"), "true")
    assert not holds(Datatype("boolean"), "1")
    assert holds(Datatype("language"), "kk-Latn-t-kk-cyrl")
    assert not holds(Datatype("language"), "kk_KZ")
    assert holds(Datatype("date", minimum="2024-01-31"), "2024-02-01")
    assert not holds(Datatype("date", minimum="2024-01-31"), "2024-01-30")
    assert holds(Datatype(format="a{2}|'b'"), "'b'")
    assert not holds(Datatype(format="a{2}|b"), "aab")


def test_every_kind_says_what_is_wrong() -> None:
    for name, base in BASES.items():
        assert name == "string" or (base.noun in base.explain(" x ") and base.advice in base.explain(" x "))


@pytest.mark.parametrize(
    ("base", "value", "reason"),
    [
        ("date", "0000-01-01", "there is no year 0000"),
        ("gYear", "0000", "there is no year 0000"),
        ("date", "2023-00-01", "there is no month 00"),
        ("date", "2023-13-01", "there is no month 13"),
        ("date", "2023-01-32", "there is no such day"),
        ("date", "2023-12-32", "there is no such day"),
        ("date", "2023-02-29", "there is no such day"),
        ("gYearMonth", "2023-00", "there is no month 00"),
        ("gYearMonth", "2023-13", "there is no month 13"),
        ("gMonthDay", "--00-01", "there is no month 00"),
        ("gMonthDay", "--13-01", "there is no month 13"),
        ("gMonthDay", "--01-32", "there is no such day"),
        ("gMonthDay", "--12-32", "there is no such day"),
        (EDTF_BASE, "2023-13~", "there is no month 13"),
        (EDTF_BASE, "2023-00-01?", "there is no month 00"),
        (EDTF_BASE, "2023-06-31?", "there is no such day"),
        ("date", "2023-1-1", "write YYYY-MM-DD"),
        ("gYear", "-044", "write YYYY"),
    ],
)
def test_what_is_wrong_with_a_day_is_said(base: str, value: str, reason: str) -> None:
    assert not holds(Datatype(base), value)
    assert BASES[base].explain(value) == f"{value!r} is no {BASES[base].noun}: {reason}"


@pytest.mark.parametrize(
    ("base", "is_period"), [("date", True), ("gYear", True), (EDTF_BASE, True), ("gMonthDay", False), ("string", False)]
)
def test_days_months_and_years_are_periods(base: str, is_period: bool) -> None:
    assert Datatype(base).is_period == is_period


def test_limits_of_texts_compare_as_texts() -> None:
    assert holds(Datatype(minimum="b", maximum="d"), "b")
    assert holds(Datatype(minimum="b", maximum="d"), "d")
    assert not holds(Datatype(minimum="b", maximum="d"), "a")
    assert not holds(Datatype(minimum="b", maximum="d"), "e")
    assert not holds(Datatype(minimum="10"), "09")
    assert holds(Datatype(minimum="10"), "9")


def test_each_rule_is_checked_on_its_own() -> None:
    datatype = Datatype(format="a*", minimum="b", maximum="c", length=3, min_length=1, max_length=2)
    assert [(rule.name, rule.explain("xyz")) for rule in datatype.rules()] == [
        ("format", "'xyz' does not match the format a*"),
        ("range", "'xyz' is less than the minimum b"),
        ("range", "'xyz' is more than the maximum c"),
        ("length", "'xyz' has 3 characters, not 3"),
        ("length", "'xyz' has 3 characters, not at least 1"),
        ("length", "'xyz' has 3 characters, not at most 2"),
    ]
    assert [rule.name for rule in Datatype("integer").rules()] == ["datatype"]
