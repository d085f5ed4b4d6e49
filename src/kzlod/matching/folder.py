"""The folder of an index: writes tables in one step, and opens only what was written whole and by the same rules."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from kzlod.errors import ConfigurationError, Problem
from kzlod.exchange import staged_folder
from kzlod.matching.tables import Tables

MANIFEST: Final = "index.json"
_FORMAT: Final = 1
_RULES: Final = ("kzlod.matching", "kzlod.names")


def save_tables(tables: Tables, folder: Path) -> None:
    """Write tables to a folder, which is made if need be, with a manifest; one that is there is replaced in one step.

    The same entries give the same bytes.

    Raises:
        ConfigurationError: the folder holds something else than an index, another process is writing it, or there is no right to.
        OSError: the disk is full or fails.
    """
    with staged_folder(folder, MANIFEST) as staging:
        tables.save(staging)
        sizes = {path.name: path.stat().st_size for path in sorted(staging.iterdir())}
        manifest = {"format": _FORMAT, "rules": _hash_rules(), "files": sizes}
        (staging / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8", newline="\n")


def open_tables(folder: Path) -> Tables:
    """Read what ``save_tables`` wrote; the arrays stay in their files until they are looked at.

    Raises:
        ConfigurationError: it is no folder of an index, a file of it is missing or cut, or it was built by other rules, so that
            its words are not those of a question any more.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        made_by, sizes = (manifest["format"], manifest["rules"]), dict(manifest["files"])
    except FileNotFoundError:
        raise _refuse(folder, "this is no index of names: build one there first") from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _refuse(path, f"this is no manifest of an index of names: {type(error).__name__}") from None
    if made_by != (_FORMAT, _hash_rules()):
        raise _refuse(folder, "this index was built by another version of kzlod: build it anew")
    damaged = [name for name, size in sizes.items() if not (folder / name).is_file() or (folder / name).stat().st_size != size]
    if damaged:
        raise _refuse(folder / damaged[0], "this file of the index is missing or not as it was written: build the index anew")
    try:
        return Tables.open(folder)
    except (OSError, ValueError) as error:
        raise _refuse(folder, f"this index cannot be read: {error}") from None


@cache
def _hash_rules() -> str:
    """A hash of all data by which names are read."""
    found = hashlib.sha256()
    for package in _RULES:
        for file in sorted(files(package).iterdir(), key=lambda file: file.name):
            if file.name.endswith((".toml", ".csv")):
                found.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return found.hexdigest()


def _refuse(path: Path, message: str) -> ConfigurationError:
    return ConfigurationError([Problem(path.as_posix(), None, None, message, "index", path.as_posix())])
