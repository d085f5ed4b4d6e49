"""Whoever asks for help does not wait for libraries that only commands use."""

import subprocess
import sys

import pytest

CODE = """
import sys
from click.testing import CliRunner
before = set(sys.modules)
import kzlod.cli
result = CliRunner().invoke(kzlod.cli.main, {words!r})
assert result.exit_code == 0, result.output
loaded = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(loaded - sys.stdlib_module_names))
"""


def find_packages(*words: str) -> set[str]:
    """What a call loads beside Python's own modules and those of click's test runner."""
    command = [sys.executable, "-c", CODE.format(words=list(words))]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_no_library_is_loaded(option: str) -> None:
    assert find_packages(option) <= {"click", "kzlod"}


def test_a_command_loads_what_it_uses() -> None:
    assert "duckdb" in find_packages("map", "--help")
