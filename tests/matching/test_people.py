"""The dataset's own people are found from each of their spellings, and look-alikes are kept apart."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from tests.matching.conftest import read_table

from kzlod.matching.entries import Entry, Name, NameQuery, Tenure
from kzlod.matching.index import NameIndex

PEOPLE = tomllib.loads(Path(__file__).with_name("people.toml").read_text(encoding="utf-8"))
SPELLINGS = [(person, spelling) for person, spellings in PEOPLE["people"].items() for spelling in spellings]
DOUBTFUL = [(person, spelling) for person, spellings in PEOPLE["doubtful"].items() for spelling in spellings]
LOOKALIKES = [(row["entity"], row["other"]) for row in read_table("lookalikes.csv") if row["entity"].startswith("person/")]


@pytest.mark.parametrize(("person", "spelling"), SPELLINGS)
def test_each_spelling_is_a_match(people_index: NameIndex, person: str, spelling: str) -> None:
    best = people_index.find(NameQuery(spelling))[0]
    assert (best.id, best.is_match) == (f"person/{person}", True), best


@pytest.mark.parametrize(("person", "spelling"), DOUBTFUL)
def test_what_is_far_from_the_name_is_proposed_and_not_claimed(people_index: NameIndex, person: str, spelling: str) -> None:
    best = people_index.find(NameQuery(spelling))[0]
    assert (best.id, best.is_match) == (f"person/{person}", False), best


def test_everybody_is_found_by_every_name_of_the_tables(people: list[Entry], people_index: NameIndex) -> None:
    for person in people:
        for name in person.names:
            best = people_index.find(NameQuery(name.text))[0]
            assert (best.id, best.is_match) == (person.id, True), (name, best)


@pytest.mark.parametrize(("one", "other"), LOOKALIKES)
def test_a_lookalike_is_never_a_match(people: list[Entry], one: str, other: str) -> None:
    # Also where the person that is meant is not in the index.
    known = {person.id: person for person in people}
    for mine, its in ((one, other), (other, one)):
        index = NameIndex.build([known[its]])
        for name in known[mine].names:
            assert not any(found.is_match for found in index.find(NameQuery(name.text))), name


def test_dates_that_contradict_forbid_a_match(people: list[Entry], people_index: NameIndex) -> None:
    for person in people:
        if person.born:
            year = str(int(person.born[:4]) + 7)
            found = people_index.find(NameQuery(person.names[0].text, born=year))
            assert not any(each.is_match for each in found), person
            features = next(each.features for each in found if each.id == person.id)
            assert "born" in {feature.id for feature in features if feature.points < 0}
            assert people_index.find(NameQuery(person.names[0].text, born=person.born[:4]))[0].is_match


def test_two_of_one_name_are_told_apart_by_what_else_is_known() -> None:
    one = Entry("older", (Name("Серик Ахметов"),), born="1958-06-25", countries=("country/kazakhstan",))
    index = NameIndex.build([one, replace(one, id="younger", born="1979")])
    assert [found.is_match for found in index.find(NameQuery("Serik Akhmetov"))] == [False, False]
    best = index.find(NameQuery("Serik Akhmetov", born="1979-01-30"))[0]
    assert (best.id, best.is_match) == ("younger", True)


def test_junior_is_not_senior() -> None:
    index = NameIndex.build([Entry("junior", (Name("Robert Kennedy Jr."),)), Entry("senior", (Name("Robert Kennedy, Sr."),))])
    best = index.find(NameQuery("Роберт Кеннеди младший"))[0]
    assert (best.id, best.is_match) == ("junior", True)
    assert not any(found.is_match for found in index.find(NameQuery("Robert Kennedy")))


def test_the_ambassador_of_one_country_to_another_is_not_that_of_the_other() -> None:
    posts = {"one": "Ambassador of Kazakhstan to Canada", "other": "Ambassador of Canada to Kazakhstan"}
    index = NameIndex.build([Entry(id_, (Name("Alex Kim"),), posts=(Tenure(post),)) for id_, post in posts.items()])
    for post, id_ in (("Посол Казахстана в Канаде", "one"), ("Канаданың Қазақстандағы елшісі", "other")):
        best = index.find(NameQuery("Алекс Ким", post=post))[0]
        assert (best.id, best.is_match) == (id_, True)
