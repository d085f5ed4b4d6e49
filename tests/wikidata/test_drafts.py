"""Which facts are of one statement, and who follows whom: an invented register with rows of its own for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.wikidata.conftest import PROJECT, load

from kzlod.wikidata.export import Options, export_statements
from kzlod.wikidata.statements import Statement, name_value

HEADING = "id,person,post,time,attested,document,second"


def read_terms(rows: list[str], tmp_path: Path, *, from_wikidata: bool = False) -> dict[str, list[str]]:
    """The posts held by item: each with its qualifiers, ``+`` in front of a statement of its own."""
    folder = Path(shutil.copytree(PROJECT, tmp_path / "project"))
    # These rows are named elsewhere: one by an election, one is in a conflict.
    others = [f"{name},gala,herald,,,letter," for name in ("ada-keeper-2012", "cyra-keeper")]
    rows = [*rows, *(row for row in others if not any(own.startswith(row.partition(",")[0]) for own in rows))]
    (folder / "facts/register/holdings.csv").write_text("\n".join([HEADING, *rows]) + "\n", encoding="utf-8")
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


@pytest.mark.parametrize(
    ("end", "start", "follows"),
    [
        ("2004-05-01", "2004-05-01", True),
        ("2004-05-01", "2004-05-02", True),
        ("2004-05-01", "2004-05-03", False),
        ("2004-05-02", "2004-05-01", False),
        ("2004-05", "2004-05", False),
        ("2004-05-01", "2004-05", False),
        ("..", "2004-05-01", False),
    ],
)
def test_one_follows_another_where_days_touch(end: str, start: str, *, follows: bool, tmp_path: Path) -> None:
    terms = read_terms([f"a,ada,keeper,2001/{end},,letter,", f"b,bela,keeper,{start}/,,letter,"], tmp_path)
    assert ("P1366:Q1002" in terms["Q1001"][0], "P1365:Q1001" in terms["Q1002"][0]) == (follows, follows)


@pytest.mark.parametrize(
    "rows",
    [
        # No number of seats, a second term of the same person, two at once, one that only Wikidata knows.
        ["a,ada,scribe,2001/2004-05-01,,letter,", "b,bela,scribe,2004-05-01/,,letter,"],
        ["a,ada,keeper,2001/2004-05-01,,letter,", "b,ada,keeper,2004-05-01/,,letter,"],
        ["a,ada,keeper,2001/2004-05-01,,letter,", "b,bela,keeper,2004-05-01/,,letter,", "c,hugo,keeper,2004-05-01/,,letter,"],
        ["a,ada,keeper,2001/2004-05-01,,letter,", "b,bela,keeper,2004-05-01/,,copy,"],
    ],
)
def test_nobody_follows_where_it_is_not_certain(rows: list[str], tmp_path: Path) -> None:
    terms = read_terms(rows, tmp_path)
    assert terms
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
