"""Where the output of ``kzlod map`` goes: files, pipes and standard output; and what is no output."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kzlod.cli import main
from kzlod.mapper import Options, map_data
from kzlod.mapping.progress import Progress

MAPPING = "prefixes: {ex: http://example.org/}\nmappings: {m: {sources: [[a.csv~csv]], s: ex:$(id), po: [[ex:n, $(n)]]}}\n"
LINE = '<http://example.org/1> <http://example.org/n> "x" .\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m.yml").write_text(MAPPING)
    (tmp_path / "a.csv").write_text("id,n\n1,x\n")
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["map", str(folder / "m.yml"), *arguments])


def list_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("is_link", [False, True])
@pytest.mark.parametrize("form", ["nquads", "turtle"])
def test_a_pipe_is_written_to_and_stays(is_link: bool, form: str, folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    (folder / "link").symlink_to(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_bytes)
        assert run(folder, "-o", str(folder / ("link" if is_link else "pipe")), "--format", form).exit_code == 0
        assert b"<http://example.org/n>" in read.result() or b"ex:n" in read.result()
    assert pipe.is_fifo()
    assert list_names(folder) == ["a.csv", "link", "m.yml", "pipe"]


def test_a_minus_is_standard_output(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert run(folder, "-o", "-").stdout == LINE
    assert list_names(folder) == ["a.csv", "m.yml"]


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="this system has no /dev/stdout")
@pytest.mark.parametrize("is_file", [False, True])
def test_standard_output_by_its_name(is_file: bool, folder: Path) -> None:
    command = [sys.executable, "-m", "kzlod", "map", "m.yml", "-o", "/dev/stdout"]
    if is_file:
        with (folder / "out").open("wb") as out:
            out.write(b"first\n")
            out.flush()
            subprocess.run(command, cwd=folder, stdout=out, check=True)
        assert (folder / "out").read_text() == f"first\n{LINE}"
    else:
        assert subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout.decode() == LINE


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.csv", "this is a source, which would be lost"),
        ("link", "this is a source, which would be lost"),
        ("hard", "this is a source, which would be lost"),
        ("t.db", "this is a source, which would be lost"),
        ("m.yml", "this is a mapping, which would be lost"),
        ("none/out.nq", "there is no folder '{folder}/none'"),
        ("sub", "this is a folder: name a file"),
    ],
)
def test_what_is_no_output(name: str, message: str, folder: Path) -> None:
    (folder / "m.yml").write_text(f"sources: {{t: {{access: t.db, type: sqlite, query: SELECT 1}}}}\n{MAPPING}")
    sqlite3.connect(folder / "t.db").execute("CREATE TABLE t (a)").connection.close()
    (folder / "link").symlink_to("a.csv")
    (folder / "hard").hardlink_to(folder / "a.csv")
    (folder / "sub").mkdir()
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    result = run(folder, "-o", str(folder / name), "--format", "nquads")
    assert (result.exit_code, message.format(folder=folder) in result.stderr) == (2, True), result.stderr
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_a_folder_of_somebody_else_stays(folder: Path) -> None:
    theirs = folder / ".out.nq.parts"
    theirs.mkdir()
    (theirs / "0").write_text("theirs")
    assert run(folder, "-o", str(folder / "out.nq")).exit_code == 0
    assert (theirs / "0").read_text() == "theirs"
    assert list_names(folder) == [".out.nq.parts", "a.csv", "m.yml", "out.nq"]


def test_of_calls_at_once_one_wins_whole(folder: Path) -> None:
    wholes = set()
    for name in "ab":
        (folder / f"{name}.csv").write_text("id,n\n" + "".join(f"{number},{name}\n" for number in range(20_000)))
        (folder / f"{name}.yml").write_text(MAPPING.replace("a.csv", f"{name}.csv"))
        map_data([folder / f"{name}.yml"], folder / f"{name}.nq", Options())
        wholes.add((folder / f"{name}.nq").read_bytes())
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(map_data, [folder / f"{name}.yml"], folder / "out.nq", Options()) for name in "abab"]
        assert [call.result() for call in calls] == [[]] * 4
    assert (folder / "out.nq").read_bytes() in wholes
    assert not [name for name in list_names(folder) if name.startswith(".")]


@pytest.mark.parametrize("name", ["out.rdf", "out.json", "out.xyz", "out.nq.bz2", "out.rdf.gz"])
def test_an_unknown_ending_is_refused_unless_a_format_is_given(name: str, folder: Path) -> None:
    result = run(folder, "-o", str(folder / name))
    assert result.exit_code == 2
    assert "is the ending of no format: give --format, or one of .nq, .nt, .ttl, .trig, .jsonld, .parquet" in result.stderr
    assert not (folder / name).exists()
    assert run(folder, "-o", str(folder / name), "--format", "ntriples").exit_code == 0


def test_no_ending_is_nquads_and_case_makes_no_difference(folder: Path) -> None:
    assert run(folder, "-o", str(folder / "out")).exit_code == 0
    assert (folder / "out").read_text() == LINE
    assert run(folder, "-o", str(folder / "OUT.NT")).exit_code == 0
    assert (folder / "OUT.NT").read_text() == LINE


@pytest.mark.parametrize("name", ["out.parquet.gz", "out.parquet.zst"])
def test_parquet_is_not_compressed_again(name: str, folder: Path) -> None:
    result = run(folder, "-o", str(folder / name))
    assert (result.exit_code, "Parquet is compressed inside" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--base", "relative/"),
        ("--base", "http://a b/"),
        ("--memory-limit", "1KB"),
        ("--memory-limit", "-1"),
        ("--memory-limit", "much"),
        ("--memory-limit", "0.5 parsec"),
        ("--master", "local[2]"),
    ],
)
def test_options_that_nothing_can_be_mapped_with(option: str, value: str, folder: Path) -> None:
    for more in ((), ("--explain",)):
        result = run(folder, f"{option}={value}", *more)
        assert (result.exit_code, f"{option}: " in result.stderr) == (2, True)


def test_little_memory_is_enough(folder: Path) -> None:
    result = run(folder, "--memory-limit", "32MB", "--jobs", "1")
    assert (result.exit_code, result.stdout) == (0, LINE), result.stderr


@pytest.mark.parametrize("form", ["nquads", "turtle", "jsonld", "parquet"])
def test_a_call_has_one_progress_though_it_begins_anew(form: str, folder: Path) -> None:
    (folder / "m.yml").write_text(MAPPING.replace("a.csv~csv", "a.jsonl~jsonpath, $"))
    # That a name has several values is not seen before the first reading fails.
    (folder / "a.jsonl").write_text('{"id": 1, "n": "x"}\n' * 2_000 + '{"id": 1, "n": ["x", "y"]}\n')
    told: list[Progress] = []
    map_data([folder / "m.yml"], folder / "out", Options(format=form, progress=told.append))
    assert [progress.find_share() for progress in told] == [1]
