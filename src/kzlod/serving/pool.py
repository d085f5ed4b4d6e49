"""The pool of workers: gives each query a process, ends it at the deadline or when nobody waits any more, and starts the next.

A query is killed with its process, because nothing else ends it: Oxigraph has no deadline. And nothing tells a long query from a
quick one before it has run. So each begins in the quick lane, where it has a slice of time; one that needs more goes on in the
long lane, if that has a place, or else waits for one and begins anew. What has proved quick has places that nothing else may
take: so lookups are answered beside any number of queries that never end.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kzlod.serving.frames import Frame
from kzlod.serving.lanes import Forms, Lane, read_form
from kzlod.serving.workers import Worker, WorkerFactory, WorkerLostError

_MOST_QUICK: Final = 1000
"""How many queries may wait in the quick lane, which moves every few milliseconds."""

_PAUSES: Final = (0.05, 1.0)
"""Seconds before a worker that could not be started is tried again: at first, and at most."""

_RESPITES: Final = (0.05, 0.25)
"""Seconds before a query whose worker was lost is evaluated once more, and then a last time."""

_MOST_SLICES: Final = 10
"""How many times as long as its slice a query may take that gets no processor, because the machine is busy."""

_logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What a query may take.

    Args:
        seconds: from the request to the answer.
        result: bytes of the answer.
        memory: bytes of a worker beyond its store; 0 for no bound.
        waiting: how many queries may wait for the long lane.
        slice: seconds of a processor in the quick lane.
    """

    seconds: float = 20.0
    result: int = 50_000_000
    memory: int = 2_000_000_000
    waiting: int = 32
    slice: float = 0.03


