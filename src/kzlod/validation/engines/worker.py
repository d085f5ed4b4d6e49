"""An engine in a process of its own, which a deadline can end even inside of a regular expression or of C code.

The process, ``server.py``, gets jobs on its standard input and answers on its standard output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Final

from kzlod.errors import ConfigurationError, EngineError, KzlodError, Problem
from kzlod.validation.engines import UnsupportedError

_ERRORS: Final[dict[str, type[KzlodError]]] = {
    error.__name__: error for error in (ConfigurationError, EngineError, UnsupportedError)
}
_SLICE: Final = 1 << 20


@dataclass(frozen=True)
class Deadline:
    """A point in time.

    Args:
        seconds: how far off it was when it was set.
        ends: when it is, by ``time.monotonic``.
    """

    seconds: float
    ends: float

    @classmethod
    def set(cls, seconds: float) -> Deadline:
        """The point in time so many seconds from now."""
        return cls(seconds, time.monotonic() + seconds)


class Worker:
    """An engine behind a deadline; see ``kzlod.validation.engines.Engine``.

    Args:
        name: of the engine.
        process: which runs it.
        deadline: by which all jobs together must be done.
    """

    def __init__(self, name: str, process: subprocess.Popen[bytes], deadline: Deadline) -> None:
        self.name = name
        self.process = process
        self._deadline = deadline

    def run(self, data: str, shapes: str) -> str:
        """Validate as the engine does.

        Raises:
            EngineError: also where there is no answer in time, or the process ended without one.
        """
        late = threading.Event()

        def end() -> None:
            late.set()
            self.process.kill()

        timer = threading.Timer(max(self._deadline.ends - time.monotonic(), 0), end)
        timer.daemon = True
        timer.start()
        try:
            header, text = self._ask(data, shapes)
        except (OSError, ValueError):
            raise EngineError([self._describe_end(late.is_set())]) from None
        finally:
            timer.cancel()
        if header["error"] is not None:
            raise _ERRORS[header["error"]](Problem(**problem) for problem in json.loads(text))
        return text

    def _ask(self, data: str, shapes: str) -> tuple[dict[str, Any], str]:
        assert self.process.stdin  # noqa: S101
        assert self.process.stdout  # noqa: S101
        for text in (shapes, data):
            write_frame(self.process.stdin, {}, text)
        return read_frame(self.process.stdout)

    def _describe_end(self, late: bool) -> Problem:
        if late:
            message = f"no result within {self._deadline.seconds:g} seconds: nothing is known about the data; see --timeout"
            return Problem(self.name, None, None, message, "timeout")
        self.process.kill()
        code = self.process.wait()
        reason = f"signal {-code}, which is what a system out of memory sends" if code == -9 else f"exit code {code}"
        return Problem(self.name, None, None, f"the engine ended without an answer: {reason}", "engine")


@contextmanager
def open_worker(name: str, deadline: Deadline) -> Iterator[Worker]:
    """Start an engine in a process of its own, and end it after the block.

    Args:
        name: of the engine.
        deadline: for all that it is asked in the block.
    """
    command = [sys.executable, "-P", "-X", "utf8", "-W", "ignore", "-m", "kzlod.validation.engines.server", name]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(  # noqa: S603
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        yield Worker(name, process, deadline)
    finally:
        process.kill()
        process.communicate()


def write_frame(stream: IO[bytes], header: dict[str, Any], text: str) -> None:
    """Send a text: a line of JSON, which tells the number of bytes as well, then the bytes."""
    # In slices: a second copy of the data need not be in memory.
    size = len(text) if text.isascii() else sum(len(text[at : at + _SLICE].encode()) for at in range(0, len(text), _SLICE))
    stream.write(json.dumps({**header, "size": size}).encode() + b"\n")
    for at in range(0, len(text), _SLICE):
        stream.write(text[at : at + _SLICE].encode())
    stream.flush()


def read_frame(stream: IO[bytes], decode: Callable[[bytes], str] = bytes.decode) -> tuple[dict[str, Any], str]:
    """Receive what ``write_frame`` sent; ``decode`` makes a text of it.

    Raises:
        ValueError: the stream ended before.
    """
    header = json.loads(stream.readline())
    content = stream.read(header["size"])
    if len(content) != header["size"]:
        raise ValueError("cut off")
    return header, decode(content)
