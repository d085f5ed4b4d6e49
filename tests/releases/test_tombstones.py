"""What is given up: published with its reason, named by nothing else, and led on to what has taken its place."""

from __future__ import annotations

import pytest
from tests.releases.conftest import Ledger

from kzlod.build import assemble, check
from kzlod.errors import DataError
from kzlod.releases.redirects import Redirect, list_redirects
from kzlod.terms import CHANGE_NOTE, DEPRECATED, REPLACED_BY, TRUE, Triple

BASE = "https://example.org/"


def find_problems(ledger: Ledger) -> list[str]:
    with pytest.raises(DataError) as caught:
        assemble(ledger.project)
    return [str(problem) for problem in caught.value.problems]


def test_of_what_is_withdrawn_nothing_else_is_said(ledger: Ledger) -> None:
    ledger.remove("ledger/people", "id", "alia")
    ledger.add("withdrawals", "person/alia", "The page is forged.")
    ledger.add("withdrawals", "fact/ledger/people/alia", "The page is forged.")
    dataset = assemble(ledger.project)
    alia, row = f"<{BASE}person/alia>", f"<{BASE}fact/ledger/people/alia>"
    said = [triple for triple in dataset.iter_triples() if {alia, row} & set(triple)]
    reason = '"The page is forged."@en'
    assert sorted(said) == sorted(Triple(iri, *rest) for iri in (alia, row) for rest in ((DEPRECATED, TRUE), (CHANGE_NOTE, reason)))
    assert list_redirects(dataset.iter_triples(), BASE) == [
        Redirect("fact/ledger/people/alia", None),
        Redirect("person/alia", None),
    ]


def test_each_row_that_says_something_of_what_is_withdrawn_is_told(ledger: Ledger) -> None:
    ledger.add("withdrawals", "person/ada", "Forged.")
    assert find_problems(ledger) == [
        "facts/ledger/people.csv:2: 'person/ada' is withdrawn, and yet something is said of it here [withdrawn]",
        "facts/ledger/posts.csv:2: 'person/ada' is withdrawn, and yet something is said of it here [withdrawn]",
    ]


def test_a_row_of_a_fact_that_is_withdrawn_is_told(ledger: Ledger) -> None:
    ledger.add("withdrawals", "fact/ledger/posts/scribe", "Misread.")
    (problem,) = find_problems(ledger)
    assert problem.startswith("facts/ledger/posts.csv:3: 'fact/ledger/posts/scribe' is withdrawn")


def test_an_entity_in_use_has_its_name_from_no_fact_that_is_withdrawn(ledger: Ledger) -> None:
    ledger.remove("ledger/posts", "id", "keeper")
    ledger.add("withdrawals", "fact/ledger/posts/keeper", "Misread.")
    ledger.put("identities", "minted_from", "ledger/posts/keeper", where=("entity", "person/ada"))
    (problem,) = find_problems(ledger)
    assert problem.startswith("facts/identities.csv:2: 'fact/ledger/posts/keeper' is withdrawn")


def test_rows_must_name_what_has_taken_the_place(ledger: Ledger) -> None:
    ledger.put("identities", "replaced_by", "person/ada", where=("entity", "person/rosa"))
    assert find_problems(ledger) == [
        "facts/ledger/people.csv:4: 'person/rosa' is replaced: name 'person/ada' [withdrawn]",
        "facts/ledger/posts.csv:3: 'person/rosa' is replaced: name 'person/ada' [withdrawn]",
    ]


def test_check_refuses_a_circle_of_replacements_and_bad_cells(ledger: Ledger) -> None:
    ledger.put("identities", "replaced_by", "person/ada", where=("entity", "person/rosa"))
    ledger.put("identities", "replaced_by", "person/rosa", where=("entity", "person/ada"))
    ledger.add("withdrawals", "nobody", "Forged.")
    ledger.add("withdrawals", "person/alia", "")
    with pytest.raises(DataError) as caught:
        check(ledger.project)
    assert [problem.rule for problem in caught.value.problems] == ["acyclic", "format", "required"]


def replaced(*pairs: str) -> list[Triple]:
    return [Triple(f"<{BASE}{pair[0]}>", REPLACED_BY, f"<{BASE}{pair[1]}>") for pair in pairs]


def test_redirects_follow_chains_to_their_ends() -> None:
    gone = [Triple(f"<{BASE}{name}>", DEPRECATED, TRUE) for name in "acz"]
    alien = [Triple("<https://example.com/a>", DEPRECATED, TRUE)]
    found = list_redirects([*replaced("ab", "bd", "yz"), *gone, *alien], BASE)
    assert found == [("a", "d"), ("b", "d"), ("c", None), ("y", None), ("z", None)]


def test_redirects_in_a_circle_are_refused() -> None:
    with pytest.raises(DataError, match="'a' -> 'b' -> 'c' -> 'b'"):
        list_redirects(replaced("ab", "bc", "cb"), BASE)
