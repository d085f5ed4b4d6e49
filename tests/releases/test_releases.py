"""Releases: frozen in one step, checked against the last one, and never changed afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.releases.conftest import Ledger

from kzlod import releaser
from kzlod.cli import main
from kzlod.errors import ConfigurationError, DataError
from kzlod.exchange import lock_target
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


def test_a_release_has_manifest_sums_and_a_link(released: Ledger) -> None:
    folder = released.releases / "latest"
    assert folder.readlink() == Path("1.0.0")
    manifest = json.loads((folder / "release.json").read_bytes())
    assert (manifest["version"], manifest["previous"], manifest["as_of"]) == ("1.0.0", None, "2026-01-31")
    assert manifest["counts"]["facts"] == 8
    assert not (folder / "changes.rdfp").exists()
    assert set(manifest["files"]) == {path.name for path in folder.iterdir()} - {"release.json", "SHA256SUMS"}
    subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)


@pytest.mark.slow
def test_the_same_release_is_the_same_bytes(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger(Path(shutil.copytree(ledger.folder, tmp_path / "other, ә")))
    for each in (ledger, other):
        freeze(each, "1.0.0")
        each.put("ledger/people", "name", "Ida Ember", where=("id", "ada"))
        freeze(each, "1.1.0")
    for path in sorted((ledger.releases / "1.1.0").iterdir()):
        assert path.read_bytes() == (other.releases / "1.1.0" / path.name).read_bytes(), path.name


def test_results_of_heavy_queries_are_frozen_with_the_release(ledger: Ledger) -> None:
    path = ledger.folder / "queries" / "people.rq"
    freeze(ledger, "1.0.0")
    path.write_text("#+ heavy: true\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    freeze(ledger, "1.1.0")
    folder = ledger.releases / "1.1.0"
    (result,) = (folder / "results").iterdir()
    assert re.fullmatch(r"people-[0-9a-f]{16}\.json", result.name)
    assert json.loads(result.read_bytes())["results"]["bindings"]
    assert f"results/{result.name}" in json.loads((folder / "release.json").read_bytes())["files"]
    subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    check_release(find_release(ledger.releases, "1.1.0"))
    result.write_bytes(b"{}")
    with pytest.raises(DataError, match="has changed since the release"):
        check_release(find_release(ledger.releases, "1.1.0"))


def test_changes_are_told(released: Ledger) -> None:
    withdraw_scribe(released)
    released.put("ledger/people", "name", "Ida Ember", where=("id", "ada"))
    released.add("identities", "person/sami", "ledger/people/sami", "", "Named once.")
    released.add("ledger/people", "sami", "person/sami", "Person", "Sami\u202e", "en", "")
    released.put("identities", "replaced_by", "person/ada", where=("entity", "person/rosa"))
    released.put("ledger/people", "entity", "person/ada", where=("id", "rosa"))
    made = freeze(released, "1.1.0")
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
def test_versions_that_cannot_be_are_refused(released: Ledger, version: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        freeze(released, version)
    assert sorted(path.name for path in released.releases.iterdir()) == ["1.0.0", "latest"]


def test_versions_are_in_order(tmp_path: Path) -> None:
    ordered = ["0.9.0", "1.0.0-2", "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0", "1.2.0", "1.10.0"]
    for name in [*reversed(ordered), "latest", ".1.0.0.kzlod-new"]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "release.json").touch()
    assert [found.version.text for found in list_releases(tmp_path)] == ordered


def test_a_lost_iri_is_refused_with_its_name_and_what_to_do(released: Ledger) -> None:
    released.remove("ledger/posts", "id", "scribe")
    first, second = find_problems(released)
    assert first.startswith(f"{released.releases}/1.0.0/kzlod.nq: 'fact/ledger/posts/scribe' was released and is gone")
    assert "'post/scribe' (Scribe) was released and is gone" in second
    assert "post/scribe,REASON" in second
    for name in ("post/scribe", "fact/ledger/posts/scribe"):
        released.add("withdrawals", name, "Misread.")
    freeze(released, "2.0.0")


@pytest.mark.slow
def test_an_entity_that_becomes_something_else_is_refused(released: Ledger) -> None:
    released.put("ledger/people", "kind", "Event", where=("id", "ada"))
    (problem,) = find_problems(released)
    assert "'person/ada' (Ada Ember) was <http://schema.org/Person> and is <http://schema.org/Event>" in problem
    freeze(released, "2.0.0", "person/ada")


def test_another_base_is_refused(released: Ledger) -> None:
    path = released.folder / "kzlod.toml"
    path.write_text(path.read_text().replace("example.org", "example.com"))
    with pytest.raises(ConfigurationError, match="all IRIs would change"):
        freeze(Ledger(released.folder), "2.0.0")


@pytest.mark.slow
def test_a_tombstone_stays_a_tombstone(released: Ledger) -> None:
    withdraw_scribe(released)
    freeze(released, "1.1.0")
    released.edit("withdrawals", lambda rows: rows[:1])
    assert len(find_problems(released)) == 2


def test_a_release_that_was_changed_is_found(released: Ledger) -> None:
    folder = released.releases / "1.0.0"
    assert check_release(find_release(released.releases, "1.0.0"))["version"] == "1.0.0"
    (folder / "kzlod.nt").write_bytes(b"")
    (folder / "kzlod.ttl").unlink()
    (folder / "more.txt").touch()
    (folder / "more").mkdir()
    (folder / "more" / "SHA256SUMS").touch()
    problems = find_problems(released)
    assert [problem.rpartition("1.0.0/")[2] for problem in problems] == [
        "kzlod.nt: the file has changed since the release [release]",
        "kzlod.ttl: the file is missing [release]",
        "more.txt: the file is not of the release [release]",
        "more/SHA256SUMS: the file is not of the release [release]",
    ]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "release.json").unlink(), "no whole release"),
        (lambda folder: (folder / "SHA256SUMS").unlink(), "no whole release"),
        (lambda folder: (folder / "SHA256SUMS").write_bytes(b"x"), "no whole release: line 1"),
        (lambda folder: folder.rename(folder.with_name("1.0.1")), "no manifest of a release '1.0.1'"),
        (lambda folder: rewrite_manifest(folder, "[]"), "no manifest of a release '1.0.0'"),
        (lambda folder: rewrite_manifest(folder, '{"version": "1.0.0"}'), "no manifest of a release '1.0.0'"),
    ],
)
def test_nothing_is_released_after_what_is_no_whole_release(released: Ledger, damage: Callable[[Path], object], told: str) -> None:
    damage(released.releases / "1.0.0")
    (problem,) = find_problems(released)
    assert told in problem


def rewrite_manifest(folder: Path, text: str) -> None:
    (folder / "release.json").write_text(text)
    lines = [line for line in (folder / "SHA256SUMS").read_text().splitlines() if not line.endswith("release.json")]
    digest = hashlib.sha256(text.encode()).hexdigest()
    (folder / "SHA256SUMS").write_text("".join(f"{line}\n" for line in [*lines, f"{digest}  release.json"]))


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
def test_a_failure_at_any_stage_leaves_nothing(released: Ledger, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(releaser, stage, fail)
    with pytest.raises(OSError, match="no space left"):
        freeze(released, "1.1.0")
    assert sorted(path.name for path in released.releases.iterdir()) == ["1.0.0", "latest"]


@pytest.mark.slow
def test_a_killed_release_is_there_whole_or_not_at_all(released: Ledger) -> None:
    command = [sys.executable, "-m", "kzlod", "release"]
    released.put("ledger/people", "name", "Ida Ember", where=("id", "ada"))
    start = time.perf_counter()
    subprocess.run([*command, "1.1.0"], cwd=released.folder, check=True, capture_output=True)
    duration = time.perf_counter() - start
    chance = random.Random(2026)
    for number in range(2, 6):
        child = subprocess.Popen([*command, f"1.{number}.0"], cwd=released.folder, stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.4, 1.1) * duration)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        for found in list_releases(released.releases):
            assert check_release(found)["version"] == found.version.text
        assert (released.releases / "latest" / "release.json").exists()
    freeze(released, "2.0.0")
    assert (released.releases / "latest").readlink() == Path("2.0.0")
    assert not list(released.releases.glob(".*"))


def test_what_a_killed_release_left_is_finished_by_the_next(released: Ledger) -> None:
    (released.releases / ".1.1.0.kzlod-new").mkdir()
    (released.releases / ".output.kzlod-new").mkdir()
    (released.releases / "latest").unlink()
    with pytest.raises(ConfigurationError, match="never changed"):
        freeze(released, "1.0.0")
    assert sorted(path.name for path in released.releases.iterdir()) == [".output.kzlod-new", "1.0.0", "latest"]


def test_one_release_is_made_at_a_time(released: Ledger) -> None:
    with lock_target(released.releases / "latest"), pytest.raises(ConfigurationError, match="another build"):
        freeze(released, "1.1.0")
    assert sorted(path.name for path in released.releases.iterdir()) == ["1.0.0", "latest"]


def test_a_link_that_is_none_is_left_alone(released: Ledger) -> None:
    (released.releases / "latest").unlink()
    (released.releases / "latest").mkdir()
    with pytest.raises(ConfigurationError, match="the link to the last release belongs here"):
        freeze(released, "1.1.0")
    assert not (released.releases / "1.1.0").exists()


def test_the_output_of_a_build_is_no_folder_of_releases(ledger: Ledger) -> None:
    ledger.releases.mkdir()
    (ledger.releases / "kzlod.nq").touch()
    with pytest.raises(ConfigurationError, match="output of a build"):
        freeze(ledger, "1.0.0")


def test_the_catalogue_names_the_version_and_the_one_before(released: Ledger) -> None:
    def find_lines(version: str) -> list[str]:
        lines = (released.releases / version / "catalogue.ttl").read_text(encoding="utf-8").splitlines()
        return sorted(line.strip(" ;.") for line in lines if "ersion" in line and "software" not in line)

    assert find_lines("1.0.0") == ['dcat:version "1.0.0"', 'owl:versionInfo "1.0.0"', 'schema:version "1.0.0"']
    freeze(released, "1.1.0")
    assert find_lines("1.1.0") == [
        "dcat:previousVersion <https://example.org/releases/1.0.0/>",
        'dcat:version "1.1.0"',
        'owl:versionInfo "1.1.0"',
        'schema:version "1.1.0"',
    ]
