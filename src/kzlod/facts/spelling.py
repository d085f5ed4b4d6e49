"""The one spelling of a CSV or TSV file: reads its bytes, yields every breach of it and which rows can be loaded.

The spelling is that of Python's ``csv.writer(lineterminator="\\n", quoting=QUOTE_MINIMAL)`` in UTF-8, so that load and dump
give the same bytes: no byte order mark, no NUL, LF at the end of each line, quotes only around a cell that needs them. A CR is
part of a text like any other and needs quotes, as the writer has it from Python 3.13 on. Lines that begin with ``#`` may stand
before the header: they are comments (CSVW's default dialect), in which SSSOM keeps its metadata.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass, field
from mmap import mmap
from typing import Final

from kzlod.errors import Problem, quote
from kzlod.facts.records import Fault, Record, find_place, read_record

_BLOCK: Final = 1 << 20


@dataclass
class Spelling:
    """What a pass over a file found.

    Args:
        problems: the breaches.
        readable: whether the header is right, so that the rows could be read at all.
        rows: number of rows that can be loaded.
        gaps: ranges of bytes to be left out when loading: comments, broken rows, and CRs at the ends of lines.
        shifts: pairs (row, shift), ascending: the 0-based loaded row and those after it stand ``shift`` lines further down
            than their number says, because of comments, cells of several lines and rows left out.
        longest: at least the number of bytes of the longest row.
    """

    problems: list[Problem] = field(default_factory=list)
    readable: bool = False
    rows: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)
    shifts: list[tuple[int, int]] = field(default_factory=list)
    longest: int = _BLOCK


def check_spelling(data: bytes | mmap, shown: str, names: Sequence[str], delimiter: str = ",") -> Spelling:
    """Read a whole CSV file for its structure.

    Args:
        data: the bytes of the file.
        shown: its name in messages.
        names: the cells of its header line.
        delimiter: what stands between cells, a comma or a tab.
    """
    reading = _Pass(data, shown, names, delimiter)
    start = reading.read_header()
    if reading.spelling.readable:
        reading.read_rows(start)
    return reading.spelling


class _Pass:
    def __init__(self, data: bytes | mmap, shown: str, names: Sequence[str], delimiter: str) -> None:
        self.data = data
        self.shown = shown
        self.names = names
        self.delimiter = delimiter.encode()
        self.spelling = Spelling()
        self.comments = 0

    def read_header(self) -> int:
        start = len(BOM_UTF8) if self.data[: len(BOM_UTF8)] == BOM_UTF8 else 0
        if start:
            self.note(0, 1, Fault(0, "the file starts with a byte order mark", "byte-order-mark", usable=True))
        mark, start = start, self.skip_comments(start)
        if len(self.data) == start:
            self.spelling.problems.append(Problem(self.shown, None, None, "the file is empty; it has no header", "header"))
            return start
        record = read_record(self.data, start, len(self.names), self.delimiter)
        found = [*record.faults, *_find_undecodable(self.data, mark, record.end)]
        faults = [fault for fault in found if fault.rule != "cells"]
        if all(fault.usable for fault in faults):
            faults += self.compare_header(record)
        for fault in faults:
            self.note(0, 1, fault)
        if record.carriage is not None:
            self.spelling.gaps.append((record.carriage, record.carriage + 1))
        self.spelling.readable = all(fault.usable for fault in faults)
        return record.end

    def skip_comments(self, start: int) -> int:
        """Where the header starts."""
        end = start
        while self.data[end : end + 1] == b"#" and not self.names[0].startswith("#"):
            end = self.data.find(b"\n", end) + 1 or len(self.data)
            self.comments += 1
        if self.comments:
            self.spelling.gaps.append((start, end))
            self.add_shift(self.comments)
        return end

    def compare_header(self, record: Record) -> list[Fault]:
        written = [record.text(self.data, number) for number in range(len(record.cells))]
        if written == list(self.names):
            return []
        faults = [
            Fault(start, f"column {quote(name)} is not declared in tables.json", "header", value=name)
            for name, (start, _) in zip(written, record.cells, strict=True)
            if name not in self.names
        ]
        faults += [
            Fault(record.start, f"column {quote(name)} is missing", "header", value=name)
            for name in self.names
            if name not in written
        ]
        expected = self.delimiter.decode().join(self.names)
        return faults or [Fault(record.start, f"the columns must be {quote(expected, 300)}, in this order", "header")]

    def read_rows(self, start: int) -> None:
        """Pass over runs of plain rows in one match each; look closer at every row where a run stops."""
        data, size = self.data, len(self.data)
        plain_rows = _compile_rows(len(self.names), self.delimiter)
        undecodable = _find_undecodable(data, start, size)
        seen, line = 0, 2 + self.comments
        while start < size:
            limit = undecodable[seen].offset if seen < len(undecodable) else size
            run = plain_rows.match(data, start, min(start + _BLOCK, limit))
            end = run.end() if run else start
            if end > start:
                lines = data[start:end].count(b"\n")
                self.spelling.rows += lines
                line += lines
                start = end
                continue
            record = read_record(data, start, len(self.names), self.delimiter)
            while seen < len(undecodable) and undecodable[seen].offset < record.end:
                record.faults.append(undecodable[seen])
                seen += 1
            line += self.take(record, line)
            start = record.end

    def take(self, record: Record, line: int) -> int:
        """Note one row and return how many lines it has."""
        spelling = self.spelling
        written = self.data[record.start : record.end]
        lines = written.count(b"\n") + (not written.endswith(b"\n"))
        spelling.longest = max(spelling.longest, len(written))
        for fault in record.faults:
            self.note(record.start, line, fault)
        if not record.is_usable:
            spelling.gaps.append((record.start, record.end))
            self.add_shift(lines)
            return lines
        if record.carriage is not None:
            spelling.gaps.append((record.carriage, record.carriage + 1))
        spelling.rows += 1
        self.add_shift(lines - 1)
        return lines

    def add_shift(self, lines: int) -> None:
        if not lines:
            return
        shifts = self.spelling.shifts
        before = shifts[-1][1] if shifts else 0
        if shifts and shifts[-1][0] == self.spelling.rows:
            shifts.pop()
        shifts.append((self.spelling.rows, before + lines))

    def note(self, start: int, line: int, fault: Fault) -> None:
        place = find_place(self.data, start, line, fault.offset)
        self.spelling.problems.append(Problem(self.shown, *place, fault.message, fault.rule, fault.value))


def _find_undecodable(data: bytes | mmap, start: int, size: int) -> list[Fault]:
    """The first byte of each line that is not UTF-8."""
    faults = []
    while start < size:
        cut = data.find(b"\n", min(start + _BLOCK, size), size) + 1 or size
        block = data[start:cut]
        try:
            block.decode()
        except UnicodeDecodeError:
            faults += _find_undecodable_lines(block, start)
        start = cut
    return faults


def _find_undecodable_lines(block: bytes, start: int) -> list[Fault]:
    faults = []
    for line in block.split(b"\n"):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            message = f"the byte 0x{line[error.start]:02X} is not UTF-8 here"
            faults.append(Fault(start + error.start, message, "encoding"))
        start += len(line) + 1
    return faults


def _compile_rows(width: int, delimiter: bytes) -> re.Pattern[bytes]:
    """A run of rows in the one spelling, without line breaks inside cells; it never steps back, so it takes linear time."""
    bare = rb'[^"\r\n\0%b]' % delimiter
    quoted = rb'"[^"\r\n\0%b]*+(?:%b|"")[^"\r\n\0]*+(?:""[^"\r\n\0]*+)*+"' % (delimiter, delimiter)
    # In a table of one column an empty line is no row: csv.writer quotes the empty cell.
    cell = rb"(?:" + quoted + rb"|" + bare + rb"*+)" if width > 1 else rb"(?:" + quoted + rb"|" + bare + rb'++|"")'
    return re.compile(rb"(?:(?:%b%b){%d}%b\n)*+" % (cell, delimiter, width - 1, cell))
