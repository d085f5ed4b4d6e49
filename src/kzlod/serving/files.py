"""The files of a site as they are served: read once, kept while there is room, and known by the release that they belong to."""

from __future__ import annotations

import mimetypes
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_ROOM: Final = 64_000_000
_LARGEST: Final = 1_000_000
"""Bytes of all files that are kept in memory, and of the largest of them."""

_TYPES: Final = {
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


class Files:
    """The files below a folder that does not change.

    Args:
        folder: of the site; it may be missing, and then has no files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._kept: OrderedDict[str, ServedFile] = OrderedDict()
        self._size = 0

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self._kept or self._find(path) is not None

    def read(self, path: str) -> ServedFile | None:
        """The file at a path relative to the folder, or None; nothing beside or above the folder is read, and nothing hidden."""
        kept = self._kept.get(path)
        if kept:
            self._kept.move_to_end(path)
            return kept
        found = self._find(path)
        if found is None:
            return None
        media_type = _TYPES.get(found.suffix) or mimetypes.guess_type(found.name)[0] or "application/octet-stream"
        if found.stat().st_size > _LARGEST:
            return ServedFile(found, media_type, None)
        file = ServedFile(found, media_type, found.read_bytes())
        self._keep(path, file)
        return file

    def _find(self, path: str) -> Path | None:
        segments = path.split("/")
        if "\x00" in path or any(not segment or segment.startswith(".") for segment in segments):
            return None
        found = self.folder.joinpath(*segments)
        try:
            return found if found.is_file() and found.resolve().is_relative_to(self.folder) else None
        except OSError:
            return None

    def _keep(self, path: str, file: ServedFile) -> None:
        self._kept[path] = file
        self._size += len(file.content or b"")
        while self._size > _ROOM:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest.content or b"")
