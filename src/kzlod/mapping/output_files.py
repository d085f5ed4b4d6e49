"""Output files: reads the name that a call gives, yields a folder to write in; what is whole there takes the name's place."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.mapping.plan import DatabaseSource, FileSource, Plan
from kzlod.mapping.progress import WritingProgress
from kzlod.mapping.sources.input_files import find_compression

FORMATS: Final = ("nquads", "ntriples", "turtle", "trig", "jsonld", "parquet")
_ENDINGS: Final = {
    ".nq": "nquads",
    ".nt": "ntriples",
    ".ttl": "turtle",
    ".trig": "trig",
    ".jsonld": "jsonld",
    ".parquet": "parquet",
}
_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Staging:
    """Where an output is made.

    Args:
        folder: of this output alone, for all its parts.
        compression: of the whole, as DuckDB names it.
        progress: is told how much is done.
    """

    folder: Path
    compression: str = "none"
    progress: WritingProgress = field(default_factory=WritingProgress)

    @property
    def whole(self) -> Path:
        """The file that becomes the output."""
        return self.folder / "whole"

    def name_part(self, number: int) -> Path:
        """The file of a part."""
        return self.folder / str(number)


def find_output_format(output: Path | None) -> str:
    """The format by the ending of a file's name, behind one of compression; N-Quads where there is no ending.

    Raises:
        ConfigurationError: the ending is that of no format.

    >>> find_output_format(Path("a.ttl.gz")), find_output_format(None)
    ('turtle', 'nquads')
    """
    if output is None:
        return "nquads"
    plain = output.with_suffix("") if find_compression(output) != "none" else output
    if plain.suffix and plain.suffix.lower() not in _ENDINGS:
        message = f"{quote(plain.suffix)} is the ending of no format: give --format, or one of {', '.join(_ENDINGS)} (.gz, .zst)"
        raise ConfigurationError([Problem(output.as_posix(), None, None, message, "format", plain.suffix)])
    return _ENDINGS.get(plain.suffix.lower(), "nquads")


def check_output(output: Path | None, form: str, mappings: Iterable[Path], plans: Iterable[Plan]) -> None:
    """Refuse an output that cannot be written, or that would be written over what is read.

    Raises:
        ConfigurationError: its folder is missing, it is no file that can be written, or it is one of the mappings or sources.
    """
    if output is None:
        return
    message = _find_fault(output, form) or _find_loss(output, mappings, plans)
    if message:
        raise ConfigurationError([Problem(output.as_posix(), None, None, message, "output")])


def _find_fault(output: Path, form: str) -> str:
    if form == "parquet" and find_compression(output) != "none":
        return "Parquet is compressed inside: name a file without .gz or .zst"
    folder = output.resolve().parent
    return "" if _is_special(output) or folder.is_dir() else f"there is no folder {quote(folder.as_posix())}"


def _find_loss(output: Path, mappings: Iterable[Path], plans: Iterable[Plan]) -> str:
    sources = [source for plan in plans for source in plan.sources.values()]
    files = [source.path for source in sources if isinstance(source, FileSource)]
    databases = [Path(source.address) for source in sources if isinstance(source, DatabaseSource) and source.system == "sqlite"]
    for kind, paths in (("mapping", mappings), ("source", (*files, *databases))):
        if any(_is_same(output, path) for path in paths):
            return f"this is a {kind}, which would be lost: name another file"
    return ""


def _is_same(one: Path, two: Path) -> bool:
    try:
        return one.samefile(two)
    # What is not there, and what can be no name of a file.
    except (OSError, ValueError):
        return False


def _is_special(output: Path) -> bool:
    """Whether it is written to as it stands, because no file can take its place."""
    try:
        mode = output.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _is_standard_output(output: Path) -> bool:
    try:
        return os.path.samestat(output.stat(), os.fstat(1))
    except OSError:
        return False


@contextmanager
def stage_output(output: Path | None, progress: WritingProgress) -> Iterator[Staging]:
    """A folder to make an output in; when the block ends well, what is whole there becomes the output.

    A file is exchanged in one step: of several calls that write it, the last one to end wins. A FIFO, a character device and
    standard output get a copy.

    Args:
        output: the file, or None for standard output.
        progress: of the output.

    Raises:
        ConfigurationError: it is neither a file nor anything that can be written to like one.
    """
    if output is None or _is_standard_output(output):
        with _make_folder(None) as folder:
            yield (staging := Staging(folder, find_compression(output or Path()), progress))
            copy_to_standard_output(staging.whole)
    elif _is_special(output):
        with _make_folder(None) as folder:
            yield (staging := Staging(folder, find_compression(output), progress))
            with staging.whole.open("rb") as file, output.open("wb") as target:
                shutil.copyfileobj(file, target, _CHUNK)
    else:
        target_path = output.resolve()
        if target_path.exists() and not target_path.is_file():
            message = "this is a folder: name a file" if target_path.is_dir() else "this is no file that can be written"
            raise ConfigurationError([Problem(output.as_posix(), None, None, message, "output")])
        with _make_folder(target_path.parent) as folder:
            yield (staging := Staging(folder, find_compression(output), progress))
            staging.whole.replace(target_path)


def copy_to_standard_output(path: Path) -> None:
    """Write what is in a file."""
    with path.open("rb") as file:
        sys.stdout.flush()
        shutil.copyfileobj(file, sys.stdout.buffer, _CHUNK)
        sys.stdout.buffer.flush()


@contextmanager
def _make_folder(parent: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kzlod-" if parent is None else ".kzlod-", dir=parent) as folder:
        yield Path(folder).resolve()
