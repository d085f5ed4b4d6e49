"""Words of names: reads a name as it is written, returns its words in order, each with its readings and its part in the name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from typing import Final

from kzlod.matching.sounds import make_skeleton, read_sounds, repair_script
from kzlod.names.folding import read_silent_signs
from kzlod.resources import read_toml

LONGEST: Final = 300
MOST_WORDS: Final = 12


class Part(IntEnum):
    """What a word is in a name; the last four are parts of the names of other things than persons."""

    NAME = 0
    PATRONYMIC = 1
    INITIAL = 2
    PARTICLE = 3
    GENERATION = 4
    TERM = 5
    ACRONYM = 6
    WORD = 7
    HOST = 8


WHOLE: Final = frozenset({Part.TERM, Part.ACRONYM, Part.HOST})
THINGS: Final = frozenset({*WHOLE, Part.WORD})


@dataclass(frozen=True)
class Reading:
    """One way to say a word.

    Args:
        sounds: in the alphabet of ``sounds``.
        skeleton: what it has in common with other spellings.
    """

    sounds: str
    skeleton: str


@dataclass(frozen=True)
class Word:
    """A word of a name.

    Args:
        text: as written, in lower case, without marks that say nothing.
        part: what it is in the name.
        readings: one at least.
        stems: the father's name in a patronymic, one for each reading that has its ending.
    """

    text: str
    part: Part
    readings: tuple[Reading, ...]
    stems: tuple[Reading, ...] = ()


def read_person(text: str) -> tuple[Word, ...]:
    """The words of a person's name, in order; titles and what stands in brackets are left out where a name remains.

    >>> [(word.text, word.part.name) for word in read_person("Тоқаев, Қасым-Жомарт Кемелұлы")]
    [('тоқаев', 'NAME'), ('қасым', 'NAME'), ('жомарт', 'NAME'), ('кемелұлы', 'PATRONYMIC')]
    >>> [(word.text, word.part.name) for word in read_person("Dr. K.-J. Tokayev (politician)")]
    [('k', 'INITIAL'), ('j', 'INITIAL'), ('tokayev', 'NAME')]
    >>> [word.text for word in read_person("H.E. Mr. Murat Tazhin")], [word.text for word in read_person("H.E. Bates")]
    (['murat', 'tazhin'], ['h', 'e', 'bates'])
    """
    words = (make_word(each, part) for each, part in list_parts(text))
    return tuple(word for word in words if word.readings)


def list_parts(text: str) -> list[tuple[str, Part]]:
    """The words of a person's name as texts, each with its part; the work of ``read_person`` without the sounds."""
    rules = _load_parts()
    texts = split_words(rules.honours.sub("", text, count=1) if rules.honours.match(text) else text)
    named = [each for each in texts if each not in rules.titles] or texts
    return _name_parts(list(dict.fromkeys(_join_fathers(named))))[:MOST_WORDS]


