"""Likeness of words: how near two words are, from 0 to 1, by their sounds."""

from __future__ import annotations

from functools import cache
from typing import Final

from rapidfuzz.distance import Levenshtein

from kzlod.matching.sounds import count_changes, make_skeleton, read_sounds
from kzlod.matching.weights import WEIGHTS
from kzlod.matching.words import Part, Reading, Word
from kzlod.resources import read_rows

_VARIANT: Final = WEIGHTS.word["variant"]


def compare_readings(one: Reading, other: Reading) -> float:
    """1 where two words sound alike; what scripts and languages render in several ways counts for little."""
    if one.sounds == other.sounds:
        return 1.0
    if Levenshtein.normalized_similarity(one.skeleton, other.skeleton) < WEIGHTS.word["skeletons"]:
        return 0.0
    return max(0.0, 1 - 2 * count_changes(one.sounds, other.sounds) / (len(one.sounds) + len(other.sounds)))


def compare_words(one: Word, other: Word) -> float:
    """The best that their readings give; patronymics are compared by the father's name; an initial counts by its sound.

    >>> from kzlod.matching.words import make_word
    >>> compare_words(make_word("kemelevich", Part.PATRONYMIC), make_word("кемелұлы", Part.PATRONYMIC))
    1.0
    >>> compare_words(make_word("mykola", Part.NAME), make_word("николай", Part.NAME)) == WEIGHTS.word["variant"]
    True
    """
    if Part.INITIAL in (one.part, other.part):
        return compare_initials(one, other)
    if one.stems and other.stems:
        return _compare_all(one.stems, other.stems)
    return _compare_all(one.readings, other.readings)


def compare_initials(one: Word, other: Word) -> float:
    """What an initial that can begin the other word is worth, else 0."""
    starts = {reading.skeleton[:1] for reading in one.readings} & {reading.skeleton[:1] for reading in other.readings}
    return WEIGHTS.word["initial"] if starts else 0.0


def list_variants(reading: Reading) -> tuple[Reading, ...]:
    """How the given name is said in other languages: Mykola is Nikolai; empty where no table has it."""
    groups, members = _load_variants()
    found = dict.fromkeys(member for group in groups.get(reading.sounds, ()) for member in members[group])
    return tuple(member for member in found if member != reading)


def is_given_name(word: Word) -> bool:
    """Whether the table has it."""
    groups, _ = _load_variants()
    return any(reading.sounds in groups for reading in word.readings)


def _compare_all(ones: tuple[Reading, ...], others: tuple[Reading, ...]) -> float:
    best = 0.0
    groups, _ = _load_variants()
    if _are_different(ones, others):
        return WEIGHTS.word["different"]
    for one in ones:
        for other in others:
            best = max(best, compare_readings(one, other))
            if best < _VARIANT and one.sounds in groups and not groups[one.sounds].isdisjoint(groups.get(other.sounds, ())):
                best = _VARIANT
    return best


def _are_different(ones: tuple[Reading, ...], others: tuple[Reading, ...]) -> bool:
    """Whether both are given names that the table has, and never in one row: Marat is not Murat, however near they are."""
    groups, _ = _load_variants()
    mine = [groups[each.sounds] for each in ones if each.sounds in groups]
    its = [groups[each.sounds] for each in others if each.sounds in groups] if mine else []
    return bool(its) and all(rows.isdisjoint(other) for rows in mine for other in its)


@cache
def _load_variants() -> tuple[dict[str, frozenset[int]], list[tuple[Reading, ...]]]:
    """The groups of each given name, by its sounds; and the members of each group."""
    groups: dict[str, set[int]] = {}
    members: list[tuple[Reading, ...]] = []
    for number, row in enumerate(read_rows("kzlod.matching", "given_names.csv")):
        readings = dict.fromkeys(sounds for name in row["names"].split() for sounds in read_sounds(name))
        members.append(tuple(Reading(sounds, make_skeleton(sounds)) for sounds in readings))
        for sounds in readings:
            groups.setdefault(sounds, set()).add(number)
    return {sounds: frozenset(numbers) for sounds, numbers in groups.items()}, members
