"""Building of an index: reads entries one by one, yields its tables."""

from __future__ import annotations

import json
from array import array
from typing import Final

import numpy as np

from kzlod.matching.entries import PERSON, Entry, Name
from kzlod.matching.tables import Groups, Numbers, Tables, list_keys
from kzlod.matching.terms import list_terms
from kzlod.matching.words import Part, Reading, list_joins, list_parts, make_word

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Builder:
    """Takes entries with ``add``, gives the tables with ``finish``."""

    def __init__(self) -> None:
        self.words: dict[Part, dict[str, int | None]] = {part: {} for part in Part}
        self.texts: list[str] = []
        self.parts = array("B")
        self.skeletons: dict[str, int] = {}
        self.row_skeletons, self.row_words, self.row_stems = array("I"), array("I"), array("B")
        self.row_sounds: list[str] = []
        self.posting_words, self.posting_names = array("I"), array("I")
        self.name_starts, self.name_words, self.name_entries = array("I", [0]), array("I"), array("I")
        self.name_places = array("I")
        self.entry_names, self.entry_places = array("I", [0]), array("Q", [0])
        self.entry_persons = array("B")
        self.lines = bytearray()

    def add(self, entry: Entry) -> None:
        """Number the entry, its names and their words."""
        for place, name in enumerate(entry.names):
            self._add_name(name, entry.kind, place)
        self.entry_names.append(len(self.name_entries))
        self.entry_persons.append(entry.kind == PERSON)
        self.lines += _write_entry(entry)
        self.entry_places.append(len(self.lines))

    def _add_name(self, name: Name, kind: str, place: int) -> None:
        for parts in [list_parts(name.text)] if kind == PERSON else list_terms(name.text):
            words = [number for text, part in parts if (number := self._number(text, part)) is not None]
            self.name_words.extend(words)
            joins = (self._number(text, Part.NAME) for text in (list_joins(name.text) if kind == PERSON else ()))
            for word in dict.fromkeys([*words, *(join for join in joins if join is not None)]):
                self.posting_words.append(word)
                self.posting_names.append(len(self.name_entries))
            self.name_starts.append(len(self.name_words))
            self.name_entries.append(len(self.entry_names) - 1)
            self.name_places.append(place)

    def _number(self, text: str, part: Part) -> int | None:
        """The number of a word; none where nothing of it is spoken."""
        words = self.words[part]
        if text not in words:
            word = make_word(text, part)
            words[text] = len(self.texts) if word.readings else None
            for reading in word.readings + word.stems:
                self._add_row(reading, reading in word.stems)
            if word.readings:
                self.texts.append(text)
                self.parts.append(part)
        return words[text]

    def _add_row(self, reading: Reading, is_stem: bool) -> None:
        self.row_skeletons.append(self.skeletons.setdefault(reading.skeleton, len(self.skeletons)))
        self.row_words.append(len(self.texts))
        self.row_sounds.append(reading.sounds)
        self.row_stems.append(is_stem)

    def finish(self) -> Tables:
        """The tables of all that was added."""
        skeletons = sorted(self.skeletons)
        ranks = np.empty(len(skeletons), dtype=np.uint32)
        ranks[[self.skeletons[skeleton] for skeleton in skeletons]] = np.arange(len(skeletons), dtype=np.uint32)
        owners_of_rows = ranks[_as_numbers(self.row_skeletons)]
        order = np.argsort(owners_of_rows, kind="stable")
        row_words = _as_numbers(self.row_words)
        keys, owners = array("Q"), array("I")
        for number, skeleton in enumerate(skeletons):
            for key in dict.fromkeys(list_keys(skeleton)):
                keys.append(key)
                owners.append(number)
        key_values = _as_numbers(keys)
        by_key = np.argsort(key_values, kind="stable")
        return Tables(
            key_values=key_values[by_key],
            key_skeletons=_as_numbers(owners)[by_key],
            skeletons=skeletons,
            rows=Groups.from_pairs(owners_of_rows, row_words, len(skeletons)),
            sounds=[self.row_sounds[row] for row in order.tolist()],
            row_skeletons=owners_of_rows[order],
            row_stems=_as_numbers(self.row_stems)[order],
            word_rows=Groups.from_pairs(row_words[order], np.arange(len(order), dtype=np.uint32), len(self.texts)),
            words=self.texts,
            word_parts=_as_numbers(self.parts),
            postings=Groups.from_pairs(_as_numbers(self.posting_words), _as_numbers(self.posting_names), len(self.texts)),
            name_words=Groups(_as_numbers(self.name_starts), _as_numbers(self.name_words)),
            name_entries=_as_numbers(self.name_entries),
            name_places=_as_numbers(self.name_places),
            entry_names=_as_numbers(self.entry_names),
            entry_persons=_as_numbers(self.entry_persons),
            entry_places=_as_numbers(self.entry_places),
            lines=self.lines,
        )


def _as_numbers(values: array[int]) -> Numbers:
    return np.array(values, dtype={"B": np.uint8, "I": np.uint32, "Q": np.uint64}[values.typecode])


def _write_entry(entry: Entry) -> bytes:
    line = {
        "id": entry.id,
        "names": [(name.text, name.language) for name in entry.names],
        "kind": entry.kind,
        "born": entry.born,
        "died": entry.died,
        "countries": entry.countries,
        "posts": [(post.post, post.start, post.end) for post in entry.posts],
    }
    known = {name: value for name, value in line.items() if value or name in {"id", "names"}}
    return _ENCODER.encode(known).encode(errors="surrogatepass") + b"\n"
