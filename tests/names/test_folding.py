"""Spellings of a name meet, names that differ stay apart, and Python and JavaScript agree."""

import csv
import itertools
import json
import random
import shutil
import string
import subprocess
import tomllib
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzlod.names.folding import fold_name, write_folding_script

SPELLINGS = tomllib.loads(Path(__file__).with_name("spellings.toml").read_text(encoding="utf-8"))

LATIN = string.ascii_letters + "áäàâãåāăąæçćčďđéèêëēėęěğǵģíîïīįıİķĸłľļñńňņŋóòôõöøōőœŕřŗśšşșŝťţúùûüūůűųýÿžźżẑǰəßþð"
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯәғқңөұүһіӘҒҚҢӨҰҮҺІїєґўјљњћђџѓќҷҳҙҫ"
ARABIC = "ابپتجچحدرزسشعغفقكکگڭلمنوۇۋۆىيیەهھءٴآأإ"
OTHER = " -'’ʼʹ\"`´.,()0123456789²½—٠中文αςΣάंकिא́̆\u0327ﬁ™Ⅷ\u2028</>=&"
names = st.text(alphabet=LATIN + CYRILLIC + ARABIC + OTHER, max_size=30)


@pytest.mark.parametrize("spellings", SPELLINGS["spellings"], ids=lambda spellings: spellings[0])
def test_spellings_of_one_name_fold_alike(spellings: list[str]) -> None:
    assert {fold_name(name): name for name in spellings}.keys() == {fold_name(spellings[0])}
    assert fold_name(spellings[0])


@pytest.mark.parametrize(("one", "other"), SPELLINGS["apart"])
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert fold_name(one) != fold_name(other)


@given(names)
def test_a_folded_name_folds_to_itself(name: str) -> None:
    folded = fold_name(name)
    assert fold_name(" ".join(folded)) == folded


@given(names)
def test_normal_forms_make_no_difference(name: str) -> None:
    assert fold_name(unicodedata.normalize("NFC", name)) == fold_name(unicodedata.normalize("NFD", name)) == fold_name(name)


@given(st.text(alphabet=LATIN + CYRILLIC + ARABIC + " -'", max_size=30))
def test_case_makes_no_difference(name: str) -> None:
    assert fold_name(name.upper()) == fold_name(name.lower()) == fold_name(name)


@given(st.text(max_size=40))
def test_folded_words_hold_only_letters_and_digits(name: str) -> None:
    assert all(unicodedata.category(char)[0] in "LN" for word in fold_name(name) for char in word)


def test_the_script_folds_as_python_does(tmp_path: Path) -> None:
    if not shutil.which("node"):
        pytest.skip("there is no node to run the script with")
    chance = random.Random(6)
    texts = [name for group in SPELLINGS["spellings"] for name in group]
    for alphabet in (LATIN, CYRILLIC, ARABIC, LATIN + OTHER, LATIN + CYRILLIC + ARABIC + OTHER):
        texts += ["".join(chance.choices(alphabet, k=chance.randrange(25))) for _ in range(2000)]
    (tmp_path / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    script = write_folding_script() + (
        'const texts = JSON.parse(require("fs").readFileSync("texts.json", "utf-8"));'
        "process.stdout.write(JSON.stringify(texts.map(kzlodFold)));"
    )
    (tmp_path / "run.cjs").write_text(script, encoding="utf-8")
    ran = subprocess.run(["node", "run.cjs"], cwd=tmp_path, capture_output=True, check=True)
    for text, folded in zip(texts, json.loads(ran.stdout), strict=True):
        assert tuple(folded) == fold_name(text), text


def test_the_script_stays_one_script_in_a_page() -> None:
    assert write_folding_script().isascii()
    assert "</" not in write_folding_script()


def test_people_are_found_and_kept_apart(shared: Path) -> None:
    """People with their names in several scripts: two names of one share all words of the shorter; names of two do not meet."""
    with (shared / "data/names-tuning.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["qid"], frozenset(fold_name(row["name"]))) for row in csv.DictReader(file)]
    people, folds = defaultdict(list), defaultdict(set)
    for person, folded in rows:
        people[person].append(folded)
        folds[folded].add(person)
    pairs = [one <= other or other <= one for names in people.values() for one, other in itertools.combinations(names, 2)]
    assert sum(pairs) / len(pairs) > 0.66
    assert sum(len(found) * (len(found) - 1) // 2 for found in folds.values()) <= 45
