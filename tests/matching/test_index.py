"""An index finds what it holds, whatever is asked of it, and answers alike after it was saved."""

import json
import random
import shutil
import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzlod.errors import ConfigurationError
from kzlod.matching.entries import Entry, Name, NameQuery, Tenure
from kzlod.matching.folder import MANIFEST
from kzlod.matching.index import NameIndex

LETTERS = string.ascii_letters + "абвгдежзийклмнопрстуфхцчшщъыьэюяӘәҒғҚқҢңӨөҰұҮүІіЇїЄєЎўЈјЉљñçşğəıéøßŁł" + "محمدنربعلي习近平김정은"
words = st.text(alphabet=LETTERS + "'’-.", min_size=1, max_size=12)
names = st.lists(words, min_size=1, max_size=5).map(" ".join)

HOSTILE = {
    "nothing": "",
    "spaces": " \t\n\u2028",
    "punctuation": "...,,;-–—'’()[]{}/\\\"%_*",
    "control characters": "Serik\x00 \x1b[31mAkhmetov\x7f\x85",
    "a lone surrogate": "Серик \ud800 Ахметов",
    "ten thousand letters": "Ахметов" * 1500,
    "ten thousand words": "Ахметов " * 1300,
    "initials only": "A. B. C. D. E.",
    "many marks": "З" + "\u0301" * 5000,
    "brackets": "(" * 5000 + "Serik" + ")" * 5000,
    "apostrophes": "'" * 10_000,
    "right to left": "\u202eвотемхА киреС",
    "emoji and digits": "🦅 007 ٠١٢",
    "formula": "=cmd|' /C calc'!A0",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_questions_get_an_answer(people_index: NameIndex, text: str) -> None:
    assert len(people_index.find(NameQuery(text))) <= 5


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_names_do_no_harm(tmp_path: Path, text: str) -> None:
    entries = [
        Entry("hostile", (Name(text),)),
        Entry("thing", (Name(text),), kind="organization"),
        Entry("plain", (Name("Ерлан Карин"),)),
    ]
    NameIndex.build(entries).save(tmp_path)
    assert NameIndex.open(tmp_path).find(NameQuery("Yerlan Karin"))[0].id == "plain"


@given(st.text(max_size=60), st.lists(st.text(max_size=30), max_size=4))
@settings(deadline=None)
def test_any_text_gets_an_answer(text: str, others: list[str]) -> None:
    index = NameIndex.build([Entry(str(number), (Name(other),)) for number, other in enumerate(others)])
    for found in index.find(NameQuery(text)):
        assert 0 <= found.score <= 100


@given(names, st.lists(names, max_size=5))
@settings(deadline=None)
def test_a_name_finds_itself_first(name: str, others: list[str]) -> None:
    index = NameIndex.build(
        [Entry("itself", (Name(name),)), *(Entry(str(number), (Name(other),)) for number, other in enumerate(others))]
    )
    found = index.find(NameQuery(name))
    assert not found or found[0].id == "itself" or found[0].score == next(each.score for each in found if each.id == "itself")


@given(st.permutations(["Қасым", "Жомарт", "Тоқаев"]))
def test_the_order_of_words_makes_no_difference(people_index: NameIndex, order: list[str]) -> None:
    best = people_index.find(NameQuery(" ".join(order)))[0]
    assert (best.id, best.is_match) == ("person/kassym-jomart-tokayev", True)


@given(names, st.lists(names, min_size=1, max_size=6))
@settings(deadline=None, max_examples=50)
def test_the_same_question_gets_the_same_answer(name: str, others: list[str]) -> None:
    entries = [Entry(str(number), (Name(other),)) for number, other in enumerate(others)]
    one, other = NameIndex.build(entries), NameIndex.build(entries)
    assert one.find(NameQuery(name)) == one.find(NameQuery(name)) == other.find(NameQuery(name))


def test_a_saved_index_answers_alike(tmp_path: Path, people: list[Entry], people_index: NameIndex) -> None:
    people_index.save(tmp_path / "one")
    NameIndex.build(people).save(tmp_path / "other")
    opened = NameIndex.open(tmp_path / "one")
    for person in people[:40]:
        assert opened.find(NameQuery(person.names[0].text)) == people_index.find(NameQuery(person.names[0].text))
    files = sorted((tmp_path / "one").iterdir())
    assert [file.read_bytes() for file in files] == [(tmp_path / "other" / file.name).read_bytes() for file in files]


def test_an_entry_comes_back_as_it_was(tmp_path: Path) -> None:
    entry = Entry(
        "x", (Name("Ержан", "kk"),), "person", "1964-08-21", "", ("country/kazakhstan",), (Tenure("Посол", "2009", "2011-04"),)
    )
    NameIndex.build([entry]).save(tmp_path)
    assert NameIndex.open(tmp_path).tables.read_entry(0) == entry


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    NameIndex.build([]).save(tmp_path)
    assert NameIndex.open(tmp_path).find(NameQuery("Ержан")) == []


def test_a_save_that_fails_leaves_the_former_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    NameIndex.build([Entry("former", (Name("Ержан Казыханов"),))]).save(tmp_path / "index")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("numpy.save", fail)
        with pytest.raises(OSError, match="No space"):
            NameIndex.build([Entry("new", (Name("Ерлан Карин"),))]).save(tmp_path / "index")
    assert [path.name for path in tmp_path.iterdir()] == ["index"]
    assert NameIndex.open(tmp_path / "index").find(NameQuery("Yerzhan Kazykhanov"))[0].id == "former"


def test_what_is_no_index_is_neither_opened_nor_replaced(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no index of names"):
        NameIndex.open(tmp_path / "nowhere")
    tmp_path.joinpath("letters.txt").write_text("mine")
    with pytest.raises(ConfigurationError, match="no index of names"):
        NameIndex.open(tmp_path)
    with pytest.raises(ConfigurationError, match="not empty"):
        NameIndex.build([]).save(tmp_path)
    assert tmp_path.joinpath("letters.txt").read_text() == "mine"


def test_a_damaged_index_is_refused(tmp_path: Path) -> None:
    NameIndex.build([Entry("one", (Name("Ержан Казыханов"),))]).save(tmp_path / "whole")
    for number, file in enumerate(sorted(path.name for path in (tmp_path / "whole").iterdir())):
        for damage in ("cut", "missing"):
            folder = tmp_path / f"{damage}{number}"
            shutil.copytree(tmp_path / "whole", folder)
            content = (folder / file).read_bytes()
            if damage == "missing":
                (folder / file).unlink()
            elif content:
                (folder / file).write_bytes(content[: len(content) // 2])
            else:
                continue
            with pytest.raises(ConfigurationError, match="index"):
                NameIndex.open(folder)


@pytest.mark.parametrize(("name", "value"), [("format", 0), ("rules", "others")])
def test_an_index_of_another_version_is_refused(tmp_path: Path, name: str, value: object) -> None:
    NameIndex.build([]).save(tmp_path / "index")
    manifest = json.loads((tmp_path / "index" / MANIFEST).read_text())
    (tmp_path / "index" / MANIFEST).write_text(json.dumps({**manifest, name: value}))
    with pytest.raises(ConfigurationError, match="another version"):
        NameIndex.open(tmp_path / "index")


def test_features_add_up_to_the_score(people_index: NameIndex) -> None:
    for text in ("Токаев К. К.", "Мухтар Алтынбаев", "Erlan Karin", "Сулейменов Тулеутай Скакович"):
        for found in people_index.find(NameQuery(text)):
            points = sum(feature.points for feature in found.features)
            assert found.score == pytest.approx(min(100, max(0, points)), abs=0.01)


def test_candidates_are_bounded() -> None:
    chance = random.Random(8)
    entries = [Entry(str(number), (Name(f"Ахметов Серик {''.join(chance.choices('абвгде', k=6))}"),)) for number in range(2000)]
    found = NameIndex.build(entries).find(NameQuery("Серик Ахметов"), limit=1000)
    assert 5 <= len(found) <= 24
    assert json.dumps([each.id for each in found])
