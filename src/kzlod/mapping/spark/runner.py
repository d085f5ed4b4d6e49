"""The runner of Spark: a session of its own, in which translated SQL runs."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Final

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import ArrayType, DataType

from kzlod.errors import ConfigurationError, EngineError, Problem
from kzlod.mapping.relations import Relation
from kzlod.mapping.sources.opening import find_values
from kzlod.mapping.spark.dialect import UntranslatableError, translate
from kzlod.quoting import write_name
from kzlod.tree import Place

_SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    # A row is whole or an error, whichever of its cells a mapping needs; and a number that does not fit is an error.
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    "spark.sql.ansi.enabled": "true",
    # JSON leaves open what a name that stands twice means; DuckDB takes it, too.
    "spark.sql.variant.allowDuplicateKeys": "true",
}
# On one machine the network is not needed, nor are as many parts as in a cluster.
_LOCAL: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "16",
}

# Spark's names of types, as DuckDB has them; natural datatypes go by these.
_TYPES: Final = {
    **{name: name.upper() for name in ("boolean", "tinyint", "smallint", "bigint", "float", "double", "date")},
    "int": "INTEGER",
    "string": "VARCHAR",
    "binary": "BLOB",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "timestamp_ntz": "TIMESTAMP",
}


class SparkRunner:
    """Spark SQL; as ``Runner``.

    Args:
        session: which it shares with nobody: views are v0, v1, ... there.
    """

    errors: tuple[type[Exception], ...] = (PySparkException, Py4JError, UntranslatableError)
    hash_function = "xxhash64"
    barrier = ""

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self._count = 0

    def make_view(self, name: str, select: str, *, of_user: bool) -> str:  # noqa: ARG002 - Spark has no such names
        """Keep a SELECT as a view."""
        frame = self.session.sql(translate(select, of_user=of_user))
        twice = sorted(name for name, times in Counter(name.lower() for name in frame.columns).items() if times > 1)
        if twice:
            raise UntranslatableError(f"the query has the column {twice[0]} twice: name its columns one by one")
        return self.keep_frame(frame)

    def keep_frame(self, frame: DataFrame) -> str:
        """Keep a frame as a view, and give its name."""
        view = f"v{self._count}"
        self._count += 1
        frame.createOrReplaceTempView(view)
        return view

    def run(self, select: str) -> DataFrame:
        """The frame of a SELECT, which is not computed as yet."""
        return self.session.sql(translate(select))

    def list_columns(self, select: str) -> list[str]:
        """The columns of a SELECT."""
        return self.run(select).columns

    def bind_columns(self, select: str, references: Collection[str], place: Place) -> Relation:
        """The relation of a SELECT whose columns have types."""
        return self.relate_frame(self.run(select), select, references, place)

    def relate_frame(
        self, frame: DataFrame, select: str, references: Collection[str], place: Place, null: tuple[str, ...] = ()
    ) -> Relation:
        """The relation of a SELECT that makes a frame."""
        types = {column.name: _name_type(column.dataType) for column in frame.schema.fields}
        return Relation(select, find_values(types, references, place, null), (), tuple(types))

    def read_view(self, view: str) -> str:
        """The SELECT of all that is in a view."""
        return f"SELECT * FROM {write_name(view)}"

    def fetch_row(self, query: str) -> tuple[Any, ...]:
        """The first row of what a query finds."""
        return tuple(self.run(query).first() or ())

    def fetch_rows(self, queries: Sequence[str]) -> list[tuple[Any, ...]]:
        """The first row of what each query finds; each is spread over all workers by itself."""
        return [self.fetch_row(query) for query in queries]

    def find_share(self) -> float:
        """The share of the tasks of the running stages that are done; as ``Progress``."""
        tracker = self.session.sparkContext.statusTracker()
        stages = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
        total = sum(stage.numTasks for stage in stages if stage)
        return sum(stage.numCompletedTasks for stage in stages if stage) / total if total else 0.0

    def count_lines(self) -> int:
        """Nothing: Spark's parts may lie elsewhere, and compressed."""
        return 0


def _name_type(kind: DataType) -> str:
    if isinstance(kind, ArrayType):
        return f"{_name_type(kind.elementType)}[]"
    name = kind.simpleString()
    return name.upper() if name.startswith("decimal(") else _TYPES.get(name, name)


@contextmanager
def open_runner(master: str, memory: str) -> Iterator[SparkRunner]:
    """A session of Spark, which ends with the block; one that is there already is used, and goes on.

    Args:
        master: as Spark names it, such as ``local[2]`` or ``spark://host:7077``.
        memory: of the driver, such as ``2GB``; empty for Spark's default.

    Raises:
        ConfigurationError: no Java, or none that is new enough.
        EngineError: Spark does not start.
    """
    active = SparkSession.getActiveSession()
    if active is not None:
        yield SparkRunner(_set_up(active))
        return
    session = _start_session(master, memory)
    try:
        yield SparkRunner(_set_up(session))
    finally:
        session.stop()


def _set_up(session: SparkSession) -> SparkSession:
    """A session beside the given one, with the settings that the meaning of the SQL hangs on, and with views of its own."""
    own = session.newSession()
    for name, value in _SETTINGS.items():
        own.conf.set(name, value)
    return own


def _start_session(master: str, memory: str) -> SparkSession:
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        message = "Spark needs Java 17 or later; there is no java here, and JAVA_HOME is not set"
        raise ConfigurationError([Problem("--engine", None, None, message, "engine", "spark")])
    # It logs whole stack traces of what is raised to us anyway.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    is_local = master.startswith("local")
    settings = (_LOCAL if is_local else {}) | ({"spark.driver.memory": _write_memory(memory)} if memory else {})
    builder = (
        SparkSession.builder.master(master)
        .appName("kzlod")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
    )
    for name, value in settings.items():
        builder = builder.config(name, value)
    if is_local:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    with _quiet_start() as log:
        try:
            session = builder.getOrCreate()
            session.sparkContext.setLogLevel("OFF")
        # It tells by many types, RuntimeError and those of py4j among them, and by what Java has written.
        except Exception as error:
            log.seek(0)
            said = [line for line in log.read().splitlines() if "rror" in line or "xception" in line]
            reason = said[0] if said else str(error).partition("\n")[0]
            raise EngineError([Problem("spark", None, None, f"Spark does not start: {reason}", "engine", master)]) from None
    return session


@contextmanager
def _quiet_start() -> Iterator[IO[str]]:
    """Give Java another standard error, for good: what it warns of is not the user's concern, and errors are raised."""
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        kept = os.dup(2)
        os.dup2(log.fileno(), 2)
        try:
            yield log
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _write_memory(memory: str) -> str:
    """An amount as Spark writes it: ``2GB`` is ``2g``."""
    return memory.lower().replace(" ", "").removesuffix("b").removesuffix("i")
