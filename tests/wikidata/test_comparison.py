"""What is written where a snapshot has something like it."""

from __future__ import annotations

from dataclasses import replace

from tests.wikidata.test_export import Loaded

from kzlod.wikidata.comparison import find_lacking
from kzlod.wikidata.known import Known, Snapshot
from kzlod.wikidata.rules import Property
from kzlod.wikidata.statements import Reference, Snak, Span, Statement
from kzlod.wikidata.values import Item, Text, Time, Value, read_time

POST = Item("Q2")
HELD = Property("P39", "position held", "item", is_single=False)
BORN = Property("P569", "date of birth", "time", is_single=True)
LETTER: Reference = (Snak("P248", Item("Q3001")), Snak("P304", Text("12")))
GAZETTE: Reference = (Snak("P854", Text("https://gazette.example.org/")),)


def state(start: str = "", end: str = "", **others: object) -> Statement:
    dates = [(part, id_, read_time(text)) for part, id_, text in (("start", "P580", start), ("end", "P582", end)) if text]
    statement = Statement(
        thing="<https://example.org/ada>",
        item="Q1",
        property=HELD,
        value=POST,
        qualifiers=tuple(Snak(id_, date) for _, id_, date in dates),
        references=(LETTER,),
        facts=("<https://example.org/fact>",),
        span=Span.of((part, date) for part, _, date in dates),
        marks=frozenset({"P2715"}),
    )
    return replace(statement, **others)  # type: ignore[arg-type]


def know(start: str = "", end: str = "", *references: Reference, value: Value | None = POST, rank: str = "normal") -> Known:
    qualifiers: dict[str, tuple[Value | None, ...]] = {
        id_: (read_time(text),) for id_, text in (("P580", start), ("P582", end)) if text
    }
    return Known("P39", value, qualifiers, references, rank)


def compare(loaded: Loaded, statements: list[Statement], *there: Known) -> tuple[list[Statement], list[str]]:
    lacking, omissions = find_lacking(statements, Snapshot({"Q1": list(there)}), loaded[1])
    return lacking, [omission.reason for omission in omissions]


def test_nothing_there_is_written_whole(register: Loaded) -> None:
    assert compare(register, [state("2001", "2004")]) == ([state("2001", "2004")], [])


def test_the_same_is_not_written(register: Loaded) -> None:
    assert compare(register, [state("2001", "2004")], know("2001", "2004", LETTER)) == ([], ["it is there"])


def test_only_what_it_lacks_is_written(register: Loaded) -> None:
    (left,), _ = compare(register, [state("2001", "2004")], know("2001", "", GAZETTE))
    assert left.qualifiers == (Snak("P582", read_time("2004")),)
    assert left.references == (LETTER,)
    assert not left.is_new
    (left,), _ = compare(register, [state("2001", "2004")], know("2001", "", LETTER))
    assert left.references == ()


def test_a_qualifier_that_says_less_there_is_left_as_it_is(register: Loaded) -> None:
    assert compare(register, [state("2001-05-18")], know("2001", "", LETTER)) == ([], ["it is there"])


def test_another_term_is_a_statement_of_its_own(register: Loaded) -> None:
    lacking, _ = compare(register, [state("2006", "2008")], know("2001", "2004", LETTER))
    assert lacking == [state("2006", "2008", is_new=True)]


def test_of_two_terms_each_finds_its_own(register: Loaded) -> None:
    here = [state(), state("2006", "2008"), state("2001", "2004")]
    lacking, reasons = compare(register, here[1:], know("2001", "2004", LETTER), know("2006", "2008", LETTER))
    assert (lacking, reasons) == ([], ["it is there", "it is there"])
    # What knows no time takes what is left.
    lacking, reasons = compare(register, here[:2], know("2006", "2008", LETTER), know("", "", LETTER))
    assert (lacking, reasons) == ([], ["it is there", "it is there"])


def test_one_of_several_cannot_be_added_to(register: Loaded) -> None:
    there = (know("2001", "2004"), know("2006", "2008", LETTER))
    lacking, reasons = compare(register, [state("2001", "2004")], *there)
    assert lacking == []
    assert reasons == ["it lacks something there, where QuickStatements cannot tell it from others of its value"]


def test_an_election_tells_terms_apart(register: Loaded) -> None:
    here = state(qualifiers=(Snak("P2715", Item("Q7")),))
    there = Known("P39", POST, {"P2715": (Item("Q8"),)}, (LETTER,))
    assert compare(register, [here], there)[0] == [replace(here, is_new=True)]


def test_what_is_deprecated_there_is_not_said_again(register: Loaded) -> None:
    assert compare(register, [state("2001")], know("2001", rank="deprecated")) == ([], ["it is there, and deprecated"])


def test_what_came_from_wikidata_is_no_source_for_it(register: Loaded) -> None:
    here = state("2001", is_from_wikidata=True)
    assert compare(register, [here], know("2001")) == ([], ["it is there"])


def test_a_date_that_says_less_there_is_given_a_source(register: Loaded) -> None:
    here = Statement("", "Q1", BORN, read_time("1953-05-17"), references=(LETTER,))
    year = Known("P569", Time(1953, 0, 0, 9))
    (left,), _ = compare(register, [here], year)
    assert (left.value, left.references) == (Time(1953, 0, 0, 9), (LETTER,))


def test_a_date_that_says_more_there_is_not(register: Loaded) -> None:
    here = Statement("", "Q1", BORN, read_time("1953"), references=(LETTER,))
    assert compare(register, [here], Known("P569", read_time("1953-05-17"))) == ([], ["it is there"])


def test_of_a_single_value_another_is_a_question_for_people(register: Loaded) -> None:
    here = Statement("", "Q1", BORN, read_time("1953"), references=(LETTER,))
    assert compare(register, [here], Known("P569", read_time("1954"))) == ([], ["Wikidata has another value"])
    assert compare(register, [here], Known("P569", read_time("1954"), rank="deprecated"))[0] == [here]
    assert compare(register, [here], Known("P569", None))[0] == [here]


def test_items_that_were_replaced_are_followed(register: Loaded) -> None:
    snapshot = Snapshot({"Q11": []}, {"Q1": "Q10", "Q10": "Q11", "Q2": "Q12", "Q8": "Q9", "Q9": "Q8"}, {"Q13"})
    here = state("2001", value=Item("Q2"))
    (left,), _ = find_lacking([here], snapshot, register[1])
    assert (left.item, left.value) == ("Q11", Item("Q12"))
    assert snapshot.resolve("Q8") in {"Q8", "Q9"}
    lacking, omissions = find_lacking([state(value=Item("Q13"))], snapshot, register[1])
    assert (lacking, [one.reason for one in omissions]) == ([], ["the item of its value is deleted"])
