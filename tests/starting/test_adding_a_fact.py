"""The way of docs/tutorials/adding-a-fact.md, from the passage to the trace: each of its commands runs, in their order there."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from kzlod.cli import main

TEXT = (Path(__file__).parents[2] / "docs/tutorials/adding-a-fact.md").read_text(encoding="utf-8")
STEPS = re.findall(r"```(console|csv)(?: (\S+))?\n(.*?)```", TEXT, re.DOTALL)


def test_the_way_leads_from_the_passage_to_the_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = ""
    for kind, file, block in STEPS:
        if kind == "csv":
            # The rows that a person adds by hand.
            with Path(file).open("a", encoding="utf-8") as table:
                table.write(block)
            continue
        command, _, expected = block.removeprefix("$ ").partition("\n")
        if command.startswith("cd "):
            monkeypatch.chdir(command.removeprefix("cd "))
            continue
        result = CliRunner().invoke(main, shlex.split(command)[1:], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        shown = result.output
        assert expected in shown, shown
    assert "“Talvane, born in 1978, was its chief engineer”" in shown
