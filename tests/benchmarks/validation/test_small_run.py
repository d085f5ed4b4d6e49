"""The benchmark on a few triples: the data are the same each time, and kzlod finds what the reference's own command finds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.benchmarks.validation.compare import Finding, compare_findings, load_differences, read_findings
from tests.benchmarks.validation.run import generate, run_tool
from tests.benchmarks.validation.tools import DATA, HERE, TOOLS

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
        return generate(2_000, 0.05, tmp_path_factory.mktemp("data"))


def test_same_seed_makes_same_data(data: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.validation.generator", str(tmp_path / DATA)]
    subprocess.run([*command, "--triples", "2000", "--dirty", "0.05"], cwd=ROOT, check=True)
    assert (tmp_path / DATA).read_bytes() == (data / DATA).read_bytes()


@pytest.mark.slow
def test_kzlod_finds_what_the_command_of_the_reference_finds(data: Path) -> None:
    found = []
    for tool in TOOLS:
        if tool.name.startswith("kzlod") or tool.name == "pyshacl":
            assert run_tool(tool, Path(sys.executable), data, 120).wall > 0
            found.append(read_findings(data / tool.name / "output"))
    assert len(found) == 3
    assert len(found[0]) > 10
    assert found[0] == found[1] == found[2]


def test_a_difference_is_found_and_a_known_one_left_out() -> None:
    one = Finding("Violation", "Or", "<a:1>", "<https://example.org/from>", '"x"')
    other = Finding("Violation", "MinCount", "<a:1>", "<a:p>", "")
    assert compare_findings(frozenset([one]), frozenset([other]), [])[:2] == (1, 1)
    assert compare_findings(frozenset([one]), frozenset(), load_differences("pyrudof")) == (0, 0, [])


def test_a_file_without_a_report_is_no_clean_one(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match="no report"):
        read_findings(tmp_path / "output")


def test_every_peer_has_requirements() -> None:
    names = {tool.name for tool in TOOLS if not tool.name.startswith("kzlod")}
    assert {path.stem for path in (HERE / "requirements").glob("*.txt")} == names
