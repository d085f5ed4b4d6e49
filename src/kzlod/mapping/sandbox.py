"""The sandbox: what a mapping may read. Files lie below the folders that the call names, and SQL reaches those files only."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

import duckdb

from kzlod.errors import ConfigurationError, quote
from kzlod.tree import Place

Made = TypeVar("Made")

EXPANSION: Final = 1_000
"""How many times its size a compressed file may expand to; tables come nowhere near it, bombs are made to pass it."""

SMALLEST_LIMIT: Final = 64 << 20
"""What any compressed file may expand to, in bytes: small files of a few words repeat them more often than that."""

# DuckDB would read a Python variable for a table of its name, and fetch extensions that a query calls for.
_CLOSED: Final = (
    *("autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions"),
    *("allow_persistent_secrets", "python_enable_replacements", "enable_external_access"),
)


@dataclass(frozen=True)
class Sandbox:
    """The bounds of a mapping.

    Args:
        folders: the mapping's own folder and those that the call adds; sources lie below one of them, links followed.
        allow_external: whether anything may be read, and hosts be reached.
    """

    folders: tuple[Path, ...]
    allow_external: bool = False

    @cached_property
    def scratch(self) -> Path:
        """A folder for copies of sources; it is deleted with this object, which has to live as long as the copies are read."""
        folder = tempfile.mkdtemp(prefix="kzlod-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)

    def make_once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was made under this key before, or what is made now: copies serve all databases that read a source."""
        if key not in self._made:
            self._made[key] = make()
        made: Made = self._made[key]
        return made

    @cached_property
    def _made(self) -> dict[Hashable, Any]:
        return {}

    def make_file(self, suffix: str) -> Path:
        """A new empty file in the scratch folder."""
        handle, name = tempfile.mkstemp(suffix, dir=self.scratch)
        os.close(handle)
        return Path(name)

    def admit(self, path: Path, place: Place) -> Path:
        """The path of a source with links followed.

        Raises:
            ConfigurationError: it lies outside, is missing, or is no regular file.
        """
        shown = quote(str(path))
        try:
            str(path).encode("utf-8")
            real = path.resolve()
            inside = self.allow_external or any(real.is_relative_to(folder.resolve()) for folder in self.folders)
            is_file = inside and real.is_file()
        except (OSError, RuntimeError, ValueError) as error:
            raise ConfigurationError([place.problem(f"{shown} is no name of a file: {error}", "source")]) from None
        if not inside:
            message = f"{shown} is outside of the mapping's folder; name its folder with --data, or give --allow-external"
            raise ConfigurationError([place.problem(message, "sandbox", str(path))])
        if not is_file:
            message = f"{shown} is no regular file" if real.exists() else f"there is no file {shown}"
            raise ConfigurationError([place.problem(message, "source", str(path))])
        return real

    def limit(self, size: int) -> int:
        """The bytes that a compressed file of this size may expand to."""
        return max(EXPANSION * size, SMALLEST_LIMIT)

    def lock(self, connection: duckdb.DuckDBPyConnection, paths: Iterable[Path]) -> None:
        """Take from a database, for good, every access but to these files: other files, the network, extensions, settings.

        Output files may be among them; COPY then needs ``USE_TMP_FILE false``, because a temporary file has another name.

        Args:
            connection: any of the database's; memory, threads and the folder for spilling must have been set.
            paths: the files, which may be absent as yet.
        """
        if self.allow_external:
            connection.execute("SET python_enable_replacements = false")
            return
        # DuckDB compares the text of a query's path, in which the signs of patterns are escaped, and that of the file it finds.
        texts = [text for path in paths for text in (str(path), glob.escape(str(path)))]
        connection.execute("SET allowed_paths = $paths", {"paths": list(dict.fromkeys(texts))})
        for name in _CLOSED:
            connection.execute(f"SET {name} = false")
        connection.execute("SET lock_configuration = true")
