"""Folding of names for search: reads a name in any script, returns words that its other spellings have too.

It goes for finding, not for deciding: names with one fold may be two people's. The rules are data (``folding.toml``), and
``fold.js`` does the same with them in a browser.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from kzlod.resources import read_resource, read_toml


@dataclass(frozen=True)
class _Folding:
    """The rules, ready for use.

    Args:
        silent: what is dropped before anything else, for ``str.translate``.
        letters: letters in NFD, and what they are written as.
        places: finds the letters, the longest first.
        rules: patterns and what they become, in order.
    """

    silent: dict[int, None]
    letters: dict[str, str]
    places: re.Pattern[str]
    rules: tuple[tuple[re.Pattern[str], str], ...]


def fold_name(text: str) -> tuple[str, ...]:
    """The words of a name, folded: lower case, Latin where the script is known, without marks, in the name's order.

    Folded words fold to themselves; case and Unicode's normal forms make no difference.

    >>> fold_name("Жарбусынова"), fold_name("Dzharbusynova"), fold_name("JARBUSSYNOVA")
    (('zharbusinova',), ('zharbusinova',), ('zharbusinova',))
    >>> fold_name("Қасым-Жомарт Тоқаев") == fold_name("Qasym-Jomart Toqaev") == fold_name("Kassym-Zhomart Tokayev")
    True
    >>> fold_name("  —  ")
    ()
    """
    plain = unicodedata.normalize("NFD", text).translate(_load_folding().silent)
    lower = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).lower())
    words = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in lower).split()
    folded = (_fold_word(word) for word in words)
    return tuple(word for word in folded if word)


def write_folding_script() -> str:
    """The script for browsers: ``kzlodFold(text)`` returns the array that ``fold_name`` returns as a tuple.

    It needs no other script and defines that one name.
    """
    rules = json.dumps(_read_rules(), ensure_ascii=True, separators=(",", ":"))
    return read_resource("kzlod.names", "fold.js").replace("FOLDING_RULES", rules)


def read_letters() -> dict[str, str]:
    """Letters that are none from a to z, in NFD, and what they are written as.

    >>> read_letters()["ж"], read_letters()["қ"]
    ('zh', 'k')
    """
    letters: dict[str, str] = _read_rules()["letters"]
    return letters


def read_silent_signs() -> str:
    """Apostrophes and signs like them, all in one text."""
    signs: str = _read_rules()["silent"]
    return signs


def _read_rules() -> dict[str, Any]:
    rules = read_toml("kzlod.names", "folding.toml")
    return {
        "silent": rules["silent"],
        "letters": {unicodedata.normalize("NFD", letter): written for letter, written in rules["letters"].items()},
        "rules": [[rule["pattern"], rule["to"]] for rule in rules["rules"]],
    }


@cache
def _load_folding() -> _Folding:
    rules = _read_rules()
    letters = rules["letters"]
    return _Folding(
        silent=dict.fromkeys(map(ord, rules["silent"])),
        letters=letters,
        places=re.compile("|".join(sorted(letters, key=len, reverse=True))),
        rules=tuple((re.compile(pattern), to.replace("$", "\\")) for pattern, to in rules["rules"]),
    )


def _fold_word(word: str) -> str:
    folding = _load_folding()
    latin = folding.places.sub(lambda place: folding.letters[place[0]], word)
    folded = "".join(char for char in latin if not unicodedata.category(char).startswith("M"))
    before = ""
    while folded != before:
        before = folded
        for pattern, to in folding.rules:
            folded = pattern.sub(to, folded)
    return folded
