"""The benchmark on a few quads: the dumps are the same each time, and all tools find the same differences."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.benchmarks.releases.run import compare, generate, measure
from tests.benchmarks.releases.tools import TOOLS, read_changes

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))


def test_all_tools_find_the_same(tmp_path: Path) -> None:
    folder = generate(2_000, tmp_path)
    runs = measure(2_000, folder, 1, 120)
    compare(runs, folder)
    assert [(run.failure, run.is_wrong) for run in runs] == [("", False)] * len(TOOLS)
    assert runs[0].changes > 10
    patched = folder / "kzlod-patch" / "output"
    patched.write_bytes(patched.read_bytes()[:-1])
    compare(runs, folder)
    assert [run.tool.name for run in runs if run.is_wrong] == ["kzlod patch"]


def test_same_seed_makes_same_dumps(tmp_path: Path) -> None:
    one, other = (generate(2_000, tmp_path / name) for name in ("one", "other"))
    for name in ("old.nq", "new.nq"):
        assert (one / name).read_bytes() == (other / name).read_bytes()


def test_output_that_is_no_difference_is_no_empty_one(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("Traceback\n", encoding="utf-8")
    with pytest.raises(ValueError, match="Traceback"):
        read_changes(TOOLS[0], tmp_path / "output")
