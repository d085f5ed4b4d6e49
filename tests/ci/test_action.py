"""``action.yml``: its steps run as GitHub's runner would run them, but for setup-python, in a project of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "run" in step}
INPUT = re.compile(r"\$\{\{ inputs\.([a-z-]+) \}\}")

SHAPES = """@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:severity sh:Warning ] .
"""
DATA = "@prefix ex: <https://example.org/> .\nex:a a ex:C .\n"


def run_step(name: str, folder: Path, inputs: dict[str, str], **environment: str) -> subprocess.CompletedProcess[str]:
    step = STEPS[name]
    values = {key: settings.get("default", "") for key, settings in ACTION["inputs"].items()} | inputs
    given = {key: INPUT.sub(lambda found: values[found[1]], text) for key, text in step["env"].items()}
    script = folder / "step.sh"
    script.write_text(step["run"], encoding="utf-8")
    # The runner's own call for "shell: bash".
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
    return subprocess.run(
        command,
        cwd=folder / "project",
        env={**os.environ, **given, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project, and beside it a ``kzlod`` and a ``python`` that are those of the tests."""
    for path, text in {"data/a b.ttl": DATA, "data/c.ttl": "", "shapes/s.ttl": SHAPES}.items():
        target = tmp_path / "project" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    for name, call in {"kzlod": f"'{sys.executable}' -m kzlod", "python": f"'{sys.executable}'"}.items():
        (tmp_path / "bin" / name).write_text(f'#!/bin/sh\nexec {call} "$@"\n', encoding="utf-8")
        (tmp_path / "bin" / name).chmod(0o755)
    return tmp_path


def validate(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return run_step("Validate", folder, {key.replace("_", "-"): value for key, value in inputs.items()}, PATH=path)


def test_every_input_is_used_and_none_is_in_a_script() -> None:
    used = {name for step in STEPS.values() for text in step["env"].values() for name in INPUT.findall(text)}
    assert used == set(ACTION["inputs"])
    assert not any("${{" in step["run"] for step in STEPS.values())


def test_the_defaults(folder: Path) -> None:
    done = validate(folder, data="data")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("::warning file=")
    log = json.loads((folder / "project" / "kzlod.sarif").read_text(encoding="utf-8"))
    assert len(log["runs"][0]["results"]) == 1


def test_every_input(folder: Path) -> None:
    inputs = {"data": "data/a b.ttl\ndata/c.ttl\n", "shapes": "shapes/s.ttl\n", "engine": "pyshacl", "sarif": "out.sarif"}
    assert validate(folder, **inputs, fail_on="warning").returncode == 1
    command = [sys.executable, "-m", "kzlod", "validate", "data", "--baseline", "known.jsonl", "--update-baseline"]
    subprocess.run(command, cwd=folder / "project", check=True, capture_output=True)
    done = validate(folder, **inputs, fail_on="warning", baseline="known.jsonl")
    assert (done.returncode, done.stdout) == (0, "")
    assert (folder / "project" / "out.sarif").exists()


@pytest.mark.parametrize("data", ["--help", "$(touch forged)", "data; touch forged", ""])
def test_an_input_is_no_command(folder: Path, data: str) -> None:
    done = validate(folder, data=data)
    assert done.returncode == 2
    assert done.stderr
    assert not (folder / "project" / "forged").exists()


@pytest.mark.slow
def test_installing(folder: Path) -> None:
    # Without its dependencies, which are here already: what is tried is that the action's own folder can be installed.
    settings = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_TARGET": str(folder / "site")}
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = run_step("Install kzlod", folder, {}, PATH=path, GITHUB_ACTION_PATH=str(ROOT), **settings)
    assert done.returncode == 0, done.stderr
    assert (folder / "site" / "kzlod" / "cli" / "validate.py").exists()
    missing = run_step("Install kzlod", folder, {"version": "0.0.0"}, PATH=path, **settings)
    assert missing.returncode == 1
    # Versions of pip differ in whether they name the extra.
    assert re.search(r"kzlod(\[fast\])?==0\.0\.0", missing.stderr)
