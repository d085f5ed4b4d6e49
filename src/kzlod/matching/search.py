"""Search: reads a question, returns the entries whose names are likest, bounded at each step by ``weights.toml``.

A word of the question finds words of the index by their skeletons, these find names, and the names with the most of the question in
them are compared one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import log

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from kzlod.matching.entries import PERSON, Candidate, NameQuery
from kzlod.matching.likeness import list_variants
from kzlod.matching.scoring import Scorer
from kzlod.matching.tables import Numbers, Tables, list_keys
from kzlod.matching.terms import list_terms
from kzlod.matching.weights import WEIGHTS
from kzlod.matching.words import WHOLE, Part, Reading, Word, make_word, read_person

_SHARES = {
    Part.NAME: 1.0,
    Part.TERM: 1.0,
    Part.ACRONYM: 1.0,
    Part.PATRONYMIC: 0.4,
    Part.PARTICLE: 0.1,
    Part.GENERATION: 0.1,
    Part.INITIAL: 0.0,
}


@dataclass(frozen=True)
class _Found:
    """Words of the index that are like one of the question: the likest last."""

    words: Numbers
    likeness: Numbers
    share: float
    names: int


def find_candidates(tables: Tables, query: NameQuery, limit: int) -> list[Candidate]:
    """The likeliest entries, the best first."""
    if not len(tables.name_entries) or limit < 1:
        return []
    candidates: dict[int, Candidate] = {}
    for words, is_person in _read_query(query):
        scorer = Scorer(tables, query, words)
        for entry in _find_entries(tables, words, is_person):
            candidate = scorer.score(entry)
            if candidate and (entry not in candidates or candidates[entry].score < candidate.score):
                candidates[entry] = candidate
    ranked = [candidates[entry] for entry in sorted(candidates, key=lambda entry: (-candidates[entry].score, entry))]
    return _tell_match(ranked)[:limit]


def _read_query(query: NameQuery) -> list[tuple[tuple[Word, ...], bool]]:
    """The readings of the question, and whether each is that of a person."""
    readings = [] if query.kind not in {"", PERSON} else [(read_person(query.text), True)]
    if query.kind != PERSON:
        terms = (tuple(make_word(text, part) for text, part in parts) for parts in list_terms(query.text))
        readings += [(tuple(word for word in words if word.readings), False) for words in terms]
    return [(words, is_person) for words, is_person in readings if words]


def _tell_match(ranked: list[Candidate]) -> list[Candidate]:
    if not ranked or ranked[0].score < WEIGHTS.match["score"]:
        return ranked
    if len(ranked) > 1 and ranked[0].score - ranked[1].score < WEIGHTS.match["lead"]:
        return ranked
    return [replace(ranked[0], is_match=True), *ranked[1:]]


def _find_entries(tables: Tables, words: tuple[Word, ...], is_person: bool) -> list[int]:
    """Entries in the order in which their names first come, the names with the most of the question first."""
    count = len(tables.name_entries)
    joined = [make_word(one.text + other.text, Part.NAME) for one, other in pairwise(words) if one.part is other.part is Part.NAME]
    found = [_find_words(tables, word, count) for word in (*words, *joined)]
    weights = np.zeros(count, dtype=np.float32)
    touched: Numbers = np.empty(0, dtype=np.uint32)
    for each in sorted((each for each in found if len(each.words)), key=lambda each: each.names):
        if each.names <= WEIGHTS.search["direct"] or not len(touched):
            names, counts = tables.postings.of_all(each.words)
            weights[names] += each.share * np.repeat(each.likeness, counts)
            touched = np.union1d(touched, names)
        else:
            _add_weights(tables, each, touched, weights)
    touched = touched[tables.entry_persons[tables.name_entries[touched]] == is_person]
    most = int(WEIGHTS.search["names"])
    if len(touched) > most:
        least = np.partition(weights[touched], -most)[-most]
        touched = touched[weights[touched] >= least]
    order = np.lexsort((touched, -weights[touched]))
    entries = dict.fromkeys(tables.name_entries[touched[order[: 4 * most]]].tolist())
    return list(entries)[: int(WEIGHTS.search["entries"])]


def _add_weights(tables: Tables, found: _Found, names: Numbers, weights: Numbers) -> None:
    """Weigh a word of many names in those names only that another word has found."""
    likeness = np.zeros(len(tables.words), dtype=np.float32)
    likeness[found.words] = found.likeness
    words, counts = tables.name_words.of_all(names)
    starts = np.cumsum(counts) - counts
    weights[names] += found.share * np.maximum.reduceat(likeness[words], starts)


def _find_words(tables: Tables, word: Word, count: int) -> _Found:
    likeness: dict[int, float] = {}
    readings = word.readings + word.stems
    for reading in readings:
        _like_words(tables, reading, word.part in WHOLE, 1.0, likeness)
    for variant in dict.fromkeys(variant for reading in readings for variant in list_variants(reading)):
        _like_words(tables, variant, True, WEIGHTS.word["variant"], likeness)
    best = sorted(likeness, key=lambda each: (likeness[each], -each))[-int(WEIGHTS.search["words"]) :]
    words = np.array(best, dtype=np.int64)
    names = int((tables.postings.starts[words + 1].astype(np.int64) - tables.postings.starts[words]).sum())
    share = _SHARES[word.part] * (1 + log(count / max(names, 1)) / 12)
    return _Found(words, np.array([likeness[each] for each in best], dtype=np.float32), share if names else 0.0, names)


def _like_words(tables: Tables, reading: Reading, is_whole: bool, most: float, likeness: dict[int, float]) -> None:
    """Note the words that are like a reading, or, where it is whole, those with its sounds."""
    owners = _find_skeletons(tables, reading.skeleton, is_whole)
    if is_whole:
        owners = [owner for owner in owners if tables.skeletons[owner] == reading.skeleton]
    if not owners:
        return
    share = WEIGHTS.search["skeleton"]
    alike = cdist([reading.skeleton], [tables.skeletons[owner] for owner in owners], scorer=Levenshtein.normalized_similarity)[0]
    words, counts = tables.rows.of_all(np.array(owners, dtype=np.int64))
    skeletons = np.repeat(alike, counts)
    starts = tables.rows.starts
    sounds = [sound for owner in owners for sound in tables.sounds[int(starts[owner]) : int(starts[owner + 1])]]
    spoken = cdist([reading.sounds], sounds, scorer=Levenshtein.normalized_similarity)[0]
    alike = np.where(spoken == 1, 1, share * skeletons + (1 - share) * spoken)
    for place in np.flatnonzero(alike >= (1 if is_whole else WEIGHTS.search["agrees"])).tolist():
        word = int(words[place])
        likeness[word] = max(likeness.get(word, 0.0), most * float(alike[place]))


def _find_skeletons(tables: Tables, skeleton: str, is_whole: bool) -> list[int]:
    """The skeletons that share a key with this one, those that share the first key first."""
    keys = list(dict.fromkeys(list_keys(skeleton)))[: 1 if is_whole else None]
    found: dict[int, None] = {}
    for key in keys:
        start, end = (
            np.searchsorted(tables.key_values, np.array([key], dtype=np.uint64), "left"),
            np.searchsorted(tables.key_values, np.array([key], dtype=np.uint64), "right"),
        )
        found.update(dict.fromkeys(tables.key_skeletons[int(start[0]) : int(end[0])].tolist()))
    return list(found)[: int(WEIGHTS.search["rows"])]
