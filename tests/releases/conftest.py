"""A project of one invented ledger, and a way to edit its tables."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kzlod.project import Project, load_project
from kzlod.releaser import release

HERE = Path(__file__).parent

Rows = list[dict[str, str]]


class Ledger:
    """The tables of a copy of the project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project: Project = load_project(folder)

    @property
    def releases(self) -> Path:
        return self.folder / "releases"

    def edit(self, table: str, change: Callable[[Rows], Rows]) -> None:
        """Change the rows of a table, and write it."""
        path = self.folder / "facts" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            names = reader.fieldnames or []
            rows = change(list(reader))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def add(self, table: str, *cells: str) -> None:
        self.edit(table, lambda rows: [*rows, dict(zip(_names(self.folder, table), cells, strict=True))])

    def remove(self, table: str, column: str, value: str) -> None:
        self.edit(table, lambda rows: [row for row in rows if row[column] != value])

    def put(self, table: str, column: str, value: str, *, where: tuple[str, str]) -> None:
        self.edit(table, lambda rows: [row | {column: value} if row[where[0]] == where[1] else row for row in rows])


def _names(folder: Path, table: str) -> list[str]:
    return (folder / "facts" / f"{table}.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(Path(shutil.copytree(HERE / "project", tmp_path / "project")))


@pytest.fixture(scope="session")
def first_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(HERE / "project", tmp_path_factory.mktemp("released") / "project"))
    release(load_project(folder), folder / "releases", "1.0.0")
    return folder


@pytest.fixture
def released(first_release: Path, tmp_path: Path) -> Ledger:
    """The project after its release 1.0.0."""
    return Ledger(Path(shutil.copytree(first_release, tmp_path / "project", symlinks=True)))
