"""Input files: reads bytes, opens gzip and zstd, yields text; what is broken has a line."""

from __future__ import annotations

import codecs
import gzip
import importlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from kzlod.errors import ConfigurationError, DataError, Problem, quote
from kzlod.mapping.sandbox import Sandbox
from kzlod.tree import Place

_CHUNK: Final = 1 << 20
_TAIL: Final = 16
_ENDINGS: Final = {".gz": "gzip", ".zst": "zstd"}
_ZSTD: Final = ("compression.zstd", "backports.zstd")


@dataclass(frozen=True)
class InputFile:
    """A file of data.

    Args:
        path: with symbolic links followed.
        shown: its name in messages.
        encoding: as Python's codecs name it.
        place: where the mapping names it.
        size: bytes of its content when expanded.
        tail: its last bytes when expanded, without white space at the end.
    """

    path: Path
    shown: str
    encoding: str
    place: Place
    size: int
    tail: bytes

    @property
    def compression(self) -> str:
        """As DuckDB names it: ``none``, ``gzip`` or ``zstd``."""
        return find_compression(self.path)

    @property
    def is_utf8(self) -> bool:
        """Whether DuckDB decodes it rightly; it refuses good files in the other encodings that it offers."""
        return codecs.lookup(self.encoding).name in {"utf-8", "utf-8-sig"}

    def fault(self, line: int | None, message: str, rule: str) -> DataError:
        """The error that something is wrong in a line of it."""
        return DataError([Problem(self.shown, line, None, message, rule)])

    @contextmanager
    def open_text(self) -> Iterator[IO[str]]:
        """Its text without a byte order mark; line breaks as they are.

        Raises:
            DataError: bytes that the encoding does not have, with their line.
        """
        encoding = "utf-8-sig" if self.is_utf8 else self.encoding
        try:
            with open_bytes(self.path, self.place) as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as text:
                yield text
        except UnicodeError:
            raise self._find_undecodable() from None

    def _find_undecodable(self) -> DataError:
        decoder = codecs.getincrementaldecoder("utf-8-sig" if self.is_utf8 else self.encoding)()
        line = 1
        with open_bytes(self.path, self.place) as raw:
            while True:
                chunk = raw.read(_CHUNK)
                try:
                    line += decoder.decode(chunk, final=not chunk).count("\n")
                except UnicodeDecodeError as error:
                    before = error.object[: error.start].decode(self.encoding, "replace").count("\n")
                    wrong = error.object[error.start : error.start + 1].hex(" ")
                    return self.fault(line + before, f"byte {wrong} is not {self.encoding}: {error.reason}", "encoding")
                except UnicodeError as error:
                    return self.fault(line, f"not {self.encoding}: {error}", "encoding")
                if not chunk:
                    return self.fault(None, f"not {self.encoding}", "encoding")


def open_input(path: Path, encoding: str, place: Place, sandbox: Sandbox) -> InputFile:
    """Admit a file and look at its size; a compressed one is expanded once for that, without being kept.

    Raises:
        ConfigurationError: the sandbox does not admit it, or the encoding is unknown.
        DataError: it is not compressed as its ending says, or expands beyond the limit.
    """
    real = sandbox.admit(path, place)
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        raise ConfigurationError([place.problem(f"{quote(encoding)} is no encoding of text", "encoding", encoding)]) from None
    packed = real.stat().st_size
    limit = None if sandbox.allow_external else sandbox.limit(packed)
    try:
        with open_bytes(real, place) as raw:
            size, tail = _measure_plain(raw, packed) if find_compression(real) == "none" else _measure(raw, limit)
    except _read_errors() as error:
        raise DataError([Problem(str(path), None, None, f"the file cannot be read: {error}", "file")]) from None
    if limit is not None and find_compression(real) != "none" and size > limit:
        message = f"the file expands to more than {limit:,} bytes, {limit // packed:,} times its size"
        raise DataError([Problem(str(path), None, None, message, "compression")])
    return InputFile(real, str(path), encoding, place, size, tail)


def find_compression(path: Path) -> str:
    """What a file's ending says: ``none``, ``gzip`` or ``zstd``."""
    return _ENDINGS.get(path.suffix.lower(), "none")


@contextmanager
def open_bytes(path: Path, place: Place) -> Iterator[IO[bytes]]:
    """The content of a file, expanded.

    Raises:
        ConfigurationError: Python has no module for its compression.
    """
    compression = find_compression(path)
    module = find_zstd() if compression == "zstd" else {"none": io, "gzip": gzip}[compression]
    if module is None:
        message = "zstd files need Python 3.14 or the package backports.zstd, which is not installed"
        raise ConfigurationError([place.problem(message, "package", "backports.zstd")])
    with module.open(path, "rb") as opened:
        yield opened


def find_zstd() -> Any:
    """Python's module of zstd, its own or the backport; None where there is neither."""
    for name in _ZSTD:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


def _read_errors() -> tuple[type[Exception], ...]:
    module = find_zstd()
    return (EOFError, OSError, zlib.error, *(() if module is None else (module.ZstdError,)))


def _measure_plain(raw: IO[bytes], size: int) -> tuple[int, bytes]:
    raw.seek(max(0, size - _CHUNK))
    return size, raw.read().rstrip()[-_TAIL:]


def _measure(raw: IO[bytes], limit: int | None) -> tuple[int, bytes]:
    """Size and last bytes of what comes out; it is not read on once it is larger than the limit."""
    size, tail = 0, b""
    while chunk := raw.read(_CHUNK):
        size += len(chunk)
        if limit is not None and size > limit:
            break
        tail = (tail + chunk).rstrip()[-_TAIL:]
    return size, tail