def list_joins(text: str) -> list[str]:
    """Hyphened pairs, written as one word.

    >>> list_joins("Қасым-Жомарт Тоқаев")
    ['қасымжомарт']
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    return [word for pair in re.findall(r"([^\W\d_]{2,}-[^\W\d_]{2,})", plain) for word in split_words(pair.replace("-", ""))]


def split_words(text: str) -> list[str]:
    """The words of a text in lower case: cut to its first 300 characters, at what is neither letter, mark, digit
    nor apostrophe; without brackets that end it.

    >>> split_words("O‘Neill, Ban Ki-moon (b. 1944)"), split_words("Zh. Mamutova"), split_words("반기문")
    (["o'neill", 'ban', 'ki', 'moon'], ['ж', 'mamutova'], ['반', '기문'])
    """
    rules = _load_parts()
    plain = unicodedata.normalize("NFKC", text[:LONGEST].translate(rules.apostrophes))
    plain = rules.long_initials.sub(lambda initial: rules.initials[initial[1].lower()] + ".", plain)
    bare = re.sub(r"(?:\([^()]*\)|\[[^\[\]]*\])\s*$", " ", plain)
    words = _find_words(bare) or _find_words(plain)
    return words[: 2 * MOST_WORDS]


@lru_cache(maxsize=1 << 15)
def make_word(text: str, part: Part) -> Word:
    """The word with its readings; a term and an acronym have one, which is like itself only."""
    if part in WHOLE:
        return Word(text, part, (Reading(text, text),))
    readings = tuple(Reading(sounds, make_skeleton(sounds)) for sounds in read_sounds(text))
    stems: tuple[Reading, ...] = ()
    if part is Part.PATRONYMIC:
        found = [_load_parts().patronymic.fullmatch(reading.sounds) for reading in readings]
        stems = tuple(Reading(match["stem"], make_skeleton(match["stem"])) for match in found if match)
    return Word(text, part, readings, stems)


def _find_words(text: str) -> list[str]:
    found = re.findall(r"[^\W_](?:[^\W_]|['\u0300-\u036f])*", text)
    if not text.isascii():
        found = [part for written in found for part in _split_syllables(written)]
    return [repair_script(written).lower().rstrip("'") for written in found]


def _split_syllables(written: str) -> tuple[str, ...]:
    """The family name and the given name, where no space is between them."""
    rules = _load_parts()
    if len(written) == 1 or not rules.syllables.fullmatch(written):
        return (written,)
    family = 2 if written[:2] in rules.families and len(written) > 2 else 1
    return written[:family], written[family:]


def _join_fathers(texts: list[str]) -> list[str]:
    joined: list[str] = []
    for text in texts:
        if text in _load_parts().separate and joined:
            joined[-1] += text
        else:
            joined.append(text)
    return joined


def _name_parts(texts: list[str]) -> list[tuple[str, Part]]:
    rules = _load_parts()
    parts: list[tuple[str, Part]] = []
    fathers = 0
    for place, text in enumerate(texts):
        part = Part.NAME
        if len(text) == 1 and not rules.syllables.match(text):
            part = Part.INITIAL
        elif len(texts) > 1 and text in rules.particles:
            part = Part.PARTICLE
        elif place > 0 and text in rules.generations:
            part = Part.GENERATION
        elif place > 0 and not fathers and len(texts) > 2 and is_patronymic(text):
            part = Part.PATRONYMIC
            fathers += 1
        parts.append((text, part))
    return parts


@lru_cache(maxsize=1 << 15)
def is_patronymic(text: str) -> bool:
    """Whether a word ends like a patronymic; so do some family names.

    >>> is_patronymic("Нұрланқызы"), is_patronymic("Kemelevich"), is_patronymic("Абрамович"), is_patronymic("Moldova")
    (True, True, True, False)
    """
    return any(_load_parts().patronymic.fullmatch(sounds) for sounds in read_sounds(text.lower()))


def list_fathers(words: tuple[Word, ...]) -> set[int]:
    """The places of the words that a particle such as ``bin`` calls the father's name.

    >>> list_fathers(read_person("Mohammed bin Rashid Al Maktoum"))
    {2}
    """
    sons = _load_parts().sons
    return {place for place in range(2, len(words)) if words[place - 1].part is Part.PARTICLE and words[place - 1].text in sons}


def find_generation(words: tuple[Word, ...]) -> str:
    """Which of a family's generations a name says it is: junior, senior; empty where it says none.

    >>> find_generation(read_person("John Smith Jr.")), find_generation(read_person("John Smith"))
    ('junior', '')
    """
    return next((_load_parts().generations[word.text] for word in words if word.part is Part.GENERATION), "")


@dataclass(frozen=True)
class _Parts:
    apostrophes: dict[int, str]
    patronymic: re.Pattern[str]
    separate: frozenset[str]
    particles: frozenset[str]
    sons: frozenset[str]
    titles: frozenset[str]
    honours: re.Pattern[str]
    generations: dict[str, str]
    long_initials: re.Pattern[str]
    initials: dict[str, str]
    syllables: re.Pattern[str]
    families: frozenset[str]


@cache
def _load_parts() -> _Parts:
    rules = read_toml("kzlod.matching", "parts.toml")
    endings = "|".join(rules["patronymics"]["endings"])
    return _Parts(
        apostrophes=dict.fromkeys(map(ord, read_silent_signs()), "'"),
        patronymic=re.compile(f"(?P<stem>.{{{rules['patronymics']['stem']},}}?)(?:{endings})"),
        separate=frozenset(rules["patronymics"]["separate"]),
        particles=frozenset(rules["particles"]["words"]),
        sons=frozenset(rules["particles"]["sons"]),
        titles=frozenset(rules["titles"]["words"]),
        honours=re.compile(rf"\s*(?:{'|'.join(map(re.escape, rules['titles']['honours']))})\s+(?=\S+\s+\S)", re.IGNORECASE),
        generations={word: generation for generation, words in rules["generations"].items() for word in words},
        long_initials=re.compile(rf"\b({'|'.join(sorted(rules['initials'], key=len, reverse=True))})\.", re.IGNORECASE),
        initials=rules["initials"],
        syllables=re.compile(f"[{rules['syllables']['characters']}]{{1,4}}"),
        families=frozenset(rules["syllables"]["families"]),
    )
