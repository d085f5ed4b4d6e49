"""Output of Spark: runs pieces and writes a folder of parts, which appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from pathlib import Path
from typing import Final

from pyspark.sql import DataFrame

from kzlod.exchange import staged_folder
from kzlod.mapping.pieces import Piece
from kzlod.mapping.sources.input_files import find_compression
from kzlod.mapping.spark.runner import SparkRunner

MARKER: Final = "_SUCCESS"
"""The file that tells, in Hadoop's world, that a folder is whole."""

_ENDINGS: Final = {"nquads": ".nq", "ntriples": ".nt", "parquet": ".parquet"}
_COMPRESSED: Final = {"none": "", "gzip": ".gz", "zstd": ".zst"}


def write_lines(runner: SparkRunner, pieces: Sequence[Piece], output: Path, form: str) -> None:
    """Write the lines of pieces to files ``part-00000.nq`` and so on in a folder; ``.gz`` and ``.zst`` by the folder's name.

    Raises:
        ConfigurationError: the folder is somebody's own, or another call is writing it.
        pyspark.errors.PySparkException: a source cannot be read to its end; the former folder, if any, stays as it was.
    """
    frames = [_run_piece(runner, piece) for piece in pieces] or [runner.run("SELECT '' AS line WHERE false")]
    lines = reduce(DataFrame.unionAll, frames)
    compression = find_compression(output)
    with staged_folder(output, MARKER) as folder:
        lines.write.text(str(folder / "parts"), compression=compression, lineSep="\n")
        _name_parts(folder, _ENDINGS[form] + _COMPRESSED[compression])


def write_parquet(runner: SparkRunner, select: str, output: Path) -> None:
    """Write quads as a folder of Parquet files with the columns subject, predicate, object and graph; as ``write_lines``."""
    quads = runner.run(select)
    with staged_folder(output, MARKER) as folder:
        quads.sortWithinPartitions(*quads.columns).write.parquet(str(folder / "parts"), compression="zstd")
        _name_parts(folder, _ENDINGS["parquet"])


def list_parts(folder: Path) -> Iterable[Path]:
    """The parts of a folder in order."""
    return sorted(folder.glob("part-*"))


def _run_piece(runner: SparkRunner, piece: Piece) -> DataFrame:
    frame = runner.run(piece.sql)
    # What was made distinct has been spread by its hash: alike in every run but for the order within a part.
    return frame if piece.is_streamed else frame.sortWithinPartitions(*frame.columns)


def _name_parts(folder: Path, ending: str) -> None:
    """Give the files names that are alike in every run."""
    made = folder / "parts"
    for number, path in enumerate(sorted(made.glob("part-*"))):
        path.rename(folder / f"part-{number:05}{ending}")
    for path in made.iterdir():
        path.unlink()
    made.rmdir()
    (folder / MARKER).touch()
