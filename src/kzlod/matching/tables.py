"""The tables of an index: arrays and texts, in memory or where they lie in a folder, each in a file of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kzlod.matching.entries import Entry, Name, Tenure
from kzlod.matching.words import Part, Reading, Word

Numbers = NDArray[Any]
_LINES: Final = "entries.jsonl"


@dataclass(frozen=True)
class Groups:
    """Numbers by group: those of group g are ``members[starts[g]:starts[g + 1]]``."""

    starts: Numbers
    members: Numbers

    @classmethod
    def from_pairs(cls, groups: Numbers, members: Numbers, count: int) -> Groups:
        """Pairs of group and member, sorted by group, in their order within it."""
        order = np.argsort(groups, kind="stable")
        starts = np.zeros(count + 1, dtype=np.uint32)
        np.cumsum(np.bincount(groups, minlength=count), out=starts[1:])
        return cls(starts, members[order])

    def of(self, group: int) -> Numbers:
        """The members of one group."""
        return self.members[self.starts[group] : self.starts[group + 1]]

    def of_all(self, groups: Numbers) -> tuple[Numbers, Numbers]:
        """The members of groups, one group after the other, and how many each has."""
        starts = self.starts[groups].astype(np.int64)
        counts = self.starts[groups + 1].astype(np.int64) - starts
        ends = np.cumsum(counts)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + counts, counts)
        return self.members[places], counts


@dataclass(frozen=True)
class Tables:
    """What an index is made of. A row is a reading of a word; rows, words, names and entries are numbered from 0.

    Args:
        key_values: the keys of skeletons, sorted.
        key_skeletons: beside each key, a skeleton that has it.
        skeletons: all of them, sorted.
        rows: the words of the rows of each skeleton; rows are numbered in that order.
        sounds: of each row.
        row_skeletons: of each row.
        row_stems: whether each row is the father's name in a patronymic.
        word_rows: the rows of each word.
        words: the text of each word.
        word_parts: what each word is in a name.
        postings: the names of each word.
        name_words: the words of each name, in order.
        name_entries: the entry of each name.
        name_places: which of the entry's names each is.
        entry_names: the first name of each entry, and the end.
        entry_persons: whether each entry is a person.
        entry_places: where the line of each entry begins, and the end.
        lines: the entries, a line of JSON each.
    """

    key_values: Numbers
    key_skeletons: Numbers
    skeletons: list[str]
    rows: Groups
    sounds: list[str]
    row_skeletons: Numbers
    row_stems: Numbers
    word_rows: Groups
    words: list[str]
    word_parts: Numbers
    postings: Groups
    name_words: Groups
    name_entries: Numbers
    name_places: Numbers
    entry_names: Numbers
    entry_persons: Numbers
    entry_places: Numbers
    lines: bytes | bytearray | mmap

    def save(self, folder: Path) -> None:
        """Write all to a folder that is there; the same entries give the same bytes."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Groups):
                np.save(folder / f"{field.name}.starts.npy", value.starts, allow_pickle=False)
                np.save(folder / f"{field.name}.members.npy", value.members, allow_pickle=False)
            elif isinstance(value, np.ndarray):
                np.save(folder / f"{field.name}.npy", value, allow_pickle=False)
            elif isinstance(value, list):
                (folder / f"{field.name}.txt").write_text("\n".join(value), encoding="utf-8", newline="\n")
            else:
                (folder / _LINES).write_bytes(value)

    @classmethod
    def open(cls, folder: Path) -> Tables:
        """Read what ``save`` wrote; the arrays stay in their files until they are looked at."""
        tables: dict[str, Any] = {field.name: _OPENERS[str(field.type)](folder, field.name) for field in fields(cls)}
        return cls(**tables)

    def read_word(self, word: int) -> Word:
        """A word of the index, as it was read when that was built."""
        readings: tuple[list[Reading], list[Reading]] = ([], [])
        for row in self.word_rows.of(word).tolist():
            readings[self.row_stems[row]].append(Reading(self.sounds[row], self.skeletons[self.row_skeletons[row]]))
        return Word(self.words[word], Part(int(self.word_parts[word])), tuple(readings[0]), tuple(readings[1]))

    def read_entry(self, entry: int) -> Entry:
        """An entry of the index."""
        line = json.loads(self.lines[int(self.entry_places[entry]) : int(self.entry_places[entry + 1])])
        return Entry(
            line.pop("id"),
            tuple(Name(*name) for name in line.pop("names")),
            countries=tuple(line.pop("countries", ())),
            posts=tuple(Tenure(*post) for post in line.pop("posts", ())),
            **line,
        )


def _open_numbers(folder: Path, name: str) -> Numbers:
    # A plain view: each look into a memmap makes another memmap, which is slow.
    numbers: Numbers = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)
    return numbers


def _open_groups(folder: Path, name: str) -> Groups:
    return Groups(_open_numbers(folder, f"{name}.starts"), _open_numbers(folder, f"{name}.members"))


def _open_texts(folder: Path, name: str) -> list[str]:
    text = (folder / f"{name}.txt").read_text(encoding="utf-8")
    return text.split("\n") if text else []


def _open_lines(folder: Path, _: str) -> bytes | mmap:
    with (folder / _LINES).open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ) if file.seek(0, 2) else b""


_OPENERS: Final[dict[str, Callable[[Path, str], Any]]] = {
    "Numbers": _open_numbers,
    "Groups": _open_groups,
    "list[str]": _open_texts,
    "bytes | bytearray | mmap": _open_lines,
}


def list_keys(skeleton: str) -> Iterator[int]:
    """The skeleton as a number, and the skeleton without each of its sounds in turn where two are left."""
    yield _pack(skeleton)
    if len(skeleton) > 2 and skeleton[0].isalpha():
        for place in range(len(skeleton)):
            yield _pack(skeleton[:place] + skeleton[place + 1 :])


def _pack(skeleton: str) -> int:
    return int.from_bytes(skeleton.encode().ljust(8, b"\0")[:8], "big")
