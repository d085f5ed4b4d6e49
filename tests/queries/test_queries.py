"""The queries of the repository: what each gives from a fresh build, and that other SPARQL engines read and answer them alike.

An ``expected/<name>.csv`` is written by ``kzlod query <name> --format csv`` after ``kzlod build``, and compared with facts/ by eye.
"""

from __future__ import annotations

import csv
import io
import shlex
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from click.testing import CliRunner
from rdflib.plugins.sparql import prepareQuery

from kzlod.cli import main
from kzlod.queries import execution
from kzlod.queries.catalogue import load_catalogue

HERE = Path(__file__).parent
QUERIES = load_catalogue(HERE.parents[1] / "queries")


def test_every_query_has_its_expected_rows_and_none_is_left_over() -> None:
    assert {path.stem for path in (HERE / "expected").iterdir()} == set(QUERIES)


@pytest.fixture
def _loaded(store: pyoxigraph.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dump is read once, not by each of some two hundred calls; test_query_command.py has calls that read theirs."""
    monkeypatch.setattr(execution, "load_dump", lambda _: store)


@pytest.mark.usefixtures("_loaded")
@pytest.mark.parametrize("name", QUERIES)
def test_rows(name: str, project: Path) -> None:
    result = CliRunner().invoke(main, ["query", name, "--project", str(project), "--format", "csv"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes == (HERE / "expected" / f"{name}.csv").read_bytes()
    assert len(list(csv.reader(io.StringIO(result.stdout, newline="")))) - 1 == QUERIES[name].rows


@pytest.mark.usefixtures("_loaded")
@pytest.mark.parametrize("name", QUERIES)
def test_the_example_of_the_header_gives_rows(name: str, project: Path) -> None:
    words = shlex.split(QUERIES[name].example)
    assert words[:3] == ["kzlod", "query", name]
    result = CliRunner().invoke(main, [*words[1:], "--project", str(project), "--format", "csv"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes.count(b"\n") > 1


@pytest.fixture(scope="module")
def dataset(built: Path) -> rdflib.Dataset:
    dataset = rdflib.Dataset()
    dataset.parse(built / "kzlod.nq", format="nquads")
    return dataset


@pytest.mark.slow
@pytest.mark.parametrize("name", QUERIES)
def test_rdflib_gives_the_same_rows_in_the_same_order(name: str, dataset: rdflib.Dataset, store: pyoxigraph.Store) -> None:
    expected = read_rows(store, QUERIES[name].text)
    found = dataset.query(prepareQuery(QUERIES[name].text))
    assert [tuple(str(variable) for variable in found.vars or ())] == expected[:1]
    assert [tuple(None if term is None else str(term) for term in row) for row in found] == expected[1:]  # type: ignore[union-attr]


def read_rows(store: pyoxigraph.Store, text: str) -> list[tuple[str | None, ...]]:
    """The names of the variables, and the rows."""
    solutions = store.query(text)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    names = tuple(variable.value for variable in solutions.variables)
    return [names, *(tuple(None if row[name] is None else row[name].value for name in names) for row in solutions)]


@pytest.mark.parametrize("name", QUERIES)
def test_the_order_of_rows_is_settled(name: str, store: pyoxigraph.Store) -> None:
    """Rows with equal keys come in any order: so no two rows may be equal in all that the query sorts by."""
    text = QUERIES[name].text
    keys = text.rpartition("ORDER BY")[2].split()
    variables = {key.strip("?") for key in keys if key.startswith("?")}
    solutions = store.query(text)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    rows = [tuple(str(row[name]) for name in sorted(variables)) for row in solutions]
    assert len(rows) == len(set(rows))
