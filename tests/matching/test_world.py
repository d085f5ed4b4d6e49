"""Names of other countries are found from other scripts: those of Asia too, which have rules of their own."""

import tomllib
from pathlib import Path

import pytest

from kzlod.matching.entries import Entry, Name, NameQuery
from kzlod.matching.index import NameIndex
from kzlod.matching.sounds import read_sounds
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
        ("Валентин Шевченко", "Валентина Шевченко"),
        ("Eugenia Shevchenko", "Евгений Шевченко"),
        ("Martin Schulz", "Martina Schulz"),
        ("Daniel Brown", "Danielle Brown"),
        ("Jean Dupont", "Jeanne Dupont"),
        ("Эмин Гусейнзаде", "Emine Huseynzade"),
        ("Эльмира Ким", "Эльмир Ким"),
        ("Mohammed bin Salman", "Salman bin Mohammed"),
        ("Мухаммед бен Салман Аль Сауд", "Salman bin Mohammed Al Saud"),
        ("Rashid ibn Mohammed Al Maktoum", "Mohammed bin Rashid Al Maktoum"),
        ("Ahmed Hassan", "Хасан Ахмед"),
        ("Жумабаев С.Е.", "Ермек Жумабаев"),
        ("Жумабаев Е.А.", "Жумабаев Ермек Серикович"),
    ],
)
def test_near_names_of_two_people_are_not_a_match(one: str, other: str) -> None:
    found = NameIndex.build([Entry("other", (Name(other),))]).find(NameQuery(one))
    assert not any(each.is_match for each in found), found


@pytest.mark.parametrize(("one", "other"), [("Гульнара Каримова", "Гульнар Каримова"), ("Maria Ivanov", "Мария Иванова")])
def test_one_ending_alone_is_no_other_person(one: str, other: str) -> None:
    assert NameIndex.build([Entry("other", (Name(other),))]).find(NameQuery(one))[0].is_match


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Мухаммед бин Салман Аль Сауд", "Mohammed bin Salman Al Saud"),
        ("Shavkat Mirziyoyev", "Шавкат Мирзиёев"),
        ("Семён Воробьев", "Semyon Vorobyov"),
        ("Ўткир Султонов", "Oʻtkir Sultonov"),
        ("Uladzimir Karatkevich", "Уладзімір Караткевіч"),
        ("Vasil Bykau", "Васіль Быкаў"),
        ("Жумабаев Е.С.", "Ермек Жумабаев"),
        ("E. S. Zhumabayev", "Жұмабаев Ермек"),
    ],
)
def test_spellings_of_one_name_are_a_match(one: str, other: str) -> None:
    for mine, its in ((one, other), (other, one)):
        assert NameIndex.build([Entry("other", (Name(its),))]).find(NameQuery(mine))[0].is_match, (mine, its)


def test_a_comma_says_which_of_two_given_names_is_the_family_s() -> None:
    index = NameIndex.build([Entry("one", (Name("Ahmed Hassan"),))])
    assert index.find(NameQuery("Hassan, Ahmed"))[0].is_match


@pytest.mark.parametrize(("written", "sounds"), [("Койшыбаев", ("koiSibaev",)), ("Алойтхан", ("aloitHan",))])
def test_rules_of_latin_letters_are_not_for_cyrillic_ones_with_marks(written: str, sounds: tuple[str, ...]) -> None:
    assert read_sounds(written) == sounds
