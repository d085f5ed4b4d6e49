"""The pool of workers: gives each query a process, ends it at the deadline or when nobody waits any more, and starts the next.

A query is killed with its process, because nothing else ends it: Oxigraph has no deadline. So spare workers wait, warm.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kzlod.serving.frames import pack_frame, receive_frame

_START: Final = 30.0
"""Seconds that a worker may take to open the store."""


@dataclass(frozen=True)
class Limits:
    """What a query may take.

    Args:
        seconds: from the request to the answer.
        result: bytes of the answer.
        memory: bytes of a worker beyond its store; 0 for no bound.
        waiting: how many queries may wait for a worker.
    """

    seconds: float = 20.0
    result: int = 50_000_000
    memory: int = 2_000_000_000
    waiting: int = 32


@dataclass(frozen=True)
class Answer:
    """What came of a query.

    Args:
        status: done, syntax, failed, large, late (killed at the deadline), busy (too many wait), or lost (its worker ended).
        format: of the body, where it is done.
        message: why it is not.
        body: the result, whole.
        total: how many solutions there are, where only some of them were asked for.
    """

    status: str
    format: str = ""
    message: str = ""
    body: bytes = b""
    total: int | None = None


class Pool:
    """Workers over one store.

    Args:
        store: a store on disk, or N-Quads with ``in_memory``.
        size: how many queries run at a time.
        limits: of each of them.
        in_memory: whether each worker reads the N-Quads into memory.
        spares: how many more workers are kept warm.
    """

    def __init__(self, store: Path, size: int, limits: Limits, *, in_memory: bool = False, spares: int = 1) -> None:
        self.store = store
        self.size = size
        self.limits = limits
        self.in_memory = in_memory
        self.spares = spares
        self.killed = 0
        self.waiting = 0
        self._slots = asyncio.Semaphore(size)
        self._ready: asyncio.Queue[_Worker] = asyncio.Queue()
        self._workers: set[_Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._is_closed = False

    async def start(self) -> None:
        """Start all workers.

        Raises:
            OSError: none can be started, or the store cannot be opened.
        """
        await asyncio.gather(*(self._start_worker() for _ in range(self.size + self.spares)))

    async def run(self, text: str, job: Mapping[str, Any]) -> Answer:
        """Evaluate a query; see ``worker.evaluate_query`` for the job, whose ``most`` is set here.

        When the task is cancelled, because the client has left, the query is killed too.
        """
        if self.waiting >= self.limits.waiting:
            return Answer("busy", message=f"{self.waiting} queries are waiting already")
        ends = time.monotonic() + self.limits.seconds
        self.waiting += 1
        try:
            async with asyncio.timeout_at(asyncio.get_running_loop().time() + self.limits.seconds):
                await self._slots.acquire()
        except TimeoutError:
            return Answer("busy", message="no worker was free before the deadline")
        finally:
            self.waiting -= 1
        try:
            return await self._run(text, {**job, "most": self.limits.result}, ends)
        finally:
            self._slots.release()

    async def close(self) -> None:
        """End all workers."""
        self._is_closed = True
        # A process that is being started cannot be left halfway.
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.gather(*(worker.kill() for worker in list(self._workers)))
        self._workers.clear()

    async def _run(self, text: str, job: Mapping[str, Any], ends: float) -> Answer:
        worker = None
        is_whole = False
        try:
            async with asyncio.timeout(max(ends - time.monotonic(), 0)):
                worker = await self._ready.get()
                header, body = await worker.ask(job, text.encode())
            is_whole = True
            return Answer(header["status"], header.get("format", ""), header.get("message", ""), body, header.get("total"))
        except TimeoutError:
            return Answer("late", message=f"the query took longer than {self.limits.seconds:g} seconds")
        except (asyncio.IncompleteReadError, OSError):
            return Answer("lost", message="the worker ended without an answer: the query needed too much memory, or was ended")
        finally:
            if worker and is_whole:
                self._ready.put_nowait(worker)
            elif worker:
                self._replace(worker)

    def _replace(self, worker: _Worker) -> None:
        self.killed += 1
        self._workers.discard(worker)

        async def replace() -> None:
            await worker.kill()
            if not self._is_closed:
                await self._start_worker()

        task = asyncio.create_task(replace())
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _start_worker(self) -> None:
        worker = await _Worker.start(self.store, self.limits.memory, in_memory=self.in_memory)
        self._workers.add(worker)
        self._ready.put_nowait(worker)


@dataclass(eq=False)
class _Worker:
    """A process of ``worker.py``."""

    process: asyncio.subprocess.Process
    is_confined: bool = field(default=False)

    @classmethod
    async def start(cls, store: Path, memory: int, *, in_memory: bool) -> _Worker:
        command = [sys.executable, "-m", "kzlod.serving.worker", str(store), "--memory", str(memory)]
        process = await asyncio.create_subprocess_exec(
            *command,
            *(["--in-memory"] if in_memory else []),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(_START):
                header, _ = await receive_frame(worker.answers)
        except (TimeoutError, asyncio.IncompleteReadError):
            await worker.kill()
            raise OSError(f"a worker could not open {store}") from None
        except asyncio.CancelledError:
            await worker.kill()
            raise
        worker.is_confined = header["confined"]
        return worker

    @property
    def answers(self) -> asyncio.StreamReader:
        assert self.process.stdout  # noqa: S101 - it is a pipe
        return self.process.stdout

    async def ask(self, job: Mapping[str, Any], text: bytes) -> tuple[dict[str, Any], bytes]:
        assert self.process.stdin  # noqa: S101 - it is a pipe
        self.process.stdin.write(pack_frame(job, text))
        await self.process.stdin.drain()
        return await receive_frame(self.answers)

    async def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        # Else its pipes stay open until the garbage is collected.
        self.process._transport.close()  # type: ignore[attr-defined]
