"""Lines and columns of places that are known by their number of bytes."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable
from typing import Final

_BLOCK: Final = 1 << 20
# In UTF-8 every character has one byte that is none of these.
_CONTINUATION: Final = bytes(range(0x80, 0xC0))


def locate_bytes(data: bytes, offsets: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Tell the line and column, from 1, of each byte; a column is a number of characters, and a byte order mark is none.

    A line ends with a line feed, a carriage return, or both.

    >>> locate_bytes("a\\r\\nтри b".encode(), [3, 10])
    {3: (2, 1), 10: (2, 5)}
    """
    places = {}
    line, column = 1, 1
    at = len(BOM_UTF8) if data.startswith(BOM_UTF8) else 0
    for offset in sorted(set(offsets)):
        if offset > at:
            breaks = data.count(b"\n", at, offset) + data.count(b"\r", at, offset) - data.count(b"\r\n", at, offset)
            if breaks:
                line, column = line + breaks, 1
                at = max(data.rfind(b"\n", at, offset), data.rfind(b"\r", at, offset)) + 1
            column += _count_characters(data, at, offset)
            at = offset
        places[offset] = (line, column)
    return places


def _count_characters(data: bytes, start: int, end: int) -> int:
    blocks = (data[at : min(at + _BLOCK, end)] for at in range(start, end, _BLOCK))
    return sum(len(block.translate(None, _CONTINUATION)) for block in blocks)
