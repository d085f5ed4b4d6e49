"""Releases: frozen in one step, checked against the last one, and never changed afterwards."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.releases.conftest import Ledger

from kzlod import releaser
from kzlod.cli import main
from kzlod.errors import ConfigurationError, DataError
from kzlod.releaser import release
from kzlod.releases.folder import check_release, find_release, list_releases


def freeze(ledger: Ledger, version: str, *reclassified: str) -> releaser.Released:
    return release(ledger.project, ledger.releases, version, reclassified)


def find_problems(ledger: Ledger, version: str = "2.0.0") -> list[str]:
    """What a release is refused for; nothing of it may be left."""
    before = sorted(path.name for path in ledger.releases.iterdir())
    with pytest.raises(DataError) as caught:
        freeze(ledger, version)
    assert sorted(path.name for path in ledger.releases.iterdir()) == before
    return [str(problem) for problem in caught.value.problems]


def withdraw_scribe(ledger: Ledger) -> None:
    ledger.remove("ledger/posts", "id", "scribe")
    for name in ("post/scribe", "fact/ledger/posts/scribe"):
        ledger.add("withdrawals", name, "Misread.")


def test_a_release_has_manifest_sums_and_a_link(ledger: Ledger) -> None:
    freeze(ledger, "1.0.0")
    folder = ledger.releases / "latest"
    assert folder.readlink() == Path("1.0.0")
    manifest = json.loads((folder / "release.json").read_bytes())
    assert (manifest["version"], manifest["previous"], manifest["as_of"]) == ("1.0.0", None, "2026-01-31")
    assert manifest["counts"]["facts"] == 8
    assert not (folder / "changes.rdfp").exists()
    assert set(manifest["files"]) == {path.name for path in folder.iterdir()} - {"release.json", "SHA256SUMS"}
    subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)


def test_the_same_release_is_the_same_bytes(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger(Path(shutil.copytree(ledger.folder, tmp_path / "other, ә")))
    for each in (ledger, other):
        freeze(each, "1.0.0")
        each.put("ledger/people", "name", "Ida Ember", where=("id", "ada"))
        freeze(each, "1.1.0")
    for path in sorted((ledger.releases / "1.1.0").iterdir()):
        assert path.read_bytes() == (other.releases / "1.1.0" / path.name).read_bytes(), path.name


def test_changes_are_told(ledger: Ledger) -> None:
    freeze(ledger, "1.0.0")
    withdraw_scribe(ledger)
    ledger.put("ledger/people", "name", "Ida Ember", where=("id", "ada"))
    ledger.add("identities", "person/sami", "ledger/people/sami", "", "Named once.")
    ledger.add("ledger/people", "sami", "person/sami", "Person", "Sami\u202e", "en", "")
    ledger.put("identities", "replaced_by", "person/ada", where=("entity", "person/rosa"))
    ledger.put("ledger/people", "entity", "person/ada", where=("id", "rosa"))
    made = freeze(ledger, "1.1.0")
    assert made.changes is not None
    text = (made.release.folder / "changes.txt").read_text(encoding="utf-8")
    assert text == (Path(__file__).parent / "changes.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("1.0.0", "never changed"),
        ("0.9.0", "does not come after"),
        ("1.0.0-rc.1", "does not come after"),
        ("2026-01-31", "all numbers, or all days"),
        ("v2.0.0", "is no version"),
        ("1.0", "is no version"),
        ("../2.0.0", "is no version"),
        ("2.0.0+build", "is no version"),
        ("2.0.0-01", "is no version"),
        ("2026-02-30", "is no version"),
    ],
)
def test_versions_that_cannot_be_are_refused(ledger: Ledger, version: str, told: str) -> None:
    freeze(ledger, "1.0.0")
    with pytest.raises(ConfigurationError, match=told):
        freeze(ledger, version)
    assert sorted(path.name for path in ledger.releases.iterdir()) == ["1.0.0", "latest"]


def test_versions_are_in_order(tmp_path: Path) -> None:
    ordered = ["0.9.0", "1.0.0-2", "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0", "1.2.0", "1.10.0"]
    for name in [*reversed(ordered), "latest", ".1.0.0.kzlod-new"]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "release.json").touch()
    assert [found.version.text for found in list_releases(tmp_path)] == ordered


def test_a_lost_iri_is_refused_with_its_name_and_what_to_do(ledger: Ledger) -> None:
    freeze(ledger, "1.0.0")
    ledger.remove("ledger/posts", "id", "scribe")
    first, second = find_problems(ledger)
    assert first.startswith(f"{ledger.releases}/1.0.0/kzlod.nq: 'fact/ledger/posts/scribe' was released and is gone")
    assert "'post/scribe' (Scribe) was released and is gone" in second
    assert "post/scribe,REASON" in second
    for name in ("post/scribe", "fact/ledger/posts/scribe"):
        ledger.add("withdrawals", name, "Misread.")
    freeze(ledger, "2.0.0")


def test_an_entity_that_becomes_something_else_is_refused(ledger: Ledger) -> None:
    freeze(ledger, "1.0.0")
    ledger.put("ledger/people", "kind", "Event", where=("id", "ada"))
    (problem,) = find_problems(ledger)
    assert "'person/ada' (Ada Ember) was <http://schema.org/Person> and is <http://schema.org/Event>" in problem
    freeze(ledger, "2.0.0", "person/ada")


def test_another_base_is_refused(ledger: Ledger) -> None:
    freeze(ledger, "1.0.0")
    path = ledger.folder / "kzlod.toml"
    path.write_text(path.read_text().replace("example.org", "example.com"))
    with pytest.raises(ConfigurationError, match="all IRIs would change"):
        freeze(Ledger(ledger.folder), "2.0.0")


def test_a_tombstone_stays_a_tombstone(ledger: Ledger) -> None:
    freeze(ledger, "1.0.0")
    withdraw_scribe(ledger)
    freeze(ledger, "1.1.0")
    ledger.edit("withdrawals", lambda rows: rows[:1])
    assert len(find_problems(ledger)) == 2


def test_a_release_that_was_changed_is_found(ledger: Ledger) -> None:
    freeze(ledger, "1.0.0")
    folder = ledger.releases / "1.0.0"
    assert check_release(find_release(ledger.releases, "1.0.0"))["version"] == "1.0.0"
    (folder / "kzlod.nt").write_bytes(b"")
    (folder / "kzlod.ttl").unlink()
    (folder / "more.txt").touch()
    problems = find_problems(ledger)
    assert [problem.rpartition("/")[2] for problem in problems] == [
        "kzlod.nt: the file has changed since the release [release]",
        "kzlod.ttl: the file is missing [release]",
        "more.txt: the file is not of the release [release]",
    ]


def test_the_command_freezes_and_verifies(ledger: Ledger) -> None:
    run, project = CliRunner().invoke, ["--project", str(ledger.folder)]
    assert run(main, ["release", "2026-01-31", *project]).exit_code == 0
    ledger.put("ledger/people", "home", "hill", where=("id", "ada"))
    result = run(main, ["release", "2026-01-31.1", *project])
    assert (result.exit_code, "1          0" in result.stdout) == (0, True), result.output
    assert run(main, ["release", "2026-01-31", "--verify", *project]).exit_code == 0
    (ledger.releases / "2026-01-31" / "SHA256SUMS").write_bytes(b"x")
    assert run(main, ["release", "2026-01-31", "--verify", *project]).exit_code == 1
    assert run(main, ["release", "2026-02-01", "--verify", *project]).exit_code == 2


@pytest.mark.parametrize("stage", ["write_build", "find_broken", "write_patch", "list_changes", "write_manifest"])
def test_a_failure_at_any_stage_leaves_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    freeze(ledger, "1.0.0")

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(releaser, stage, fail)
    with pytest.raises(OSError, match="no space left"):
        freeze(ledger, "1.1.0")
    assert sorted(path.name for path in ledger.releases.iterdir()) == ["1.0.0", "latest"]


def test_a_killed_release_is_there_whole_or_not_at_all(ledger: Ledger) -> None:
    command = [sys.executable, "-m", "kzlod", "release"]
    start = time.perf_counter()
    subprocess.run([*command, "1.0.0"], cwd=ledger.folder, check=True, capture_output=True)
    duration = time.perf_counter() - start
    ledger.put("ledger/people", "name", "Ida Ember", where=("id", "ada"))
    chance = random.Random(2026)
    for number in range(1, 9):
        child = subprocess.Popen([*command, f"1.{number}.0"], cwd=ledger.folder, stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 1.1) * duration)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        for found in list_releases(ledger.releases):
            assert check_release(found)["version"] == found.version.text
        assert (ledger.releases / "latest" / "release.json").exists()
    subprocess.run([*command, "2.0.0"], cwd=ledger.folder, check=True, capture_output=True)
    assert (ledger.releases / "latest").readlink() == Path("2.0.0")
