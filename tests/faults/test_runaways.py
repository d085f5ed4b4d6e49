"""Queries that would never end, fifty at once: each ends in time and honestly, and whoever asks for little hardly notices."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.faults.clients import Answer, Client, find_percentile
from tests.faults.conftest import DEADLINE
from tests.faults.servers import Server, wait_until

pytestmark = pytest.mark.faults

MANY_TERMS = " ".join(f"<a:{n:09}>" for n in range(65_000))
RUNAWAYS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "runaways").glob("*.rq"))} | {
    "deep-nesting": f"SELECT * WHERE {{ {'{ ' * 100_000} ?a ?b ?c {'} ' * 100_000} }}",
    "megabyte": f"SELECT * WHERE {{ VALUES ?a {{ {MANY_TERMS} }} ?b ?c ?a . ?d ?e ?f . ?g ?h ?i }}",
}
AT_ONCE = 50
HONEST = {400, 413, 429, 503, 504}
MOST_SECONDS = 0.1
TRIES = 2
"""How often lookups are measured before they count as slow: the machine may be busy with something else."""

SIZE = os.cpu_count() or 1
ROOM_FOR_WORKERS = 3 * SIZE
"""Descriptors of the workers that a long query may leave behind for the next one: two pipes and the process, for each place."""

ROOM = 100_000_000
"""Bytes that the allocator of the server may keep after fifty megabytes of queries."""


@pytest.mark.parametrize("kind", [*RUNAWAYS, "all"])
def test_runaway_queries(server: Server, kind: str) -> None:
    texts = itertools.cycle(RUNAWAYS.values() if kind == "all" else [RUNAWAYS[kind]])
    queries = list(itertools.islice(texts, AT_ONCE))
    for _ in range(TRIES):
        answers, lookups = asyncio.run(attack(server.port, queries))
        for answer in answers:
            assert_honest(answer)
            assert answer.seconds < DEADLINE + 0.5
        assert {answer.status for answer in lookups} == {200}
        if find_percentile([answer.seconds for answer in lookups], 95) < MOST_SECONDS:
            return
    pytest.fail(f"lookups take {find_percentile([answer.seconds for answer in lookups], 95):.3f} s")


def test_what_they_took_is_given_back(server: Server) -> None:
    asyncio.run(attack(server.port, [RUNAWAYS["cartesian-count"]]))
    descriptors = server.count_descriptors()
    memory = measure_memory(server)
    for kind in ("order-by", "group-by", "concat", "megabyte", "deep-nesting"):
        asyncio.run(attack(server.port, [RUNAWAYS[kind]] * AT_ONCE))
    wait_until(lambda: measure_memory(server) < memory + ROOM, 10)
    wait_until(lambda: server.count_descriptors() <= descriptors + ROOM_FOR_WORKERS, 10)
    assert server.crew <= len(server.list_workers()) <= server.crew + SIZE


async def attack(port: int, queries: Sequence[str]) -> tuple[list[Answer], list[Answer]]:
    """What becomes of queries that are asked at once, and of lookups meanwhile."""
    async with look_up(port) as lookups:
        answers = await asyncio.gather(*(ask(port, query) for query in queries))
    return answers, lookups


@asynccontextmanager
async def look_up(port: int) -> AsyncIterator[list[Answer]]:
    """Have six clients ask for little as long as the block lasts, none of them twice for the same."""
    entities = await list_entities(port)
    numbers = itertools.count()
    answers: list[Answer] = []
    tasks = [asyncio.create_task(keep_asking(port, write, zip(itertools.cycle(entities), numbers), answers)) for write in FORMS]
    await asyncio.sleep(0.2)
    answers.clear()
    try:
        yield answers
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended


FORMS: list[Callable[[str, int], str]] = [
    *[lambda entity, number: f"SELECT ?p ?o WHERE {{ <{entity}> ?p ?o }} # {number}"] * 4,
    # Of a form that was never seen before.
    *[lambda entity, number: f"SELECT ?p{number} ?o WHERE {{ <{entity}> ?p{number} ?o }}"] * 2,
]


async def keep_asking(port: int, write: Callable[[str, int], str], given: Iterator[tuple[str, int]], answers: list[Answer]) -> None:
    async with Client(port) as client:
        for entity, number in given:
            answers.append(await client.query(write(entity, number)))
            await asyncio.sleep(0.01)


async def list_entities(port: int) -> list[str]:
    async with Client(port) as client:
        answer = await client.query("SELECT DISTINCT ?s { ?s ?p ?o } ORDER BY ?s", "text/csv")
    return [line for line in answer.body.decode().split() if line.startswith("http")]


async def ask(port: int, query: str) -> Answer:
    async with Client(port) as client:
        return await client.query(query)


def assert_honest(answer: Answer) -> None:
    assert answer.status in HONEST | {200}
    if answer.status != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert ("retry-after" in answer.headers) == (answer.status in (429, 503, 504))


def measure_memory(server: Server) -> int:
    """Bytes of the group, without those of the answers that it keeps on purpose."""
    return server.measure_memory() - int(read_metric(server, "kzlod_cache_bytes"))


def read_metric(server: Server, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", read_metrics(server), re.MULTILINE)
    assert found
    return float(found[1])


def read_metrics(server: Server) -> str:
    async def read() -> Answer:
        async with Client(server.port) as client:
            return await client.get("/metrics")

    return asyncio.run(read()).body.decode()
