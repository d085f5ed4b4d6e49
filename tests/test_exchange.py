"""A target is the old folder whole or the new one whole, at every moment."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kzlod
from kzlod import exchange
from kzlod.errors import ConfigurationError
from kzlod.exchange import recover, replace_file, staged_folder

MARKER = "kzlod.nq"
FILES = (MARKER, "kzlod.ttl", "site/index.html")

# Writes one version after another. Arguments: the target, the way of exchange, and before or after which rename to die.
CHILD = """
import os, signal, sys
from pathlib import Path
from kzlod import exchange

target, way, moment, number = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
if way == "renames":
    exchange._exchange_at_once = lambda *folders: False
rename, calls = exchange._rename, 0

def rename_or_die(old, new):
    global calls
    calls += 1
    if (moment, number) == ("before", calls):
        os.kill(os.getpid(), signal.SIGKILL)
    rename(old, new)
    if (moment, number) == ("after", calls):
        os.kill(os.getpid(), signal.SIGKILL)

exchange._rename = rename_or_die
for version in range(1, 100_000):
    with exchange.staged_folder(target, "kzlod.nq") as folder:
        (folder / "site").mkdir()
        for name in ("kzlod.nq", "kzlod.ttl", "site/index.html"):
            (folder / name).write_text(f"{version}\\n" * 1000)
    print(version, flush=True)
