"""Workers: a deadline ends them, their memory and results are bounded, and none of them reaches the network."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
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
        for worker in list(pool.workers):
            os.kill(worker.process, signal.SIGKILL)
        return [(await pool.run("ASK {}", JOB)).status, (await pool.run("ASK {}", JOB)).status, (await task).status]

    # The endless query is evaluated once more, until its deadline.
    assert run(store, use, seconds=1.5) == ["done", "done", "late"]


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_a_query_that_asks_another_service_is_refused(store: Path, silent: str) -> None:
    query = f"SELECT * {{ SERVICE {silent}<http://127.0.0.1:1/> {{ ?s ?p ?o }} }}"
    assert run(store, lambda pool: pool.run(query, JOB)).status == "service"


def test_long_queries_do_not_hold_up_lookups(store: Path) -> None:
    lookup = "SELECT ?p ?o { <https://example.org/%d> ?p ?o }"

    async def use(pool: Pool) -> tuple[list[float], set[str]]:
        long = [asyncio.create_task(pool.run(f"{ENDLESS} # {number}", JOB)) for number in range(30)]
        seconds = []
        for number in range(100):
            start = time.monotonic()
            assert (await pool.run(lookup % number, JOB)).status == "done"
            seconds.append(time.monotonic() - start)
        return seconds, {answer.status for answer in await asyncio.gather(*long)}

    seconds, statuses = run(store, use, size=2, seconds=3.0)
    assert sorted(seconds)[90] < 0.5
    assert statuses <= {"late", "busy"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux refuses calls to the kernel")
@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_a_process_in_the_sandbox_opens_no_connection(silent: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.3)
        query = f"SELECT * {{ SERVICE {silent}<http://127.0.0.1:{trap.getsockname()[1]}/> {{ ?s ?p ?o }} }}"
        program = (
            "import pyoxigraph; from kzlod.serving.sandbox import refuse_network; print(refuse_network(), flush=True); "
            f"print(pyoxigraph.Store().query({query!r}).serialize(format=pyoxigraph.QueryResultsFormat.TSV))"
        )
        ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        with pytest.raises(TimeoutError):
            trap.accept()
    assert ended.stdout.startswith("True\n")
    assert (ended.returncode == 0) == bool(silent)


@pytest.mark.parametrize(
    "text", ["SELECT * FROM <{0}> FROM NAMED <{0}> {{ ?s ?p ?o }}", "LOAD <{0}>", "SELECT * {{ GRAPH <{0}> {{}} }}"]
)
def test_no_graph_is_fetched(store: Path, text: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.3)
        query = text.format(f"http://127.0.0.1:{trap.getsockname()[1]}/")
        status = run(store, lambda pool: pool.run(query, JOB)).status
        with pytest.raises(TimeoutError):
            trap.accept()
    assert status == ("syntax" if query.startswith("LOAD") else "done")


def test_all_workers_and_their_parent_may_be_killed(store: Path) -> None:
    async def use(pool: Pool) -> list[str]:
        process = pool._factory._process
        assert process
        former = set(pool.workers)
        os.kill(process.pid, signal.SIGKILL)
        statuses = [(await pool.run("ASK {}", JOB)).status for _ in range(3)]
        while len(pool.workers) < len(former):
            await asyncio.sleep(0.01)
        assert not former & pool.workers
        return statuses

    assert run(store, use) == ["done"] * 3


def test_workers_end_with_the_server(store: Path) -> None:
    program = (
        "import asyncio, os, pathlib; from kzlod.serving.pool import Pool, Limits\n"
        "async def main():\n"
        f"    pool = Pool(pathlib.Path({str(store)!r}), 1, Limits())\n"
        "    await pool.start()\n"
        "    print(*(worker.process for worker in pool.workers), flush=True)\n"
        f"    await pool.run({ENDLESS!r}, {JOB!r})\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        processes = [int(number) for number in server.stdout.readline().split()]
        time.sleep(0.2)
        server.kill()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{process}").exists() for process in processes):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert processes
