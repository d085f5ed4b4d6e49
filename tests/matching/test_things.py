"""Names of organisations and posts meet over languages and acronyms; those that differ in a word that counts stay apart."""

import tomllib
from pathlib import Path

import pytest
from tests.matching.conftest import read_table

from kzlod.matching.entries import Entry, Name, NameQuery
from kzlod.matching.index import NameIndex

THINGS: list[list[str]] = tomllib.loads(Path(__file__).with_name("things.toml").read_text(encoding="utf-8"))["one"]
LOOKALIKES = [
    (row["entity"], row["other"]) for row in read_table("lookalikes.csv") if row["entity"].startswith(("post/", "organization/"))
]


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex.build([Entry(names[0], (Name(names[0], "en"),), kind="organization") for names in THINGS])


@pytest.mark.parametrize(("name", "spelling"), [(names[0], spelling) for names in THINGS for spelling in names])
def test_names_of_one_thing_meet(index: NameIndex, name: str, spelling: str) -> None:
    assert index.find(NameQuery(spelling))[0].id == name


def read_things() -> dict[str, tuple[Name, ...]]:
    names: dict[str, tuple[Name, ...]] = {}
    for table in ("diplomacy/organizations.csv", "diplomacy/posts.csv", "office-holders/positions.csv", "missions/missions.csv"):
        for row in read_table(table):
            names[row["entity"]] = (*names.get(row["entity"], ()), Name(row["name"], row.get("language", "en")))
    return names


@pytest.mark.parametrize(("one", "other"), LOOKALIKES)
def test_lookalikes_are_never_a_match(one: str, other: str) -> None:
    names = read_things()
    for mine, its in ((one, other), (other, one)):
        index = NameIndex.build([Entry(its, names[its], kind="post")])
        assert not any(found.is_match for name in names[mine] for found in index.find(NameQuery(name.text)))


def test_a_person_is_not_taken_for_a_post() -> None:
    index = NameIndex.build(
        [Entry("person", (Name("Roman Minister"),)), Entry("post", (Name("Minister of Justice"),), kind="post")]
    )
    assert [found.id for found in index.find(NameQuery("Министр юстиции", kind="post"))] == ["post"]


BILATERAL = [
    [
        "Embassy of Kazakhstan in Canada",
        "Посольство Казахстана в Канаде",
        "Қазақстанның Канададағы елшілігі",
        "Ambassade du Kazakhstan au Canada",
    ],
    [
        "Embassy of Canada in Kazakhstan",
        "Посольство Канады в Казахстане",
        "Канаданың Қазақстандағы елшілігі",
        "Canadian Embassy in Kazakhstan",
    ],
    ["Ambassador of Kazakhstan to Canada", "Посол Республики Казахстан в Канаде", "Қазақстан Республикасының Канададағы елшісі"],
    ["Canada's ambassador to Kazakhstan", "Посол Канады в Республике Казахстан", "Канаданың Қазақстандағы елшісі"],
]


@pytest.mark.parametrize("kept", [*BILATERAL, None], ids=lambda names: names[0] if names else "all")
def test_the_embassy_of_one_country_in_another_is_not_that_of_the_other(kept: list[str] | None) -> None:
    known = [kept] if kept else BILATERAL
    index = NameIndex.build([Entry(names[0], (Name(names[0]),), kind="organization") for names in known])
    for names in BILATERAL:
        for name in names:
            matches = [found.id for found in index.find(NameQuery(name)) if found.is_match]
            assert matches == ([names[0]] if names in known else []), name
