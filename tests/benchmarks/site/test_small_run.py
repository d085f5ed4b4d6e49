"""The benchmark on a few entities: the project is the same each time, and runs come to their end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.benchmarks.site.run import generate, iter_runs, write_table

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))


def test_sites_are_the_same_and_written_once(tmp_path: Path) -> None:
    project = generate(100, 1, tmp_path / "work")
    runs = list(iter_runs(100, project, [1, 2], 300))
    assert [run.name for run in runs] == ["1 job", "2 jobs", "2 jobs, again"]
    assert runs[0].pages > 100 * 2
    assert len(list(write_table(runs))) == len(runs) + 4
    again = generate(100, 1, tmp_path / "other")
    for file in sorted(path for path in project.rglob("*") if path.is_file()):
        assert file.read_bytes() == (again / file.relative_to(project)).read_bytes()
