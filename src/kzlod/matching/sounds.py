"""Sounds: reads a written word in any script, returns its readings in one alphabet of sounds, and the skeleton of each.

The rules are data: ``sounds.toml``, and the letters of ``kzlod/names/folding.toml``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, product
from typing import Any, Final

from anyascii import anyascii
from rapidfuzz.distance import Postfix, Prefix

from kzlod.names.folding import read_letters
from kzlod.resources import read_toml

READINGS: Final = 4
_LATIN: Final = re.compile("[A-Za-zÀ-ɏ]")
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")
_KNOWN: Final = "'CHJSEW"
"""What stands for a sound beside small letters; ``E`` and ``W`` until the rules have read them."""


@dataclass(frozen=True)
class _Rule:
    pattern: re.Pattern[str]
    outcomes: tuple[str, ...]


@dataclass(frozen=True)
class _Skeleton:
    """What makes the skeleton of a reading: what is dropped, pairs that are one sound, the class of each sound, and the length."""

    drop: re.Pattern[str]
    pairs: tuple[tuple[str, str], ...]
    classes: dict[str, str]
    length: int


@dataclass(frozen=True)
class _Costs:
    """What changes cost: a sound for another, a sound that falls out; and how much dearer, or cheaper, that is at either end."""

    changes: dict[str, dict[str, float]]
    drops: dict[str, float]
    first: float
    last: float
    silent: frozenset[str]


@dataclass(frozen=True)
class _Sounds:
    """The rules, ready for use.

    Args:
        places: finds what stands in ``letters``, the longest first.
        letters: letters in NFD, and their sounds.
        languages: letters that only some languages have, and what other letters sound like there.
        latin: patterns over words written in Latin letters, in order.
        rules: patterns over all words, after these.
        lookalikes: to Latin and to Cyrillic, letters that look like one of the script.
    """

    places: re.Pattern[str]
    letters: dict[str, str]
    languages: tuple[tuple[frozenset[str], dict[int, int]], ...]
    latin: tuple[_Rule, ...]
    rules: tuple[_Rule, ...]
    lookalikes: dict[str, dict[int, int]]
    skeleton: _Skeleton
    costs: _Costs


@lru_cache(maxsize=1 << 15)
def read_sounds(word: str) -> tuple[str, ...]:
    """The readings of a word: one to four, the likeliest first, none where nothing of it is spoken.

    >>> read_sounds("Жарбусынова"), read_sounds("Jarbussynova")
    (('Jarbusinova',), ('Jarbusinova', 'iarbusinova'))
    >>> read_sounds("Ұлытау"), read_sounds("Ūlytau")
    (('ulitau',), ('ulitau', 'ulitav'))
    """
    rules = _load_sounds()
    lower = unicodedata.normalize("NFD", word).lower()
    for letters, sounds in rules.languages:
        if not letters.isdisjoint(unicodedata.normalize("NFC", lower)):
            lower = lower.translate(sounds)
    marked = rules.places.sub(lambda place: rules.letters[place[0]], lower)
    spelt = "".join(char for char in marked if not unicodedata.combining(char))
    # What anyascii makes of a script is written as in English.
    is_latin = not spelt.isascii() or any("a" <= char <= "z" for char in lower)
    plain = "".join(char if char.isascii() else anyascii(char).lower() for char in spelt)
    known = "".join(char for char in plain if char in _KNOWN or char.islower() or char.isdigit())
    readings = _apply_rules((rules.latin if is_latin else ()) + rules.rules, known)
    return tuple(dict.fromkeys(reading for reading in readings if reading))


def make_skeleton(reading: str) -> str:
    """What the readings of one name have in common: consonants by class, and whether a vowel begins it.

    >>> make_skeleton("Jarbusinova"), make_skeleton("ermek"), make_skeleton("aliHan"), make_skeleton("aligan")
    ('jrbsnv', 'armk', 'alkn', 'alkn')
    """
    rules = _load_sounds().skeleton
    for pair, sound in rules.pairs:
        reading = reading.replace(pair, sound)
    bare = rules.drop.sub("", reading)
    classes = (("a" if char in "aeiou" and not place else rules.classes.get(char, "")) for place, char in enumerate(bare))
    return "".join(classes)[: rules.length]


@lru_cache(maxsize=1 << 16)
def count_changes(one: str, other: str) -> float:
    """What it costs at least to change one reading into the other.

    >>> count_changes("tlep", "tilep"), count_changes("oleg", "oleg")
    (0.2, 0.0)
    """
    start = Prefix.similarity(one, other)
    end = Postfix.similarity(one[start:], other[start:])
    one, other = one[start : len(one) - end], other[start : len(other) - end]
    costs = _load_sounds().costs
    first = 1.0 if start else costs.first
    mine, its = _price_drops(one, not end), _price_drops(other, not end)
    row = [0.0, *accumulate(its)]
    for place, sound in enumerate(one):
        before, row = row, [row[0] + mine[place]]
        changes = costs.changes.get(sound, {})
        for at, other_sound in enumerate(other):
            change = 0.0 if sound == other_sound else changes.get(other_sound, 1.0)
            if place == at == 0:
                change *= first
            row.append(min(before[at] + change, before[at + 1] + mine[place], row[at] + its[at]))
    return row[-1]


def _price_drops(sounds: str, is_end: bool) -> list[float]:
    costs = _load_sounds().costs
    drops = [costs.drops.get(sound, 1.0) for sound in sounds]
    if is_end and sounds[-1:] in costs.silent:
        drops[-1] *= costs.last
    return drops


def repair_script(word: str) -> str:
    """A word of Latin and Cyrillic letters, in one script where each letter of the other has a double in it.

    A capital I among small letters is an l, and a small l among capitals, or before a consonant at the beginning, is an I.

    >>> repair_script("Токаeв") == "Токаев", repair_script("Meyrimdіlіk"), repair_script("lvanov"), repair_script("AIiya")
    (True, 'Meyrimdilik', 'Ivanov', 'Aliya')
    """
    if _CYRILLIC.search(word) and _LATIN.search(word):
        word = _join_scripts(word)
    if "I" in word or "l" in word:
        word = re.sub(r"(?<=[^\W\d_A-Z])I(?=[a-z])|(?<=^[A-Z])I(?=[a-z])(?![a-z]?[A-Z])", "l", word)
        word = re.sub(r"(?<=[A-Z])l(?=[A-Z])|^l(?=[bcdfghkmnpqrstvwxz][a-z])", "I", word)
    return word


def _join_scripts(word: str) -> str:
    """The word in the script that more of its unmistakable letters have."""
    tables = _load_sounds().lookalikes
    latin = sum(ord(char) not in tables["Cyrl"] for char in _LATIN.findall(word))
    cyrillic = sum(ord(char) not in tables["Latn"] for char in _CYRILLIC.findall(word))
    return word.translate(tables["Latn" if latin > cyrillic else "Cyrl"])


def _apply_rules(rules: tuple[_Rule, ...], latin: str) -> list[str]:
    readings = [latin]
    for rule in rules:
        if any(rule.pattern.search(reading) for reading in readings):
            readings = [rule.pattern.sub(outcome, reading) for outcome, reading in product(rule.outcomes, readings)][:READINGS]
    return readings


@cache
def _load_sounds() -> _Sounds:
    rules = read_toml("kzlod.matching", "sounds.toml")
    digraphs = rules["digraphs"]
    letters = {letter: re.sub("[cksz]h", lambda pair: digraphs[pair[0]], written) for letter, written in read_letters().items()}
    letters |= {unicodedata.normalize("NFD", letter): sound for letter, sound in rules["letters"].items()}
    doubles = rules["homoglyphs"]
    pairs = [
        *zip(doubles["latin"], doubles["cyrillic"], strict=True),
        *zip(doubles["latin_capitals"], doubles["cyrillic_capitals"], strict=True),
    ]
    skeleton = rules["skeleton"]
    return _Sounds(
        places=re.compile("|".join(sorted(letters, key=len, reverse=True))),
        letters=letters,
        languages=tuple((frozenset(each["letters"]), str.maketrans(each["latin"], each["sounds"])) for each in rules["readings"]),
        latin=tuple(_read_rule(rule) for rule in rules["latin"]),
        rules=tuple(_read_rule(rule) for rule in rules["rules"]),
        lookalikes={
            "Latn": {ord(cyrillic): ord(latin) for latin, cyrillic in pairs},
            "Cyrl": {ord(latin): ord(cyrillic) for latin, cyrillic in pairs},
        },
        skeleton=_Skeleton(
            drop=re.compile(skeleton["drop"]),
            pairs=tuple((pair, sound) for pair, sound in skeleton["pairs"]),
            classes=dict(zip(skeleton["sounds"], skeleton["classes"], strict=True)),
            length=skeleton["length"],
        ),
        costs=_read_costs(rules["costs"]),
    )


def _read_rule(rule: dict[str, str]) -> _Rule:
    return _Rule(re.compile(rule["pattern"]), (rule["to"], *([rule["or"]] if "or" in rule else [])))


def _read_costs(rules: dict[str, Any]) -> _Costs:
    vowels = rules["vowels"]
    changes = {vowel: dict.fromkeys(vowels, float(rules["vowel"])) for vowel in vowels}
    for (one, other), cost in rules["pairs"]:
        changes.setdefault(one, {})[other] = changes.setdefault(other, {})[one] = cost
    return _Costs(
        changes,
        dict.fromkeys(vowels, rules["dropped_vowel"]) | dict(rules["dropped"]),
        rules["first"],
        rules["last"],
        frozenset(rules["silent"]),
    )
