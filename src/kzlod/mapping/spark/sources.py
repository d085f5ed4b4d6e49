"""Sources of Spark: reads logical sources, yields relations.

The readers are Spark's own; a file that they would read with losses is first written anew, as for DuckDB.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from pyspark.sql import DataFrame

from kzlod.errors import ConfigurationError
from kzlod.mapping.plan import DatabaseSource, Dialect, FileSource, Format
from kzlod.mapping.relations import Relation
from kzlod.mapping.sandbox import Sandbox
from kzlod.mapping.sources.csv_files import check_dialect, copy_rows, read_header, relate_columns
from kzlod.mapping.sources.csv_layout import count_lines, find_layout
from kzlod.mapping.sources.input_files import InputFile, open_input
from kzlod.mapping.sources.opening import unpack_source
from kzlod.mapping.spark.json_sources import bind_json
from kzlod.mapping.spark.paths import find_plain_path
from kzlod.mapping.spark.runner import SparkRunner


def bind_source(
    runner: SparkRunner, source: FileSource | DatabaseSource, references: Collection[str], sandbox: Sandbox, *, careful: bool
) -> Relation:
    """Make a relation of a logical source; as ``opening.bind_source``.

    Raises:
        ConfigurationError: what the mapping says of the source is wrong, not allowed, or nothing that Spark reads.
        DataError: the file is broken, with the line where there are lines; without ``careful``, a later query may find that.
    """
    wanted = sorted(references)
    if isinstance(source, DatabaseSource):
        message = f"Spark reads files, CSV, JSON and Parquet; {source.system} is read by --engine duckdb"
        raise ConfigurationError([source.place.problem(message, "engine", "spark")])
    if source.format is Format.CSV:
        return _bind_csv(runner, source, wanted, sandbox, careful=careful)
    if source.format is Format.PARQUET:
        path = sandbox.make_once(source, lambda: unpack_source(source, sandbox))
        frame = runner.session.read.parquet(find_plain_path(path, sandbox))
        select = runner.read_view(runner.keep_frame(frame))
        return runner.relate_frame(frame, select, wanted, source.place, source.dialect.null)
    return bind_json(runner, source, wanted, sandbox, careful=careful)


def _bind_csv(runner: SparkRunner, source: FileSource, references: Collection[str], sandbox: Sandbox, *, careful: bool) -> Relation:
    check_dialect(source)
    file = open_input(source.path, source.dialect.encoding, source.place, sandbox)
    names, ending = read_header(file, source.dialect)
    frame = None
    if not careful and ending and _is_known(file, source.dialect) and (len(names) > 1 or ending == "\n"):
        text = _Text(find_plain_path(file.path, sandbox), source.dialect, len(names), ending)
        frame = _read_text(runner, text, file)
    if frame is None:
        copy = sandbox.make_file(".csv")
        copy_rows(file, source.dialect, copy)
        frame = _Text(str(copy), Dialect(header=False), len(names), is_flat=False).read(runner)
    return relate_columns(runner.keep_frame(frame), names, references, source.dialect.null, file.path)


@dataclass(frozen=True)
class _Text:
    """A file that Spark is to read: where it is and how it is written.

    Args:
        is_flat: whether no line break can be inside a cell; then it is read in parts, at once.
    """

    path: str
    dialect: Dialect
    width: int
    ending: str = "\n"
    is_flat: bool = True

    def read(self, runner: SparkRunner) -> DataFrame:
        """Its rows; those that are broken stop the query."""
        columns = ", ".join(f"c{number} STRING" for number in range(self.width))
        reader = runner.session.read.schema(columns).options(
            mode="FAILFAST",
            header=self.dialect.header,
            sep=self.dialect.delimiter,
            quote=self.dialect.quote,
            escape=self.dialect.escape or "\0",
            multiLine=not self.is_flat,
            maxColumns=max(20_480, self.width + 1),
            unescapedQuoteHandling="RAISE_ERROR",
        )
        # Unless it is told, Spark takes a lone carriage return for the end of a line, too.
        return (reader.option("lineSep", "\n") if self.ending == "\n" else reader).csv(self.path)


def _is_known(file: InputFile, dialect: Dialect) -> bool:
    """Whether Spark reads files like this one as Python does; a mark of byte order would stay in the first cell."""
    is_plain = dialect.header and not dialect.comment and dialect.escape == dialect.quote and dialect.quote.isascii()
    return is_plain and file.is_utf8 and file.compression != "zstd"


def _read_text(runner: SparkRunner, text: _Text, file: InputFile) -> DataFrame | None:
    """The rows of a file; None where some might be lost: a quote that is never closed would end it, so rows are counted."""
    if find_layout(file, text.dialect.quote).is_flat:
        return text.read(runner)
    frame = replace(text, is_flat=False).read(runner)
    try:
        return frame if frame.count() + 1 == count_lines(file, text.dialect.quote) else None
    except runner.errors:
        return None
