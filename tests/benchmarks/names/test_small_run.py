"""The benchmark on a few names: questions leave out what is asked for, figures count, and an index is timed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.benchmarks.names.questions import ask, is_held_out, read_names
from tests.benchmarks.names.run import compare_peers, count_ours, sample, write_table
from tests.benchmarks.names.speed import measure_speed, write_speed

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
TUNING = ROOT.parent / "shared" / "data" / "names-tuning.csv"


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))


def test_figures_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    spellings = ("Ерлан Карин", "Yerlan Karin", "Мария Иванова", "Maria Ivanova", "Пётр Цой", "Pyotr Tsoi")
    # By the hashes of these ids, some of the persons are once left out.
    rows = [f"Q{3 + place // 2},{name},und" for place, name in enumerate(spellings)]
    file.write_text("\n".join(["qid,name,lang", *rows]), encoding="utf-8")
    names = read_names(file)
    answers = list(ask(names, list(names)))
    assert {answer.text for answer in answers} == set(spellings)
    assert not any(answer.text in shown for answer in answers for shown in answer.names)
    figures = count_ours(answers)
    assert (figures.first, figures.five, figures.claimed, figures.false) == (1, 1, 1, 0)
    assert compare_peers(sample(answers, 0), tmp_path) == []
    assert "| kzlod | 100.0% |" in write_table([("kzlod", figures)])[-1]


def test_an_index_is_timed(tmp_path: Path) -> None:
    speed = measure_speed(2000, tmp_path)
    assert speed.is_enough
    assert write_speed(speed)[-1].startswith("| 2,000 |")


@pytest.mark.skipif(not TUNING.exists(), reason="the tuning file is not in this repository")
def test_the_limits_hold_on_a_part_of_the_tuning_file() -> None:
    names = read_names(TUNING)
    answers = list(ask(names, [person for person in names if is_held_out(person)][:200]))
    assert count_ours(answers).is_enough
