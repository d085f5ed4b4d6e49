"""A release as it is served: finds its dump, makes a store of it once, and knows it by its hash."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph

from kzlod.errors import ConfigurationError, DataError, Problem

DUMP: Final = "kzlod.nq"
SITE: Final = "site"
_MANIFEST: Final = "release.json"


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
        return self.folder / DUMP

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
    """
    folder = folder.resolve()
    if not (folder / DUMP).is_file():
        message = f"there is no {DUMP} here: name a release, or the output of a build"
        raise ConfigurationError([Problem(folder.as_posix(), None, None, message, "release")])
    manifest: dict[str, Any] = {}
    if (folder / _MANIFEST).is_file():
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    with (folder / DUMP).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ServedRelease(folder, str(manifest.get("version", "")), digest)


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
    staging = Path(tempfile.mkdtemp(prefix=f".{release.tag}-", dir=cache))
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
        try:
            staging.rename(target)
        except OSError:
            # Another process was quicker.
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return target
