"""Workers as the server sees them: has the fork server start them, asks them, ends them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from kzlod.serving.fork_server import PROCESS
from kzlod.serving.frames import Frame, pack_frame, take_frame

_START: Final = 30.0
"""Seconds that a worker may take to open the store."""

_NICE: Final = 5
"""How far a worker with a long query steps back behind the others when the processors are few."""

_QUIET: Final = {"RUST_BACKTRACE": "0"}
"""A query that ends its worker for want of memory is no fault that somebody looks for in the code."""

_NO_SERVER: Final = "the process that starts workers has ended"

_CLOCK_OF_ALL_THREADS: Final = 2
"""What the number of a process's clock ends with (clock_getcpuclockid(3))."""


class WorkerLostError(Exception):
    """A worker has ended without an answer."""


class Worker:
    """A process of ``worker.py``, known by a descriptor and not by its number, which may be another process's by now.

    Args:
        process: its number.
        descriptor: of the process, for signals.
        jobs: the pipe to its standard input.
        answers: the protocol of its standard output.
    """

    def __init__(self, process: int, descriptor: int, jobs: asyncio.WriteTransport, answers: _Answers) -> None:
        self.process = process
        self._descriptor = descriptor
        self._jobs = jobs
        self._answers = answers
        self.is_confined = False
        self.has_stepped_back = False

    @property
    def is_busy(self) -> bool:
        """Whether it was asked and has not answered."""
        return self._answers.is_expected

    @property
    def is_lost(self) -> bool:
        """Whether the process has ended."""
        return self._answers.ended.is_set()

    def call_when_lost(self, call: Callable[[], None]) -> None:
        """Have something called when the process has ended, whatever has ended it."""
        self._answers.call_when_ended(call)

    def ask(self, job: Mapping[str, Any], text: bytes) -> asyncio.Future[Frame]:
        """Ask for a query; the future fails with a WorkerLostError when the worker ends first."""
        future = self._answers.expect()
        # One whose standard input has ended has not been noticed to have ended itself yet.
        if not self._jobs.is_closing():
            self._jobs.write(pack_frame(job, text))
        return future

    def measure_time(self) -> float:
        """Seconds that processors have worked for it, or 0 where it has ended."""
        with contextlib.suppress(OSError):
            return time.clock_gettime(~self.process << 3 | _CLOCK_OF_ALL_THREADS)
        return 0.0

    def step_back(self) -> None:
        """Let other processes go first from here on."""
        self.has_stepped_back = True
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self.process, _NICE)

    async def kill(self) -> None:
        """End the process, and wait until it has ended."""
        if self._descriptor < 0:
            return
        descriptor, self._descriptor = self._descriptor, -1
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)  # type: ignore[attr-defined, unused-ignore]
        os.close(descriptor)
        if not self._jobs.is_closing():
            self._jobs.abort()
        await self._answers.ended.wait()


