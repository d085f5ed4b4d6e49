"""What a worker and the server say to each other: a header of JSON and a body, behind their lengths."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import IO, Any, Final

_LENGTHS: Final = struct.Struct("<IQ")

Frame = tuple[dict[str, Any], bytes]


def pack_frame(header: Mapping[str, Any], body: bytes = b"") -> bytes:
    """A message as bytes.

    >>> pack_frame({"a": 1}, b"b")[-9:]
    b'{"a": 1}b'
    """
    text = json.dumps(header).encode()
    return _LENGTHS.pack(len(text), len(body)) + text + body


def read_frame(stream: IO[bytes]) -> Frame:
    """The next message of a file.

    Raises:
        EOFError: there is none, or it is cut off.
    """
    header, body = _LENGTHS.unpack(_read(stream, _LENGTHS.size))
    return json.loads(_read(stream, header)), _read(stream, body)


def take_frame(content: bytearray) -> Frame | None:
    """The message that some bytes start with, which is taken away from them; None as long as it is not whole.

    >>> content = bytearray(pack_frame({"a": 1}, b"b") + b"next")
    >>> take_frame(content), content
    (({'a': 1}, b'b'), bytearray(b'next'))
    """
    if len(content) < _LENGTHS.size:
        return None
    header, body = _LENGTHS.unpack_from(content)
    start = _LENGTHS.size + header
    if len(content) < start + body:
        return None
    frame = json.loads(content[_LENGTHS.size : start]), bytes(content[start : start + body])
    del content[: start + body]
    return frame


def _read(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content
