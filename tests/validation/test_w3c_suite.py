"""W3C's SHACL test suite, where it lies beside the repository, through the adapter, with each engine."""

from __future__ import annotations

import csv
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from kzlod.errors import ConfigurationError
from kzlod.terms import read_iri
from kzlod.validation.data import read_files
from kzlod.validation.engine import validate
from kzlod.validation.engines import Engine
from kzlod.validation.reading import read_report
from kzlod.validation.report import Report
from kzlod.validation.statements import Statements

MANIFEST = "<http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#{}>"
SUITE = "<http://www.w3.org/ns/shacl-test#{}>"
NUMBER_OF_TESTS = {"core": 98, "sparql": 23}

with (Path(__file__).parent / "w3c_failures.csv").open(encoding="utf-8", newline="") as file:
    KNOWN_FAILURES = {(row["engine"], row["test"]) for row in csv.DictReader(file)}


def summarise(report: Report, told: Report) -> set[tuple[object, ...]]:
    """What the suite compares of a report: the shape where it has a name, messages and details not."""
    named = {result.shape for result in told.results if result.shape.startswith("<")}
    return {
        (
            result.focus_node,
            result.path,
            result.value,
            result.component,
            result.severity,
            result.severity_iri,
            result.shape if result.shape in named else "",
        )
        for result in report.results
    }


def passes(engine: Engine, manifest: Path) -> bool:
    text = read_files([manifest], "b")
    statements = Statements(text)
    ((test, action),) = statements.iter_pairs(MANIFEST.format("action"))

    def read(role: str, label: str) -> str:
        uri = read_iri(statements.find_object(action, SUITE.format(role)))
        return read_files([Path(unquote(urlsplit(uri).path))], label)

    expected = statements.find_object(test, MANIFEST.format("result"))
    data, shapes = read("dataGraph", "b"), read("shapesGraph", "s")
    try:
        report = validate(engine, data, shapes)
    except ConfigurationError:
        return expected == SUITE.format("Failure")
    if expected == SUITE.format("Failure"):
        return False
    told = read_report(text, statements)
    return summarise(report, told) == summarise(told, told)


@pytest.mark.parametrize("part", NUMBER_OF_TESTS)
def test_suite(part: str, engine: Engine, shared: Path) -> None:
    folder = shared / "suites" / "shacl" / part
    # The other files are manifests of manifests, and the data and shapes of the tests.
    manifests = [path for path in sorted(folder.rglob("*.ttl")) if "mf:action" in path.read_text(encoding="utf-8")]
    assert len(manifests) == NUMBER_OF_TESTS[part]
    names = {path: f"{part}/{path.relative_to(folder).with_suffix('').as_posix()}" for path in manifests}
    failures = {(engine.name, names[path]) for path in manifests if not passes(engine, path.resolve())}
    assert failures == {(name, test) for name, test in KNOWN_FAILURES if name == engine.name and test.startswith(f"{part}/")}
