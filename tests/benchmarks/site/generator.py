"""Generates a project: persons, organizations and who worked where when, each a fact with a passage.

    python -m tests.benchmarks.site.generator FOLDER --entities 100000

The same arguments make the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import random
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

MODEL: Final = Path(__file__).parents[2] / "small_project"
FACTS: Final = Path("facts/letters")
MEMBERS: Final = 4
"""Persons of an organization, each with a membership."""

_PASSAGE: Final = ("1", "letter", "13", "22", "2c3a9b859935ccbfd1cf59462168613bdc1c194bb762c6e43f69e4ea8c0497a8")
_SYLLABLES: Final = ("ай", "бек", "дар", "жан", "қай", "лан", "мар", "нур", "ой", "рат", "сан", "ұл")
_WORDS: Final = ("Office", "Ministry", "Archive", "Museum", "Embassy", "Academy")
_TITLES: Final = {
    "en": "Many people of an invented state",
    "kk": "Ойдан шығарылған елдің адамдары",
    "ru": "Люди вымышленной страны",
}

Rows = Iterable[tuple[str, ...]]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entities", type=int, required=True)
    parser.add_argument("--languages", type=int, default=1, choices=(1, 2, 3))
    options = parser.parse_args()
    write_project(options.folder, options.entities, options.languages)


def write_project(folder: Path, entities: int, languages: int) -> None:
    """Write a project with about so many entities to a new folder; a site of it has as many facts, and these languages."""
    shutil.copytree(MODEL, folder)
    settings = folder / "kzlod.toml"
    head, _, tail = settings.read_text(encoding="utf-8").partition("[title]\n")
    titles = "".join(f'{tag} = "{_TITLES[tag]}"\n' for tag in list(_TITLES)[:languages])
    settings.write_text(f"{head}[title]\n{titles}\n[description]{tail.partition('[description]')[2]}", encoding="utf-8")
    count = entities // (1 + 2 * MEMBERS)
    chance = random.Random(6)
    organizations: list[tuple[str, ...]] = [
        (f"o{number}", _name_organization(number), f"o{number // 10}" if number else "") for number in range(count)
    ]
    persons: list[tuple[str, ...]] = [
        (f"p{number}", _name_person(chance), "kk", "place/harbour") for number in range(count * MEMBERS)
    ]
    memberships = list(_iter_memberships(count, chance))
    tables = {"organizations": organizations, "persons": persons, "memberships": memberships}
    for table, rows in tables.items():
        _add_rows(folder, table, rows)
        _add_rows(folder, "evidence", ((table, row[0], *_PASSAGE) for row in rows))


def _iter_memberships(organizations: int, chance: random.Random) -> Iterator[tuple[str, ...]]:
    for number in range(organizations * MEMBERS):
        start = chance.randrange(1992, 2015)
        yield f"m{number}", f"p{number}", f"o{number // MEMBERS}", str(start), str(start + chance.randrange(9))


def _name_organization(number: int) -> str:
    return f"{_WORDS[number % len(_WORDS)]} {number}"


def _name_person(chance: random.Random) -> str:
    return " ".join("".join(chance.choices(_SYLLABLES, k=3)).title() for _ in range(2))


def _add_rows(folder: Path, table: str, rows: Rows) -> None:
    with (folder / FACTS / f"{table}.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
