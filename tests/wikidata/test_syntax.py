"""Any value is written so that both parsers read the same value, or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.wikidata.grammar import read_commands

from kzlod.wikidata.new_items import NewItem
from kzlod.wikidata.rules import Property
from kzlod.wikidata.statements import Snak, Statement
from kzlod.wikidata.syntax import Syntax, UnwritableError, clean_text, refuse_text, write_new_item, write_statement, write_value
from kzlod.wikidata.urls import encode_url
from kzlod.wikidata.values import Coordinates, Item, LanguageText, Quantity, Text, Time, Value, read_time

LETTERS = st.text(st.sampled_from('aё"“”\\|/*\t\n\r\x00 \u2028«́') | st.characters(exclude_categories=["Cs"]), max_size=12)
ITEMS = st.integers(1, 10**9).map(lambda number: Item(f"Q{number}"))
DATES = st.dates(min_value=read_time("1583-01-01").bounds()[0])
TIMES = st.one_of(
    DATES.map(lambda day: Time(day.year, day.month, day.day, 11)),
    DATES.map(lambda day: Time(day.year, day.month, 0, 10)),
    DATES.map(lambda day: Time(day.year, 0, 0, 9)),
    DATES.map(lambda day: Time(day.year // 10 * 10, 0, 0, 8)),
)
NUMBERS = st.decimals(-180, 180, places=6)
VALUES: st.SearchStrategy[Value] = st.one_of(
    ITEMS,
    TIMES,
    LETTERS.map(Text),
    st.builds(LanguageText, st.sampled_from(["en", "kk", "kk-latn"]), LETTERS),
    st.builds(Coordinates, NUMBERS, NUMBERS),
    NUMBERS.map(Quantity),
)
SNAKS = st.builds(Snak, st.integers(1, 9999).map(lambda number: f"P{number}"), VALUES)
STATEMENTS = st.builds(
    Statement,
    thing=st.just("<https://example.org/thing>"),
    item=ITEMS.map(lambda item: item.id),
    property=st.integers(1, 9999).map(lambda number: Property(f"P{number}", "", "", is_single=False)),
    value=VALUES,
    qualifiers=st.lists(SNAKS, max_size=3).map(tuple),
    references=st.lists(st.lists(SNAKS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
    is_new=st.booleans(),
)


def clean(value: Value) -> Value:
    match value:
        case Text(text):
            return Text(clean_text(text))
        case LanguageText(language, text):
            return LanguageText(language, clean_text(text))
        case _:
            return value


@pytest.mark.parametrize("syntax", ["v1", "v3"])
@example([Statement("", "Q1", Property("P2", "", "", is_single=False), Text('a "b|c" d'), references=((Snak("P3", Item("Q4")),),))])
@given(statements=st.lists(STATEMENTS, min_size=1, max_size=3))
def test_what_is_written_is_read_as_it_was(syntax: Syntax, statements: list[Statement]) -> None:
    text, expected = "", []
    for statement in statements:
        try:
            commands = write_statement(statement, "https://example.org/fact/1; 2", syntax)
        except UnwritableError:
            continue
        text += "".join(f"{command}\n" for command in commands)
        expected.append(statement)
    commands_read = read_commands(text, syntax)
    assert {command.comment for command in commands_read} <= {"https://example.org/fact/1; 2"}
    for statement in expected:
        blocks = [tuple((snak.property, clean(snak.value)) for snak in reference) for reference in statement.references]
        count = 1 if syntax == "v3" or statement.is_new else len(blocks)
        own, commands_read = commands_read[:count], commands_read[count:]
        assert {(one.item, one.property, one.value, one.is_new) for one in own} == {
            (statement.item, statement.property.id, clean(statement.value), statement.is_new)
        }
        assert own[0].qualifiers == tuple((snak.property, clean(snak.value)) for snak in statement.qualifiers)
        read = [block for one in own for block in one.references]
        assert read == (blocks[:1] if syntax == "v1" and statement.is_new else blocks)
    assert commands_read == []


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_an_address_holds_nothing_that_a_parser_takes_for_its_own(text: str) -> None:
    encoded = encode_url(f"https://example.org/{text}")
    assert not set(encoded) & set('"|*\\“” \t\n')
    assert encode_url(encoded) == encoded


@pytest.mark.parametrize(
    ("text", "syntaxes"),
    [
        ("one /* two", {"v1", "v3"}),
        ("one || two", {"v1", "v3"}),
        ("", {"v1", "v3"}),
        (" \t ", {"v1", "v3"}),
        ('an inch: 1"', {"v3"}),
        ('a "" b', {"v3"}),
        ("“curly”", {"v3"}),
        ("ends in \\", {"v3"}),
        ('a \\"b\\" c', {"v3"}),
        ('a "good | bad" one', {"v3"}),
        ('a "good" one | two', set()),
        ("«Қазақстан» \\ x", set()),
    ],
)
def test_what_a_version_cannot_carry_is_refused(text: str, syntaxes: set[str]) -> None:
    statement = Statement("", "Q1", Property("P1813", "", "", is_single=False), Text(text))
    refused = set()
    for syntax in ("v1", "v3"):
        try:
            write_statement(statement, "", syntax)
        except UnwritableError:
            refused.add(syntax)
    assert refused == syntaxes


def test_a_new_statement_is_marked_as_each_version_reads_it() -> None:
    statement = Statement("", "Q1", Property("P39", "", "", is_single=False), Item("Q2"), is_new=True)
    assert write_statement(statement, "c", "v3") == ["+Q1\tP39\tQ2 /* c */"]
    assert write_statement(statement, "c", "v1") == ["Q1\t!P39\tQ2 /* c */"]


def test_numbers_are_plain() -> None:
    statement = Statement("", "Q1", Property("P625", "", "", is_single=False), Coordinates(Decimal("5E+1"), Decimal("-0.000001")))
    assert write_statement(statement, "c", "v3") == ["Q1\tP625\t@50/-0.000001 /* c */"]


@pytest.mark.parametrize(
    ("text", "v1", "v3"),
    [
        ("a", None, None),
        ("a | b", None, None),
        ("a/*b", "cannot carry /*", "cannot carry /*"),
        ("a||b", "cannot carry ||", "cannot carry ||"),
        ("“a", None, "cannot carry “"),
        ("a”", None, "cannot carry ”"),
        ('a ""', None, 'cannot carry ""'),
        ('a \\" "', None, 'cannot carry \\"'),
        ('a "b', None, 'cannot carry "'),
        ('a "b" "c', None, 'cannot carry "'),
        ("a\\", None, "cannot carry \\"),
        ('a "b|c" d', None, "cannot carry |"),
        ('a "b" c "d|e" f', None, "cannot carry |"),
        ('a | "b" | c', None, None),
        ("", "there is nothing in it", "there is nothing in it"),
    ],
)
def test_what_would_be_read_as_something_else_is_refused(text: str, v1: str | None, v3: str | None) -> None:
    def refuse(syntax: Syntax) -> str | None:
        try:
            refuse_text(text, syntax)
        except UnwritableError as error:
            return str(error).removeprefix("QuickStatements ")
        return None

    assert (refuse("v1"), refuse("v3")) == (v1, v3)


@pytest.mark.parametrize(
    ("number", "written"), [("0", "0"), ("-0.00", "0"), ("100", "100"), ("1.50", "1.5"), ("-1E-7", "-0.0000001")]
)
def test_numbers_are_written_without_exponents(number: str, written: str) -> None:
    assert write_value(Quantity(Decimal(number)), "v1") == written
    assert write_value(Coordinates(Decimal(number), Decimal(1)), "v3") == f"@{written}/1"


@pytest.mark.parametrize("syntax", ["v1", "v3"])
def test_a_new_item_has_its_labels_descriptions_and_aliases(syntax: Syntax) -> None:
    item = NewItem(
        "<https://example.org/thing>",
        labels=(LanguageText("en", "Mission"), LanguageText("kk", "Өкілдік")),
        descriptions=(LanguageText("en", "of a state"),),
        aliases=(LanguageText("en", "the  Mission"), LanguageText("en", "Embassy")),
        statements=(),
    )
    assert list(write_new_item(item, "why", syntax)) == [
        "CREATE /* why */",
        'LAST\tLen\t"Mission"',
        'LAST\tLkk\t"Өкілдік"',
        'LAST\tDen\t"of a state"',
        'LAST\tAen\t"the Mission"',
        'LAST\tAen\t"Embassy"',
    ]


@pytest.mark.parametrize(("item", "is_new", "v1", "v3"), [("Q1", False, 2, 1), ("Q1", True, 1, 1), ("LAST", False, 1, 1)])
def test_version_2_cannot_come_back_to_what_it_has_just_made(item: str, is_new: bool, v1: int, v3: int) -> None:
    references = ((Snak("P3", Item("Q4")),), (Snak("P3", Item("Q5")),))
    statement = Statement("", item, Property("P2", "", "", is_single=False), Item("Q3"), references=references, is_new=is_new)
    assert [len(write_statement(statement, "why", syntax)) for syntax in ("v1", "v3")] == [v1, v3]
    assert all("Q4" in " ".join(write_statement(statement, "why", syntax)) for syntax in ("v1", "v3"))
    assert "\t!S3\tQ5" in write_statement(statement, "why", "v3")[0]
