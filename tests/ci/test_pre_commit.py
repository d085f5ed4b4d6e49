"""``.pre-commit-hooks.yaml``: pre-commit accepts it and runs its hooks in a repository.

The hooks run as they are but for their language: "system" takes the kzlod that is tested, where "python" would install one from
the web.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS: dict[str, dict[str, Any]] = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))}

SHAPES = """@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .
"""
GOOD = "@prefix ex: <https://example.org/> .\nex:a a ex:C ; ex:p 1 .\n"
ARGUMENTS = {"kzlod-validate": ["data/", "--shapes", "shapes/"], "kzlod-check": []}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of the small project, with data and shapes."""
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / "tests" / "small_project", folder)
    for path, text in {"data/a.ttl": GOOD, "shapes/s.ttl": SHAPES}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    hooks = [{**hook, "language": "system", "args": ARGUMENTS[name]} for name, hook in HOOKS.items()]
    (folder / ".pre-commit-config.yaml").write_text(
        yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}), encoding="utf-8"
    )
    (tmp_path / "bin").mkdir()
    shim = tmp_path / "bin" / "kzlod"
    shim.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m kzlod \"$@\"\n", encoding="utf-8")
    shim.chmod(0o755)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", "add", "."], cwd=folder, check=True)
    return folder


def run(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    bin_folder = repository.parent / "bin"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(repository.parent / "cache"),
    }
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_manifest_is_one(repository: Path) -> None:
    done = run(repository, "validate-manifest", str(MANIFEST))
    assert (done.returncode, done.stdout) == (0, "")
    assert set(HOOKS) == set(ARGUMENTS)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_passes(repository: Path, hook: str) -> None:
    done = run(repository, "run", hook, "--all-files")
    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout


def test_bad_data_fails(repository: Path) -> None:
    (repository / "data" / "a.ttl").write_text(GOOD.replace("; ex:p 1", ""), encoding="utf-8")
    subprocess.run(["git", "add", "."], cwd=repository, check=True)
    done = run(repository, "run", "kzlod-validate")
    assert done.returncode == 1
    assert "does not conform: 1 result" in done.stdout


def test_bad_facts_fail(repository: Path) -> None:
    (table, *_) = sorted((repository / "facts").rglob("evidence.csv"))
    table.write_text(table.read_text(encoding="utf-8").replace("\n", ",more\n", 2), encoding="utf-8")
    subprocess.run(["git", "add", "."], cwd=repository, check=True)
    done = run(repository, "run", "kzlod-check")
    assert done.returncode == 1
    assert "evidence.csv" in done.stdout


def test_what_does_not_matter_starts_no_hook(repository: Path) -> None:
    (repository / "notes.md").write_text("a note", encoding="utf-8")
    done = run(repository, "run", "--files", "notes.md")
    assert (done.returncode, done.stdout.count("Skipped")) == (0, 2)
