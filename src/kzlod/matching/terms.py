"""Terms: reads the name of an organisation, a post or a place, returns what its words mean where the vocabulary has them.

The vocabulary is data: ``terms.csv`` and, by CLDR, ``countries.csv``, a row a meaning. A word that stands in it with ``*`` begins
so, and ends as grammar wants it. ``roles.toml`` says by what a country is known to be the host of an embassy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from kzlod.matching.sounds import read_sounds
from kzlod.matching.words import Part, split_words
from kzlod.resources import read_rows, read_toml

_VOCABULARY: Final = ("countries.csv", "terms.csv")
_SILENT: Final = "-"
_LONGEST_PHRASE: Final = 8


def list_terms(text: str, is_question: bool = False) -> list[list[tuple[str, Part]]]:
    """The words of a name, with meanings in place of words where they are known; and the initials of the name, as another name.

    Where a thing is comes last, once more, as ``Part.HOST``: the embassy of one country in another is not that of the other.

    A question of several words has no initials: only a word that somebody asks for may be those of a name.

    >>> list_terms("Министерство иностранных дел")[0] == list_terms("Ministry of Foreign Affairs")[0] == list_terms("СІМ")[0]
    True
    >>> list_terms("Organisation of African Unity")[1]
    [('^oau', <Part.ACRONYM: 6>)]
    >>> list_terms("Kazakhstan's embassy in Canada")[0] == list_terms("Қазақстанның Канададағы елшілігі")[0]
    False
    >>> sorted(list_terms("Kazakhstan's embassy in Canada")[0]) == sorted(list_terms("Қазақстанның Канададағы елшілігі")[0])
    True
    """
    words = [_cut_genitive(word) for word in split_words(text)]
    means = _read_words(words)
    names = [means] if means else []
    letters = words[0] if len(words) == 1 else "".join(word[0] for word in words if _load_terms().get((word,)) != _SILENT)
    if 2 <= len(letters) <= 8 and not (is_question and len(words) > 1):
        names.append([("^" + "".join(_first_sounds(letter) for letter in letters), Part.ACRONYM)])
    return names


def list_hosts(name: list[tuple[str, Part]]) -> frozenset[str]:
    """Where a thing is, by the words of its name.

    >>> list_hosts(list_terms("Kazakhstan's embassy in Canada")[0])
    frozenset({'@canada'})
    """
    return frozenset(text[1:] for text, part in name if part is Part.HOST)


def have_other_roles(one: list[tuple[str, Part]], other: list[tuple[str, Part]]) -> bool:
    """Whether the host of each is in the other name too, as something else than the host.

    >>> names = "Embassy of Canada in Kazakhstan", "Посольство Казахстана в Канаде", "Қазақстандағы Канада елшілігі"
    >>> first, second, third = (list_terms(name)[0] for name in names)
    >>> have_other_roles(first, second), have_other_roles(first, third)
    (True, False)
    """
    sides = [(list_hosts(name), {text for text, _ in name}) for name in (one, other)]
    (my_hosts, mine), (its_hosts, its) = sides
    return my_hosts.isdisjoint(its_hosts) and not my_hosts.isdisjoint(its) and not its_hosts.isdisjoint(mine)


def _read_words(words: list[str]) -> list[tuple[str, Part]]:
    """The longest phrases of the vocabulary first, from the left; and where it is, as far as the words around it say so."""
    roles = _load_roles()
    found: list[tuple[str, Part]] = []
    last: list[tuple[str, Part]] = []
    hosts: list[str] = []
    is_host = False
    place = 0
    while place < len(words):
        phrase, parts = _read_phrase(words[place:])
        place += len(phrase)
        is_located = roles.ending.search(phrase[-1]) is not None
        if not parts:
            is_host = is_host or not roles.before.isdisjoint(phrase)
            hosts += [text for text, _ in last if is_located]
            continue
        hosts += [text for text, _ in parts if is_host or is_located]
        is_host, last = False, parts
        found += parts
    return list(dict.fromkeys(found + [(f">{text}", Part.HOST) for text in hosts]))


def _read_phrase(words: list[str]) -> tuple[tuple[str, ...], list[tuple[str, Part]]]:
    """The longest phrase of the vocabulary at the beginning, else the first word; and what it means, nothing where it is silent."""
    for length in range(min(_LONGEST_PHRASE, len(words)), 0, -1):
        phrase = tuple(words[:length])
        meaning = _find_phrase(phrase)
        if meaning is not None:
            return phrase, [(f"@{each}", Part.TERM) for each in meaning.split() if each != _SILENT]
    roles = _load_roles()
    bare = roles.ending.sub("", words[0])
    return (words[0],), [(bare if len(bare) >= roles.shortest else words[0], Part.WORD)]


def _find_phrase(words: tuple[str, ...]) -> str | None:
    terms = _load_terms()
    if words in terms:
        return terms[words]
    for stems in _list_stems().get((len(words), words[0][:3]), ()):
        if all(word.startswith(stem[:-1]) if stem.endswith("*") else word == stem for word, stem in zip(words, stems, strict=True)):
            return terms[stems]
    return None


def _first_sounds(letter: str) -> str:
    return (read_sounds(letter) or ("",))[0]


def _cut_genitive(word: str) -> str:
    return word.removesuffix("'s")


@dataclass(frozen=True)
class _Roles:
    before: frozenset[str]
    ending: re.Pattern[str]
    shortest: int


@cache
def _load_roles() -> _Roles:
    rules = read_toml("kzlod.matching", "roles.toml")
    return _Roles(frozenset(rules["before"]), re.compile(rules["ending"]), rules["shortest"])


@cache
def _load_terms() -> dict[tuple[str, ...], str]:
    """The meanings of each phrase."""
    rows = (row for name in _VOCABULARY for row in read_rows("kzlod.matching", name))
    return {tuple(map(_cut_genitive, phrase.lower().split())): row["means"] for row in rows for phrase in row["phrases"].split("|")}


@cache
def _list_stems() -> dict[tuple[int, str], list[tuple[str, ...]]]:
    """Phrases with open endings, by their length and the first three letters."""
    stems: dict[tuple[int, str], list[tuple[str, ...]]] = {}
    for phrase in sorted(_load_terms(), key=lambda phrase: [-len(word) for word in phrase]):
        if any(word.endswith("*") for word in phrase):
            stems.setdefault((len(phrase), phrase[0].rstrip("*")[:3]), []).append(phrase)
    return stems
