"""Bounded clients of HTTP/1.1: one connection each, which is opened again when the server has closed it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httptools

PATIENCE = 30.0
"""Seconds after which an answer that has not come is one that never comes."""


@dataclass
class Answer:
    """What a server has answered, and after how many seconds."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0
    is_whole: bool = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.is_whole = True


class Client:
    """A client that asks one thing after the other.

    Args:
        port: of a server on loopback.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave."""
        if self._streams:
            self._streams[1].close()
            self._streams = None

    async def get(self, path: str, fields: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to GET."""
        return await self.ask("GET", f"{path}?{urlencode(fields)}" if fields else path, headers)

    async def query(self, text: str, accept: str = "*/*") -> Answer:
        """The answer to a query, which is sent by POST."""
        headers = {"content-type": "application/sparql-query", "accept": accept}
        return await self.ask("POST", "/sparql", headers, text.encode())

    async def ask(self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """The answer to a request.

        Raises:
            ConnectionError: the server has closed the connection before the answer was whole.
            TimeoutError: it never came.
        """
        start = time.monotonic()
        lines = [f"{method} {target} HTTP/1.1", f"host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        lines += [f"content-length: {len(body)}"] if body else []
        request = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
        answer = Answer()
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = self._streams or await self._connect()
                writer.write(request)
                await _read(reader, answer)
        except BaseException:
            self.close()
            raise
        if answer.headers.get("connection") == "close":
            self.close()
        answer.seconds = time.monotonic() - start
        return answer

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        return self._streams


async def _read(reader: asyncio.StreamReader, answer: Answer) -> None:
    parser = httptools.HttpResponseParser(answer)
    while not answer.is_whole:
        data = await reader.read(1_000_000)
        if not data:
            raise ConnectionResetError(f"closed after {len(answer.body)} bytes of an answer {answer.headers}")
        parser.feed_data(data)
    answer.status = parser.get_status_code()


def find_percentile(seconds: list[float], percent: int) -> float:
    """The least of some numbers that ``percent`` of them do not exceed."""
    return sorted(seconds)[max(0, -(-len(seconds) * percent // 100) - 1)]
