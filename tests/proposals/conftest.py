import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.proposals.decided import Run

from kzlod.cli import main

ROOT = Path(__file__).parents[2]
TABLE = """\
who,born,note,type
Тоқаев Қасым-Жомарт,1953,"kept, with a comma",
"Jarbussynova, Madina",,"two
lines",
Nobody Known At All,,,x
,,an empty name,
Erlan Idrisov,1959-04-28,,
"""


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of the repository's project, with the output of a build."""
    folder = tmp_path / "project"
    for name in ("facts", "mappings", "ontology", "shapes", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "kzlod.toml", folder)
    (folder / "output").symlink_to(built)
    return folder


@pytest.fixture
def run(project: Path, tmp_path: Path) -> Run:
    def call(*words: object, answers: str = "") -> Result:
        given = ["match", *map(str, words), "--project", str(project), "--cache", str(tmp_path / "cache")]
        return CliRunner().invoke(main, [*given, "--retries", "0"], input=answers)

    return call


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text(TABLE, encoding="utf-8")
    return file