"""


def write_version(folder: Path, version: int) -> None:
    (folder / "site").mkdir(parents=True)
    for name in FILES:
        (folder / name).write_text(f"{version}\n" * 1000)


def write_and_interrupt(folder: Path) -> None:
    write_version(folder, 2)
    raise KeyboardInterrupt


def read_version(folder: Path) -> int:
    """The version of a folder; fails where it is not whole."""
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == sorted(FILES)
    texts = {(folder / name).read_text() for name in FILES}
    assert len(texts) == 1
    lines = texts.pop().splitlines()
    assert len(lines) == 1000
    assert len(set(lines)) == 1
    return int(lines[0])


def start_child(target: Path, way: str, moment: str = "", number: int = 0) -> subprocess.Popen[str]:
    source = str(Path(kzlod.__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(target), way, moment, str(number)],
        env={**os.environ, "PYTHONPATH": source},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(params=["at once", "renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "renames":
        monkeypatch.setattr(exchange, "_exchange_at_once", lambda *_: False)
    return str(request.param)


@pytest.mark.usefixtures("way")
def test_exchange_replaces_the_target_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "parent" / "output"
    for version in (1, 2, 3):
        with staged_folder(target, MARKER) as folder:
            assert list(folder.iterdir()) == []
            assert folder.name.startswith(".")
            write_version(folder, version)
        assert read_version(target) == version
        assert [path.name for path in target.parent.iterdir()] == ["output"]


@pytest.mark.usefixtures("way")
def test_failure_leaves_the_target_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "output"
    write_version(target, 1)
    inode = target.stat().st_ino
    with pytest.raises(KeyboardInterrupt), staged_folder(target, MARKER) as folder:
        write_and_interrupt(folder)
    assert (read_version(target), target.stat().st_ino) == (1, inode)
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has renameat2")
def test_linux_exchanges_at_once(tmp_path: Path) -> None:
    write_version(tmp_path / "one", 1)
    write_version(tmp_path / "other", 2)
    assert exchange._exchange_at_once(tmp_path / "one", tmp_path / "other")
    assert (read_version(tmp_path / "one"), read_version(tmp_path / "other")) == (2, 1)
    assert not exchange._exchange_at_once(tmp_path / "one", tmp_path / "missing")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_rename_that_fails_leaves_a_whole_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    target = tmp_path / "output"
    write_version(target, 1)
    rename, calls = exchange._rename, []

    def fail_once(old: Path, new: Path) -> None:
        calls.append(new)
        if len(calls) == number:
            raise OSError("busy")
        rename(old, new)

    monkeypatch.setattr(exchange, "_exchange_at_once", lambda *_: False)
    monkeypatch.setattr(exchange, "_rename", fail_once)
    with pytest.raises(OSError, match="busy"), staged_folder(target, MARKER) as folder:
        write_version(folder, 2)
    assert read_version(target) == (2 if number == 3 else 1)
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


@pytest.mark.parametrize(
    ("moment", "number", "version"),
    [("before", 1, 7), ("after", 1, 7), ("before", 2, 7), ("after", 2, 1), ("before", 3, 1), ("after", 3, 1)],
)
def test_a_kill_between_two_renames_is_recovered(tmp_path: Path, moment: str, number: int, version: int) -> None:
    target = tmp_path / "output"
    write_version(target, 7)
    child = start_child(target, "renames", moment, number)
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL
    recover(target)
    assert read_version(target) == version
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


@pytest.mark.parametrize(
    "way", [pytest.param("at once", marks=pytest.mark.skipif(sys.platform != "linux", reason="needs renameat2")), "renames"]
)
def test_kills_at_random_moments_leave_a_whole_target(tmp_path: Path, way: str) -> None:
    target = tmp_path / "output"
    chance = random.Random(way)
    for _ in range(10):
        child = start_child(target, way)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.uniform(0, 0.05))
        child.kill()
        child.communicate(timeout=60)
        if way == "renames":
            recover(target)
        assert read_version(target) >= 1
    with staged_folder(target, MARKER) as folder:
        write_version(folder, 0)
    assert read_version(target) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


def write_kept(target: Path) -> None:
    write_version(target, 1)
    (target / "kept").mkdir()
    (target / "kept" / "page").write_text("mine")


@pytest.mark.parametrize("way", ["at once", "renames"])
def test_what_is_kept_is_carried_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    target = tmp_path / "output"
    write_kept(target)
    if way == "renames":
        monkeypatch.setattr(exchange, "_exchange_at_once", lambda *_: False)
    with staged_folder(target, MARKER, kept=("kept", "missing")) as folder:
        write_version(folder, 2)
    assert (target / "kept" / "page").read_text() == "mine"
    shutil.rmtree(target / "kept")
    assert read_version(target) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


@pytest.mark.parametrize("left", ["new", "old"])
def test_what_is_kept_survives_a_kill_after_the_exchange(tmp_path: Path, left: str) -> None:
    target = tmp_path / "output"
    write_version(target, 2)
    write_kept(exchange._beside(target, left))
    recover(target, kept=("kept",))
    assert (target / "kept" / "page").read_text() == "mine"
    shutil.rmtree(target / "kept")
    assert read_version(target) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["output"]


def test_second_build_is_refused_while_the_first_runs(tmp_path: Path) -> None:
    target = tmp_path / "output"
    with staged_folder(target, MARKER) as folder:
        write_version(folder, 1)
        with pytest.raises(ConfigurationError, match="another build is writing this folder"), staged_folder(target, MARKER):
            pass
        with pytest.raises(ConfigurationError, match="another build is writing this folder"):
            recover(target)
    assert read_version(target) == 1


@pytest.mark.parametrize("name", ["letter.txt", "kzlod.nq/"])
def test_foreign_folder_is_refused_untouched(tmp_path: Path, name: str) -> None:
    target = tmp_path / "Documents"
    target.mkdir()
    if name.endswith("/"):
        (target / name).mkdir()
    else:
        (target / name).write_text("mine")
    with pytest.raises(ConfigurationError, match="holds no 'kzlod\\.nq'"), staged_folder(target, MARKER):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["Documents"]
    assert len(list(target.iterdir())) == 1


def test_file_and_root_are_refused(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("mine")
    with pytest.raises(ConfigurationError, match="this is no folder"), staged_folder(tmp_path / "output", MARKER):
        pass
    assert (tmp_path / "output").read_text() == "mine"
    with pytest.raises(ConfigurationError, match="is not empty and holds no"), staged_folder(Path("/"), MARKER):
        pass


def test_empty_folder_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    with staged_folder(tmp_path / "output", MARKER) as folder:
        write_version(folder, 1)
    assert read_version(tmp_path / "output") == 1


def test_symbolic_link_stays_and_its_folder_is_replaced(tmp_path: Path) -> None:
    write_version(tmp_path / "disk" / "output", 1)
    (tmp_path / "output").symlink_to(tmp_path / "disk" / "output")
    with staged_folder(tmp_path / "output", MARKER) as folder:
        write_version(folder, 2)
    assert (tmp_path / "output").is_symlink()
    assert read_version(tmp_path / "disk" / "output") == 2


def test_no_place_beside_the_target(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    target = tmp_path / "file" / "output"
    with pytest.raises(ConfigurationError, match="nothing can be written beside this folder"), staged_folder(target, MARKER):
        pass


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, link = tmp_path / "report", tmp_path / "link"
    link.symlink_to(target)
    replace_file(link, b"one")
    assert (target.read_bytes(), link.is_symlink()) == (b"one", True)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr("kzlod.exchange.os.fsync", fail)
    with pytest.raises(OSError, match="no space left"):
        replace_file(target, b"two")
    assert target.read_bytes() == b"one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "report"]
