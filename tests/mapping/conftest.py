from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from kzlod.dataset import Dataset
from kzlod.mapping.plan import DatabaseSource, FileSource
from kzlod.mapping.sandbox import Sandbox
from kzlod.mapping.sources.opening import bind_source
from kzlod.project import Project, Publication
from kzlod.terms import Prefixes

if TYPE_CHECKING:
    from kzlod.mapping.spark.runner import SparkRunner

BASE = "https://example.org/base/"


@pytest.fixture(scope="session")
def new_dataset() -> Callable[[], Dataset]:
    """Makes empty datasets; of session scope, so that property tests can make one for each example."""
    project = Project(
        Path(), BASE, datetime.date(2026, 1, 1), {}, {}, BASE, (), Prefixes({}), (), Publication(datetime.date(2026, 1, 1))
    )
    return lambda: Dataset(project)


@pytest.fixture
def dataset(new_dataset: Callable[[], Dataset]) -> Dataset:
    return new_dataset()


@pytest.fixture
def load_tables(dataset: Dataset) -> Callable[[Path], dict[Path, tuple[str, str]]]:
    """Loads the CSV files of a folder as tables of texts."""

    def load(folder: Path) -> dict[Path, tuple[str, str]]:
        tables = {}
        for path in sorted(folder.glob("*.csv")):
            query = f"CREATE TABLE \"{path.stem}\" AS SELECT * FROM read_csv($file, header = true, all_varchar = true, delim = ',')"
            dataset.connection.execute(query, {"file": str(path)})
            tables[path] = ("main", path.stem)
        return tables

    return load


@pytest.fixture(scope="session")
def read_source() -> Callable[..., list[tuple[Any, ...]]]:
    """Reads the texts of references to a source, or pairs of text and datatype; with care if it fails, as ``map`` does."""

    def read(
        source: FileSource | DatabaseSource, references: Sequence[str], *, careful: bool = False, datatypes: bool = False
    ) -> list[tuple[Any, ...]]:
        connection = duckdb.connect()
        path = source.path if isinstance(source, FileSource) else Path(source.address)
        sandbox = Sandbox((path.parent,))
        relation = bind_source(connection, source, references, sandbox, careful=careful)
        values = [relation.value(reference, "source") for reference in references]
        texts = [f"{{t: {value.text}, d: {value.datatype or 'NULL'}}}" if datatypes else value.text for value in values]
        sandbox.lock(connection, relation.files)
        try:
            rows = connection.execute(f"SELECT {', '.join(texts)} FROM ({relation.sql}) AS source").fetchall()
        except duckdb.Error:
            if careful:
                raise
            return read(source, references, careful=True, datatypes=datatypes)
        return [tuple((cell["t"], cell["d"]) for cell in row) for row in rows] if datatypes else rows

    return read


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkRunner]:
    """One session for all tests; what they call uses it."""
    from kzlod.mapping.spark.runner import open_runner  # noqa: PLC0415 - Spark may not be installed

    with open_runner("local[2]", "") as runner:
        yield runner
