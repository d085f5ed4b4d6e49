"""Mappings from file to quads: a folder is a case, with mapping.yml, its tables, and expected.nq or expected.txt."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kzlod.dataset import Dataset
from kzlod.errors import ConfigurationError
from kzlod.mapping.engine import bind_tables, fill_quads, find_malformed
from kzlod.mapping.yarrrml.reader import load_mapping

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())
Loader = Callable[[Path], dict[Path, tuple[str, str]]]


def run(dataset: Dataset, case: Path, load_tables: Loader) -> str:
    plan = load_mapping(case / "mapping.yml", "mapping.yml", dataset.project.base)
    fill_quads(dataset, bind_tables(dataset, plan, load_tables(case)))
    assert find_malformed(dataset) == []
    return "".join(f"{quad.subject} {quad.predicate} {quad.object} {quad.graph} .\n" for quad in dataset.iter_quads())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_mapping(case: Path, dataset: Dataset, load_tables: Loader) -> None:
    if (case / "expected.nq").exists():
        assert run(dataset, case, load_tables) == (case / "expected.nq").read_text(encoding="utf-8")
        return
    with pytest.raises(ConfigurationError) as raised:
        run(dataset, case, load_tables)
    assert f"{raised.value}\n" == (case / "expected.txt").read_text(encoding="utf-8")


def test_a_missing_file_is_named(dataset: Dataset, load_tables: Loader) -> None:
    with pytest.raises(ConfigurationError, match=r"mapping\.yml: there is no such file \[file\]"):
        run(dataset, Path(__file__).parent / "no such case", load_tables)


def test_errors_come_before_a_row_is_read(dataset: Dataset, tmp_path: Path) -> None:
    (tmp_path / "mapping.yml").write_text("sources: {p: [p.csv~csv]}\nmappings: {m: {source: p, s: x/$(no), po: [[a, x:y]]}}\n")
    dataset.connection.execute("CREATE VIEW p AS SELECT error('a row was read')::VARCHAR AS id")
    with pytest.raises(ConfigurationError, match="unknown prefix 'x'"):
        load_mapping(tmp_path / "mapping.yml", "mapping.yml", dataset.project.base)
    (tmp_path / "mapping.yml").write_text("sources: {p: [p.csv~csv]}\nmappings: {m: {source: p, s: x/$(no), po: [[a, y]]}}\n")
    plan = load_mapping(tmp_path / "mapping.yml", "mapping.yml", dataset.project.base)
    with pytest.raises(ConfigurationError, match="has no column 'no'; it has id"):
        bind_tables(dataset, plan, {tmp_path / "p.csv": ("main", "p")})


@pytest.mark.parametrize(
    ("mapping", "row", "term"),
    [
        ("[ex:p, $(value)~iri]", "a b", "<https://example.org/base/a b>"),
        ("[ex:p, $(value)~iri]", "http://a>b", "<http://a>b>"),
        ("[ex:p, x, $(value)~lang]", "e n", '"x"@e n'),
        ("[ex:p, x, $(value)~lang]", 'en> "', '"x"@en> "'),
        ("[ex:p, x, $(value)]", "no datatype", '"x"^^<no datatype>'),
    ],
)
def test_a_value_that_makes_no_term_is_found(dataset: Dataset, tmp_path: Path, mapping: str, row: str, term: str) -> None:
    head = "prefixes: {ex: http://example.org/}\nsources: {p: [p.csv~csv]}\nmappings:\n  m:\n    source: p\n    s: ex:s\n"
    (tmp_path / "mapping.yml").write_text(f"{head}    po:\n      - {mapping}\n")
    dataset.connection.execute("CREATE TABLE p AS SELECT $row::VARCHAR AS value", {"row": row})
    plan = load_mapping(tmp_path / "mapping.yml", "mapping.yml", dataset.project.base)
    fill_quads(dataset, bind_tables(dataset, plan, {tmp_path / "p.csv": ("main", "p")}))
    assert [(found, rule) for found, _, rule in find_malformed(dataset)] == [(term, "mapping.yml:8")]
