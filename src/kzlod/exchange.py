"""The exchange of a folder: a build writes a new one beside it, and the two change places in one step.

Whatever moment a build fails or is killed at, the target is the former folder whole or the new one whole. On Linux
``renameat2(RENAME_EXCHANGE)`` does it at once. Elsewhere two renames do, with this journal of names beside the target::

    .output.kzlod-new     a folder being written, or the former one after an exchange at once
    .output.kzlod-ready   the new folder, finished and synced: it becomes the target if there is none
    .output.kzlod-old     the former target
    .output.kzlod-lock    the lock of the build that runs now

Between the two renames there is no target. A reader that finds none can call ``recover``; every build does so at its start.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from kzlod.errors import ConfigurationError, Problem, quote

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2


@contextmanager
def staged_folder(target: Path, marker: str, kept: Collection[str] = ()) -> Iterator[Path]:
    """Give an empty folder to write, and put it in the place of the target when the block ends well.

    If the block raises, the folder is removed and the target is as it was. Where the target is a symbolic link, the folder it
    points to is replaced.

    Args:
        target: the folder to be replaced, or to be made, with its parents.
        marker: name of a file that every such folder holds. A folder without it is somebody's own and never replaced.
        kept: names of what is not the block's to write: it is carried over to the new folder.

    Yields:
        The folder to write, on the file system of the target.

    Raises:
        ConfigurationError: another build is writing the same target, the target is not a folder made by a build, or there is no
            right to write beside it.
        OSError: the disk is full or fails.
    """
    target = target.resolve()
    _check_replaceable(target, marker)
    with lock_target(target):
        _clean(target, kept)
        staging = _beside(target, "new")
        staging.mkdir()
        try:
            yield staging
            _sync(staging)
            _exchange(staging, target)
        finally:
            # The staging folder: after a failure the unfinished one, after an exchange the former target. That it cannot be removed
            # must not hide what went before; the next build says so at its start.
            with suppress(OSError):
                _clean(target, kept)


def recover(target: Path, kept: Collection[str] = ()) -> None:
    """Finish the exchange of a killed build, if its last step is missing, and remove what it left behind.

    Args:
        target: the folder that builds write.
        kept: as for ``staged_folder``.

    Raises:
        ConfigurationError: a build is writing the target now, or there is no right to write beside it.
    """
    target = target.resolve()
    with lock_target(target):
        _clean(target, kept)


def list_unfinished(folder: Path) -> list[Path]:
    """The targets in a folder of which there is an unfinished one: of builds that were killed, or run now."""
    return sorted(path.with_name(path.name[1:].removesuffix(".kzlod-new")) for path in folder.glob(".*.kzlod-new"))


@contextmanager
def lock_target(target: Path) -> Iterator[None]:
    """Hold the lock file beside a target, which need not exist; the kernel lets go of it when the process dies.

    Raises:
        ConfigurationError: another build holds it, or there is no right to write beside the target.
    """
    path = _beside(target, "lock")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor = _open_locked(path)
    except BlockingIOError:
        raise _refuse(target, "another build is writing this folder: wait for it to end", "lock") from None
    except OSError as error:
        raise _refuse(target, f"nothing can be written beside this folder: {error.strerror}", "target") from None
    try:
        yield
    finally:
        # Windows removes no open file; there the lock file stays, and does no harm.
        with suppress(PermissionError):
            path.unlink()
        os.close(descriptor)


def replace_file(target: Path, content: bytes) -> None:
    """Write a file that is there whole or stays as it was; where it is no plain file, such as a pipe, it is written as it is.

    Raises:
        OSError: there is no right to write beside it, or the disk is full.
    """
    with staged_file(target) as file:
        file.write(content)


@contextmanager
def staged_file(target: Path) -> Iterator[BinaryIO]:
    """Give a file to write, and put it in the place of the target when the block ends well; one that is no plain file gets a copy.

    Raises:
        OSError: there is no right to write beside it, or the disk is full.
    """
    if target.exists() and not target.is_file():
        with tempfile.TemporaryFile() as file, target.open("wb") as sink:
            yield file
            file.seek(0)
            shutil.copyfileobj(file, sink)
        return
    target = target.resolve()
    staging = _beside(target, str(os.getpid()))
    try:
        with staging.open("wb") as plain:
            yield plain
        _sync_entry(staging)
        staging.replace(target)
    finally:
        staging.unlink(missing_ok=True)


def replace_link(link: Path, name: str) -> None:
    """Let a symbolic link lead to another name beside it, in one step.

    Raises:
        OSError: the system has no symbolic links, or there is no right to make one.
    """
    staging = _beside(link, str(os.getpid()))
    try:
        staging.symlink_to(name)
        _rename_over(staging, link)
    finally:
        staging.unlink(missing_ok=True)


def _clean(target: Path, kept: Collection[str]) -> None:
    ready = _beside(target, "ready")
    if ready.exists() and not target.exists():
        _rename(ready, target)
    for name in ("new", "ready", "old"):
        left = _beside(target, name)
        if left.is_dir() and not left.is_symlink():
            _carry_over(left, target, kept)
            shutil.rmtree(left)
        else:
            left.unlink(missing_ok=True)


def _carry_over(left: Path, target: Path, kept: Collection[str]) -> None:
    for name in kept:
        if (left / name).exists() and target.exists() and not (target / name).exists():
            _rename(left / name, target / name)


def _check_replaceable(target: Path, marker: str) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise _refuse(target, "this is no folder: name one that a build may replace", "target")
    if any(target.iterdir()) and not (target / marker).is_file():
        message = f"this folder is not empty and holds no {quote(marker)}: a build replaces only a folder that a build has made"
        raise _refuse(target, message, "target")


def _exchange(staging: Path, target: Path) -> None:
    if not target.exists():
        _rename(staging, target)
    elif _exchange_at_once(staging, target):
        _sync_entry(target.parent)
    else:
        ready = _beside(target, "ready")
        _rename(staging, ready)
        _rename(target, _beside(target, "old"))
        _rename(ready, target)


def _exchange_at_once(one: Path, other: Path) -> bool:
    """Let two folders change places; False where the system, its C library or the file system cannot do it."""
    if sys.platform != "linux":
        return False
    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    if renameat2 is None:
        return False
    return bool(renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0)


def _rename(old: Path, new: Path) -> None:
    old.rename(new)
    # Without this a power cut may keep a later rename and lose an earlier one.
    _sync_entry(new.parent)


def _rename_over(old: Path, new: Path) -> None:
    old.replace(new)
    _sync_entry(new.parent)


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync_entry(path)
    _sync_entry(folder)


def _sync_entry(path: Path) -> None:
    # Windows can neither open a folder nor sync a file opened for reading.
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open_locked(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock_descriptor(descriptor)
            # The former owner may have removed the file after it was opened here: then another is the lock by now.
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except FileNotFoundError:
            pass
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lock_descriptor(descriptor: int) -> None:
    if sys.platform == "win32":
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError(*error.args) from None
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _refuse(target: Path, message: str, rule: str) -> ConfigurationError:
    return ConfigurationError([Problem(target.as_posix(), None, None, message, rule, target.as_posix())])


def _beside(target: Path, name: str) -> Path:
    return target.with_name(f".{target.name}.kzlod-{name}")
