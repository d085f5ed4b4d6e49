"""Datatypes of cells: each is a set of rules, written as conditions of DuckDB's SQL with the words for a value that breaks them.

The names and facets are those of CSVW (Metadata Vocabulary for Tabular Data, section 5.11); the lexical forms are the
canonical ones of XML Schema, so that a value is published as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kzlod.errors import quote
from kzlod.quoting import write_text
from kzlod.terms import IRI, LANGUAGE_TAG

EDTF_BASE: Final = "EDTF date"


@dataclass(frozen=True)
class CellRule:
    """A rule of one value.

    Args:
        name: the rule's name in problems.
        holds: an SQL expression of the value to the condition that it keeps; NULL where it cannot be judged.
        explain: a value that breaks it to the words that say so.
    """

    name: str
    holds: Callable[[str], str]
    explain: Callable[[str], str]


@dataclass(frozen=True)
class Base:
    """A kind of values.

    Args:
        noun: its name in messages, without an article.
        shape: regular expression of its characters, the same to RE2 and to Python.
        advice: how such a value is written.
        family: ``text``, ``number``, ``day`` or ``other``; decides which facets there are.
        day: an SQL expression of the value to a day as YYYY-MM-DD that exists only if the value does, or None.
    """

    noun: str
    shape: str
    advice: str
    family: str = "other"
    day: Callable[[str], str] | None = None

    def holds(self, value: str) -> str:
        """The condition in SQL that an SQL expression is such a value."""
        shape = f"regexp_full_match({value}, {write_text(self.shape)})"
        if self.day is None:
            return shape
        return f"({shape} AND NOT starts_with({value}, '0000') AND try_cast({self.day(value)} AS DATE) IS NOT NULL)"

    def explain(self, value: str) -> str:
        """What is wrong with a value."""
        known = self.day is not None and re.fullmatch(self.shape, value)
        return f"{quote(value)} is no {self.noun}: {_explain_day(value) if known else self.advice}"


def _explain_day(value: str) -> str:
    if value.startswith("0000"):
        return "there is no year 0000"
    month = value.rstrip("~?")[5:7] if value[0] != "-" else value[2:4]
    if not "01" <= month <= "12":
        return f"there is no month {month}"
    return "there is no such day"


def earliest_day(value: str) -> str:
    """The SQL expression of the first day that an EDTF value or a date, year or month can mean, as YYYY-MM-DD."""
    return _pad(value, "-01-01")


def latest_day(value: str) -> str:
    """The SQL expression of the last day that it can mean; a month's is always the 31st, which compares as its true end does."""
    return _pad(value, "-12-31")


def _pad(value: str, rest: str) -> str:
    stem = f"CASE WHEN {value}[-1] IN ('~', '?') THEN left({value}, -1) ELSE {value} END"
    return f"({stem} || substr('0000{rest}', length({stem}) + 1))"


def _edtf_day(value: str) -> str:
    return f"CASE WHEN {value} = '..' THEN '2000-01-01' ELSE {earliest_day(value)} END"


BASES: Final = {
    "string": Base("text", r"(?s).*", "", "text"),
    "anyURI": Base("absolute IRI", IRI, "write it with its scheme, without spaces and quotes", "text"),
    "language": Base("language tag", LANGUAGE_TAG, "write a BCP 47 tag such as kk or kk-Latn", "text"),
    "integer": Base("integer", "0|-?[1-9][0-9]*", "write digits alone, without leading zeros", "number"),
    "nonNegativeInteger": Base("number of 0 or more", "0|[1-9][0-9]*", "write digits alone, without leading zeros", "number"),
    "decimal": Base("decimal", r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", "write digits and a point, such as 2.5", "number"),
    "boolean": Base("truth value", "true|false", "write true or false"),
    "date": Base("date", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "write YYYY-MM-DD", "day", lambda value: value),
    "gYear": Base("year", "[0-9]{4}", "write YYYY", "day", lambda value: f"{value} || '-01-01'"),
    "gYearMonth": Base("month of a year", "[0-9]{4}-[0-9]{2}", "write YYYY-MM", "day", lambda value: f"{value} || '-01'"),
    # A leap year: the 29th of February is a day of some year.
    "gMonthDay": Base(
        "day of a year", "--[0-9]{2}-[0-9]{2}", "write --MM-DD", "month-day", lambda value: f"'2000' || substr({value}, 2)"
    ),
    EDTF_BASE: Base(
        "date",
        r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?[~?]?|\.\.",
        "write YYYY, YYYY-MM or YYYY-MM-DD, with ~ or ? at the end where it is unsure, or .. for an open end",
        "edtf",
        _edtf_day,
    ),
}
"""The kinds of values by the name that tables.json gives them; the EDTF date has its ``@id`` instead."""


@dataclass(frozen=True)
class Datatype:
    """What a value must be.

    Args:
        base: a name of ``BASES``.
        format: regular expression (RE2's syntax) that the whole of a text must match.
        minimum, maximum: least and greatest value, as written.
        length, min_length, max_length: number of characters (Unicode code points) of a text.
    """

    base: str = "string"
    format: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    length: int | None = None
    min_length: int | None = None
    max_length: int | None = None

    @property
    def is_period(self) -> bool:
        """Whether a value is a day, month or year of the calendar, so that two of them can be compared."""
        return BASES[self.base].family in ("day", "edtf")

    def rules(self) -> tuple[CellRule, ...]:
        """The rules of a value, each to be checked on its own.

        >>> [rule.explain("7") for rule in Datatype("integer", maximum="5").rules()[1:]]
        ["'7' is more than the maximum 5"]
        """
        base = BASES[self.base]
        rules = [] if self.base == "string" else [CellRule("datatype", base.holds, base.explain)]
        if self.format is not None:
            rules.append(_make_format_rule(self.format))
        for limit, sign, words in ((self.minimum, ">=", "less than the minimum"), (self.maximum, "<=", "more than the maximum")):
            if limit is not None:
                rules.append(_make_limit_rule(limit, sign, words, base.family))
        for length, sign, words in (
            (self.length, "=", ""),
            (self.min_length, ">=", "at least "),
            (self.max_length, "<=", "at most "),
        ):
            if length is not None:
                rules.append(_make_length_rule(length, sign, words))
        return tuple(rules)


def _make_format_rule(pattern: str) -> CellRule:
    return CellRule(
        "format",
        lambda value: f"regexp_full_match({value}, {write_text(pattern)})",
        lambda value: f"{quote(value)} does not match the format {pattern}",
    )


def _make_limit_rule(limit: str, sign: str, words: str, family: str) -> CellRule:
    def compare(value: str) -> str:
        if family != "number":
            return f"{value} {sign} {write_text(limit)}"
        # What is too large for a decimal is compared as a double: at 29 digits the last ones cannot matter.
        return " ".join(
            (
                "coalesce(",
                f"try_cast({value} AS DECIMAL(38, 10)) {sign} {limit}::DECIMAL(38, 10),",
                f"try_cast({value} AS DOUBLE) {sign} {limit})",
            )
        )

    return CellRule("range", compare, lambda value: f"{quote(value)} is {words} {limit}")


def _make_length_rule(length: int, sign: str, words: str) -> CellRule:
    return CellRule(
        "length",
        lambda value: f"length({value}) {sign} {length}",
        lambda value: f"{quote(value)} has {len(value)} characters, not {words}{length}",
    )
