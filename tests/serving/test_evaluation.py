"""A query ends with the client that asked it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request
from tests.serving.test_pool import ENDLESS, JOB, run

from kzlod.serving.evaluation import evaluate
from kzlod.serving.pool import Answer, Pool


def make_request(seconds: float) -> Request:
    """A request whose client leaves after some time."""
    messages = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        if message := next(messages, None):
            return message
        await asyncio.sleep(seconds)
        return {"type": "http.disconnect"}

    return Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}, receive)


def test_a_query_is_killed_when_its_client_leaves(store: Path) -> None:
    async def use(pool: Pool) -> tuple[float, int, Answer]:
        start = time.monotonic()
        with pytest.raises(ClientDisconnect):
            await evaluate(make_request(0.2), pool, ENDLESS, JOB)
        # The one worker is replaced by the spare at once.
        answer = await pool.run("ASK {}", JOB)
        return time.monotonic() - start, pool.killed, answer

    seconds, killed, answer = run(store, use)
    assert (seconds < 2, killed, answer.status) == (True, 1, "done")


def test_an_answer_comes_to_who_waits(store: Path) -> None:
    async def use(pool: Pool) -> Answer:
        return await evaluate(make_request(60), pool, "ASK {}", JOB)

    assert run(store, use).status == "done"
