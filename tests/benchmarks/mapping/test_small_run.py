"""The benchmark on a few rows: the tables are the same each time, and two ways to map them make the same triples."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.benchmarks.mapping.compare import compare_lines, count_lines, load_faults, write_canonical
from tests.benchmarks.mapping.generate import TABLES, generate_tables
from tests.benchmarks.mapping.tools import HERE, TOOLS
from tests.benchmarks.measure import RunError, run_measured

from kzlod.mapper import Options, map_data

TRIPLES = 5_000


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    generate_tables(folder, TRIPLES)
    (folder / "mapping.yml").write_bytes((HERE / "mapping.yml").read_bytes())
    return folder


def test_same_seed_makes_same_tables(tables: Path, tmp_path: Path) -> None:
    generate_tables(tmp_path, TRIPLES)
    for table in TABLES:
        assert (tmp_path / f"{table}.csv").read_bytes() == (tables / f"{table}.csv").read_bytes()


def test_kzlod_makes_what_the_script_makes(tables: Path) -> None:
    ours, theirs = tables / "ours.nt", tables / "theirs.nt"
    assert map_data([tables / "mapping.yml"], ours, Options()) == []
    subprocess.run([sys.executable, HERE / "rdflib_script.py", tables, theirs], check=True)
    written = write_canonical(ours, tables / "ours")
    write_canonical(theirs, tables / "theirs")
    assert written == count_lines(tables / "ours")
    assert abs(written - TRIPLES) < TRIPLES / 10
    assert not compare_lines(tables / "ours", tables / "theirs")


def test_difference_is_found(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.write_text('<a:1> <a:p> "x"\n<a:2> <a:p> "NA"\n', encoding="utf-8")
    theirs.write_text('<a:1> <a:p> "y"\n', encoding="utf-8")
    faults = [fault for fault in load_faults("sdm-rdfizer") if fault.replacement is None]
    assert (compare_lines(ours, theirs).missing, compare_lines(ours, theirs).added) == (2, 1)
    assert compare_lines(ours, theirs, faults).examples == ('only ours: <a:1> <a:p> "x"', 'only theirs: <a:1> <a:p> "y"')


@pytest.mark.parametrize(
    ("tool", "written", "mended"),
    [
        ("morph-kgc", "<a:%D3%98%20b>", "<a:Ә%20b>"),
        (
            "maplib",
            '"2000-01-01T08:30:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
            '"2000-01-01T08:30:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
        ),
        ("sdm-rdfizer", "<https:%2F%2Fa.example%2Fb>", "<https://a.example/b>"),
        ("sdm-rdfizer", '"-12.0"^^<http://www.w3.org/2001/XMLSchema#integer>', '"-12"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ],
)
def test_known_faults_are_put_right(tool: str, written: str, mended: str, tmp_path: Path) -> None:
    (tmp_path / "t.nt").write_text(f"<a:1> <a:p> {written} .\n", encoding="utf-8")
    write_canonical(tmp_path / "t.nt", tmp_path / "lines", load_faults(tool))
    assert (tmp_path / "lines").read_text(encoding="utf-8") == f"<a:1> <a:p> {mended}\n"


def test_every_peer_has_requirements() -> None:
    assert {path.stem for path in (HERE / "requirements").glob("*.txt")} == {tool.name for tool in TOOLS} - {"kzlod"}


def test_run_is_measured(tmp_path: Path) -> None:
    busy = "import time; block = bytearray(50_000_000); end = time.process_time() + 0.1\nwhile time.process_time() < end: pass"
    measure = run_measured([sys.executable, "-c", busy], tmp_path, {}, 60)
    assert measure.wall >= 0.1
    assert measure.cpu >= 0.1
    assert measure.peak > 50


@pytest.mark.parametrize(
    ("code", "timeout", "message"),
    [("raise SystemExit('broken')", 60, "broken"), ("import time; time.sleep(60)", 0.2, "more than")],
)
def test_failed_run_says_why(code: str, timeout: float, message: str, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=message):
        run_measured([sys.executable, "-c", code], tmp_path, {}, timeout)
