"""Runs a command as a process of its own, yields what it took."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Event, Thread, Timer


@dataclass(frozen=True)
class Measure:
    """What a run took.

    Args:
        wall: seconds from start to end.
        cpu: seconds of user and system, of all its processes.
        peak: most resident memory of all its processes at one moment, in megabytes (10^6 bytes), looked at twenty times a second;
            what they share counts in each. At least that of the largest one.
    """

    wall: float
    cpu: float
    peak: float


@dataclass
class Runs:
    """What came of several runs of one command.

    Args:
        failure: why there is nothing, in words.
        remark: on what it made, beside what kzlod does.
        is_wrong: whether that differs otherwise than known.
    """

    measures: list[Measure] = field(default_factory=list)
    failure: str = ""
    remark: str = ""
    is_wrong: bool = False

    def middle(self, name: str) -> float:
        """The median of a measure."""
        return float(median(getattr(measure, name) for measure in self.measures))


class RunError(Exception):
    """A command failed or took too long."""


def run_measured(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout: float, allowed: Collection[int] = (0,)
) -> Measure:
    """Run a command in a folder, its output in the file ``output`` and its messages in ``log`` there.

    Args:
        allowed: exit codes of a run that has come to its end.

    A process counts as at least as large as the caller was when it started it, so the caller should be small.

    Raises:
        RunError: with the last line of its messages.
    """
    log = folder / "log"
    with log.open("wb") as messages, (folder / "output").open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=messages, start_new_session=True
        )
        timer = Timer(timeout, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        sampler = _Sampler(process.pid)
        sampler.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
        sampler.ended.set()
        sampler.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        raise RunError(f"more than {timeout:.0f} s" if wall >= timeout else _last_line(log))
    return Measure(wall, usage.ru_utime + usage.ru_stime, max(usage.ru_maxrss * 1024, sampler.most) / 1e6)


class _Sampler(Thread):
    """Adds up the resident memory of a session's processes again and again; ``most`` are bytes."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.session = session
        self.most = 0
        self.ended = Event()

    def run(self) -> None:
        while not self.ended.wait(0.05):
            self.most = max(self.most, sum(self._iter_sizes()))

    def _iter_sizes(self) -> Iterator[int]:
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError, ValueError):
                # Behind the name, which may hold anything: state, parent, group, session, and as the 22nd the resident pages.
                fields = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
                if int(fields[3]) == self.session:
                    yield int(fields[21]) * os.sysconf("SC_PAGE_SIZE")


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else "no message"
