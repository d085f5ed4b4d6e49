"""Workers: a deadline ends them, their memory and results are bounded, and none of them reaches the network."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from kzlod.serving.pool import Answer, Limits, Pool

JOB = {"results": "json", "graph": "turtle", "default_graphs": None, "named_graphs": None}
ENDLESS = "SELECT (count(*) AS ?n) { " + " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(12)) + " }"
T = TypeVar("T")


@asynccontextmanager
async def started(store: Path, size: int = 1, **limits: float) -> AsyncIterator[Pool]:
    pool = Pool(store, size, Limits(**{"seconds": 5.0, **limits}))  # type: ignore[arg-type]
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()


def run(store: Path, use: Callable[[Pool], Awaitable[T]], size: int = 1, **limits: float) -> T:
    async def main() -> T:
        async with started(store, size, **limits) as pool:
            return await use(pool)

    return asyncio.run(main())


def test_a_query_is_answered(store: Path) -> None:
    assert run(store, lambda pool: pool.run("ASK { ?s ?p ?o }", JOB)).body == b'{"head":{},"boolean":true}'


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("SELECT * {", "syntax"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "large"),
        (ENDLESS, "late"),
    ],
)
def test_a_query_ends_as_it_must_and_the_next_is_answered(store: Path, text: str, status: str) -> None:
    async def use(pool: Pool) -> tuple[Answer, float, Answer]:
        start = time.monotonic()
        answer = await pool.run(text, JOB)
        return answer, time.monotonic() - start, await pool.run("ASK {}", JOB)

    answer, seconds, following = run(store, use, seconds=1.0, result=10_000)
    assert (answer.status, answer.body) == (status, b"")
    assert answer.message
    assert seconds < 1.5
    assert following.status == "done"


def test_too_many_queries_are_sent_away_at_once(store: Path) -> None:
    async def use(pool: Pool) -> list[str]:
        return [answer.status for answer in await asyncio.gather(*(pool.run(ENDLESS, JOB) for _ in range(6)))]

    statuses = run(store, use, seconds=1.0, waiting=2)
    # One of those that wait may get the worker in the last moment.
    assert sorted(statuses) in (["busy"] * 5 + ["late"], ["busy"] * 4 + ["late"] * 2)


def test_memory_is_bounded(store: Path) -> None:
    # Each step doubles the text.
    steps = " ".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(26))
    grown = f"SELECT ?z {{ BIND('aaaaaaaaaaaaaaaa' AS ?a0) {steps} }}"

    async def use(pool: Pool) -> tuple[Answer, Answer]:
        return await pool.run(grown.replace("?z", "?a26"), JOB), await pool.run("ASK {}", JOB)

    answer, following = run(store, use, memory=200_000_000, result=5_000_000_000)
    assert answer.status in ("lost", "large", "failed")
    assert following.status == "done"


def test_a_query_that_nobody_waits_for_is_killed(store: Path) -> None:
    async def use(pool: Pool) -> tuple[int, str]:
        task = asyncio.create_task(pool.run(ENDLESS, JOB))
        await asyncio.sleep(0.3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return pool.killed, (await pool.run("ASK {}", JOB)).status

    assert run(store, use) == (1, "done")


def test_a_worker_that_is_killed_is_replaced(store: Path) -> None:
    async def use(pool: Pool) -> list[str]:
        task = asyncio.create_task(pool.run(ENDLESS, JOB))
        await asyncio.sleep(0.2)
        for worker in list(pool._workers):
            os.kill(worker.process.pid, signal.SIGKILL)
        return [(await task).status, (await pool.run("ASK {}", JOB)).status, (await pool.run("ASK {}", JOB)).status]

    first, *others = run(store, use)
    assert first == "lost"
    # A spare that was killed while it waited is found out by the first query that it gets.
    assert others[-1] in ("done", "lost")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux refuses calls to the kernel")
@pytest.mark.parametrize("way", ["service", "silent", "from", "load"])
def test_no_connection_is_opened(store: Path, way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.3)
        address = f"http://127.0.0.1:{trap.getsockname()[1]}/"
        queries = {
            "service": f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
            "silent": f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
            "from": f"SELECT * FROM <{address}> FROM NAMED <{address}> {{ ?s ?p ?o }}",
            "load": f"LOAD <{address}>",
        }

        async def use(pool: Pool) -> tuple[bool, Answer]:
            return all(worker.is_confined for worker in pool._workers), await pool.run(queries[way], JOB)

        is_confined, answer = run(store, use)
        with pytest.raises(TimeoutError):
            trap.accept()
    assert is_confined
    assert answer.status == {"service": "failed", "silent": "done", "from": "done", "load": "syntax"}[way]
