"""Kept answers are the answers that would have been given, and take no more room than they may."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from kzlod.serving.cache import Cache

HEADERS = st.lists(st.tuples(st.sampled_from([b"accept", b"accept-language", b"if-none-match"]), st.binary(max_size=2)), max_size=2)
REQUESTS = st.lists(
    st.tuples(
        st.sampled_from(["GET", "HEAD", "POST"]),
        st.binary(max_size=1),
        st.binary(max_size=1),
        HEADERS,
        st.binary(max_size=1),
        st.sampled_from(["http", "https"]),
        st.sampled_from([("192.0.2.1", 80), ("192.0.2.2", 80), None]),
    ),
    max_size=30,
)


async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
    """An application whose answers tell everything that they depend on; some are not to be kept."""
    told = repr(sorted((name, repr(value)) for name, value in scope.items())).encode()
    is_volatile = scope["query_string"] == b"v"
    headers = [(b"cache-control", b"no-store")] if is_volatile else []
    await send({"type": "http.response.start", "status": 500 if scope["raw_path"] == b"e" else 200, "headers": headers})
    await send({"type": "http.response.body", "body": told})


async def ask(cache: Any, request: tuple[Any, ...]) -> list[Message]:
    scope = dict(zip(("method", "raw_path", "query_string", "headers", "body", "scheme", "server"), request, strict=True))
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await cache(scope, None, send)
    return sent


@given(REQUESTS, st.integers(0, 8_000))
def test_a_kept_answer_is_the_answer(requests: list[Any], room: int) -> None:
    async def main() -> None:
        cache = Cache(answer, room)
        for request in requests:
            assert await ask(cache, request) == await ask(answer, request)
            assert cache.size <= room
        assert cache.hits + cache.misses == len(requests)

    asyncio.run(main())


def test_what_is_volatile_or_failed_or_large_is_not_kept() -> None:
    async def large(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x" * 2_000_000})

    async def main() -> list[int]:
        hits = []
        for app, path, query in ((answer, b"a", b""), (answer, b"a", b"v"), (answer, b"e", b""), (large, b"a", b"")):
            cache = Cache(app)
            for _ in range(3):
                await ask(cache, ("GET", path, query, [], b"", "http", None))
            hits.append(cache.hits)
        return hits

    assert asyncio.run(main()) == [2, 0, 0, 0]


def test_what_a_request_varies_by_takes_room() -> None:
    async def main() -> tuple[int, int]:
        cache = Cache(answer, 1_000_000)
        for number in range(30):
            await ask(cache, ("GET", b"a", b"", [(b"accept", b"%d" % number + b"," * 100_000)], b"", "http", None))
        return cache.size, sum(len(value) for key in cache._answers for _, value in key[4])

    size, held = asyncio.run(main())
    assert 0 < held < size <= 1_000_000
