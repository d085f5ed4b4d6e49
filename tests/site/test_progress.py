"""What ``kzlod site`` shows on a terminal while it works."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from tests.site.conftest import ROOT


def run_on_terminal(*arguments: str) -> tuple[int, str]:
    """The exit code of ``kzlod site``, and what a terminal gets of it on standard error."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kzlod", "site", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "80"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        # Linux ends the reading of a terminal that nobody writes to with an error.
        while part := _read(ours):
            shown += part
    os.close(ours)
    return process.returncode, shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 10_000)
    except OSError:
        return b""


def test_a_bar_runs_from_nothing_to_all_pages(tmp_path: Path) -> None:
    code, shown = run_on_terminal("--project", str(ROOT / "tests/small_project"), "--out", str(tmp_path / "site"))
    assert code == 0
    first, *rest = shown.splitlines()
    assert first == "building the dataset, its lists and its search index"
    shares = [int(share) for share in re.findall(r"pages .*?(\d+)%", "\n".join(rest))]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 100)
    hidden, seen = "\x1b[?25l", "\x1b[?25h"
    assert shown.rindex(hidden) < shown.rindex(seen)


def test_a_wrong_project_shows_no_bar(tmp_path: Path) -> None:
    code, shown = run_on_terminal("--project", str(tmp_path), "--out", str(tmp_path / "site"))
    assert code == 2
    assert "kzlod.toml" in shown
    assert not re.search("pages|building", shown)