class WorkerFactory:
    """The fork server of one store.

    Args:
        store: a store on disk, or N-Quads with ``in_memory``.
        memory: bytes that each worker may take besides the store; 0 for no bound.
        in_memory: whether the N-Quads are read into memory, which all workers share.
    """

    def __init__(self, store: Path, memory: int, *, in_memory: bool = False) -> None:
        self.store = store
        self.memory = memory
        self.in_memory = in_memory
        self._process: asyncio.subprocess.Process | None = None
        self._socket: socket.socket | None = None
        self._numbers: deque[asyncio.Future[int]] = deque()
        self._starting = asyncio.Lock()

    async def start_worker(self) -> Worker:
        """A worker that is ready.

        Raises:
            OSError: it could not be started, or could not open the store.
        """
        await self._start_server()
        loop = asyncio.get_running_loop()
        job_end, job_pipe = os.pipe()
        answer_pipe, answer_end = os.pipe()
        try:
            number = self._fork(job_end, answer_end)
        except OSError:
            os.close(job_pipe)
            os.close(answer_pipe)
            raise
        finally:
            os.close(job_end)
            os.close(answer_end)
        jobs, _ = await loop.connect_write_pipe(asyncio.Protocol, os.fdopen(job_pipe, "wb", buffering=0))
        output, answers = await loop.connect_read_pipe(_Answers, os.fdopen(answer_pipe, "rb", buffering=0))
        # It may be ready before its number is known.
        ready = answers.expect()
        try:
            process = await number
            worker = Worker(process, _open_process(process), jobs, answers)
        except BaseException:
            # Without its standard input the worker ends by itself.
            jobs.abort()
            output.close()
            raise
        return await self._await_start(worker, ready)

    async def close(self) -> None:
        """End the fork server, and all workers with it."""
        if self._socket:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None
        self._fail_numbers()
        if self._process:
            await self._process.wait()
            self._process = None

    async def _await_start(self, worker: Worker, ready: asyncio.Future[Frame]) -> Worker:
        try:
            async with asyncio.timeout(_START):
                header, _ = await ready
        except (TimeoutError, WorkerLostError):
            await worker.kill()
            raise OSError(f"a worker could not open {self.store}") from None
        except asyncio.CancelledError:
            await worker.kill()
            raise
        worker.is_confined = header["confined"]
        return worker

    async def _start_server(self) -> None:
        async with self._starting:
            if self._socket:
                return
            await self.close()
            ours, theirs = socket.socketpair()
            ours.setblocking(False)
            with theirs:
                self._process = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "kzlod.serving.fork_server", str(self.store), "--memory", str(self.memory)),
                    *(["--in-memory"] if self.in_memory else []),
                    stdin=theirs.fileno(),
                    env={**os.environ, **_QUIET},
                )
            self._socket = ours
            asyncio.get_running_loop().add_reader(ours, self._receive, ours)

    def _fork(self, *pipes: int) -> asyncio.Future[int]:
        assert self._socket  # noqa: S101 - it was started
        try:
            socket.send_fds(self._socket, [b"f"], pipes)
        except BrokenPipeError:
            raise OSError(_NO_SERVER) from None
        number: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._numbers.append(number)
        return number

    def _receive(self, ours: socket.socket) -> None:
        """Take the number of a process, or note that the fork server has ended; the next worker starts another one."""
        try:
            message = ours.recv(PROCESS.size)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if message:
            number = self._numbers.popleft()
            if not number.done():
                number.set_result(PROCESS.unpack(message)[0])
            return
        asyncio.get_running_loop().remove_reader(ours)
        ours.close()
        self._socket = None
        self._fail_numbers()

    def _fail_numbers(self) -> None:
        while self._numbers:
            if not (number := self._numbers.popleft()).done():
                number.set_exception(OSError(_NO_SERVER))


class _Answers(asyncio.Protocol):
    """What comes from a worker: one frame for each that is expected."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self._content = bytearray()
        self.is_expected = False
        self._expected: asyncio.Future[Frame] | None = None
        self._calls: list[Callable[[], None]] = []

    def call_when_ended(self, call: Callable[[], None]) -> None:
        if self.ended.is_set():
            call()
        else:
            self._calls.append(call)

    def expect(self) -> asyncio.Future[Frame]:
        self.is_expected = True
        self._expected = asyncio.get_running_loop().create_future()
        if self.ended.is_set():
            self._fail()
        return self._expected

    def data_received(self, data: bytes) -> None:
        self._content += data
        frame = take_frame(self._content)
        if not frame:
            return
        self.is_expected = False
        if self._expected and not self._expected.done():
            self._expected.set_result(frame)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio calls it with this name
        self.ended.set()
        self._fail()
        for call in self._calls:
            call()

    def _fail(self) -> None:
        if self._expected and not self._expected.done():
            self._expected.set_exception(WorkerLostError())
            # Nobody may be waiting any more.
            self._expected.exception()


def _open_process(number: int) -> int:
    """A descriptor of a process.

    Raises:
        OSError: there is none any more.
    """
    return os.pidfd_open(number)  # type: ignore[attr-defined, unused-ignore]
