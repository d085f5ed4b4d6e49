"""Runs a command as a process of its own, yields what it took."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Timer


@dataclass(frozen=True)
class Measure:
    """What a run took.

    Args:
        wall: seconds from start to end.
        cpu: seconds of user and system, of all its processes.
        peak: resident memory of its largest process, in megabytes (10^6 bytes); what several of one tool share is not added up.
    """

    wall: float
    cpu: float
    peak: float


class RunError(Exception):
    """A command failed or took too long."""


def run_measured(command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float) -> Measure:
    """Run a command in a folder, its messages in the file ``log`` there.

    A process counts as at least as large as the caller was when it started it, so the caller should be small.

    Raises:
        RunError: with the last line of its messages.
    """
    log = folder / "log"
    with log.open("wb") as messages:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=messages, stderr=messages, start_new_session=True
        )
        timer = Timer(timeout, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RunError(f"more than {timeout:.0f} s" if wall >= timeout else _last_line(log))
    return Measure(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "no message"
