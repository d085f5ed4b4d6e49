"""Questions for the benchmark of names: reads the tuning file, returns indexes and what is asked of them.

Which part a person is in depends on the hash of the id alone: four of ten are held out. Two names of each person are asked for, one
by one, with all others in the index; half of the part's persons are once left out altogether, and asked for with all their names.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kzlod.matching.entries import Candidate, Entry, Name, NameQuery
from kzlod.matching.index import NameIndex

ROUNDS = 2
LIMIT = 24
Names = Mapping[str, tuple[Name, ...]]


@dataclass(frozen=True)
class Answer:
    """A question with what was found.

    Args:
        text: the name that was asked for.
        person: whose it is; empty where that person is not in the index.
        candidates: all that the index proposes, the best first.
        names: of each candidate.
    """

    text: str
    person: str
    candidates: tuple[Candidate, ...]
    names: tuple[tuple[str, ...], ...]


def read_names(path: Path) -> dict[str, tuple[Name, ...]]:
    """The names of each person of the tuning file, in its order."""
    names: dict[str, list[Name]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names.setdefault(row["qid"], []).append(Name(row["name"], row["lang"]))
    return {person: tuple(dict.fromkeys(each)) for person, each in names.items()}


def is_held_out(person: str) -> bool:
    """Whether a person is of the part that nothing was tuned on."""
    return _hash(person) % 10 < 4


def ask(names: Names, asked: list[str]) -> Iterator[Answer]:
    """Ask for those persons: first where they are in the index by their other names, then where half of them are not."""
    for turn in range(ROUNDS):
        left_out = {person: names[person][turn] for person in asked if len(names[person]) > max(turn, 1)}
        index = NameIndex.build(
            Entry(person, tuple(name for name in each if name != left_out.get(person))) for person, each in names.items()
        )
        for person, name in left_out.items():
            yield _ask(index, names, name.text, person)
    absent = {person for person in asked if _hash(f"absent {person}") % 2 == 0}
    index = NameIndex.build(Entry(person, each) for person, each in names.items() if person not in absent)
    for person in asked:
        if person in absent:
            for name in names[person]:
                yield _ask(index, names, name.text, "")


def _ask(index: NameIndex, names: Names, text: str, person: str) -> Answer:
    candidates = tuple(index.find(NameQuery(text), LIMIT))
    return Answer(
        text,
        person,
        candidates,
        tuple(
            tuple(name.text for name in names[each.id] if name.text != text or not person or each.id != person)
            for each in candidates
        ),
    )


def _hash(text: str) -> int:
    return int(sha256(text.encode()).hexdigest(), 16)
