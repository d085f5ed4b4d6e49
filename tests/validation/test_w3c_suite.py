"""W3C's SHACL test suite, where it lies beside the repository: each result with focus node, path, value, component, severity."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib

from kzlod.errors import ConfigurationError
from kzlod.validation.data import load_graph
from kzlod.validation.engine import read_report, validate_graph
from kzlod.validation.report import Report

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")

NUMBER_OF_TESTS = {"core": 98, "sparql": 23}
KNOWN_FAILURES = {
    "core": {"property/uniqueLang-002": 'pySHACL takes "1"^^xsd:boolean for true, the suite takes only the term true'},
    "sparql": {
        "node/prefixes-001": "pySHACL does not look for prefixes along owl:imports from the value of sh:prefixes",
        "pre-binding/shapesGraph-001": "pySHACL does not offer $shapesGraph, which is optional",
    },
}


def summarise(report: Report) -> set[tuple[object, ...]]:
    return {(result.focus_node, result.path, result.value, result.component, result.severity) for result in report.results}


def passes(manifest: Path) -> bool:
    graph = load_graph([manifest])
    (test,) = graph.subjects(MF.action)

    def load(role: rdflib.URIRef) -> rdflib.Graph:
        path = Path(str(graph.value(graph.value(test, MF.action), role)).removeprefix("file://"))
        return graph if path == manifest else load_graph([path])

    expects_failure = graph.value(test, MF.result) == SHT.Failure
    try:
        report, _ = validate_graph(load(SHT.dataGraph), load(SHT.shapesGraph))
    except ConfigurationError:
        return expects_failure
    return not expects_failure and summarise(report) == summarise(read_report(graph, graph))


@pytest.mark.parametrize("part", KNOWN_FAILURES)
def test_suite(part: str, shared: Path) -> None:
    folder = shared / "suites" / "shacl" / part
    # The other files are manifests of manifests, and the data and shapes of the tests.
    manifests = [path for path in sorted(folder.rglob("*.ttl")) if "mf:action" in path.read_text(encoding="utf-8")]
    assert len(manifests) == NUMBER_OF_TESTS[part]
    failures = {path.relative_to(folder).with_suffix("").as_posix() for path in manifests if not passes(path.resolve())}
    assert failures == set(KNOWN_FAILURES[part])
