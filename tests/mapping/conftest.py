import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from kzlod.dataset import Dataset
from kzlod.project import Project
from kzlod.terms import Prefixes

BASE = "https://example.org/base/"


@pytest.fixture(scope="session")
def new_dataset() -> Callable[[], Dataset]:
    """Makes empty datasets; of session scope, so that property tests can make one for each example."""
    project = Project(Path(), BASE, datetime.date(2026, 1, 1), {}, {}, BASE, (), Prefixes({}), ())
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
