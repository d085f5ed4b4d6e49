"""The README cannot lie: its commands run, and the output it shows is what they print."""

import csv
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ (kzlod .+)$", README, re.MULTILINE)
OUTPUTS = re.findall(r"<!-- output: (.+?) -->\n```\n(.*?)```", README, re.DOTALL)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = command.split()
    assert words[0] == "kzlod"
    return subprocess.run([sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    for name in ("facts", "mappings", "ontology", "shapes", "queries", "output", "docs"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "kzlod.toml", folder)
    return folder


def test_the_readme_has_commands() -> None:
    assert len(COMMANDS) >= 8
    assert len(OUTPUTS) == 3


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs(command: str, project: Path) -> None:
    result = run(command, project)
    assert result.returncode == 0, result.stderr
    written = re.search(r" -o (\S+)", command)
    assert (project / written[1]).read_text() if written else result.stdout.strip()


@pytest.mark.parametrize(("command", "shown"), OUTPUTS, ids=[command for command, _ in OUTPUTS])
def test_the_output_shown_is_what_is_printed(command: str, shown: str, project: Path) -> None:
    def without_seconds(text: str) -> str:
        return re.sub(r"^seconds .*$", "seconds", text, flags=re.MULTILINE)

    assert without_seconds(run(command, project).stdout) == without_seconds(shown)


def test_the_table_of_contents_is_what_the_dataset_holds(project: Path) -> None:
    write_contents = runpy.run_path(str(ROOT / "docs" / "fill_readme.py"))["write_contents"]
    result = run("kzlod query classes --format csv", project)
    counts = {row["class"]: int(row["entities"]) for row in csv.DictReader(result.stdout.splitlines())}
    assert write_contents(counts) in README


def test_every_command_of_the_program_is_in_the_readme() -> None:
    result = run("kzlod --help", ROOT)
    names = re.findall(r"^  ([a-z]+)  ", result.stdout.partition("Commands:")[2], re.MULTILINE)
    assert names
    assert [name for name in names if f"kzlod {name}" not in README] == []


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z-]+)", README)) - {"and"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
