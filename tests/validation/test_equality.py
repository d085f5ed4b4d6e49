"""The engines beside each other: equal reports, or a difference that has a name, a reason and an end.

pyshacl-turbo is young: an upgrade passes here first.
"""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

import pytest
from tests.benchmarks.validation.generator import SHAPES, generate_lines
from tests.validation.outcomes import validate_case
from tests.validation.random_cases import RandomCase
from tests.validation.turtle import read_data_text, read_shapes_text

from kzlod.validation.data import read_data
from kzlod.validation.engine import validate
from kzlod.validation.engines.choice import FAST, FAST_VERSION, REFERENCE, create_engine
from kzlod.validation.formats.text import write_text
from kzlod.validation.report import Report
from kzlod.validation.shapes import load_shapes

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SEEDS = 600

with (HERE / "differences" / "differences.csv").open(encoding="utf-8", newline="") as file:
    DIFFERENCES = {row["name"]: row for row in csv.DictReader(file)}


def validate_with_both(data: str, shapes: str) -> Report:
    reports = {name: validate(create_engine(name), data, shapes) for name in (REFERENCE, FAST)}
    assert reports[FAST].results == reports[REFERENCE].results
    return reports[FAST]


def test_random_shapes_and_data() -> None:
    # Of comparisons there are the differences below.
    found = set()
    for seed in range(SEEDS):
        case = RandomCase(seed)
        report = validate_with_both(read_data_text(case.data), read_shapes_text(case.shapes))
        found |= {result.rule for result in report.results}
    assert len(found) >= 20, "the cases are to break nearly every kind of constraint"


@pytest.mark.slow
@pytest.mark.parametrize(("dirty", "most"), [(0, 0), (0.01, 10), (0.5, 1000)])
def test_generated_data(dirty: float, most: int) -> None:
    data = "".join(generate_lines(3_000, dirty))
    report = validate_with_both(data, load_shapes([SHAPES]).text)
    assert bool(report.results) == bool(dirty)
    assert len(report.results) <= most
    if dirty == 0.5:
        assert len({result.rule for result in report.results}) >= 20
        assert any(result.details for result in report.results)


@pytest.mark.slow
def test_the_dataset(built: Path) -> None:
    data = read_data([built / "kzlod.nt"])
    assert validate_with_both(data, load_shapes([ROOT / "shapes"]).text).conforms
    # A statement less for every tenth, and many shapes are broken.
    dirty = "".join(line for number, line in enumerate(data.splitlines(keepends=True)) if number % 10)
    assert len(validate_with_both(dirty, load_shapes([ROOT / "shapes"]).text).results) > 100


QUERIES = {
    "message of the query": '''sh:message "bad {$this} {?value}"@en, "плохо {?value}"@ru ;
        sh:select "SELECT $this ?value { $this ?p ?value }"''',
    "no message": 'sh:select "SELECT $this ?value { $this ?p ?value }"',
    "path": 'sh:select "SELECT $this ?path ?value { $this ?path ?value }"',
    "no value": 'sh:message "m {?o}" ; sh:select "SELECT $this ?o { $this <https://example.org/p> ?o }"',
    "prefixes": 'sh:prefixes ex: ; sh:select "SELECT $this ?value { $this ex:p ?value }"',
    "deactivated": 'sh:deactivated true ; sh:select "SELECT $this ?value { $this ?p ?value }"',
    "absence": 'sh:select "SELECT $this { FILTER NOT EXISTS { $this <https://example.org/none> ?v } }"',
    "aggregate": 'sh:select "SELECT $this (COUNT(?v) AS ?value) { $this ?p ?v } GROUP BY $this"',
    "query inside": 'sh:select "SELECT $this ?value { { SELECT $this ?value { $this ?p ?value } } }"',
}


@pytest.mark.parametrize("query", QUERIES)
def test_queries(query: str) -> None:
    shapes = f"""
        ex: sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/"^^xsd:anyURI ] .
        ex:S sh:targetNode ex:a ; sh:severity sh:Info ; sh:sparql [ {QUERIES[query]} ] .
    """
    report = validate_with_both(read_data_text('ex:a ex:p 1, "x"@en, ex:b, _:y . ex:b ex:p 2 .'), read_shapes_text(shapes))
    assert bool(report.results) == (query != "deactivated")


def test_the_languages_of_a_message_with_variables_are_kept() -> None:
    shapes = f"ex:S sh:targetNode ex:a ; sh:sparql [ {QUERIES['message of the query']} ] ."
    (result,) = validate_with_both(read_data_text("ex:a ex:p 1 ."), read_shapes_text(shapes)).results
    assert [(message.language, message.text) for message in result.messages] == [
        ("en", "bad https://example.org/a 1"),
        ("ru", "плохо 1"),
    ]


@pytest.mark.parametrize("name", sorted(path.parent.name for path in HERE.glob("differences/*/data.ttl")))
def test_difference(name: str) -> None:
    """A known difference: where the engines come to agree, its folder and its row are to go."""
    folder = HERE / "differences" / name
    texts = {}
    for engine in (REFERENCE, FAST):
        texts[engine] = write_text(validate_case(create_engine(engine), folder))
        assert texts[engine] == (folder / f"{engine}.txt").read_text(encoding="utf-8")
    assert texts[REFERENCE] != texts[FAST]
    assert DIFFERENCES[name]["right"] in texts


def test_every_difference_has_its_case() -> None:
    assert set(DIFFERENCES) == {path.parent.name for path in HERE.glob("differences/*/data.ttl")}


def test_the_version_that_is_compared_is_the_one_that_is_installed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["project"]["optional-dependencies"]["fast"] == [f"pyshacl-turbo =={FAST_VERSION}"]
