"""What a run writes and where: no input is lost, and a failed run leaves no report of an earlier one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.validation.turtle import PREFIXES

from kzlod.cli import main

SHAPES = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .\n"
DATA = "ex:a a ex:C .\nex:b a ex:C ; ex:p 'b' .\n"
CATALOGUE = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"/>'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("data", "old", "shapes"):
        Path(name).mkdir()
    for name, text in {"data/data.ttl": DATA, "old/data.ttl": DATA, "shapes/shapes.ttl": SHAPES}.items():
        Path(name).write_text(PREFIXES + text, encoding="utf-8")
    Path("catalogue.xml").write_text(CATALOGUE, encoding="utf-8")
    Path("link.ttl").symlink_to("data/data.ttl")
    return tmp_path


def validate(*options: str) -> Result:
    return CliRunner().invoke(main, ["validate", "data", *options])


@pytest.mark.parametrize(
    "options",
    [
        ["--format", "sarif=data/data.ttl"],
        ["--format", "sarif=link.ttl"],
        ["--format", "json=shapes/../shapes/shapes.ttl"],
        ["--format", "json=old/data.ttl", "--since", "old"],
        ["--format", "junit=catalogue.xml", "--catalogue", "catalogue.xml"],
        ["--baseline", "data/data.ttl", "--update-baseline"],
        ["--baseline", "data/data.ttl"],
        ["--baseline", "out", "--update-baseline", "--format", "json=./out"],
        ["--format", "json=out", "--format", "sarif=./out"],
    ],
)
def test_no_file_is_lost(folder: Path, options: list[str]) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found = validate(*options)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(("--format: ", "--baseline: "))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_reports_may_lie_beside_the_data() -> None:
    for _ in range(2):
        options = ("--baseline", "data/known.jsonl", "--update-baseline", "--format", "sarif=data/out.sarif")
        assert validate(*options).exit_code == 0
