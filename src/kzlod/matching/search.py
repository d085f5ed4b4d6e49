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
from kzlod.matching.words import THINGS, WHOLE, Part, Reading, Word, make_word, read_person

_SHARES = {
    Part.NAME: 1.0,
    Part.WORD: 1.0,
    Part.TERM: 1.0,
    Part.ACRONYM: 1.0,
    Part.PATRONYMIC: 0.4,
    Part.PARTICLE: 0.1,
    Part.GENERATION: 0.1,
    Part.INITIAL: 0.0,
    Part.HOST: 0.0,
}
_IS_OF_THINGS = np.array([part in THINGS for part in Part])


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
    for words in _read_query(tables, query):
        scorer = Scorer(tables, query, words)
        for entry in _find_entries(tables, words):
            candidate = scorer.score(entry)
            if candidate and (entry not in candidates or candidates[entry].score < candidate.score):
                candidates[entry] = candidate
    ranked = [candidates[entry] for entry in sorted(candidates, key=lambda entry: (-candidates[entry].score, entry))]
    return _tell_match(ranked)[:limit]


def _read_query(tables: Tables, query: NameQuery) -> list[tuple[Word, ...]]:
    """The readings of the question: as a person's name, and as that of anything else, where the index has such."""
    readings: list[tuple[Word, ...]] = []
    if query.kind in {"", PERSON} and tables.entry_persons.any():
        readings.append(read_person(query.text))
    if query.kind != PERSON and not tables.entry_persons.all():
        terms = (tuple(make_word(text, part) for text, part in parts) for parts in list_terms(query.text, is_question=True))
        readings += [tuple(word for word in words if word.readings) for words in terms]
    return [words for words in readings if words]


def _tell_match(ranked: list[Candidate]) -> list[Candidate]:
    if not ranked or ranked[0].score < WEIGHTS.match["score"]:
        return ranked
    if len(ranked) > 1 and ranked[0].score - ranked[1].score < WEIGHTS.match["lead"]:
        return ranked
    return [replace(ranked[0], is_match=True), *ranked[1:]]


def _find_entries(tables: Tables, words: tuple[Word, ...]) -> list[int]:
    """Entries in the order in which their names first come, the names with the most of the question first."""
    count = len(tables.name_entries)
    joined = [make_word(one.text + other.text, Part.NAME) for one, other in pairwise(words) if one.part is other.part is Part.NAME]
    found = [each for word in (*words, *joined) if len((each := _find_words(tables, word, count)).words)]
    weights = np.zeros(count, dtype=np.float32)
    touched: Numbers | None = None
    for number, each in enumerate(sorted(found, key=lambda each: each.names)):
        if each.names <= WEIGHTS.search["direct"] or not number:
            names, counts = tables.postings.of_all(each.words)
            weights[names] += each.share * np.repeat(each.likeness, counts)
        else:
            touched = np.flatnonzero(weights > 0) if touched is None else touched
            _add_weights(tables, each, touched, weights)
    touched = np.flatnonzero(weights > 0) if touched is None else touched
    most = int(WEIGHTS.search["names"])
    if len(touched) > most:
        least = np.partition(weights[touched], -most)[-most]
        touched = touched[weights[touched] >= least]
    names = touched[np.lexsort((touched, -weights[touched]))][: 4 * most]
    if not len(names):
        return []
    near = int((weights[names] >= WEIGHTS.search["near"] * weights[names[0]]).sum())
    entries = list(dict.fromkeys(tables.name_entries[names].tolist()))
    close = len(set(tables.name_entries[names[:near]].tolist()))
    return entries[: min(max(close, int(WEIGHTS.search["few"])), int(WEIGHTS.search["entries"]))]


def _add_weights(tables: Tables, found: _Found, names: Numbers, weights: Numbers) -> None:
    """Weigh a word of many names in those names only that another word has found."""
    likeness = np.zeros(len(tables.words), dtype=np.float32)
    likeness[found.words] = found.likeness
    words, counts = tables.name_words.of_all(names)
    starts = np.cumsum(counts) - counts
    weights[names] += found.share * np.maximum.reduceat(likeness[words], starts)


def _find_words(tables: Tables, word: Word, count: int) -> _Found:
    readings = word.readings + word.stems
    parts = [_like_words(tables, reading, word.part in WHOLE) for reading in readings]
    for variant in dict.fromkeys(variant for reading in readings for variant in list_variants(reading)):
        words, likeness = _like_words(tables, variant, True)
        parts.append((words, WEIGHTS.word["variant"] * likeness))
    words, likeness = np.concatenate([words for words, _ in parts]), np.concatenate([likeness for _, likeness in parts])
    kept = _IS_OF_THINGS[tables.word_parts[words]] == (word.part in THINGS)
    words, likeness = words[kept], likeness[kept]
    best = np.lexsort((-words, likeness))[-int(WEIGHTS.search["words"]) :]
    names = int((tables.postings.starts[words[best] + 1] - tables.postings.starts[words[best]]).sum())
    share = _SHARES[word.part] * (1 + log(count / max(names, 1)) / 12)
    return _Found(words[best], likeness[best], max(share, 0.0), names)


def _like_words(tables: Tables, reading: Reading, is_whole: bool) -> tuple[Numbers, Numbers]:
    """The words that are like a reading, or, where it is whole, those with its sounds; and how like each is."""
    owners = _find_skeletons(tables, reading.skeleton, is_whole)
    words, counts = tables.rows.of_all(np.array(owners, dtype=np.int64))
    if not len(words):
        return words.astype(np.int64), np.empty(0, dtype=np.float32)
    share = np.float32(WEIGHTS.search["skeleton"])
    skeletons = cdist([reading.skeleton], [tables.skeletons[owner] for owner in owners], scorer=Levenshtein.normalized_similarity)[
        0
    ]
    starts = tables.rows.starts
    sounds = [sound for owner in owners for sound in tables.sounds[int(starts[owner]) : int(starts[owner + 1])]]
    spoken = cdist([reading.sounds], sounds, scorer=Levenshtein.normalized_similarity)[0]
    likeness = np.where(spoken == 1, np.float32(1), share * np.repeat(skeletons, counts) + (1 - share) * spoken)
    kept = likeness >= (1 if is_whole else WEIGHTS.search["agrees"])
    return words[kept].astype(np.int64), likeness[kept]


def _find_skeletons(tables: Tables, skeleton: str, is_whole: bool) -> list[int]:
    """The skeletons that share a key with this one, those that share the first key first."""
    keys = list(dict.fromkeys(list_keys(skeleton)))[: 1 if is_whole else None]
    wanted = np.array(keys, dtype=np.uint64)
    starts, ends = (np.searchsorted(tables.key_values, wanted, side) for side in ("left", "right"))
    found: dict[int, None] = {}
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        found.update(dict.fromkeys(tables.key_skeletons[start:end].tolist()))
    owners = list(found)[: int(WEIGHTS.search["rows"])]
    return [owner for owner in owners if tables.skeletons[owner] == skeleton] if is_whole else owners
