"""The description of the service says what is known, and nothing else."""

from __future__ import annotations

import pyoxigraph

from kzlod.serving.description import Dataset, describe_service

ADDRESS = "https://server.test/sparql"
TRIPLES = pyoxigraph.NamedNode("http://rdfs.org/ns/void#triples")


def describe(triples: dict[str, int]) -> list[pyoxigraph.Quad]:
    body = describe_service(Dataset("https://example.org/", "https://example.org/licence"), triples, ADDRESS, "ntriples")
    return list(pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.N_TRIPLES))


def test_figures_that_took_too_long_are_left_out() -> None:
    counted = describe({"triples": 12, "evidence": 34})
    assert {quad.object.value for quad in counted if quad.predicate == TRIPLES and isinstance(quad.object, pyoxigraph.Literal)} == {
        "12",
        "34",
    }
    assert [quad for quad in counted if quad.predicate != TRIPLES] == describe({})
