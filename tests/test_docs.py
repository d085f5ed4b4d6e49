"""The README and the pages of docs/ cannot lie: their commands run, and the output they show is what is printed."""

import csv
import json
import re
import runpy
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from tests.proposals.servers import open_service
from tests.pushing.servers import Oxigraph

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXTS = "".join(page.read_text(encoding="utf-8") for page in PAGES if page.parent.name not in ("reference", "tutorials"))
BLOCKS = [
    commands
    for block in re.findall(r"^```console\n(.*?)^```", TEXTS, re.MULTILINE | re.DOTALL)
    if (commands := re.findall(r"^\$ (kzlod .+)$", block, re.MULTILINE))
]
FILES = re.findall(r"<!-- file: (\S+) -->\n```yaml\n(.*?)```", TEXTS, re.DOTALL)
SOURCES = re.findall(r"<!-- sources -->\n```yaml\n(.*?)```", TEXTS, re.DOTALL)
OUTPUTS = re.findall(r"<!-- output: (.+?) -->\n```\n(.*?)```", TEXTS, re.DOTALL)
SCRIPTS = re.findall(r"^```python\n(.*?)^```", TEXTS, re.MULTILINE | re.DOTALL)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = command.split()
    assert words[0] == "kzlod"
    return subprocess.run([sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def check_server(command: str, folder: Path) -> None:
    """Start a server, ask whether it is well, and end it as an operator does."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [*command.split()[1:], "--port", str(port), "--cache", str(folder / "cache")]
    with subprocess.Popen([sys.executable, "-m", "kzlod", *words], cwd=folder) as server:
        try:
            health = json.loads(ask(f"http://127.0.0.1:{port}/health"))
            assert health["status"] == "ok"
        finally:
            server.terminate()
        assert server.wait(30) in (0, -signal.SIGTERM)


@contextmanager
def open_store(folder: Path) -> Iterator[int]:
    """Give the port of an Oxigraph that ends with the block."""
    store = Oxigraph(folder / "store")
    try:
        yield store.port
    finally:
        store.kill()


def ask(address: str) -> bytes:
    for _ in range(200):
        with suppress(URLError), urlopen(address, timeout=5) as answer:  # noqa: S310 - it is our own server
            content: bytes = answer.read()
            return content
        time.sleep(0.1)
    raise AssertionError(f"no answer from {address}")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    for name in ("facts", "mappings", "ontology", "shapes", "queries", "output", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("site"))
    shutil.copy(ROOT / "kzlod.toml", folder)
    return folder


def test_the_pages_have_commands() -> None:
    assert sum(map(len, BLOCKS)) >= 30
    assert sum(map(len, BLOCKS)) == len(re.findall(r"^\$ kzlod", TEXTS, re.MULTILINE))
    assert len(OUTPUTS) == 3
    assert [name for name, _ in FILES] == ["docs/example/posts.yml"]


def mark_slow(commands: list[str]) -> Sequence[pytest.MarkDecorator]:
    """What the README does not show is tried among the slow tests."""
    return () if f"$ {commands[0]}\n" in README else (pytest.mark.slow,)


@pytest.mark.parametrize("commands", [pytest.param(each, id=each[0], marks=mark_slow(each)) for each in BLOCKS])
def test_commands_run_one_after_another(commands: list[str], project: Path) -> None:
    if commands[0].startswith("kzlod push"):
        with open_store(project) as port:
            for command in commands:
                result = run(command.replace(":7878/", f":{port}/"), project)
                assert (result.returncode, result.stderr) == (0, "")
        return
    if any(command.endswith(" --service") for command in commands):
        with open_service() as (url, asked):
            for command in commands:
                result = run(re.sub("--service$", f"--service {url} --cache cache", command), project)
                assert result.returncode == 0, result.stderr
            assert asked.names
        return
    for command in commands:
        if command.startswith("kzlod serve"):
            if not (project / "releases").exists():
                assert run("kzlod release 0.9.0", project).returncode == 0
            check_server(command, project)
            continue
        if command == "kzlod site":
            # make site runs it; it takes longest of all.
            continue
        result = run(command, project)
        assert result.returncode == 0, result.stderr
        written = re.search(r" -o (\S+)", command)
        assert (project / written[1]).read_text() if written else result.stdout.strip()


@pytest.mark.parametrize(("command", "shown"), OUTPUTS, ids=[command for command, _ in OUTPUTS])
def test_the_output_shown_is_what_is_printed(command: str, shown: str, project: Path) -> None:
    def without_seconds(text: str) -> str:
        return re.sub(r"^seconds .*$", "seconds", text, flags=re.MULTILINE)

    assert without_seconds(run(command, project).stdout) == without_seconds(shown)


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_run(script: str, project: Path) -> None:
    result = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for target in re.findall(r"\]\(([^()\s]+)\)", page.read_text(encoding="utf-8")):
        path, _, heading = target.partition("#")
        if re.match("[a-z]+:", target):
            continue
        led = (page.parent / path).resolve() if path else page
        assert led.exists(), target
        headings = re.findall(r"^#+ (.+)$", led.read_text(encoding="utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in {re.sub("[^a-z0-9 -]", "", each.lower()).replace(" ", "-") for each in headings}, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_node_of_a_diagram_is_named_by_a_word_of_mermaid(page: Path) -> None:
    # Such a diagram is not drawn at all.
    words = {"graph", "flowchart", "subgraph", "end", "class", "classDef", "click", "style", "linkStyle", "direction", "default"}
    for diagram in re.findall(r"^```mermaid\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        bare = re.sub(r'"[^"]*"|\|[^|]*\|', "", diagram)
        named = set(re.findall(r"(\w+)(?=\[)|(?<=[>-] )(\w+)|^ *(\w+)(?= [-.]+)", bare, re.MULTILINE))
        assert named
        assert words.isdisjoint({name for names in named for name in names}), diagram


@pytest.mark.parametrize(("name", "shown"), FILES, ids=[name for name, _ in FILES])
def test_the_file_shown_is_what_it_holds(name: str, shown: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == shown


def test_the_sources_shown_are_read(tmp_path: Path) -> None:
    (sources,) = SOURCES
    shutil.copy(ROOT / "docs" / "example" / "posts.csv", tmp_path)
    (tmp_path / "gaps.csv").write_text("id,title\n3,n/a\n4,-\n5,Scribe\n")
    (tmp_path / "other.txt").write_text("id|title\n6|Herald\n")
    database = sqlite3.connect(tmp_path / "people.db")
    database.executescript("CREATE TABLE person (id INTEGER, title TEXT); INSERT INTO person VALUES (7, 'Envoy')")
    database.close()
    rule = "[posts, old, gaps, other, people], s: http://example.org/$(id), po: [[http://example.org/title, $(title)]]"
    (tmp_path / "mapping.yml").write_text(f"{sources}mappings: {{m: {{sources: {rule}}}}}\n")
    result = run("kzlod map mapping.yml", tmp_path)
    titles = ["Envoy", "Herald", "KEEPER OF BRIDGES", "Keeper of Bridges", "Master of Works", "Scribe"]
    assert sorted(re.findall('"(.*)"', result.stdout)) == titles, result.stderr


def test_the_table_of_contents_is_what_the_dataset_holds(project: Path) -> None:
    write_contents = runpy.run_path(str(ROOT / "docs" / "fill_readme.py"))["write_contents"]
    result = run("kzlod query classes --format csv", project)
    counts = {row["class"]: int(row["entities"]) for row in csv.DictReader(result.stdout.splitlines())}
    assert write_contents(counts) in README


def test_every_command_of_the_program_is_explained() -> None:
    result = run("kzlod --help", ROOT)
    names = re.findall(r"^  ([a-z]+)  ", result.stdout.partition("Commands:")[2], re.MULTILINE)
    assert names
    assert [name for name in names if f"kzlod {name}" not in TEXTS] == []


def test_make_targets_of_the_pages_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`(?:make |\$ make )([a-z-]+)", TEXTS)) | set(
        re.findall(r"^\$ make ([a-z-]+)", TEXTS, re.MULTILINE)
    ):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
