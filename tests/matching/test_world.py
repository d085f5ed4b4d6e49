"""Names of other countries are found from other scripts: those of Asia too, which have rules of their own."""

import tomllib
from pathlib import Path

import pytest

from kzlod.matching.entries import Entry, Name, NameQuery
from kzlod.matching.index import NameIndex
from kzlod.matching.words import read_person

NAMES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("world.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return NameIndex.build(Entry(name, (Name(name),)) for name in NAMES)


@pytest.mark.parametrize(("name", "spelling"), [(name, spelling) for name, spellings in NAMES.items() for spelling in spellings])
def test_each_spelling_comes_first(index: NameIndex, name: str, spelling: str) -> None:
    assert index.find(NameQuery(spelling))[0].id == name


@pytest.mark.parametrize(
    ("written", "words"),
    [("习近平", ["习", "近平"]), ("司马懿", ["司马", "懿"]), ("문재인", ["문", "재인"]), ("王毅", ["王", "毅"]), ("王", ["王"])],
)
def test_a_name_without_spaces_is_divided(written: str, words: list[str]) -> None:
    assert [(word.text, word.part.name) for word in read_person(written)] == [(word, "NAME") for word in words]


@pytest.mark.parametrize("initial", ["Zh.", "ZH.", "Дж.", "Dzh.", "Ж."])
def test_an_initial_of_several_letters_is_one(initial: str) -> None:
    index = NameIndex.build([Entry("one", (Name("Жанар Мамутова"),)), Entry("other", (Name("Шолпан Мамутова"),))])
    assert index.find(NameQuery(f"Mamutova {initial}"))[0].id == "one"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Марат Тажин", "Мурат Тажин"),
        ("Murat Tazhin", "Марат Тажин"),
        ("Александр Иванов", "Александра Иванова"),
        ("Aleksandra Ivanova", "Александр Иванов"),
        ("Динара Ахметова", "Динар Ахметов"),
        ("Серик Ахметов", "Ерик Ахметов"),
        ("Айгуль Касымова", "Айгерим Касымова"),
    ],
)
def test_near_names_of_two_people_are_not_a_match(one: str, other: str) -> None:
    found = NameIndex.build([Entry("other", (Name(other),))]).find(NameQuery(one))
    assert not any(each.is_match for each in found), found


@pytest.mark.parametrize(("one", "other"), [("Гульнара Каримова", "Гульнар Каримова"), ("Maria Ivanov", "Мария Иванова")])
def test_one_ending_alone_is_no_other_person(one: str, other: str) -> None:
    assert NameIndex.build([Entry("other", (Name(other),))]).find(NameQuery(one))[0].is_match
