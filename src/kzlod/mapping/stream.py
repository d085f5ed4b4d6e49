"""The streaming sink: runs pieces in DuckDB and writes their lines to one file."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

import duckdb
import pyoxigraph

from kzlod.mapping.output_files import Staging
from kzlod.mapping.pieces import Piece
from kzlod.mapping.runners import run_all
from kzlod.mapping.sources.input_files import find_zstd
from kzlod.quoting import write_text

# A line of N-Quads holds no line break of its own, so "CSV" without quotes and delimiters writes the column as it is.
_COPY: Final = """COPY ({select}) TO {file}
  (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '', COMPRESSION {compression}, USE_TMP_FILE false)"""
_SYNTAXES: Final = {
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
}


def write_lines(connections: Sequence[duckdb.DuckDBPyConnection], pieces: Sequence[Piece], staging: Staging) -> None:
    """Write the lines of pieces, in order.

    Args:
        connections: of one database; each works on a piece of its own.
        staging: where; what is compressed is so in parts, which may be put end to end.

    Raises:
        duckdb.Error: a source cannot be read to its end.
    """
    parts = [staging.name_part(number) for number in range(len(pieces))]
    copies = [
        _COPY.format(select=piece.sql, file=write_text(str(part)), compression=staging.compression)
        for piece, part in zip(pieces, parts, strict=True)
    ]
    staging.whole.touch()
    staging.progress.start(len(pieces), staging.folder if staging.compression == "none" else None)
    # A part is put behind the earlier ones while the later ones are being made.
    for part, _ in zip(parts, run_all(connections, copies, staging.progress.finish_part), strict=True):
        staging.progress.moving = part
        _append(part, staging.whole)


def write_parquet(connection: duckdb.DuckDBPyConnection, select: str, staging: Staging) -> None:
    """Write quads as Parquet, sorted, with the columns subject, predicate, object and graph, in N-Triples form.

    Raises:
        duckdb.Error: as ``write_lines``.
    """
    staging.progress.start(1, None)
    part = staging.name_part(0)
    ordered = f"SELECT * FROM ({select}) ORDER BY graph NULLS FIRST, subject, predicate, object"
    connection.execute(f"COPY ({ordered}) TO {write_text(str(part))} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)")
    part.replace(staging.whole)
    staging.progress.finish_part()


def write_document(
    connection: duckdb.DuckDBPyConnection,
    select: str,
    staging: Staging,
    form: str,
    prefixes: Mapping[str, str],
) -> None:
    """Write quads as Turtle, TriG or JSON-LD, grouped by subject; Turtle tells triples and no names of graphs.

    Raises:
        duckdb.Error: as ``write_lines``.
    """
    graph, order = ("''", "") if form == "turtle" else ("coalesce(' ' || graph, '')", "graph NULLS FIRST, ")
    columns = "DISTINCT subject, predicate, object" if form == "turtle" else "*"
    lines = f"""SELECT concat(subject, ' ', predicate, ' ', object, {graph}, ' .') FROM (SELECT {columns} FROM ({select}))
      ORDER BY {order}subject, predicate, object"""
    # The lines are made, and then read again.
    staging.progress.start(2, None)
    part = staging.name_part(0)
    connection.execute(_COPY.format(select=lines, file=write_text(str(part)), compression="none"))
    staging.progress.finish_part()
    quads = pyoxigraph.parse(path=part, format=pyoxigraph.RdfFormat.N_QUADS)
    with open_output(staging.whole, staging.compression) as file:
        if form == "turtle":
            pyoxigraph.serialize((quad.triple for quad in quads), file, _SYNTAXES[form], prefixes=dict(prefixes))
        else:
            pyoxigraph.serialize(quads, file, _SYNTAXES[form], prefixes=dict(prefixes))
    staging.progress.finish_part()


@contextmanager
def open_output(path: Path, compression: str) -> Iterator[IO[bytes]]:
    """A new file, compressed as DuckDB names it: none, gzip or zstd."""
    with path.open("wb") as file:
        if compression == "gzip":
            # Without the name and time that gzip would write: the same input gives the same bytes.
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                yield cast("IO[bytes]", packed)
        elif compression == "zstd":
            with find_zstd().open(file, "wb") as packed:
                yield packed
        else:
            yield file


def _append(part: Path, whole: Path) -> None:
    """Put a part behind what is there; the first one takes its place, and is not copied."""
    if not whole.stat().st_size:
        part.replace(whole)
        return
    with whole.open("ab") as target, part.open("rb") as source:
        shutil.copyfileobj(source, target, 1 << 20)
    part.unlink()
