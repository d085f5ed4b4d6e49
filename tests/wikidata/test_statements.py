"""Spans tell terms apart, marks tell statements apart, and values have names."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from kzlod.wikidata.rules import Property
from kzlod.wikidata.statements import Snak, Span, Statement, have_other_marks, name_value, read_item_number
from kzlod.wikidata.values import Coordinates, Item, LanguageText, Quantity, Text, Time, Value, read_time


def year(number: int) -> tuple[datetime.date, datetime.date]:
    return datetime.date(number, 1, 1), datetime.date(number, 12, 31)


def test_a_span_has_the_parts_that_are_named() -> None:
    dates = [("start", read_time("2001")), ("point", read_time("2002")), ("end", read_time("2004")), ("point", read_time("2003"))]
    assert Span.of(dates) == Span(year(2001), year(2004), (year(2002), year(2003)))
    assert Span.of([]) == Span()


FIRST, SECOND = Span(year(2001), year(2004)), Span(year(2006), year(2008))


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        (FIRST, FIRST, True),
        (FIRST, SECOND, False),
        (FIRST, Span(), True),
        (FIRST, Span(start=year(2002)), False),
        (FIRST, Span(end=year(2005)), False),
        (FIRST, Span(points=(year(2002),)), True),
        (FIRST, Span(points=(year(2001), year(2004))), True),
        (FIRST, Span(points=(year(2005),)), False),
        (FIRST, Span(points=(year(2000),)), False),
        (FIRST, Span(points=(year(2002), year(2005))), False),
        (Span(start=year(2006)), Span(end=year(2004)), False),
        (Span(start=year(2001)), Span(end=year(2004)), True),
        (Span(start=year(2004)), Span(end=year(2004)), True),
        (Span(start=year(2001)), Span(start=(datetime.date(2001, 12, 31),) * 2), True),
        (Span(start=year(2001)), Span(start=(datetime.date(2002, 1, 1),) * 2), False),
        (Span(end=year(2001)), Span(end=(datetime.date(2001, 1, 1),) * 2), True),
        (Span(end=year(2001)), Span(end=(datetime.date(2000, 12, 31),) * 2), False),
        # A start on the last day on which it can end.
        (Span(start=(datetime.date(2004, 12, 31),) * 2), Span(end=year(2004)), True),
        (Span(start=(datetime.date(2005, 1, 1),) * 2), Span(end=year(2004)), False),
        (Span(start=year(2001)), Span(points=((datetime.date(2001, 1, 1),) * 2,)), True),
        (Span(start=year(2001)), Span(points=((datetime.date(2000, 12, 31),) * 2,)), False),
        (Span(end=year(2001)), Span(points=((datetime.date(2001, 12, 31),) * 2,)), True),
        (Span(end=year(2001)), Span(points=((datetime.date(2002, 1, 1),) * 2,)), False),
    ],
)
def test_spans_may_be_of_one_term(one: Span, other: Span, may_be: bool) -> None:
    assert one.may_be(other) == may_be
    assert other.may_be(one) == may_be


def test_that_they_could_be_one_is_not_that_they_are() -> None:
    assert Span(start=year(2001)).is_certainly(FIRST)
    assert Span(end=year(2004)).is_certainly(FIRST)
    assert not Span(start=year(2002)).is_certainly(FIRST)
    assert not Span().is_certainly(FIRST)
    assert not FIRST.is_certainly(Span())
    assert not Span(start=year(2001)).is_certainly(Span(end=year(2004)))
    assert not Span(points=(year(2002),)).is_certainly(FIRST)


def test_a_span_is_bounded_where_a_start_or_an_end_is_known() -> None:
    assert Span(start=year(2001)).is_bounded
    assert Span(end=year(2001)).is_bounded
    assert not Span(points=(year(2001),)).is_bounded


def test_marks_tell_apart_what_has_none_in_common() -> None:
    marks = frozenset({"P1", "P2"})
    a, b, c = Snak("P1", Item("Q1")), Snak("P1", Item("Q2")), Snak("P2", Item("Q1"))
    other = Snak("P3", Item("Q3"))
    assert have_other_marks([a], [b], marks)
    assert not have_other_marks([a], [a], marks)
    assert not have_other_marks([a], [b, a], marks)
    assert have_other_marks([a, c], [b, c], marks)
    # Of what only one of them has, nothing is known.
    assert not have_other_marks([a], [c], marks)
    assert not have_other_marks([c], [a], marks)
    assert not have_other_marks([], [a], marks)
    assert have_other_marks([c], [Snak("P1", Item("Q1")), Snak("P2", Item("Q2"))], marks)
    assert not have_other_marks([other], [Snak("P3", Item("Q4"))], marks)


def test_items_are_sorted_by_number_and_the_last_one_comes_last() -> None:
    assert sorted(["LAST", "Q10", "Q9", "Q4294967296", "P1"], key=read_item_number) == ["P1", "Q9", "Q10", "Q4294967296", "LAST"]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Item("Q232"), "Q232"),
        (Time(2016, 5, 4, 11), "2016-05-04"),
        (Time(2016, 5, 0, 10), "2016-05"),
        (Time(987, 0, 0, 9), "0987"),
        (Time(2010, 0, 0, 8), "201X"),
        (Time(987, 0, 0, 8), "098X"),
        (Time(2001, 0, 0, 7), "20XX"),
        (Time(2001, 0, 0, 6), "2XXX"),
        (Time(2001, 0, 0, 5), "XXXX"),
        (Time(2001, 0, 0, 0), "XXXX"),
        (Text("a"), "a"),
        (LanguageText("kk", "Астана"), "kk, Астана"),
        (Coordinates(Decimal("51.1"), Decimal("71.4")), "51.1, 71.4"),
        (Quantity(Decimal("5")), "5"),
    ],
)
def test_a_value_has_a_name(value: Value, name: str) -> None:
    assert name_value(value) == name


def test_a_statement_says_of_itself_what_is_given() -> None:
    statement = Statement("<https://example.org/a>", "Q1", Property("P1", "", "", is_single=True), Item("Q2"))
    assert (statement.is_new, statement.is_from_wikidata, statement.may_be_there) == (False, False, False)
    assert (statement.qualifiers, statement.references, statement.facts, statement.marks) == ((), (), (), frozenset())
    assert statement.span == Span()
