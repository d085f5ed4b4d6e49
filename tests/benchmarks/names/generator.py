"""Makes up persons for measuring speed: each has a name in Cyrillic with a patronymic and one in Latin letters without.

Family names are made of syllables and endings, and are as unevenly spread as real ones: few are common, most are rare.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from kzlod.matching.entries import Entry, Name

FAMILIES = 100_000
_PARTS = tomllib.loads(Path(__file__).with_name("parts.toml").read_text(encoding="utf-8"))
GIVEN, STARTS, MIDDLES, ENDINGS = (_PARTS[part].split() for part in ("given", "starts", "middles", "endings"))
LATIN: dict[str, str] = _PARTS["latin"]


def iter_persons(count: int, seed: int = 8) -> Iterator[Entry]:
    """So many persons, two names each."""
    chance = random.Random(seed)
    families = [_make_family(random.Random(f"family {number}")) for number in range(FAMILIES)]
    for number in range(count):
        family, given, father = _pick(chance, families), _pick(chance, GIVEN), _pick(chance, GIVEN)
        patronymic = father.rstrip("йьяа") + "ович"
        names = (f"{family} {given} {patronymic}", f"{_romanise(given)} {_romanise(family)}")
        yield Entry(f"p{number}", tuple(Name(name) for name in names))


def _make_family(chance: random.Random) -> str:
    syllables = [_pick(chance, STARTS) + _pick(chance, MIDDLES) for _ in range(2 if chance.random() < 0.8 else 3)]
    return ("".join(syllables[:-1]) + _pick(chance, "аеоу") + syllables[-1] + _pick(chance, ENDINGS)).capitalize()


def _pick(chance: random.Random, choices: Sequence[str]) -> str:
    """The earlier, the likelier."""
    return choices[int(len(choices) * chance.random() ** 2.5)]


def _romanise(name: str) -> str:
    return "".join(LATIN.get(letter, letter) for letter in name.lower()).capitalize()
