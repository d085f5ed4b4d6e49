"""The tutorials: each of their commands runs, in its order there, and prints what is shown; each change of a file can be made."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.test_docs import check_server

from kzlod.cli import main

TUTORIALS = Path(__file__).parents[2] / "docs/tutorials"
LAST = {
    "adding-a-fact": ("kzlod trace", "“Talvane, born in 1978, was its chief engineer”"),
    "from-a-spreadsheet": ("kzlod release", "1.0.0"),
}


def call(command: str, expected: str) -> str:
    result = CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert expected in result.output, result.output
    return result.output


def write(path: Path, rows: str) -> None:
    """What a person adds by hand, at the end of a file or as a new one."""
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(rows)


def change(path: Path, lines: str) -> None:
    """What a person changes by hand: lines that are there once."""
    old, new = ("".join(f"{line[1:]}\n" for line in lines.splitlines() if line.startswith(sign)) for sign in "-+")
    text = path.read_text(encoding="utf-8")
    assert f"\n{text}".count(f"\n{old}") == 1, old
    path.write_text(f"\n{text}".replace(f"\n{old}", f"\n{new}")[1:], encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(TUTORIALS.glob("*.md")), ids=lambda path: path.stem)
def test_a_tutorial_leads_to_its_end(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text, done = path.read_text(encoding="utf-8"), ("", "")
    for kind, file, block in re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        command, _, expected = block.removeprefix("$ ").partition("\n")
        if kind != "console":
            {"csv": write, "text": write, "diff": change}[kind](Path(file), block)
        elif command.startswith("cd "):
            monkeypatch.chdir(command.removeprefix("cd "))
        elif command == "kzlod serve":
            check_server(command, Path.cwd())
        else:
            done = command, call(command, expected)
    assert done[0].startswith(LAST[path.stem][0])
    assert LAST[path.stem][1] in done[1]
