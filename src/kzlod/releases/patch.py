"""RDF Patch (https://afs.github.io/rdf-delta/rdf-patch): writes the difference of two dumps, reads patches and replays them.

A row is an operation and terms as in N-Quads. The header of a patch written here names the dumps by their hashes: ``id`` is what
the patch leads to, ``prev`` is where it starts, so that the patches of releases are a chain.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import IO, Final, NamedTuple

from kzlod.errors import DataError, Problem, quote
from kzlod.releases.difference import Change
from kzlod.releases.dumps import Dump, is_canonical, open_bytes

_HASH: Final = "urn:sha256:"
_HEADER: Final = re.compile(rb'H\s+(\S+)\s+(<[^<>"{}|^`\\\s]*>|"(?:[^"\\]|\\.)*"|\S+)\s*\.')
_SHOWN: Final = 100
"""So many rows that cannot be read or do not fit are told one by one."""


class Row(NamedTuple):
    """A row of a patch that changes a statement."""

    statement: bytes
    number: int
    is_added: bool


@dataclass
class Patch:
    """A patch as it was read.

    Args:
        shown: the file.
        header: its values by their names, as they are written.
        rows: sorted by statement, and those of one statement in their order.
    """

    shown: str
    header: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


def write_patch(old: Dump, new: Dump, changes: Iterable[Change]) -> Iterator[bytes]:
    """The rows of a patch that turns one dump into another, in one transaction.

    Args:
        old, new: the dumps.
        changes: their difference, sorted.
    """
    yield f"H id <{_HASH}{new.sha256}> .\nH prev <{_HASH}{old.sha256}> .\nTX .\n".encode()
    for change in changes:
        yield change.operation + b" " + change.line
    yield b"TC .\n"


def read_patch(path: Path) -> Patch:
    """Read a patch; its terms must be spelled as in canonical N-Quads.

    Rows of a transaction that is aborted (``TA``) are left out. Declarations of prefixes (``PA``, ``PD``) change no statement.

    Raises:
        DataError: with the rows that cannot be read.
    """
    reader = _Reader(Patch(path.as_posix()))
    with open_bytes(path) as file:
        for number, line in enumerate(file, 1):
            reader.read(number, line)
    reader.end()
    if reader.problems:
        raise DataError(reader.problems)
    reader.patch.rows.sort()
    return reader.patch


def replay_patch(old: Dump, patch: Patch, target: IO[bytes]) -> None:
    """Write what a patch makes of a dump.

    Raises:
        DataError: the patch starts from another dump, deletes what is not there, adds what is there already, or leads to something
            else than its header says; with the rows.
    """
    _check_hash(patch, "prev", old.sha256, f"the patch starts from another dump than {old.shown}")
    problems: list[Problem] = []
    digest = hashlib.sha256()
    for line in _merge(old.iter_lines(), patch, problems):
        target.write(line)
        digest.update(line)
        if len(problems) >= _SHOWN:
            break
    if problems:
        raise DataError(problems)
    _check_hash(patch, "id", digest.hexdigest(), "the patch leads to something else than its header says")


def _check_hash(patch: Patch, name: str, sha256: str, message: str) -> None:
    named = patch.header.get(name, "").strip("<>")
    if named.startswith(_HASH) and named != _HASH + sha256:
        raise DataError([Problem(patch.shown, None, None, f"{message}: its hash is {sha256}", "hash", named)])


def _merge(lines: Iterator[bytes], patch: Patch, problems: list[Problem]) -> Iterator[bytes]:
    line = next(lines, None)
    for statement, rows in groupby(patch.rows, attrgetter("statement")):
        while line is not None and line < statement:
            yield line
            line = next(lines, None)
        is_there = line == statement
        if is_there:
            line = next(lines, None)
        for row in rows:
            if row.is_added == is_there:
                what = "adds what is there already" if row.is_added else "deletes what is not there"
                shown = quote(statement.decode().rstrip("\n"))
                problems.append(Problem(patch.shown, row.number, None, f"the row {what}: {shown}", "patch", shown))
            is_there = row.is_added
        if is_there:
            yield statement
    while line is not None:
        yield line
        line = next(lines, None)


class _Reader:
    def __init__(self, patch: Patch) -> None:
        self.patch = patch
        self.problems: list[Problem] = []
        self.start: int | None = None
        """The line on which the open transaction starts."""
        self.kept = 0
        """How many rows there were before the open transaction."""

    def read(self, number: int, line: bytes) -> None:
        operation, _, rest = line.strip().partition(b" ")
        if operation in (b"A", b"D"):
            statement = rest.strip() + b"\n"
            if is_canonical(statement):
                self.patch.rows.append(Row(statement, number, operation == b"A"))
            else:
                self.complain(number, line, "no statement in canonical N-Quads without blank nodes")
        elif operation == b"H":
            header = _HEADER.fullmatch(line.strip())
            if header is None or self.patch.rows or self.start is not None:
                self.complain(number, line, "no header: it is H, a name, a term and a point, before all changes")
            else:
                self.patch.header[header[1].decode(errors="replace")] = header[2].decode(errors="replace")
        elif operation in (b"TX", b"TC", b"TA") and rest.strip() == b".":
            self.read_transaction(number, line, operation)
        elif operation not in (b"PA", b"PD", b"") and not operation.startswith(b"#"):
            self.complain(number, line, "no row of a patch: it starts with H, TX, TC, TA, PA, PD, A or D")

    def read_transaction(self, number: int, line: bytes, operation: bytes) -> None:
        if (operation == b"TX") == (self.start is not None):
            self.complain(number, line, "a transaction starts (TX) before it ends (TC, TA), and ends before the next one starts")
        if operation == b"TA":
            del self.patch.rows[self.kept :]
        self.start = number if operation == b"TX" else None
        self.kept = len(self.patch.rows)

    def end(self) -> None:
        if self.start is not None:
            message = "the transaction has no end, neither TC nor TA: the patch is not whole"
            self.problems.append(Problem(self.patch.shown, self.start, None, message, "patch"))

    def complain(self, number: int, line: bytes, message: str) -> None:
        if len(self.problems) >= _SHOWN:
            return
        shown = quote(line.decode(errors="backslashreplace").rstrip("\r\n"))
        self.problems.append(Problem(self.patch.shown, number, None, f"{message}: {shown}", "patch", shown))
