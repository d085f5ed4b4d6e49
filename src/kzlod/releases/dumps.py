"""Dumps to compare: reads N-Quads and N-Triples, also compressed, yields files of sorted canonical lines.

Sorted lines can be compared and patched while they are read, so that memory does not grow with them. The dumps of a build are
sorted; the lines of any other file are checked and sorted into a temporary one first.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from operator import lt
from pathlib import Path
from typing import IO, Final, cast

import duckdb

from kzlod.errors import ConfigurationError, DataError, Problem, quote
from kzlod.project import QUADS
from kzlod.quoting import write_text
from kzlod.terms import IRI, TERM, XSD_STRING, read_literal, write_literal

_ENDINGS: Final = (".nq", ".nt")
_SHOWN: Final = 100
"""So many lines that cannot be compared are told one by one."""
_BATCH: Final = 1 << 22
_CONTROLS: Final = bytes({*range(32)} - {10})
_SMALLEST_LINE: Final = 1 << 18


@dataclass(frozen=True)
class Dump:
    """Sorted canonical N-Quads or N-Triples, each line once.

    Args:
        path: the file of the lines.
        shown: the file that the user named.
        sha256: of the lines.
        longest: bytes of the longest line.
    """

    path: Path
    shown: str
    sha256: str
    longest: int

    def iter_lines(self) -> Iterator[bytes]:
        """The lines, with their ends."""
        with open_bytes(self.path) as file:
            yield from file


def find_dump(path: Path) -> Path:
    """The file that a path means: of a folder its dump of everything.

    Raises:
        ConfigurationError: there is none, or it is neither N-Quads nor N-Triples.
    """
    file = next((path / name for name in (QUADS, f"{QUADS}.gz") if (path / name).is_file()), path) if path.is_dir() else path
    message = ""
    if file.is_dir():
        message = f"there is no {QUADS} in this folder"
    elif not file.exists():
        message = "there is no such file"
    elif not file.is_file():
        message = "this is no plain file, and a dump is read more than once"
    elif (Path(file.stem).suffix if file.suffix == ".gz" else file.suffix) not in _ENDINGS:
        message = "neither N-Quads nor N-Triples: the name must end in .nq or .nt, or in one of these and .gz"
    if message:
        raise ConfigurationError([Problem(path.as_posix(), None, None, message, "dump", path.as_posix())])
    return file


@contextmanager
def open_dump(path: Path) -> Iterator[Dump]:
    """Give the dump that a path means; where it is not sorted, a sorted copy that ends with the block.

    Raises:
        ConfigurationError: as ``find_dump``.
        DataError: it is not sorted, and lines of it are not canonical.
    """
    file = find_dump(path)
    dump = _read_sorted(file, file)
    if dump is not None:
        yield dump
        return
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "sorted"
        _sort(file, Path(folder), lines)
        yield _read_sorted(lines, file) or Dump(lines, file.as_posix(), "", 0)


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """Give the bytes of a file, decompressed where its name ends in .gz.

    Raises:
        DataError: within the block, where they are not compressed as they should be.
    """
    try:
        with cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb") as file:
            yield file
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError([Problem(path.as_posix(), None, None, f"not gzip: {error}", "gzip")]) from None


def is_canonical(line: bytes) -> bool:
    """Tell whether a line is a statement in canonical form (RDF 1.2 N-Quads, section 3) without blank nodes.

    >>> is_canonical(b'<a:s> <a:p> "o"@en <a:g> .\\n'), is_canonical(b'<a:s>  <a:p> _:o .\\n')
    (True, False)
    >>> is_canonical(b'<a:s> <a:p> "\\\\u0041" .\\n')
    False
    """
    try:
        text = line.decode()
        if not _compile_statement().fullmatch(text):
            return False
        end = text.rfind('"') + 1
        literal = text[text.find('"') : end]
        if text.startswith(f"^^<{XSD_STRING}>", end):
            return False
        return not literal or write_literal(read_literal(literal).text) == literal
    except (ValueError, OverflowError):
        return False


def select_lines(path: Path, longest: int) -> str:
    """A query of DuckDB for the lines of a sorted file, as its one column ``line``.

    Args:
        path: the file.
        longest: bytes of its longest line; buffers are as large as a line can be.
    """
    # No canonical line holds a control character, so nothing ends a cell.
    return (
        f"SELECT line FROM read_csv({write_text(_escape_pattern(path))}, columns = {{'line': 'VARCHAR'}}, auto_detect = false, "
        r"header = false, delim = E'\x1f', quote = '', escape = '', comment = '', nullstr = '', new_line = '\n', "
        f"max_line_size = {max(longest, _SMALLEST_LINE)}, "
        f"hive_partitioning = false, compression = '{'gzip' if path.suffix == '.gz' else 'none'}')"
    )


def _escape_pattern(path: Path) -> str:
    # A name that starts with ~ would lead to the home folder.
    return re.sub(r"([*?[])", r"[\1]", str(path.absolute()))


@cache
def _compile_statement() -> re.Pattern[str]:
    return re.compile(rf"<{IRI}> <{IRI}> (?:{TERM})(?: <{IRI}>)? \.\n")


def _read_sorted(file: Path, named: Path) -> Dump | None:
    """The dump in a file, or None where its lines are not sorted, one stands there twice, or one can be no statement."""
    digest = hashlib.sha256()
    last, longest = b"", 0
    with open_bytes(file) as data:
        while lines := data.readlines(_BATCH):
            if not (last < lines[0] and all(map(lt, lines, islice(lines, 1, None)))):
                return None
            last = lines[-1]
            longest = max(longest, *map(len, lines))
            block = b"".join(lines)
            digest.update(block)
            if len(block.translate(None, _CONTROLS)) < len(block) or not _is_text(block):
                return None
    # Blank lines and comments come before all statements.
    if last and not (last.endswith(b" .\n") and _starts_with_statement(file)):
        return None
    return Dump(file, named.as_posix(), digest.hexdigest(), longest)


def _is_text(block: bytes) -> bool:
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def _starts_with_statement(file: Path) -> bool:
    with open_bytes(file) as data:
        return data.read(1) in (b"<", b"_")


def _sort(file: Path, folder: Path, target: Path) -> None:
    """Sort the lines of a file, each once, without comments; nothing is respelled, as parsers do with language tags."""
    checked = folder / "checked"
    longest = 0
    problems: list[Problem] = []
    with open_bytes(file) as lines, checked.open("wb") as sink:
        for number, line in enumerate(lines, 1):
            statement = line.strip() + b"\n"
            if is_canonical(statement):
                longest = max(longest, sink.write(statement))
            elif len(statement) > 1 and not statement.startswith(b"#") and len(problems) < _SHOWN:
                problems.append(_complain(file.as_posix(), number, line))
    if problems:
        raise DataError(problems)
    with duckdb.connect() as connection, target.open("wb") as sink:
        connection.execute(f"SET temp_directory = {write_text(str(folder))}")
        rows = connection.execute(f"SELECT DISTINCT line FROM ({select_lines(checked, longest)}) ORDER BY line")
        while batch := rows.fetchmany(50_000):
            sink.writelines(f"{line}\n".encode() for (line,) in batch)


def complain_of(dump: Dump, line: bytes) -> Problem:
    """What is wrong with a line of a dump that is not canonical, and where."""
    with open_bytes(dump.path) as file:
        number = next(number for number, other in enumerate(file, 1) if other == line)
    return _complain(dump.shown, number, line)


def _complain(file: str, number: int, line: bytes) -> Problem:
    shown = quote(line.decode(errors="backslashreplace").rstrip("\n"))
    message = f"no statement in canonical N-Quads without blank nodes, so it cannot be compared: {shown}"
    return Problem(file, number, None, message, "canonical", shown)
