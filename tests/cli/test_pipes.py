"""A reader who has seen enough is no fault."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "command", ["query names", "trace person/madina-jarbussynova", "map mappings/links.yml --data facts", "check"]
)
def test_a_reader_who_leaves_is_left_in_peace(command: str) -> None:
    words = [sys.executable, "-m", "kzlod", *command.split()]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
    assert (running.returncode, said) == (141, b"")
