"""Completion in a shell, as click makes it: commands that are imported only when they are called are completed, too."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CALL = "from kzlod.cli import main; main(prog_name='kzlod')"


def complete(words: str, place: int) -> list[str]:
    environment = {**os.environ, "_KZLOD_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(place)}
    return subprocess.check_output([sys.executable, "-c", CALL], env=environment, text=True).splitlines()


@pytest.mark.parametrize(
    ("words", "place", "completed"),
    [
        ("kzlod ma", 1, ["plain,map", "plain,match"]),
        ("kzlod export qu", 2, ["plain,quickstatements"]),
        ("kzlod export quickstatements --sy", 3, ["plain,--syntax"]),
        ("kzlod export quickstatements --syntax ", 4, ["plain,v1", "plain,v3"]),
    ],
)
def test_words_are_completed(words: str, place: int, completed: list[str]) -> None:
    assert complete(words, place) == completed


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell: str) -> None:
    environment = {**os.environ, "_KZLOD_COMPLETE": f"{shell}_source"}
    assert "_KZLOD_COMPLETE" in subprocess.check_output([sys.executable, "-c", CALL], env=environment, text=True)
