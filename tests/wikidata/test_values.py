"""Dates are read as they are written, and values are compared by what they say."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzlod.wikidata.values import (
    CENTURY,
    DAY,
    DECADE,
    MONTH,
    YEAR,
    Coordinates,
    Item,
    LanguageText,
    Quantity,
    Text,
    Time,
    UnclearDateError,
    Value,
    are_alike,
    contains,
    read_part,
    read_time,
)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("1583", Time(1583, 0, 0, YEAR)),
        ("9999", Time(9999, 0, 0, YEAR)),
        ("2016-01", Time(2016, 1, 0, MONTH)),
        ("2016-12", Time(2016, 12, 0, MONTH)),
        ("2016-01-01", Time(2016, 1, 1, DAY)),
        ("2016-02-29", Time(2016, 2, 29, DAY)),
        ("2016-12-31", Time(2016, 12, 31, DAY)),
        ("159X", Time(1590, 0, 0, DECADE)),
        ("201X", Time(2010, 0, 0, DECADE)),
        # Wikidata's centuries start with the year one.
        ("16XX", Time(1601, 0, 0, CENTURY)),
        ("20XX", Time(2001, 0, 0, CENTURY)),
    ],
)
def test_a_date_is_read_as_precisely_as_it_is_written(text: str, time: Time) -> None:
    assert read_time(text) == time


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2016?", "uncertain or approximate"),
        ("2016-05~", "uncertain or approximate"),
        ("2016-05-04%", "uncertain or approximate"),
        ("201X?", "uncertain or approximate"),
        ("-0044?", "uncertain or approximate"),
        ("1582", "before the Gregorian calendar"),
        ("1582-10-15", "before the Gregorian calendar"),
        ("158X", "before the Gregorian calendar"),
        ("15XX", "before the Gregorian calendar"),
        ("0000", "before the Gregorian calendar"),
        ("0001-01-01", "before the Gregorian calendar"),
        ("-0044", "before the Gregorian calendar"),
        ("-0043-03-15", "before the Gregorian calendar"),
        ("0000-02-29", "before the Gregorian calendar"),
        ("-0004-02-29", "before the Gregorian calendar"),
        ("2016-21", "a season"),
        ("2016-22", "a season"),
        ("2016-23", "a season"),
        ("2016-24", "a season"),
        ("2016-24?", "a season"),
    ],
)
def test_what_is_not_certain_is_not_said(text: str, message: str) -> None:
    with pytest.raises(UnclearDateError, match=f"^{message}$"):
        read_time(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2016-00", "there is no month 00"),
        ("2016-13", "there is no month 13"),
        ("2016-20", "there is no month 20"),
        ("2016-25", "there is no month 25"),
        ("2016-21-01", "there is no month 21"),
        ("2016-05-00", "there is no day 00 in 2016-05"),
        ("2016-05-32", "there is no day 32 in 2016-05"),
        ("2016-04-31?", "there is no day 31 in 2016-04"),
        ("2015-02-29", "there is no day 29 in 2015-02"),
        ("1900-02-29", "there is no day 29 in 1900-02"),
        ("0001-02-29", "there is no day 29 in 0001-02"),
        ("-0003-02-29", "there is no day 29 in -0003-02"),
        *(
            (text, "it is no date such as 2016, 2016-05, 2016-05-04, 201X or 20XX")
            for text in ("", "..", "16", "2016-5", "2016-05-4", "20160504", "٢٠١٦", "2XXX", "20X6", "-201X", "201X-05", "2016??")
        ),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$") as raised:
        read_time(text)
    assert raised.type is ValueError


@pytest.mark.parametrize(
    ("time", "first", "last"),
    [
        (Time(2015, 2, 28, DAY), "2015-02-28", "2015-02-28"),
        (Time(2015, 2, 28, DAY + 1), "2015-02-28", "2015-02-28"),
        (Time(2015, 2, 0, MONTH), "2015-02-01", "2015-02-28"),
        (Time(2015, 12, 0, MONTH), "2015-12-01", "2015-12-31"),
        (Time(2015, 0, 0, YEAR), "2015-01-01", "2015-12-31"),
        (Time(2010, 0, 0, DECADE), "2010-01-01", "2019-12-31"),
        (Time(2019, 0, 0, DECADE), "2010-01-01", "2019-12-31"),
        (Time(1900, 0, 0, CENTURY), "1801-01-01", "1900-12-31"),
        (Time(1901, 0, 0, CENTURY), "1901-01-01", "2000-12-31"),
        (Time(2000, 0, 0, CENTURY), "1901-01-01", "2000-12-31"),
        # Millennia and more, which Wikidata has, are counted as decades are.
        (Time(2000, 0, 0, CENTURY - 1), "2000-01-01", "2999-12-31"),
        (Time(2000, 0, 0, 0), "0001-01-01", "9999-12-31"),
        # The calendar of Python ends where years have five digits.
        (Time(5, 0, 0, DECADE), "0001-01-01", "0009-12-31"),
        (Time(9999, 0, 0, YEAR), "9999-01-01", "9999-12-31"),
        (Time(9999, 0, 0, CENTURY), "9901-01-01", "9999-12-31"),
    ],
)
def test_a_date_means_any_day_from_its_first_to_its_last(time: Time, first: str, last: str) -> None:
    assert tuple(day.isoformat() for day in time.bounds()) == (first, last)


@given(st.dates(datetime.date(1590, 1, 1)))
def test_less_precise_dates_contain_the_more_precise(day: datetime.date) -> None:
    whole, month, year = read_time(f"{day:%Y-%m-%d}"), read_time(f"{day:%Y-%m}"), read_time(f"{day:%Y}")
    assert whole.bounds() == (day, day)
    assert contains(month, whole)
    assert contains(year, month)
    assert not contains(whole, month)
    assert are_alike(whole, year)
    assert contains(read_time(f"{day:%Y}"[:3] + "X"), year)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2016", "2016", "2016"),
        ("2001/2002-05", "2001", "2002-05"),
        ("2002/2002", "2002", "2002"),
        ("2002-05-04/2002-05", "2002-05-04", "2002-05"),
        ("2002/2002-01-01", "2002", "2002-01-01"),
        ("2002-12-31/2002", "2002-12-31", "2002"),
        ("2001/..", "2001", None),
        ("../2001", None, "2001"),
        ("2001/", "2001", None),
        ("/2001", None, "2001"),
    ],
)
def test_an_interval_has_the_bounds_that_are_known(text: str, start: str | None, end: str | None) -> None:
    assert read_part(text, "start") == (start and read_time(start))
    assert read_part(text, "end") == (end and read_time(end))


def test_an_interval_is_no_date() -> None:
    assert read_part("2001", "") == read_time("2001")
    with pytest.raises(UnclearDateError, match="an interval, where one date is wanted"):
        read_part("2001/2002", "")


@pytest.mark.parametrize("text", ["2002/2001", "2002-05/2002-04", "2002-05-05/2002-05-04", "2002-05-04/2001", "2002-02/2002-01-31"])
@pytest.mark.parametrize("part", ["start", "end"])
def test_an_interval_does_not_end_before_it_starts(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=r"^it ends before it starts$"):
        read_part(text, part)


def test_a_bound_that_is_unclear_does_not_take_the_other_away() -> None:
    assert read_part("2001?/2000", "end") == read_time("2000")
    assert read_part("2001/2000?", "start") == read_time("2001")
    with pytest.raises(UnclearDateError):
        read_part("2001?/2000", "start")


@pytest.mark.parametrize(
    ("outer", "inner"), [("2016", "2017"), ("2016", "2015"), ("2016-05", "2016-06-01"), ("2016-05", "2016-04-30")]
)
def test_dates_apart_are_not_alike(outer: str, inner: str) -> None:
    assert not are_alike(read_time(outer), read_time(inner))


def locate(latitude: str, longitude: str) -> Coordinates:
    return Coordinates(Decimal(latitude), Decimal(longitude))


@pytest.mark.parametrize(
    ("latitude", "longitude", "alike"),
    [
        ("51.1473", "71.4246", True),
        ("51.1475", "71.4250", True),
        ("51.1483", "71.4256", True),
        ("51.1463", "71.4236", True),
        ("51.1484", "71.4246", False),
        ("51.1473", "71.4257", False),
        ("51.1462", "71.4246", False),
        ("51.1473", "71.4235", False),
        ("-51.1473", "71.4246", False),
        ("51.1473", "-71.4246", False),
    ],
)
def test_places_are_one_where_a_hundred_metres_part_them(latitude: str, longitude: str, alike: bool) -> None:
    assert are_alike(locate("51.1473", "71.4246"), locate(latitude, longitude)) == alike


def test_addresses_are_one_with_and_without_a_slash_at_the_end() -> None:
    assert are_alike(Text("https://example.org/a/"), Text("https://example.org/a"))
    assert not are_alike(Text("https://example.org/a"), Text("https://example.org/b"))
    assert not are_alike(Text("https://example.org/b"), Text("https://example.org/a"))


@pytest.mark.parametrize(
    ("one", "same", "other"),
    [
        (Item("Q232"), Item("".join(["Q", "232"])), Item("Q233")),
        (Quantity(Decimal("1.0")), Quantity(Decimal("1")), Quantity(Decimal("1.1"))),
        (LanguageText("kk", "Астана"), LanguageText("kk", "".join(["Аста", "на"])), LanguageText("ru", "Астана")),
    ],
)
def test_other_values_are_alike_where_they_are_equal(one: Value, same: Value, other: Value) -> None:
    assert are_alike(one, same)
    assert not are_alike(one, other)
    assert not are_alike(other, one)


@pytest.mark.parametrize("other", [Item("Q1"), Text("2016"), locate("1", "1"), Quantity(Decimal(2016))])
def test_values_of_two_kinds_are_never_alike(other: Value) -> None:
    assert not are_alike(read_time("2016"), other)
    assert not are_alike(locate("1", "2"), other)
    assert not are_alike(Text("Q1"), other)
