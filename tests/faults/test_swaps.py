"""Releases that change under load: no request fails, and each answer is wholly of one release."""

from __future__ import annotations

import asyncio
import itertools
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.clients import PATIENCE, Answer, Client
from tests.faults.conftest import OPTIONS
from tests.faults.releases import QUERY, SHOWN, copy_release, point
from tests.faults.servers import Server

pytestmark = pytest.mark.faults

REQUESTS = 20_000
CLIENTS = 8
SWAPS = 8
PERSON = "/person/alia"


def test_releases_change_under_load(small: Path, tmp_path: Path) -> None:
    tags = {copy_release(small, tmp_path / str(number), number): str(number) for number in range(SWAPS + 1)}
    latest = tmp_path / "latest"
    point(latest, tmp_path / "0")
    with Server(latest, tmp_path / "cache", OPTIONS) as server:
        seen = asyncio.run(swap_under_load(server, latest, tags))
        descriptors = server.count_descriptors()
    assert sum(seen.values()) >= REQUESTS
    # Every release was seen by whoever asked for a query that is kept, for one that is not, and for a file.
    assert {number for number, _ in seen if number} == set(tags.values())
    assert descriptors < 100


async def swap_under_load(server: Server, latest: Path, tags: dict[str, str]) -> Counter[tuple[str, str]]:
    seen: Counter[tuple[str, str]] = Counter()
    is_over = asyncio.Event()
    numbers = itertools.count()
    async with asyncio.TaskGroup() as clients:
        for _ in range(CLIENTS):
            clients.create_task(keep_asking(server.port, numbers, tags, seen, is_over))
        await swap(server, latest, seen)
        is_over.set()
    return seen


async def swap(server: Server, latest: Path, seen: Counter[tuple[str, str]]) -> None:
    """Change the release every so many requests, by a signal or for the watcher to see."""
    for number in range(1, SWAPS + 1):
        while sum(seen.values()) < REQUESTS * number / (SWAPS + 1):
            await asyncio.sleep(0.02)
        point(latest, latest.parent / str(number))
        if number % 2:
            server.signal(signal.SIGHUP)
        async with asyncio.timeout(PATIENCE):
            while not any(known == str(number) for known, _ in seen):
                await asyncio.sleep(0.02)
    while sum(seen.values()) < REQUESTS:
        await asyncio.sleep(0.02)


async def keep_asking(
    port: int, numbers: Iterator[int], tags: dict[str, str], seen: Counter[tuple[str, str]], is_over: asyncio.Event
) -> None:
    async with Client(port) as client:
        for number in numbers:
            kind = ("file", "kept query", "new query", "identifier")[number % 4]
            answer = await ask(client, kind, number)
            assert answer.status == (303 if kind == "identifier" else 200), answer
            if kind == "identifier":
                # It leads to a page, whatever the release.
                seen["", kind] += 1
            else:
                # A mixed answer would tell two numbers, or have the tag of another release.
                told = tags[answer.headers["etag"].strip('"')[:16]]
                assert set(answer.body.decode().split()[1 if "query" in kind else 0].split(",")) == {told}, answer
                seen[told, kind] += 1
            if is_over.is_set():
                return


async def ask(client: Client, kind: str, number: int) -> Answer:
    if kind == "file":
        return await client.get(f"/{SHOWN}")
    if kind == "identifier":
        return await client.get(PERSON)
    return await client.query(QUERY if kind == "kept query" else f"{QUERY} # {number}", "text/csv")
