"""The folder of a site: only what has changed is written, what is gone is removed, and the same project makes the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.site.conftest import ROOT

from kzlod.errors import ConfigurationError
from kzlod.project import load_project
from kzlod.publisher import publish_site

pytestmark = pytest.mark.slow

SMALL = ROOT / "tests/small_project"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture
def site(tmp_path: Path, small_site: Path) -> Path:
    shutil.copytree(small_site, tmp_path / "site")
    return tmp_path / "site"


def read_site(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit(project: Path, table: str, old: str, new: str) -> None:
    file = project / f"facts/letters/{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def age(site: Path) -> int:
    """Give all files one time of writing, in the past."""
    for path in site.rglob("*"):
        os.utime(path, ns=(10**18, 10**18))
    return 10**18


def test_a_second_run_writes_nothing(project: Path, site: Path) -> None:
    before, moment = read_site(site), age(site)
    tally = publish_site(load_project(project), site)
    assert (tally.written, tally.removed) == (0, 0)
    assert tally.files == len(before) - 1
    assert read_site(site) == before
    assert {path for path in before if (site / path).stat().st_mtime_ns != moment} == {".kzlod-site"}


def test_after_an_edit_only_what_differs_is_written(project: Path, site: Path) -> None:
    before, moment = read_site(site), age(site)
    edit(project, "memberships", "2019", "2018")
    tally = publish_site(load_project(project), site)
    after = read_site(site)
    changed = {path for path in after if after[path] != before.get(path)}
    assert {path for path in after if (site / path).stat().st_mtime_ns != moment} == changed | {".kzlod-site"}
    assert tally.written == len(changed)
    assert {
        "membership/ember-bridges.html",
        "membership/ember-bridges.ttl",
        "fact/letters/memberships/ember-bridges.html",
    } <= changed
    assert not {"person/alia.html", "organization/works.html", "index.css"} & changed


def test_what_is_gone_is_removed(project: Path, site: Path) -> None:
    edit(project, "memberships", "ember-bridges,ember,bridges,2019,\n", "")
    edit(
        project,
        "evidence",
        "memberships,ember-bridges,1,letter,13,64,473143183b6e4e0dfcc60bb4bb269b284cdddf4e580e9cb891b3f0bcf88c3196\n",
        "",
    )
    tally = publish_site(load_project(project), site)
    assert tally.removed > 0
    assert not (site / "membership").exists()
    assert not (site / "fact/letters/memberships").exists()
    publish_site(load_project(project), site.parent / "fresh")
    assert read_site(site) == read_site(site.parent / "fresh")


def test_what_somebody_changed_or_lost_is_mended(project: Path, site: Path) -> None:
    before = read_site(site)
    (site / "index.html").write_text("spoilt", encoding="utf-8")
    (site / "person/ember.html").unlink()
    shutil.rmtree(site / "fact")
    publish_site(load_project(project), site)
    assert read_site(site) == before


def test_a_file_of_somebody_else_in_a_site_stays(project: Path, site: Path) -> None:
    (site / "CNAME").write_text("example.org\n", encoding="utf-8")
    publish_site(load_project(project), site)
    assert (site / "CNAME").is_file()


def test_a_folder_of_somebody_else_is_refused(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="a site is written only to a folder of its own"):
        publish_site(load_project(project), folder)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("listed", ["../thesis.txt", "/etc/hostname", "link/thesis.txt"])
def test_nothing_outside_is_ever_removed(project: Path, site: Path, listed: str) -> None:
    thesis = site.parent / "thesis.txt"
    thesis.write_text("years of work", encoding="utf-8")
    (site / "link").symlink_to(site.parent)
    with (site / ".kzlod-site").open("a", encoding="utf-8") as file:
        file.write(f"{listed}\n")
    publish_site(load_project(project), site)
    assert thesis.is_file()


def test_a_site_that_was_left_unfinished_is_finished(project: Path, site: Path) -> None:
    before = read_site(site)
    (site / ".kzlod-site").write_text("", encoding="utf-8")
    (site / ".kzlod-site-new").write_text("index.html\n", encoding="utf-8")
    (site / "index.html").write_text("<!DOC", encoding="utf-8")
    publish_site(load_project(project), site)
    assert read_site(site) == before


def test_what_an_unfinished_run_wrote_is_removed_when_it_is_gone(project: Path, site: Path) -> None:
    before = read_site(site)
    (site / ".kzlod-site-new").write_text("person/ghost.html\n", encoding="utf-8")
    (site / "person/ghost.html").write_text("<!DOCTYPE html>", encoding="utf-8")
    assert publish_site(load_project(project), site).removed == 1
    assert read_site(site) == before


def test_jobs_and_hash_seeds_make_the_same_bytes(real_site: Path, tmp_path: Path) -> None:
    # real_site is made by two processes, under whatever seed this one has.
    bundle = ["--bundle", str(Path(os.environ["KZLOD_BUNDLE"]).parent)] if "KZLOD_BUNDLE" in os.environ else []
    command = [
        sys.executable,
        "-m",
        "kzlod",
        "site",
        "--project",
        str(ROOT),
        "--out",
        str(tmp_path / "site"),
        "--jobs",
        "1",
        *bundle,
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": "7"}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    one, other = read_site(real_site), read_site(tmp_path / "site")
    assert [path for path in one.keys() | other.keys() if one.get(path) != other.get(path)] == []


def test_a_project_without_a_title_is_called_by_its_base(project: Path, tmp_path: Path) -> None:
    settings = project / "kzlod.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('en = "Two people of an invented state"\n', ""), encoding="utf-8")
    publish_site(load_project(project), tmp_path / "untitled", jobs=1)
    assert "<h1>https://example.org/</h1>" in (tmp_path / "untitled" / "index.html").read_text(encoding="utf-8")
