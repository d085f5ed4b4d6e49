"""A server as an operator has it: a process group of ``kzlod serve`` on loopback, looked at from outside."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "small_project"


def find_port() -> int:
    """A port that is free."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


class Server:
    """A server in a process group of its own.

    Args:
        release: that it serves, or a link to it.
        cache: where it keeps stores.
        options: further ones of ``kzlod serve``.
        project: whose release it is.
        port: to listen at; a free one by default.
        most_written: bytes of the largest file that it may write, which is how a disk is full here.
    """

    def __init__(
        self,
        release: Path,
        cache: Path,
        options: Iterable[str] = (),
        project: Path = SMALL,
        *,
        port: int = 0,
        most_written: int | None = None,
    ) -> None:
        self.release = release
        self.cache = cache
        self.crew = 0
        self.port = port or find_port()
        self.errors = Path(tempfile.mkdtemp()) / "errors.txt"
        command = [sys.executable, "-m", "kzlod", "serve", "--project", str(project), "--release", str(release)]
        command += ["--cache", str(cache), "--port", str(self.port), *options]
        bound = f"ulimit -f {most_written // 1024}; " if most_written is not None else ""
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                ["bash", "-c", f'{bound}exec "$@"', "bash", *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )

    def __enter__(self) -> Server:
        try:
            wait_until(lambda: self.answers() or self.process.poll() is not None, 30)
            assert self.process.poll() is None, self.tell()
        except AssertionError:
            self.stop()
            raise
        self.crew = len(self.list_workers())
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answers(self) -> bool:
        """Whether it accepts connections and says that it is well."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n")
                return connection.recv(10_000).startswith(b"HTTP/1.1 200 ")
        except OSError:
            return False

    def tell(self) -> str:
        """What it has written to standard error."""
        return self.errors.read_text(encoding="utf-8")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server itself."""
        self.process.send_signal(number)

    def stop(self) -> int:
        """End it as an operator does, or by force after a while; its exit code."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            return self.process.wait(5)

    def list_processes(self) -> list[int]:
        """The processes of the group, without those that have ended."""
        return [number for number, group, state in _iter_processes() if group == self.process.pid and state != "Z"]

    def list_workers(self) -> list[int]:
        """The processes that evaluate queries: those that the fork server has started."""
        processes = {number: _read_parent(number) for number in self.list_processes()}
        starters = {number for number, parent in processes.items() if parent == self.process.pid}
        return [number for number, parent in processes.items() if parent in starters]

    def find_fork_server(self) -> int:
        """The process that starts workers."""
        (found,) = {number for number in self.list_processes() if _read_parent(number) == self.process.pid}
        return found

    def measure_memory(self) -> int:
        """Bytes of the group; what processes share is counted once."""
        return sum(_measure_memory(number) for number in self.list_processes())

    def count_descriptors(self) -> int:
        """Open descriptors of the server itself."""
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


def wait_until(is_so: Callable[[], object], seconds: float) -> float:
    """Wait until something is so; how long that took.

    Raises:
        AssertionError: it is not so after the seconds.
    """
    start = time.monotonic()
    while not is_so():
        assert time.monotonic() - start < seconds, f"not so after {seconds} seconds"
        time.sleep(0.02)
    return time.monotonic() - start


def _iter_processes() -> Iterable[tuple[int, int, str]]:
    """Number, group and state of each process (proc(5))."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, group = (folder / "stat").read_text(encoding="latin-1").rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        yield int(folder.name), int(group), state


def _read_parent(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/stat").read_text(encoding="latin-1").rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _measure_memory(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
