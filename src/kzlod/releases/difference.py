"""The difference of two dumps: reads sorted lines of both at once, yields those that only one of them has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kzlod.errors import DataError
from kzlod.releases.dumps import Dump, complain_of, is_canonical


class Change(NamedTuple):
    """A statement that is added (``A``) or deleted (``D``), as a line of N-Quads."""

    operation: bytes
    line: bytes


def iter_changes(old: Dump, new: Dump) -> Iterator[Change]:
    """What turns one dump into another, sorted by the statements; memory does not grow with the dumps.

    Raises:
        DataError: a changed line is not canonical, so that one statement might be spelled in two ways.
    """
    for change in _merge(old.iter_lines(), new.iter_lines()):
        if not is_canonical(change.line):
            raise DataError([complain_of(old if change.operation == b"D" else new, change.line)])
        yield change


def _merge(old: Iterator[bytes], new: Iterator[bytes]) -> Iterator[Change]:
    before, after = next(old, None), next(new, None)
    while before is not None and after is not None:
        if before == after:
            before, after = next(old, None), next(new, None)
        elif before < after:
            yield Change(b"D", before)
            before = next(old, None)
        else:
            yield Change(b"A", after)
            after = next(new, None)
    while before is not None:
        yield Change(b"D", before)
        before = next(old, None)
    while after is not None:
        yield Change(b"A", after)
        after = next(new, None)
