"""The files of a site as they are served: known by paths that lead nowhere else."""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LARGEST: Final = 1_000_000
"""Bytes of the largest file that is read as a whole; a larger one is sent in parts."""

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".nq": "application/n-quads",
    ".nt": "application/n-triples",
    ".trig": "application/trig",
    ".ttl": "text/turtle; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/xml",
}


@dataclass(frozen=True)
class ServedFile:
    """A file: its media type, and its content unless it is too large to be kept."""

    path: Path
    media_type: str
    content: bytes | None

    @property
    def mark(self) -> str:
        """What tells it from another state of the same file: pages can change when the data does not."""
        if self.content is None:
            state = self.path.stat()
            return f"{state.st_mtime_ns:x}-{state.st_size:x}"
        return hashlib.sha256(self.content).hexdigest()[:16]


class Files:
    """The files below a folder that does not change.

    Args:
        folder: of the site.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return self._find(path) is not None

    def read(self, path: str) -> ServedFile | None:
        """The file at a path relative to the folder, or None; nothing beside or above the folder is read, and nothing hidden."""
        found = self._find(path)
        if found is None:
            return None
        media_type = TYPES.get(found.suffix) or mimetypes.guess_type(found.name)[0] or "application/octet-stream"
        return ServedFile(found, media_type, None if found.stat().st_size > _LARGEST else found.read_bytes())

    def _find(self, path: str) -> Path | None:
        segments = path.split("/")
        if "\x00" in path or any(not segment or segment.startswith(".") for segment in segments):
            return None
        found = self.folder.joinpath(*segments)
        try:
            return found if found.is_file() and found.resolve().is_relative_to(self.folder) else None
        except OSError:
            return None
