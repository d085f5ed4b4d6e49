"""A release as it is served: finds its dump, makes a store of it once, and knows it by its hash."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph

from kzlod.errors import ConfigurationError, DataError, Problem
from kzlod.project import QUADS, SITE
from kzlod.releases.folder import MANIFEST

_STAGING: Final = ".new"
_LOCK: Final = ".lock"


@dataclass(frozen=True)
class ServedRelease:
    """What is served.

    Args:
        folder: of the release, or the output of a build; a link is followed once, when it is opened.
        version: its name, or "" for a build without one.
        sha256: of its dump, in hexadecimal digits.
    """

    folder: Path
    version: str
    sha256: str

    @property
    def dump(self) -> Path:
        """The dataset in N-Quads."""
        return self.folder / QUADS

    @property
    def site(self) -> Path:
        """The folder of the pages, which may be missing."""
        return self.folder / SITE

    @property
    def tag(self) -> str:
        """What tells this release from any other, in a header."""
        return self.sha256[:16]


def open_release(folder: Path) -> ServedRelease:
    """The release in a folder, or the one that a link such as ``latest`` leads to now.

    Raises:
        ConfigurationError: there is no dump in it.
        DataError: its manifest is damaged, or tells of another dump.
    """
    folder = folder.resolve()
    if not (folder / QUADS).is_file():
        message = f"there is no {QUADS} here: name a release, or the output of a build"
        raise ConfigurationError([Problem(folder.as_posix(), None, None, message, "release")])
    manifest = _read_manifest(folder / MANIFEST)
    with (folder / QUADS).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if manifest.get("files", {}).get(QUADS, {}).get("sha256", digest) != digest:
        message = f"the dump is not the one of {MANIFEST}: it is damaged, or was changed"
        raise DataError([Problem((folder / QUADS).as_posix(), None, None, message, "hash", digest)])
    return ServedRelease(folder, str(manifest.get("version", "")), digest)


def _read_manifest(path: Path) -> dict[str, Any]:
    """What a release says of itself; a build without a version says nothing."""
    if not path.is_file():
        return {}
    try:
        manifest = json.loads(path.read_bytes())
    except ValueError as error:
        raise DataError([Problem(path.as_posix(), None, None, f"the manifest is damaged: {error}", "manifest")]) from None
    if not isinstance(manifest, dict):
        raise DataError([Problem(path.as_posix(), None, None, "the manifest is no object", "manifest")])
    return manifest


def prepare_store(release: ServedRelease, cache: Path) -> Path:
    """The store of a release on disk; it is made once, and appears whole or not at all.

    Raises:
        DataError: the dump is damaged.
        OSError: there is no right or no room to write the cache.
    """
    target = cache / release.sha256
    if target.is_dir():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with _lock(cache):
        # Another process may have made it meanwhile.
        if not target.is_dir():
            _write_store(release, cache / _STAGING, target)
    return target


@contextmanager
def _lock(cache: Path) -> Iterator[None]:
    """Let one process at a time write; the kernel gives the lock back when a process ends, however it does."""
    with (cache / _LOCK).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write_store(release: ServedRelease, staging: Path, target: Path) -> None:
    # A process that was killed has left it.
    shutil.rmtree(staging, ignore_errors=True)
    try:
        store = pyoxigraph.Store(str(staging))
        try:
            store.bulk_load(path=release.dump, format=pyoxigraph.RdfFormat.N_QUADS)
        except SyntaxError as error:
            raise DataError([Problem(release.dump.as_posix(), error.lineno, error.offset, "the dump is damaged", "dump")]) from None
        store.optimize()
        store.flush()
        # The files are closed with the store.
        del store
        staging.rename(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
