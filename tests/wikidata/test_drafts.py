"""Which facts are of one statement, and who follows whom: an invented register with rows of its own for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.wikidata.conftest import PROJECT, load

from kzlod.wikidata.export import Options, export_statements
from kzlod.wikidata.statements import Statement, name_value

HEADING = "id,person,post,time,attested,document,second"


def read_terms(rows: list[str], tmp_path: Path, *, posts: int = 0, from_wikidata: bool = False) -> dict[str, list[str]]:
    """The posts held by item: each with its qualifiers, ``+`` in front of a statement of its own.

    Beside the posts of the register there are as many of one seat as are wanted: ``post0`` (``Q2100``) and so on.
    """
    folder = Path(shutil.copytree(PROJECT, tmp_path / "project"))
    # These rows are named elsewhere: one by an election, one is in a conflict.
    others = [f"{name},gala,herald,,,letter," for name in ("ada-keeper-2012", "cyra-keeper")]
    rows = [*rows, *(row for row in others if not any(own.startswith(row.partition(",")[0]) for own in rows))]
    (folder / "facts/register/holdings.csv").write_text("\n".join([HEADING, *rows]) + "\n", encoding="utf-8")
    with (folder / "facts/register/things.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"post{number},Post,Q{2100 + number},Post {number},,,,,,,,,1,letter\n" for number in range(posts))
    done = export_statements(*load(folder), Options(from_wikidata=from_wikidata))
    terms: dict[str, list[str]] = {}
    for statement in done.report.statements:
        if statement.property.id == "P39":
            terms.setdefault(statement.item, []).append(show(statement))
    return terms


def show(statement: Statement) -> str:
    qualifiers = " ".join(f"{snak.property}:{name_value(snak.value)}" for snak in statement.qualifiers)
    return f"{'+' if statement.is_new else ''}{name_value(statement.value)} {qualifiers}".strip()


def test_one_term_in_two_sources_is_one_statement(tmp_path: Path) -> None:
    rows = ["a,ada,scribe,2001/2004-05-01,,letter,", "b,ada,scribe,2001-03-02/,,gazette,"]
    assert read_terms(rows, tmp_path) == {"Q1001": ["Q2002 P580:2001-03-02 P582:2004-05-01"]}


def test_what_could_be_one_term_and_is_not_said_to_be_stays_two(tmp_path: Path) -> None:
    rows = ["a,ada,scribe,2001/,,letter,", "b,ada,scribe,/2004,,gazette,"]
    assert read_terms(rows, tmp_path) == {"Q1001": ["+Q2002 P580:2001", "+Q2002 P582:2004"]}


def test_a_day_within_a_term_is_of_it_and_one_outside_is_not(tmp_path: Path) -> None:
    rows = ["a,ada,scribe,2001/2004,,letter,", "b,ada,scribe,,2003-05,gazette,"]
    assert read_terms(rows, tmp_path / "within") == {"Q1001": ["Q2002 P580:2001 P582:2004"]}
    rows[1] = "b,ada,scribe,,2005-05,gazette,"
    assert read_terms(rows, tmp_path / "outside") == {"Q1001": ["+Q2002", "+Q2002 P580:2001 P582:2004"]}


def test_dates_known_from_wikidata_place_a_fact_and_are_not_written(tmp_path: Path) -> None:
    rows = ["a,ada,scribe,2001/2004,,copy,", "b,ada,scribe,/2004-05,2003,gazette,"]
    assert read_terms(rows, tmp_path / "own") == {"Q1001": ["Q2002 P582:2004-05"]}
    rows = ["a,ada,scribe,2001-05-06/2004,,copy,", "b,ada,scribe,2001/,,gazette,"]
    assert read_terms(rows, tmp_path / "less") == {"Q1001": ["Q2002 P580:2001"]}


def test_a_term_that_wikidata_has_among_others_is_not_added_to_blindly(tmp_path: Path) -> None:
    rows = ["a,ada,scribe,2001/2002,,copy,", "b,ada,scribe,2005/2006,,copy,", "c,ada,scribe,,2001-05,gazette,"]
    assert read_terms(rows, tmp_path / "own") == {}
    assert len(read_terms(rows, tmp_path / "all", from_wikidata=True)["Q1001"]) == 2


TOUCHING = [
    ("2004-05-01", "2004-05-01", True),
    ("2004-05-01", "2004-05-02", True),
    ("2004-05-01", "2004-05-03", False),
    ("2004-05-02", "2004-05-01", False),
    ("2004-05", "2004-05", False),
    ("2004-05-01", "2004-05", False),
    ("..", "2004-05-01", False),
]


def test_one_follows_another_where_days_touch(tmp_path: Path) -> None:
    rows = [
        row
        for number, (end, start, _) in enumerate(TOUCHING)
        for row in (f"a{number},ada,post{number},2001/{end},,letter,", f"b{number},bela,post{number},{start}/,,letter,")
    ]
    terms = read_terms(rows, tmp_path, posts=len(TOUCHING))
    assert len(terms["Q1001"]) == len(terms["Q1002"]) == len(TOUCHING)
    for number, (end, start, follows) in enumerate(TOUCHING):
        earlier, later = (next(term for term in terms[item] if f"Q{2100 + number}" in term) for item in ("Q1001", "Q1002"))
        assert ("P1366:Q1002" in earlier, "P1365:Q1001" in later) == (follows, follows), (end, start)


def test_nobody_follows_where_it_is_not_certain(tmp_path: Path) -> None:
    rows = [
        # No number of seats, a second term of the same person, two at once, one that only Wikidata knows.
        *("a,ada,scribe,2001/2004-05-01,,letter,", "b,bela,scribe,2004-05-01/,,letter,"),
        *("c,ada,post0,2001/2004-05-01,,letter,", "d,ada,post0,2004-05-01/,,letter,"),
        *("e,ada,post1,2001/2004-05-01,,letter,", "f,bela,post1,2004-05-01/,,letter,", "g,hugo,post1,2004-05-01/,,letter,"),
        *("h,ada,post2,2001/2004-05-01,,letter,", "i,bela,post2,2004-05-01/,,copy,"),
    ]
    terms = read_terms(rows, tmp_path, posts=3)
    assert {item: len(each) for item, each in terms.items()} == {"Q1001": 5, "Q1002": 2, "Q1008": 1}
    assert "P136" not in str(terms)


@pytest.mark.parametrize("disputed", [0, 1])
def test_dates_in_a_conflict_tell_nothing_of_neighbours(disputed: int, tmp_path: Path) -> None:
    ids = ["a", "b"]
    ids[disputed] = "cyra-keeper"
    rows = [f"{ids[0]},ada,keeper,2001/2004-05-01,,letter,", f"{ids[1]},bela,keeper,2004-05-01/,,letter,"]
    (terms,) = read_terms(rows, tmp_path).values()
    assert "P136" not in terms[0]


def test_who_follows_without_an_item_is_not_named(tmp_path: Path) -> None:
    terms = read_terms(["a,ada,keeper,2001/2004-05-01,,letter,", "b,dora,keeper,2004-05-01/,,letter,"], tmp_path)
    assert terms == {"Q1001": ["Q2001 P580:2001 P582:2004-05-01"]}
