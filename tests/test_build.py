"""The build as a whole: the same bytes wherever it runs, and a former output that nothing can break."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph
import pytest

from kzlod.build import build
from kzlod.errors import ConfigurationError
from kzlod.project import QUADS, load_project

ROOT = Path(__file__).parents[1]
SMALL = Path(__file__).parent / "small_project"


def read_folder(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def copy_project(source: Path, target: Path) -> Path:
    for name in ("facts", "mappings", "ontology", "shapes", "queries"):
        shutil.copytree(source / name, target / name)
    shutil.copy(source / "kzlod.toml", target)
    return target


def test_two_builds_in_two_folders_are_the_same_bytes(built: Path, tmp_path: Path) -> None:
    project = copy_project(ROOT, tmp_path / "a folder with spaces, ә")
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Almaty", "LC_ALL": "C"}
    subprocess.run([sys.executable, "-m", "kzlod", "build"], cwd=project, env=environment, check=True, capture_output=True)
    assert read_folder(project / "output") == read_folder(built)


def test_the_committed_output_is_what_a_build_makes(built: Path) -> None:
    assert read_folder(ROOT / "output") == read_folder(built)


def test_a_changed_row_is_a_small_difference(tmp_path: Path) -> None:
    project = copy_project(SMALL, tmp_path / "project")
    build(load_project(project), tmp_path / "old")
    path = project / "facts/letters/persons.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Ada Ember", "Ida Ember"), encoding="utf-8")
    build(load_project(project), tmp_path / "new")
    for name in ("kzlod.ttl", "kzlod.jsonld", "kzlod.nt"):
        old, new = ((tmp_path / side / name).read_text(encoding="utf-8").splitlines() for side in ("old", "new"))
        assert len(set(old) ^ set(new)) == 2, name


def test_what_is_not_an_output_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(ConfigurationError):
        build(load_project(SMALL), tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


@pytest.mark.slow
def test_a_killed_build_leaves_the_former_output_whole(tmp_path: Path) -> None:
    project = copy_project(SMALL, tmp_path / "project")
    command = [sys.executable, "-m", "kzlod", "build"]
    start = time.perf_counter()
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    duration = time.perf_counter() - start
    former = read_folder(project / "output")
    rows = project / "facts/letters/persons.csv"
    rows.write_text(rows.read_text(encoding="utf-8").replace("Ada Ember", "Ida Ember"), encoding="utf-8")
    build(load_project(project), tmp_path / "next")
    changed = read_folder(tmp_path / "next")
    moments = random.Random(2026)
    for _ in range(10):
        child = subprocess.Popen(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0, duration * 1.1))
        child.send_signal(signal.SIGKILL)
        child.wait()
        left = read_folder(project / "output")
        assert left in (former, changed)
        assert list(pyoxigraph.parse(left[QUADS], format=pyoxigraph.RdfFormat.N_QUADS))
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    assert read_folder(project / "output") == changed
    assert sorted(path.name for path in project.iterdir() if path.is_dir() and path.name.startswith(".")) == []
