"""Processes of the server killed while it is asked: it is itself again within a second, and no query is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.faults.clients import PATIENCE, Answer, Client
from tests.faults.conftest import OPTIONS
from tests.faults.servers import ROOT, Server, wait_until

pytestmark = pytest.mark.faults

RECOVERY = 1.0
TRIES = 3
"""How often a start is measured before it counts as slow: the machine may be busy with something else."""

ROUNDS = 5
CLIENTS = 8
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o FILTER(STRLEN(STR(?o)) != %d) }"


@pytest.mark.parametrize("kind", ["workers", "fork server", "all but the server"])
def test_no_query_is_lost_with_a_process(server: Server, kind: str) -> None:
    async def main() -> list[Answer]:
        answers: list[Answer] = []
        tasks = [asyncio.create_task(keep_asking(server.port, number, answers)) for number in range(CLIENTS)]
        for _ in range(ROUNDS):
            await asyncio.sleep(0.5)
            killed = find_victims(server, kind)
            kill(killed)
            start = time.monotonic()
            while not is_whole(server, killed):
                assert time.monotonic() - start < RECOVERY
                await asyncio.sleep(0.02)
            # A query is evaluated twice at most: none is to see two kills.
            goal = len(answers) + 2 * CLIENTS
            while len(answers) < goal and time.monotonic() - start < PATIENCE:
                await asyncio.sleep(0.02)
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended
        return answers

    answers = asyncio.run(main())
    assert {(answer.status, answer.body) for answer in answers if answer.status != 200} == set()
    assert len(answers) > CLIENTS * ROUNDS
    assert len({answer.body for answer in answers}) == 1


def test_workers_that_nobody_asks_are_replaced_too(server: Server) -> None:
    killed = find_victims(server, "all but the server")
    kill(killed)
    wait_until(lambda: is_whole(server, killed), RECOVERY)


def test_a_server_that_is_killed_is_started_again(tmp_path: Path) -> None:
    cache, seconds = tmp_path / "cache", []
    with ExitStack() as servers:
        server = servers.enter_context(Server(ROOT / "output", cache, OPTIONS, ROOT))
        for _ in range(TRIES):
            killed = server
            kill([killed.process.pid])
            start = time.monotonic()
            server = servers.enter_context(Server(ROOT / "output", cache, OPTIONS, ROOT, port=killed.port))
            seconds.append(time.monotonic() - start)
            assert {answer.status for answer in asyncio.run(ask_once(server.port))} == {200}
            wait_until_none_is_left(killed)
    assert min(seconds) < RECOVERY
    assert len([path for path in cache.iterdir() if path.is_dir()]) == 1


def test_a_server_that_is_killed_while_it_makes_a_store_leaves_none_by_half(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for number in range(4):
        killed = Server(ROOT / "output", cache, OPTIONS, ROOT)
        wait_until(lambda: any(cache.glob(".new/*")), 10)
        time.sleep(0.1 * number)
        kill([killed.process.pid])
        killed.process.wait()
        wait_until_none_is_left(killed)
    with Server(ROOT / "output", cache, OPTIONS, ROOT) as server:
        assert {answer.status for answer in asyncio.run(ask_once(server.port))} == {200}
    assert len([path for path in cache.iterdir() if path.is_dir()]) == 1


def wait_until_none_is_left(killed: Server) -> None:
    wait_until(lambda: not killed.list_processes(), RECOVERY)


def find_victims(server: Server, kind: str) -> list[int]:
    workers = server.list_workers()
    return {"workers": workers, "fork server": [server.find_fork_server()]}.get(kind, [server.find_fork_server(), *workers])


def kill(processes: Sequence[int]) -> None:
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue


def is_whole(server: Server, killed: Sequence[int]) -> bool:
    workers = server.list_workers()
    return len(workers) >= server.crew and not set(workers) & set(killed)


async def keep_asking(port: int, place: int, answers: list[Answer]) -> None:
    async with Client(port) as client:
        for number in range(1_000_000):
            answers.append(await client.query(COUNT % -(CLIENTS * number + place + 1)))


async def ask_once(port: int) -> list[Answer]:
    async with Client(port) as client:
        return [await client.get("/health"), await client.query(COUNT % -1)]
