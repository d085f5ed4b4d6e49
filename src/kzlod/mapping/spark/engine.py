"""What the mapper calls of Spark."""

from kzlod.mapping.spark.dialect import translate
from kzlod.mapping.spark.output import write_lines, write_parquet
from kzlod.mapping.spark.runner import open_runner
from kzlod.mapping.spark.sources import bind_source

__all__ = ["bind_source", "open_runner", "translate", "write_lines", "write_parquet"]
