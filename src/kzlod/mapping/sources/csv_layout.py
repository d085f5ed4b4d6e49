"""CSV layout: looks at where quotes and line breaks stand in a file, which decides by whom and how it can be read without loss.

A gigabyte takes about two seconds; only line breaks inside cells take more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kzlod.mapping.sources.input_files import InputFile, open_bytes

LONGEST_LINE: Final = 1 << 21
"""No line of a file without ``is_long`` has more bytes."""

_CHUNK: Final = LONGEST_LINE // 2
_LF: Final = b"\n"


@dataclass(frozen=True)
class Layout:
    """What is known of a file.

    Args:
        has_quotes: whether there is a quote anywhere.
        is_flat: whether every line has an even number of quotes, so that no line break can be inside a cell.
        is_long: whether a line may be longer than ``LONGEST_LINE``.
    """

    has_quotes: bool
    is_flat: bool
    is_long: bool


def find_layout(file: InputFile, mark: str) -> Layout:
    """Look at a file in which this quote (one byte, or none) is escaped by itself."""
    has_quotes, is_flat, is_long = False, True, False
    quote = mark.encode("ascii")
    rest = b""
    for chunk, marks in _iter_marks(file, quote):
        is_long = is_long or (len(chunk) == _CHUNK and _LF not in chunk)
        has_quotes = has_quotes or bool(quote and quote in chunk)
        # In what is left of a line, quotes are neighbours: all go in pairs unless their number is odd.
        lines, _, rest = (rest + marks).rpartition(_LF)
        is_flat = is_flat and not (quote and quote in lines.replace(quote * 2, b""))
    return Layout(has_quotes, is_flat and len(rest) % 2 == 0, is_long)


def count_lines(file: InputFile, mark: str) -> int:
    """The lines of a file, where a line break between a quote and the next one ends none; a last line may have no end.

    Returns:
        Their number, or -1 where a quote is never closed.
    """
    count = state = 0
    last = b""
    for chunk, marks in _iter_marks(file, mark.encode("ascii")):
        parts = marks.split(mark.encode("ascii"))
        count += sum(map(len, parts[state::2]))
        state = (state + len(parts) - 1) % 2
        last = chunk
    if state:
        # What follows a quote that is never closed is no row, and no reader may say that it has read them all.
        return -1
    return count + (last[-1:] not in (_LF, b""))


def _iter_marks(file: InputFile, quote: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a file, and of each only the quotes and ends of lines."""
    others = bytes(byte for byte in range(256) if byte not in quote + _LF)
    with open_bytes(file.path, file.place) as raw:
        while chunk := raw.read(_CHUNK):
            yield chunk, chunk.translate(None, others) if quote and quote in chunk else _LF * chunk.count(_LF)
