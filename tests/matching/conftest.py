"""The index of the dataset's own people, by the tables of facts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kzlod.matching.entries import Entry, Name
from kzlod.matching.index import NameIndex

FACTS = Path(__file__).parents[2] / "facts"


def read_table(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_people() -> list[Entry]:
    """Persons with all their names, and the date of birth where a table has it."""
    names: dict[str, dict[Name, None]] = {}
    born: dict[str, str] = {}
    for row in read_table("office-holders/holders.csv"):
        names.setdefault(row["person"], {})[Name(row["name"], row["language"])] = None
        born[row["person"]] = row["birth"]
    for row in read_table("diplomacy/persons.csv") + read_table("diplomacy/names.csv"):
        if row["entity"].startswith("person/"):
            names.setdefault(row["entity"], {})[Name(row["name"], row["language"])] = None
    return [Entry(person, tuple(each), born=born.get(person, "")) for person, each in names.items()]


@pytest.fixture(scope="session")
def people() -> list[Entry]:
    return read_people()


@pytest.fixture(scope="session")
def people_index(people: list[Entry]) -> NameIndex:
    return NameIndex.build(people)
