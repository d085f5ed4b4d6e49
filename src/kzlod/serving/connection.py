"""A connection that cannot be held for nothing: what uvicorn leaves to a proxy in front, the bounds of time and size, is here."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

_HEAD_SECONDS: Final = 10.0
"""How long a client may take to send the head of a request."""

_STALL_SECONDS: Final = 30.0
"""How long a client may take no part of an answer."""

_MOST_HEAD: Final = 128_000
"""Bytes of the head of a request, of whose address httptools takes no more than 64 kB; a longer query is sent by POST."""

_HEAD_END: Final = b"\r\n\r\n"
_NO_LINGER: Final = struct.pack("ii", 1, 0)
"""On, and no seconds (socket(7), struct linger)."""

_MOST_HEADERS: Final = 100
_MOST_CONNECTIONS: Final = 2000


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 with a bound on everything that a client can spend."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_size = 0
        self._tail = b""
        self._is_in_head = True
        self._cycles: deque[RequestResponseCycle] = deque()
        self._head_timer: asyncio.TimerHandle | None = None
        self._stall_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Expect the first head."""
        super().connection_made(transport)
        if len(self.connections) > _MOST_CONNECTIONS:
            self._refuse(b"503 Service Unavailable\r\nretry-after: 5")
            return
        self._head_timer = self.loop.call_later(_HEAD_SECONDS, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget all timers."""
        for timer in (self._head_timer, self._stall_timer, self.timeout_keep_alive_task):
            if timer:
                timer.cancel()
        self._abandon()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Refuse what is no HTTP or too large, read the rest."""
        if self._is_in_head:
            # The body may come along with the end of the head.
            seen = self._tail + data
            end = seen.find(_HEAD_END)
            self._head_size += len(data) if end < 0 else end
            self._tail = seen[1 - len(_HEAD_END) :]
            if self._head_size > _MOST_HEAD:
                self._refuse(b"431 Request Header Fields Too Large")
                return
            if not self._head_timer:
                self._head_timer = self.loop.call_later(_HEAD_SECONDS, self._give_up)
        super().data_received(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, up to a number of them."""
        super().on_header(name, value)
        if len(self.headers) > _MOST_HEADERS:
            raise ValueError(f"more than {_MOST_HEADERS} headers")

    def on_headers_complete(self) -> None:
        """Begin with a request whose head is whole."""
        self._is_in_head = False
        self._head_size = 0
        self._tail = b""
        if self._head_timer:
            self._head_timer.cancel()
            self._head_timer = None
        super().on_headers_complete()
        self._cycles.append(self.cycle)
        while self._cycles[0].response_complete:
            self._cycles.popleft()

    def on_message_complete(self) -> None:
        """Expect the next head."""
        self._is_in_head = True
        super().on_message_complete()

    def pause_writing(self) -> None:
        """Wait for a client that takes nothing, but not for ever."""
        super().pause_writing()
        self._stall_timer = self.loop.call_later(_STALL_SECONDS, self._give_up)

    def resume_writing(self) -> None:
        """Note that the client takes what it is sent."""
        if self._stall_timer:
            self._stall_timer.cancel()
            self._stall_timer = None
        super().resume_writing()

    def _give_up(self) -> None:
        # Without this the system would keep what it has of the answer for minutes, and offer it again and again.
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, and with it what was asked before on this connection and is not answered yet."""
        self._abandon()
        super().send_400_response(msg)

    def _abandon(self) -> None:
        """Tell all requests that nobody waits any more; uvicorn tells the last one only, and others may come before it."""
        for cycle in self._cycles:
            cycle.disconnected = True
            cycle.message_event.set()

    def _refuse(self, status: bytes) -> None:
        self._abandon()
        self.transport.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()
