"""The examples of docs/deploying: every call of kzlod in them is one that the command line takes."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from pathlib import Path

import click
import pytest

from kzlod.cli.serve import command

FOLDER = Path(__file__).parents[2] / "docs" / "deploying"


def read_unit() -> list[str]:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(FOLDER / "kzlod.service", encoding="utf-8")
    assert unit["Service"]["ExecReload"].startswith("/bin/kill -HUP")
    return shlex.split(unit["Service"]["ExecStart"])


def read_container() -> list[str]:
    (call,) = re.findall(r"^CMD (\[.*\])$", (FOLDER / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    words: list[str] = json.loads(call)
    return words


@pytest.mark.parametrize("read", [read_unit, read_container])
def test_the_call_is_one_of_the_command_line(read: object, tmp_path: Path) -> None:
    assert callable(read)
    program, serve, *words = read()
    assert (program.rpartition("/")[2], serve) == ("kzlod", "serve")
    # The folders are elsewhere on this machine.
    words = [str(tmp_path) if word.startswith("/") else word for word in words]
    context = command.make_context("serve", words, resilient_parsing=False)
    assert isinstance(context, click.Context)
    assert context.params["release"] == tmp_path
