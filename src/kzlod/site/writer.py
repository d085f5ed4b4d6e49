"""The folder of the site: writes what has changed, keeps what has not, removes what is no longer part of it."""

from __future__ import annotations

import filecmp
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.site.rendering import File

MANIFEST: Final = ".kzlod-site"
"""The list of the site's files, by which a folder is known as a site, so that no other folder is ever written to."""


@dataclass
class Tally:
    """How many files the site has, how many of them were written anew, and how many old ones were removed."""

    files: int = 0
    written: int = 0
    removed: int = 0


def check_folder(folder: Path) -> None:
    """Make sure that a folder is empty or a site.

    Raises:
        ConfigurationError: it is neither.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / MANIFEST).is_file())):
        message = f"this is not empty and holds no {quote(MANIFEST)}: a site is written only to a folder of its own"
        raise ConfigurationError([Problem(folder.as_posix(), None, None, message, "target", folder.as_posix())])
    folder.mkdir(parents=True, exist_ok=True)


def write_files(folder: Path, files: Iterable[File]) -> tuple[list[str], int]:
    """Write files whose content has changed.

    Returns:
        The paths of all, and how many were written.
    """
    paths, written = [], 0
    for path, text in files:
        target, content = folder / path, text.encode("utf-8")
        paths.append(path)
        if not _holds(target, content):
            _replace(target, content)
            written += 1
    return paths, written


def copy_files(files: Mapping[str, Path], folder: Path) -> tuple[list[str], int]:
    """Copy files, by their paths in the site, where they differ."""
    written = 0
    for path, file in files.items():
        target = folder / path
        if not target.is_file() or not filecmp.cmp(file, target, shallow=False):
            _make_folder(target)
            shutil.copyfile(file, target)
            written += 1
    return list(files), written


class Manifest:
    """The list of a site's files while it is written: a line each, in the order of writing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tally = Tally()
        self._new = folder / f"{MANIFEST}-new"
        # A site that is left unfinished is known as one all the same, with what was written of it.
        with (folder / MANIFEST).open("a", encoding="utf-8", newline="\n") as file:
            file.write(self._new.read_text(encoding="utf-8") if self._new.is_file() else "")
        self._file = self._new.open("w", encoding="utf-8", newline="\n")

    def add(self, paths: Iterable[str], written: int) -> None:
        """Note files."""
        for path in paths:
            self._file.write(f"{path}\n")
            self.tally.files += 1
        self.tally.written += written
        self._file.flush()

    def finish(self) -> Tally:
        """Remove the files of the former site that are not of this one."""
        self._file.close()
        old = self.folder / MANIFEST
        left = set(old.read_text(encoding="utf-8").splitlines())
        with self._new.open(encoding="utf-8") as file:
            for line in file:
                left.discard(line.rstrip("\n"))
        for path in left:
            self._remove(path)
        self._new.replace(old)
        return self.tally

    def _remove(self, path: str) -> None:
        target = self.folder / path
        if target.is_file() and target.resolve().is_relative_to(self.folder.resolve()):
            target.unlink()
            self.tally.removed += 1
            for parent in target.parents:
                if parent == self.folder or any(parent.iterdir()):
                    break
                parent.rmdir()


def _holds(target: Path, content: bytes) -> bool:
    try:
        return target.stat().st_size == len(content) and target.read_bytes() == content
    except FileNotFoundError:
        return False


def _replace(target: Path, content: bytes) -> None:
    try:
        target.write_bytes(content)
    except FileNotFoundError:
        _make_folder(target)
        target.write_bytes(content)


def _make_folder(target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
