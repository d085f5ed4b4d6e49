"""Ten thousand random or malformed requests, and clients that stall: no fault of the server, no hang, nothing kept."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.clients import find_percentile
from tests.faults.conftest import OPTIONS
from tests.faults.malformed import write_request
from tests.faults.servers import ROOT, Server, wait_until
from tests.faults.test_runaways import ROOM_FOR_WORKERS, measure_memory, read_metrics

pytestmark = pytest.mark.faults

REQUESTS = 10_000
CLIENTS = 30
STALLED = 5
"""Clients of each kind that does not go on: fifty connections in all, with those that ask."""

WAIT = 0.1
"""Seconds for an answer to what may have none, because it is not whole."""

HEALTH_SECONDS = 0.1
LONGEST_STALL = 40.0
ROOM = 60_000_000
LARGE = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o } LIMIT 50000"
POST = b"POST /sparql HTTP/1.1\r\nhost: a\r\ncontent-type: application/sparql-query\r\ncontent-length: %d\r\n\r\n%s"


def test_malformed_requests(small: Path, tmp_path: Path) -> None:
    with Server(small, tmp_path / "cache", OPTIONS, ROOT) as server:
        asyncio.run(send_requests(server.port, itertools.islice(itertools.count(REQUESTS), 1000)))
        memory, descriptors = measure_memory(server), server.count_descriptors()
        with watch_health(server.port) as seconds:
            statuses, stalls = asyncio.run(attack(server.port))
        assert not {status for status in statuses if status >= 500 and status not in (503, 504)}, statuses
        assert 'status="500"' not in read_metrics(server)
        assert {200, 303, 400, 404, 405, 413} <= set(statuses)
        assert max(stalls) < LONGEST_STALL
        assert find_percentile(seconds, 99) < HEALTH_SECONDS
        wait_until(
            lambda: server.count_descriptors() <= descriptors + ROOM_FOR_WORKERS and measure_memory(server) < memory + ROOM, 10
        )
        assert len(server.list_workers()) >= server.crew
        assert "Traceback" not in server.tell(), server.tell()[-3000:]


async def attack(port: int) -> tuple[Counter[int], list[float]]:
    """The statuses of all answers, and after how many seconds those who did not go on were sent away."""
    kinds = (trickle_head, trickle_body, take_nothing)
    stalled = [asyncio.create_task(stall(port)) for stall in kinds for _ in range(STALLED)]
    statuses = await send_requests(port, iter(range(REQUESTS)))
    return statuses, await asyncio.gather(*stalled)


async def send_requests(port: int, numbers: Iterator[int]) -> Counter[int]:
    statuses: Counter[int] = Counter()

    async def keep_sending() -> None:
        for number in numbers:
            statuses.update(await send(port, write_request(number), random.Random(number)))

    async with asyncio.TaskGroup() as clients:
        for _ in range(CLIENTS):
            clients.create_task(keep_sending())
    return statuses


async def send(port: int, content: bytes, chance: random.Random) -> list[int]:
    """Send at once or in pieces, and go on, leave, or close one half; the statuses that come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=100_000_000)
    received = b""
    try:
        for start in range(0, len(content), step := len(content) if chance.random() < 0.9 else len(content) // 3 + 1):
            writer.write(content[start : start + step])
            await writer.drain()
        end = chance.random()
        if end < 0.05:
            return []
        if end < 0.1:
            writer.write_eof()
        async with asyncio.timeout(WAIT):
            while data := await reader.read(1_000_000):
                received += data
    except (TimeoutError, OSError):
        pass
    finally:
        writer.close()
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


async def trickle_head(port: int) -> float:
    return await _trickle(port, b"GET /sparql HTTP/1.1\r\nhost: a\r\n", b"a: b\r\n")


async def trickle_body(port: int) -> float:
    return await _trickle(port, POST % (100_000, b"ASK"), b" ")


async def _trickle(port: int, start: bytes, piece: bytes) -> float:
    """Send a little at a time, until the server has enough of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    begin = time.monotonic()
    writer.write(start)
    ended = asyncio.create_task(reader.read())
    while not ended.done() and time.monotonic() - begin < LONGEST_STALL:
        writer.write(piece)
        await asyncio.wait((ended,), timeout=0.5)
    writer.close()
    await asyncio.gather(ended, return_exceptions=True)
    return time.monotonic() - begin


async def take_nothing(port: int) -> float:
    """Ask for an answer of forty megabytes and read none of it."""
    connection = socket.create_connection(("127.0.0.1", port))
    begin = time.monotonic()
    with connection:
        connection.sendall(POST % (len(LARGE), LARGE.encode()))
        while not is_gone(connection) and time.monotonic() - begin < LONGEST_STALL:
            await asyncio.sleep(0.5)
    return time.monotonic() - begin


def is_gone(connection: socket.socket) -> bool:
    """Whether the other side has given the connection up, without reading from it (tcp(7), TCP_INFO begins with the state)."""
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != _ESTABLISHED


_ESTABLISHED = 1


class watch_health:  # noqa: N801 - it is used as a block
    """Ask for the health of a server again and again while the block lasts; after how many seconds it answered."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.seconds: list[float] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._keep_asking)

    def __enter__(self) -> list[float]:
        self._thread.start()
        return self.seconds

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _keep_asking(self) -> None:
        while not self._is_over.wait(0.05):
            start = time.monotonic()
            with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
                connection.sendall(b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n")
                assert connection.recv(10_000).startswith(b"HTTP/1.1 200 ")
            self.seconds.append(time.monotonic() - start)
