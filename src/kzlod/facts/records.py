"""One row of a CSV file, looked at closely: reads bytes, yields the places of its cells and what is wrong with their spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from mmap import mmap
from typing import Final

from kzlod.errors import quote

_QUOTED: Final = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"')
_BARE: Final = {delimiter: re.compile(rb"[^\n%b]*+" % delimiter) for delimiter in (b",", b"\t")}


@dataclass(frozen=True)
class Fault:
    """A breach of the spelling.

    Args:
        offset: the byte of the file where it is.
        message, rule, value: as in a problem.
        usable: whether the row can be read all the same.
    """

    offset: int
    message: str
    rule: str
    usable: bool = False
    value: str | None = None


@dataclass(frozen=True)
class Record:
    """A row as it is written.

    Args:
        start, end: its range of bytes, with the line break.
        cells: the ranges of its cells, with their quotes.
        faults: what is wrong with it.
        carriage: offset of the CR before its line break, or None.
    """

    start: int
    end: int
    cells: list[tuple[int, int]]
    faults: list[Fault]
    carriage: int | None = None

    @property
    def is_usable(self) -> bool:
        """Whether the row can be loaded."""
        return all(fault.usable for fault in self.faults)

    def text(self, data: bytes | mmap, number: int) -> str:
        """The value of a cell."""
        start, end = self.cells[number]
        return _read_text(data[start:end])


def read_record(data: bytes | mmap, start: int, width: int, delimiter: bytes = b",") -> Record:
    """Read the row that starts at an offset.

    Args:
        data: the bytes of the file.
        start: where the row starts.
        width: how many cells it must have.
        delimiter: the byte between its cells, a comma or a tab.

    Returns:
        The row. One whose quotes do not match ends with its first line, so that the rows after it are read on their own.
    """
    cells: list[tuple[int, int]] = []
    position = start
    while True:
        is_quoted = data[position : position + 1] == b'"'
        found = (_QUOTED if is_quoted else _BARE[delimiter]).match(data, position)
        if found is None:
            return _give_up(data, start, cells, Fault(position, "the quote that opens here is never closed", "quoting"))
        end = found.end()
        following = data[end : end + 2]
        if is_quoted and following not in (b"\r\n", b"\r") and following[:1] not in (delimiter, b"\n", b""):
            return _give_up(data, start, cells, _explain_quote(data, position, end))
        cells.append((position, end))
        if following[:1] != delimiter:
            return _finish(data, start, cells, width, delimiter)
        position = end + 1


def find_place(data: bytes | mmap, start: int, line: int, offset: int) -> tuple[int, int]:
    """Line and column of an offset in a row that starts at offset ``start`` in line ``line``."""
    before = data[start:offset]
    last = before.rpartition(b"\n")[2]
    return line + before.count(b"\n"), len(last.decode("utf-8", "replace")) + 1


def _give_up(data: bytes | mmap, start: int, cells: list[tuple[int, int]], fault: Fault) -> Record:
    end = data.find(b"\n", start) + 1 or len(data)
    return Record(start, end, cells, [fault])


def _explain_quote(data: bytes | mmap, position: int, end: int) -> Fault:
    if b"\n" in data[position:end]:
        return Fault(position, "the quote that opens here is not closed before the end of the line", "quoting")
    value = _read_text(data[position:end])
    return Fault(
        end, f"text follows the closing quote of {quote(value)}: write each quote inside a cell twice", "quoting", value=value
    )


def _finish(data: bytes | mmap, start: int, cells: list[tuple[int, int]], width: int, delimiter: bytes) -> Record:
    faults: list[Fault] = []
    first, end = cells[-1]
    carriage = None
    if data[end : end + 1] == b"\r":
        carriage = end
        end += 1
    elif end > first and data[end - 1 : end] == b"\r":
        carriage = end - 1
        cells[-1] = (first, carriage)
    if carriage is not None:
        faults.append(Fault(carriage, "the line ends in CR LF; it must end in LF alone", "line-ending", usable=True))
    if end == len(data):
        faults.append(Fault(end, "the last line has no line break at its end", "final-newline", usable=True))
    else:
        end += 1
    for cell in cells:
        faults += _check_cell(data, *cell, delimiter, is_alone=width == 1)
    if len(cells) != width:
        faults.append(_explain_width(cells, width))
    return Record(start, end, cells, faults, carriage)


def _explain_width(cells: list[tuple[int, int]], width: int) -> Fault:
    if len(cells) > width:
        return Fault(cells[width][0], f"the row has {len(cells)} cells, but there are {width} columns", "cells")
    if len(cells) == 1 and cells[0][0] == cells[0][1]:
        return Fault(cells[0][0], f"the line is empty, but there are {width} columns", "cells")
    return Fault(cells[-1][1], f"the row has {len(cells)} of {width} cells", "cells")


def _check_cell(data: bytes | mmap, start: int, end: int, delimiter: bytes, *, is_alone: bool) -> list[Fault]:
    written = data[start:end]
    faults = [Fault(start + written.index(b"\0"), "the cell holds a NUL byte", "nul")] if b"\0" in written else []
    if written[:1] == b'"':
        needs = delimiter in written or not re.fullmatch(rb'"[^"\r\n]*+"', written) or (is_alone and written == b'""')
        if not needs and not faults:
            value = _read_text(written)
            faults.append(Fault(start, f"{quote(value)} needs no quotes", "quoting", usable=True, value=value))
    elif b'"' in written:
        value = _read_text(written)
        message = f"a quote inside {quote(value)}: put the cell in quotes and write the quote twice"
        faults.append(Fault(start + written.index(b'"'), message, "quoting", value=value))
    elif b"\r" in written:
        message = "a carriage return (CR) inside the cell: put the cell in quotes"
        faults.append(Fault(start + written.index(b"\r"), message, "line-ending"))
    elif is_alone and not written:
        faults.append(Fault(start, 'an empty line; an empty cell of a single column is written ""', "cells"))
    return faults


def _read_text(written: bytes) -> str:
    text = written.decode("utf-8", "replace")
    return text[1:-1].replace('""', '"') if written[:1] == b'"' else text
