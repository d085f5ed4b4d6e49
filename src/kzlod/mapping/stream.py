"""The streaming sink: runs pieces in DuckDB and writes their lines to one file, which appears whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Final

import duckdb

from kzlod.mapping.pieces import Piece
from kzlod.quoting import write_text

# A line of N-Quads holds no line break of its own, so "CSV" without quotes and delimiters writes the column as it is.
_COPY: Final = """COPY ({select}) TO {file}
  (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '', COMPRESSION {compression}, USE_TMP_FILE false)"""
COMPRESSIONS: Final = {".gz": "gzip", ".zst": "zstd"}
"""Compressions by the ending of the output's name; files of both may be joined end to end."""


def write_lines(
    connections: Sequence[duckdb.DuckDBPyConnection], pieces: Sequence[Piece], output: Path, compression: str = "none"
) -> None:
    """Write the lines of pieces, in order, to a file that is there only when all of them are.

    Args:
        connections: of one database; each works on a piece of its own.

    Raises:
        duckdb.Error: a source cannot be read to its end; the former file, if any, stays as it was.
    """
    with _staged(output) as folder:
        parts = [folder / str(number) for number in range(len(pieces))]
        copies = [
            _COPY.format(select=piece.sql, file=write_text(str(part)), compression=compression)
            for piece, part in zip(pieces, parts, strict=True)
        ]
        whole = folder / "whole"
        whole.touch()
        # A part is put behind the earlier ones while the later ones are being made.
        for number in _run_all(connections, copies):
            _append(parts[number], whole)
        whole.replace(output)


def _run_all(connections: Sequence[duckdb.DuckDBPyConnection], queries: Sequence[str]) -> Iterator[int]:
    """Run queries, as many at a time as there are connections, and yield their numbers in order; a failure stops all."""
    free: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
    for connection in connections:
        free.put(connection)

    def run(query: str) -> None:
        connection = free.get()
        try:
            connection.execute(query)
        finally:
            free.put(connection)

    with ThreadPoolExecutor(len(connections)) as pool:
        futures = [pool.submit(run, query) for query in queries]
        try:
            for number, future in enumerate(futures):
                future.result()
                yield number
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for connection in connections:
                connection.interrupt()
            raise


def write_parquet(connection: duckdb.DuckDBPyConnection, select: str, output: Path) -> None:
    """Write quads as Parquet, sorted, with the columns subject, predicate, object and graph, in N-Triples form.

    Raises:
        duckdb.Error: as ``write_lines``.
    """
    with _staged(output) as folder:
        ordered = f"SELECT * FROM ({select}) ORDER BY graph NULLS FIRST, subject, predicate, object"
        connection.execute(
            f"COPY ({ordered}) TO {write_text(str(folder / '0'))} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)"
        )
        (folder / "0").replace(output)


def name_parts(output: Path) -> Path:
    """The folder beside an output in which its parts are made."""
    return output.with_name(f".{output.name}.parts")


@contextmanager
def _staged(output: Path) -> Iterator[Path]:
    folder = name_parts(output)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _append(part: Path, whole: Path) -> None:
    """Put a part behind what is there; the first one takes its place, and is not copied."""
    if not whole.stat().st_size:
        part.replace(whole)
        return
    with whole.open("ab") as target, part.open("rb") as source:
        shutil.copyfileobj(source, target, 1 << 20)
    part.unlink()
