"""The folder of releases: which there are, what is in each, and whether it is still so.

releases/1.0.0/     the dumps of a build, and beside them
  release.json      the version, the one before, the day of the data, numbers, and each file with its size and hash
  SHA256SUMS        the same hashes, for sha256sum -c
  changes.rdfp      what turns the dump of the release before into this one
  changes.txt       the same in words
  results/          the results of heavy queries, where there are any
releases/latest     a link to the last one
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kzlod import __version__
from kzlod.errors import ConfigurationError, DataError, Problem, quote
from kzlod.project import Project
from kzlod.releases.versions import Version, read_version

MANIFEST: Final = "release.json"
SUMS: Final = "SHA256SUMS"
PATCH: Final = "changes.rdfp"
CHANGES: Final = "changes.txt"
LATEST: Final = "latest"


@dataclass(frozen=True)
class Release:
    """A release.

    Args:
        folder: where it lies.
        version: what it is called.
    """

    folder: Path
    version: Version


def list_releases(folder: Path) -> list[Release]:
    """The releases in a folder, the oldest first: all folders with a version for a name, whole or not, that are not empty."""
    return sorted(_iter_releases(folder), key=lambda release: release.version)


def check_name(text: str) -> Version:
    """The version that a text is.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        return read_version(text)
    except ValueError:
        message = f"{quote(text)} is no version: write 1.2.0, 1.2.0-rc.1, or a day such as 2026-11-22 or 2026-11-22.1"
        raise _refuse(message, text) from None


def is_version(name: str) -> bool:
    """Tell whether a name is a version."""
    try:
        read_version(name)
    except ValueError:
        return False
    return True


def check_successor(version: Version, releases: list[Release]) -> None:
    """Check that a version can be that of the next release.

    Raises:
        ConfigurationError: it is there already, or does not come after the last one.
    """
    last, text = releases[-1].version if releases else None, version.text
    if any(release.version == version for release in releases):
        raise _refuse(f"there is a release {quote(text)}: what is released is never changed", text)
    if last is not None and version.is_day != last.is_day:
        raise _refuse(f"the last release is {quote(last.text)}: versions are all numbers, or all days", text)
    if last is not None and version < last:
        raise _refuse(f"{quote(text)} does not come after the last release, {quote(last.text)}", text)


def find_release(folder: Path, text: str) -> Release:
    """The release of a version.

    Raises:
        ConfigurationError: there is none.
    """
    for release in list_releases(folder):
        if release.version.text == text:
            return release
    raise _refuse(f"there is no release {quote(text)} in {folder.as_posix()}", text)


def write_manifest(folder: Path, project: Project, version: Version, previous: Version | None, counts: Mapping[str, int]) -> None:
    """Write what is in a release, after all its other files."""
    files = {path.relative_to(folder).as_posix(): path for path in _list_files(folder)}
    described = {name: {"bytes": path.stat().st_size, "sha256": _hash(path)} for name, path in files.items()}
    manifest = {
        "version": version.text,
        "previous": previous.text if previous else None,
        "as_of": project.as_of.isoformat(),
        "base": project.base,
        "kzlod": __version__,
        "counts": counts,
        "files": described,
    }
    (folder / MANIFEST).write_bytes((json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode())
    sums = {name: str(entry["sha256"]) for name, entry in described.items()} | {MANIFEST: _hash(folder / MANIFEST)}
    (folder / SUMS).write_bytes("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode())


def check_release(release: Release) -> dict[str, Any]:
    """Compare the files of a release with its hashes.

    Returns:
        The manifest.

    Raises:
        DataError: with each file that is missing, of other content, or not of the release.
    """
    manifest, sums = release.folder / MANIFEST, release.folder / SUMS
    try:
        named = _read_sums(sums)
        content: Any = json.loads(manifest.read_bytes())
    except (OSError, ValueError) as error:
        raise DataError([Problem(release.folder.as_posix(), None, None, f"this is no whole release: {error}", "release")]) from None
    found = {path.relative_to(release.folder).as_posix(): path for path in _list_files(release.folder)} | {MANIFEST: manifest}
    found.pop(SUMS, None)
    problems = []
    for name in sorted(named | found):
        if name not in found:
            message = "the file is missing"
        elif name not in named:
            message = "the file is not of the release"
        elif _hash(found[name]) != named[name]:
            message = "the file has changed since the release"
        else:
            continue
        problems.append(Problem((release.folder / name).as_posix(), None, None, message, "release", name))
    if not problems and not _is_manifest(content, release.version):
        message = f"this is no manifest of a release {quote(release.version.text)}"
        problems.append(Problem(manifest.as_posix(), None, None, message, "release"))
    if problems:
        raise DataError(problems)
    return dict(content)


def _iter_releases(folder: Path) -> Iterator[Release]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if is_version(path.name) and (path.is_symlink() or (path.is_dir() and any(path.iterdir()))):
            yield Release(path, read_version(path.name))


def _read_sums(path: Path) -> dict[str, str]:
    """The hashes by the names of the files."""
    named = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        digest, separator, name = line.partition("  ")
        if not separator:
            raise ValueError(f"line {number} of {SUMS} is no hash with the name of a file")
        named[name] = digest
    return named


def _is_manifest(content: object, version: Version) -> bool:
    """Whether it has what is read of it, and is of this version."""
    return (
        isinstance(content, dict)
        and content.get("version") == version.text
        and isinstance(content.get("base"), str)
        and isinstance(content.get("files"), dict)
    )


def _list_files(folder: Path) -> list[Path]:
    own = (folder / MANIFEST, folder / SUMS)
    return sorted(path for path in folder.rglob("*") if (path.is_file() or path.is_symlink()) and path not in own)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse(message: str, version: str) -> ConfigurationError:
    return ConfigurationError([Problem("VERSION", None, None, message, "version", version)])
