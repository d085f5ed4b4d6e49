"""Progress: how much of an output is written, to be asked from another thread while it is being written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

_CHUNK: Final = 1 << 20


class Progress(Protocol):
    """What can be asked."""

    def find_share(self) -> float:
        """How much is done, from 0 to 1."""

    def count_lines(self) -> int:
        """How many lines are written; 0 where that cannot be told."""


@dataclass
class WritingProgress:
    """The progress of parts that are written to a folder as text, one behind the other or several at once.

    Args:
        total, done: numbers of parts.
        folder: where they are; None where their lines cannot be counted.
        moving: the part that is being put behind another one, whose lines are counted there.
    """

    total: int = 0
    done: int = 0
    folder: Path | None = None
    moving: Path | None = None
    _lock: Lock = field(default_factory=Lock)
    _lines: int = 0
    _seen: dict[int, tuple[int, int]] = field(default_factory=dict)

    def start(self, total: int, folder: Path | None) -> None:
        """Begin, or begin anew: what was done before does not count."""
        with self._lock:
            self.total, self.done, self.folder, self.moving = total, 0, folder, None
            self._lines, self._seen = 0, {}

    def finish_part(self) -> None:
        """One more part is done; any thread may say so."""
        with self._lock:
            self.done += 1

    def find_share(self) -> float:
        """The share of the parts that are done."""
        return self.done / self.total if self.total else 0.0

    def count_lines(self) -> int:
        """The lines of all parts."""
        # Sizes first, at one moment: what is being moved while lines are counted would count twice.
        sizes = list(self._iter_sizes())
        found: dict[int, tuple[int, int]] = {}
        for path, number, size in sizes:
            offset, lines = self._seen.get(number, (0, 0))
            with suppress(OSError), path.open("rb") as file:
                file.seek(offset)
                while chunk := file.read(min(_CHUNK, size - offset)):
                    offset, lines = offset + len(chunk), lines + chunk.count(b"\n")
            found[number] = (offset, lines)
        self._seen = found
        self._lines = max(self._lines, sum(lines for _, lines in found.values()))
        return self._lines

    def _iter_sizes(self) -> Iterator[tuple[Path, int, int]]:
        """The parts with their numbers in the file system, which they keep when they move, and sizes."""
        for path in self.folder.iterdir() if self.folder and self.folder.is_dir() else ():
            if path != self.moving:
                with suppress(OSError):
                    status = path.stat()
                    yield path, status.st_ino, status.st_size
