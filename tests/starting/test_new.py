"""A new project: it builds at once, its shapes refuse what they are there to refuse, and nothing is replaced by it."""

import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kzlod.build import check
from kzlod.cli import main
from kzlod.cli.beginning import DAY
from kzlod.project import load_project

HERE = Path(__file__).parent


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "demo"
    assert run("new", str(folder))[0] == 0
    assert run("build", "--project", str(folder), "--documents", str(folder / "documents"))[0] == 0
    return folder


def test_it_is_checked_with_its_documents(demo: Path) -> None:
    assert check(load_project(demo), demo / "documents").rows["gazette/memberships"] == 2


def test_trace_leads_to_the_passage(demo: Path) -> None:
    code, shown = run("trace", "membership/talvane-2021", "--project", str(demo), "--documents", str(demo / "documents"))
    assert code == 0
    assert "“Mira Talvane was sworn in on 1 March 2021 as Minister of Tides”" in shown


@pytest.mark.parametrize(("name", "rows"), [("contents", "8 rows"), ("find", "1 row"), ("evidence", "6 rows")])
def test_each_query_finds_what_is_there(demo: Path, name: str, rows: str) -> None:
    code, shown = run("query", name, "--project", str(demo))
    assert (code, shown.splitlines()[-1]) == (0, rows)


@pytest.mark.parametrize(("data", "code", "found"), [("pass", 0, "conforms"), ("fail", 1, "6 results")])
def test_the_shapes_are_tested(demo: Path, data: str, code: int, found: str) -> None:
    result = run("validate", str(demo / f"shapes/tests/{data}.ttl"), "-s", str(demo / "shapes"))
    assert result[0] == code
    assert found in result[1]


def run_workflow(folder: Path) -> None:
    """Run the commands of the workflow, but the installation, as GitHub's runner does: in a shell that stops at a failure."""
    (kzlod := folder / "kzlod").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kzlod "$@"\n')
    kzlod.chmod(0o755)
    steps = yaml.safe_load((folder / ".github/workflows/check.yml").read_text())["jobs"]["check"]["steps"]
    script = "\n".join(step["run"] for step in steps if "run" in step and "pip" not in step["run"])
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=folder, env=environment, check=True, capture_output=True)


@pytest.mark.slow
@pytest.mark.parametrize("table", ["", "name,office,since\nAda Ember,Keeper,2019\n"])
def test_its_workflow_runs_and_fails_where_the_shapes_refuse_nothing(table: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(table)
    words = ["--from", str(tmp_path / "t.csv")] if table else []
    assert run("new", str(tmp_path / "x"), *words)[0] == 0
    run_workflow(tmp_path / "x")
    (tmp_path / "x/shapes/tests/fail.ttl").write_bytes((tmp_path / "x/shapes/tests/pass.ttl").read_bytes())
    with pytest.raises(subprocess.CalledProcessError):
        run_workflow(tmp_path / "x")


def test_nothing_of_the_templates_is_left_open(demo: Path) -> None:
    for path in demo.rglob("*"):
        if path.is_file() and "output" not in path.parts:
            assert not {"@BASE@", "@SOURCE@", "@TITLE@", "@ENTITY@"} & set(path.read_text(encoding="utf-8").split("\n")), path
            assert "@ENTITY@" not in path.read_text(encoding="utf-8"), path


def test_the_settings_are_those_given(tmp_path: Path) -> None:
    given = ("--base", "https://tides.example/", "--title", "Tides", "--as-of", "2024-02-29")
    assert run("new", str(tmp_path / "tides"), *given)[0] == 0
    settings = tomllib.loads((tmp_path / "tides/kzlod.toml").read_text(encoding="utf-8"))
    assert (settings["base"], settings["title"]["en"], str(settings["as_of"])) == ("https://tides.example/", "Tides", "2024-02-29")


def test_two_are_the_same_to_the_byte(tmp_path: Path, demo: Path) -> None:
    run("new", str(tmp_path / "demo"), "--as-of", DAY)
    for path in (tmp_path / "demo").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (demo / path.relative_to(tmp_path / "demo")).read_bytes()


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    code, shown = run("new", str(tmp_path))
    assert code == 2
    assert "there is something here already" in shown
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert run("new", str(tmp_path / "letter.txt"))[0] == 2


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--base", "no iri", "is no IRI that ends in"),
        ("--base", "https://a.example", "is no IRI"),
        ("--title", 'a "b"', "no quotes"),
    ],
)
def test_a_wrong_setting_is_told_and_nothing_is_left(tmp_path: Path, option: str, value: str, message: str) -> None:
    code, shown = run("new", str(tmp_path / "x"), option, value)
    assert code == 2
    assert message in shown
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_one_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "demo"
    for milliseconds in range(100, 1500, 150):
        with subprocess.Popen([sys.executable, "-m", "kzlod", "new", str(target)], stdout=subprocess.DEVNULL) as process:
            time.sleep(milliseconds / 1000)
            os.kill(process.pid, signal.SIGKILL)
        assert not target.exists() or (target / "queries/find.rq").is_file()
        if target.exists():
            break
    assert target.exists() or run("new", str(target))[0] == 0
    assert {path.name for path in tmp_path.iterdir()} == {"demo"}
