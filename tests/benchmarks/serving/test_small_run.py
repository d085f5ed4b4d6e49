"""The benchmark on two servers for a second: the table has every workload, and an answer that is no success is noticed."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

import pytest
from tests.benchmarks.measure import RunError
from tests.benchmarks.serving.run import WORKLOADS, list_entities, measure, run_wrk, write_table
from tests.benchmarks.serving.servers import ROOT, SERVERS, run_server

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed (Debian's package wrk)")]


@pytest.fixture(autouse=True)
def path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))


def test_the_table_has_every_workload(tmp_path: Path) -> None:
    results = measure(SERVERS[:1], argparse.Namespace(work=tmp_path, seconds=1, repeat=1))
    table = "\n".join(write_table(SERVERS[:1], results))
    assert all(f"| {workload.name} | " in table for workload in WORKLOADS)
    assert all(result.rates[0] > 0 for result in results.values())


def test_an_answer_that_is_no_success_is_noticed(tmp_path: Path) -> None:
    dump = Path(shutil.copy(ROOT / "output" / "kzlod.nq", tmp_path / "kzlod.nq"))
    requests = tmp_path / "requests.txt"
    requests.write_text("/sparql?query=ASK", encoding="utf-8")
    assert len(list_entities(dump)) > 1000
    with run_server(SERVERS[0], dump, tmp_path / "work" / "run") as address, pytest.raises(RunError, match="Non-2xx"):
        run_wrk(address, requests, WORKLOADS[0], 1, 0)
