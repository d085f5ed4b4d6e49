"""Golden cases: each folder of ``cases`` holds the files in which it differs from the project beside it, and what is said of it.

A file ``*.escaped`` is written with ``\\xNN`` as that byte, because git or an editor might alter the byte itself; a file
``*.missing`` takes the file of that name away.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kzlod.dataset import Dataset
from kzlod.errors import ConfigurationError, Problem
from kzlod.facts.check import check_tables
from kzlod.facts.evidence import check_evidence
from kzlod.facts.loading import create_tables, fill_tables
from kzlod.facts.metadata import load_tables
from kzlod.project import load_project

HERE = Path(__file__).parent
CASES = sorted(folder for folder in (HERE / "cases").iterdir() if folder.is_dir())


def lay_out(source: Path, folder: Path) -> None:
    shutil.copytree(source, folder, dirs_exist_ok=True)
    for path in sorted(folder.rglob("*.escaped")):
        path.with_suffix("").write_bytes(
            re.sub(rb"\\x([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), path.read_bytes())
        )
        path.unlink()
    for path in sorted(folder.rglob("*.missing")):
        path.with_suffix("").unlink()


def find_problems(folder: Path, documents: str | None = "documents") -> list[Problem]:
    project = load_project(folder)
    try:
        tables = load_tables(project)
    except ConfigurationError as error:
        return list(error.problems)
    dataset = Dataset(project)
    create_tables(dataset, tables)
    problems = fill_tables(dataset, tables)
    problems += check_tables(dataset, tables)
    problems += check_evidence(dataset, tables, folder / documents if documents else None)
    return sorted(problems, key=Problem.sort_key)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    lay_out(HERE / "project", tmp_path)
    lay_out(case, tmp_path)
    expected = (case / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert [str(problem) for problem in find_problems(tmp_path)] == expected


@pytest.mark.parametrize(
    ("case", "rules"), [("other-hash", []), ("uncovered", ["datatype", *["required"] * 3]), ("false-spans", None)]
)
def test_without_the_documents_nothing_is_said_of_their_text(case: str, rules: list[str] | None, tmp_path: Path) -> None:
    lay_out(HERE / "project", tmp_path)
    lay_out(HERE / "cases" / case, tmp_path)
    found = find_problems(tmp_path, documents=None)
    if rules is None:
        assert [str(problem) for problem in found] == (HERE / "cases" / case / "expected.txt").read_text().splitlines()
    else:
        assert [problem.rule for problem in found] == rules
