"""What a worker and the server say to each other: a header of JSON and a body, each behind its length."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Mapping
from typing import IO, Any, Final

_LENGTHS: Final = struct.Struct("<IQ")


def pack_frame(header: Mapping[str, Any], body: bytes = b"") -> bytes:
    """A message as bytes.

    >>> pack_frame({"a": 1}, b"b")[-9:]
    b'{"a": 1}b'
    """
    text = json.dumps(header).encode()
    return _LENGTHS.pack(len(text), len(body)) + text + body


def read_frame(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """The next message of a file.

    Raises:
        EOFError: there is none, or it is cut off.
    """
    header, body = _LENGTHS.unpack(_read(stream, _LENGTHS.size))
    return json.loads(_read(stream, header)), _read(stream, body)


async def receive_frame(stream: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    """The next message of a stream.

    Raises:
        asyncio.IncompleteReadError: there is none, or it is cut off.
    """
    header, body = _LENGTHS.unpack(await stream.readexactly(_LENGTHS.size))
    return json.loads(await stream.readexactly(header)), await stream.readexactly(body)


def _read(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content