@dataclass(frozen=True)
class Answer:
    """What came of a query.

    Args:
        status: done, syntax, service, failed, format, large, late (killed at the deadline), busy (too many wait), or lost (its
            worker ended).
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
        size: how many long queries run at a time; twice as many quick ones do, at least four.
        limits: of each of them.
        in_memory: whether the N-Quads are read into memory, which the workers share.
        spares: how many more workers are kept warm.
    """

    def __init__(self, store: Path, size: int, limits: Limits, *, in_memory: bool = False, spares: int = 2) -> None:
        self.size = size
        self.limits = limits
        self.killed = 0
        self.workers: set[Worker] = set()
        quick = max(size, 2)
        self._fresh_count = 2 * quick + spares
        self._factory = WorkerFactory(store, limits.memory, in_memory=in_memory)
        self._quick = Lane(2 * quick, kept=quick)
        self._long = Lane(size)
        self._forms = Forms()
        self._fresh: asyncio.Queue[Worker] = asyncio.Queue()
        self._stepped_back: list[Worker] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._trouble = ""
        self._is_closed = False

    @property
    def waiting(self) -> int:
        """How many queries wait for a worker."""
        return self._quick.waiting + self._long.waiting

    async def start(self) -> None:
        """Start all workers.

        Raises:
            OSError: none can be started, or the store cannot be opened.
        """
        started = await asyncio.gather(*(self._start_worker() for _ in range(self._fresh_count)), return_exceptions=True)
        if error := next(filter(None, started), None):
            raise error

    async def run(self, text: str, job: Mapping[str, Any]) -> Answer:
        """Evaluate a query; see ``worker.evaluate_query`` for the job, whose ``most`` is set here.

        When the task is cancelled, because the client has left, the query is killed too. A query whose worker is ended from
        outside is evaluated again, because it only reads.
        """
        run = _Run(text.encode(), {**job, "most": self.limits.result}, read_form(text))
        try:
            async with asyncio.timeout(self.limits.seconds):
                for respite in _RESPITES:
                    with contextlib.suppress(WorkerLostError):
                        return await self._evaluate(run)
                    run.is_running = False
                    # Whatever has ended one worker may be at the others.
                    await asyncio.sleep(respite)
                return await self._evaluate(run)
        except WorkerLostError:
            return Answer("lost", message="the worker ended without an answer: the query needed too much memory, or was ended")
        except TimeoutError:
            if run.is_running:
                return Answer("late", message=f"the query took longer than {self.limits.seconds:g} seconds")
            return Answer("busy", message=f"no worker was free within {self.limits.seconds:g} seconds")

    async def close(self) -> None:
        """End all workers."""
        self._is_closed = True
        # A process that is being started cannot be left halfway.
        await asyncio.gather(*self._tasks, return_exceptions=True)
        workers, self.workers = self.workers, set()
        await self._factory.close()
        await asyncio.gather(*(worker.kill() for worker in workers))

    async def _evaluate(self, run: _Run) -> Answer:
        is_long = self._forms.is_long(run.form)
        answer = None if is_long else await self._run_quick(run, is_urgent=is_long is False)
        return answer or await self._run_long(run)

    async def _run_quick(self, run: _Run, *, is_urgent: bool) -> Answer | None:
        """Run for a slice, and on in the long lane if that has a place; None where it has none."""
        if self._quick.waiting >= _MOST_QUICK:
            return Answer("busy", message=f"{self._quick.waiting} queries are waiting already")
        lane = self._quick
        await lane.wait(is_urgent=is_urgent)
        try:
            # Many of one form may come at once: what the first of them has shown, the others need not try.
            if self._forms.is_long(run.form):
                return None
            async with self._lend(await self._take_fresh()) as worker:
                asked = run.ask(worker)
                is_long = not await _wait_a_slice(worker, asked, self.limits.slice)
                if not worker.is_lost:
                    self._forms.note(run.form, is_long=is_long)
                if is_long:
                    if not self._long.take():
                        run.is_running = False
                        return None
                    lane.give_back(is_urgent=is_urgent)
                    lane, is_urgent = self._long, False
                    worker.step_back()
                    self._add_task(self._supply_worker())
                return _read_answer(await asked)
        finally:
            lane.give_back(is_urgent=is_urgent)

    async def _run_long(self, run: _Run) -> Answer:
        if self._long.waiting >= self.limits.waiting:
            return Answer("busy", message=f"{self._long.waiting} queries are waiting already")
        await self._long.wait()
        try:
            async with self._lend(await self._take_stepped_back()) as worker:
                asked = run.ask(worker)
                is_long = not await _wait_a_slice(worker, asked, self.limits.slice / 2)
                # What is quick by now, because the system has read its data before, may go first again.
                if not worker.is_lost:
                    self._forms.note(run.form, is_long=is_long)
                return _read_answer(await asked)
        finally:
            self._long.give_back()

    @contextlib.asynccontextmanager
    async def _lend(self, worker: Worker) -> AsyncIterator[Worker]:
        """A worker for a query: afterwards it waits for the next one, or is ended if it is still busy."""
        try:
            yield worker
        finally:
            if worker.is_busy or worker.is_lost or (worker.has_stepped_back and len(self._stepped_back) >= self.size):
                self._drop(worker)
            elif worker.has_stepped_back:
                self._stepped_back.append(worker)
            else:
                self._fresh.put_nowait(worker)

    async def _take_fresh(self) -> Worker:
        while (worker := await self._fresh.get()).is_lost:
            self._drop(worker)
        return worker

    async def _take_stepped_back(self) -> Worker:
        while self._stepped_back:
            if not (worker := self._stepped_back.pop()).is_lost:
                return worker
            self._drop(worker)
        worker = await self._take_fresh()
        worker.step_back()
        self._add_task(self._supply_worker())
        return worker

    def _drop(self, worker: Worker) -> None:
        if worker in self.workers:
            self.killed += 1
            self.workers.discard(worker)
            self._add_task(self._replace(worker))

    async def _replace(self, worker: Worker) -> None:
        await worker.kill()
        if not worker.has_stepped_back:
            await self._supply_worker()

    async def _supply_worker(self) -> None:
        """Start a worker, however often that takes."""
        pause, most = _PAUSES
        while not self._is_closed:
            try:
                await self._start_worker()
            except OSError as error:
                # Many wait for the same thing.
                if str(error) != self._trouble:
                    self._trouble = str(error)
                    _logger.warning("%s", error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, most)
            else:
                return

    async def _start_worker(self) -> None:
        worker = await self._factory.start_worker()
        self._trouble = ""
        self.workers.add(worker)
        self._fresh.put_nowait(worker)
        worker.call_when_lost(lambda: self._drop(worker))

    def _add_task(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@dataclass
class _Run:
    """A query on its way: what it says, what is asked for, its form, and whether a worker is at it."""

    text: bytes
    job: Mapping[str, Any]
    form: int
    is_running: bool = False

    def ask(self, worker: Worker) -> asyncio.Future[Frame]:
        """The answer of a worker that is asked."""
        self.is_running = True
        return worker.ask(self.job, self.text)


async def _wait_a_slice(worker: Worker, asked: asyncio.Future[Frame], seconds: float) -> bool:
    """Wait until a worker has answered or has used its slice of a processor: that others are busy makes no query a long one.

    Returns:
        Whether it has answered.
    """
    start = worker.measure_time()
    for _ in range(_MOST_SLICES):
        left = seconds - (worker.measure_time() - start)
        if left <= 0 or (await asyncio.wait((asked,), timeout=left))[0]:
            break
    return asked.done()


def _read_answer(frame: Frame) -> Answer:
    header, body = frame
    return Answer(header["status"], header.get("format", ""), header.get("message", ""), body, header.get("total"))
