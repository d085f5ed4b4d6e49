"""Answers that are kept: a release does not change, so what was answered once is answered again without any work."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import MutableMapping
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ROOM: Final = 128_000_000
_LARGEST: Final = 1_000_000
"""Bytes of all answers that are kept, and of the largest of them."""

_OVERHEAD: Final = 1_000
"""About how many bytes an answer takes besides its body and its request."""

_VARYING: Final = frozenset({b"accept", b"accept-language", b"content-type", b"host", b"if-none-match"})
"""The headers of a request that an answer may depend on."""

_KEPT: Final = frozenset({200, 303, 304})
_NO_STORE: Final = b"no-store"

_Key = tuple[Any, ...]
_Answer = tuple[Message, Message]


class Cache:
    """An application whose answers are kept, the latest used first, unless they say ``cache-control: no-store``.

    Args:
        app: answers each request from its address, the headers above and its body alone; the body is the first thing it receives.
            To the address belong the scheme, which a proxy may tell, and the server's own name where the client gives none.
        room: bytes for all answers.
    """

    def __init__(self, app: ASGIApp, room: int = _ROOM) -> None:
        self.app = app
        self.room = room
        self.hits = 0
        self.misses = 0
        self.size = 0
        self._answers: OrderedDict[_Key, tuple[_Answer, int]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        key = _read_key(scope)
        kept = self._answers.get(key)
        if kept:
            self.hits += 1
            self._answers.move_to_end(key)
            for message in kept[0]:
                await send(message)
            return
        self.misses += 1
        recorder = _Recorder(send)
        await self.app(scope, receive, recorder)
        if recorder.is_whole:
            self._keep(key, (recorder.messages[0], recorder.messages[1]))

    def _keep(self, key: _Key, answer: _Answer) -> None:
        *sized, headers, _, _ = key
        size = len(answer[1]["body"]) + sum(map(len, sized)) + sum(len(value) for _, value in headers) + _OVERHEAD
        if size > _LARGEST or key in self._answers:
            return
        self._answers[key] = (answer, size)
        self.size += size
        while self.size > self.room:
            self.size -= self._answers.popitem(last=False)[1][1]


class _Recorder:
    """Sends an answer on, and keeps it where it may be kept."""

    def __init__(self, send: Send) -> None:
        self.messages: list[MutableMapping[str, Any]] = []
        self._send = send
        self._is_kept = True

    @property
    def is_whole(self) -> bool:
        return self._is_kept and len(self.messages) == 2 and not self.messages[1].get("more_body")

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._is_kept = message["status"] in _KEPT and not any(
                name == b"cache-control" and _NO_STORE in value for name, value in message["headers"]
            )
        if self._is_kept:
            self.messages.append(message)
        await self._send(message)


def _read_key(scope: Scope) -> _Key:
    varying = tuple(header for header in scope["headers"] if header[0] in _VARYING)
    address = (scope["raw_path"], scope["query_string"], scope.get("body", b""), scope["method"])
    return (*address, varying, scope["scheme"], tuple(scope.get("server") or ()))
