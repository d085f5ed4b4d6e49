"""Queries over staged graphs give what they give over the graphs themselves."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from kzlod.pushing.rewriting import redirect_query
from kzlod.queries.catalogue import load_catalogue, load_published
from kzlod.terms import ALTERNATE_OF

ROOT = Path(__file__).parents[2]
QUERIES = load_catalogue(ROOT / "queries")
STAGING = "urn:staging:"


@pytest.fixture(scope="module")
def plain(built: Path) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.bulk_load(path=built / "kzlod.nq", format=pyoxigraph.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def staged(plain: pyoxigraph.Store) -> pyoxigraph.Store:
    """The same under other names, beside an older state of the data, which queries must not see."""
    names = {name: pyoxigraph.NamedNode(f"{STAGING}{number}") for number, name in enumerate(plain.named_graphs(), 1)}
    default = pyoxigraph.NamedNode(f"{STAGING}0")
    alternate = pyoxigraph.NamedNode(ALTERNATE_OF[1:-1])
    store = pyoxigraph.Store()
    store.bulk_extend(
        pyoxigraph.Quad(
            q.subject, q.predicate, q.object, default if isinstance(q.graph_name, pyoxigraph.DefaultGraph) else names[q.graph_name]
        )
        for q in plain
    )
    listed = pyoxigraph.NamedNode(f"{STAGING}names")
    store.bulk_extend(pyoxigraph.Quad(new, alternate, old, listed) for old, new in names.items())
    store.bulk_extend(quad for number, quad in enumerate(plain) if number % 3)
    return store


@pytest.mark.slow
@pytest.mark.parametrize("name", QUERIES)
def test_a_query_of_the_catalogue(name: str, plain: pyoxigraph.Store, staged: pyoxigraph.Store) -> None:
    query = QUERIES[name]
    redirected = redirect_query(query.text, f"{STAGING}0", f"{STAGING}names")
    assert list_rows(staged, redirected) == list_rows(plain, query.text)


def list_rows(store: pyoxigraph.Store, query: str) -> list[list[str]]:
    found = store.query(query)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return sorted([str(term) for term in row] for row in found)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?x { VALUES ?x { "GRAPH ?g {" } } # } GRAPH',
        "SELECT (EXISTS { ?s ?p ?o } AS ?x) { }",
        "PREFIX graph: <urn:graph/> SELECT ?graph { { SELECT ?graph { GRAPH ?graph { ?s ?p ?o } } LIMIT 1 } } VALUES ?z { 1 }",
        "select ?s where { graph <urn:none> { ?s ?p '}' } } order by ?s",
    ],
)
def test_what_only_looks_like_a_graph(query: str, plain: pyoxigraph.Store, staged: pyoxigraph.Store) -> None:
    redirected = redirect_query(query, f"{STAGING}0", f"{STAGING}names")
    assert len(list_rows(staged, redirected)) == len(list_rows(plain, query))


def test_a_query_without_a_pattern() -> None:
    with pytest.raises(ValueError, match="no pattern"):
        redirect_query("DESCRIBE <urn:a>", "urn:d", "")


def test_published_queries_are_those_of_the_project(built: Path) -> None:
    published = load_published(built / "queries.ttl")
    assert {name: (query.rows, query.text.strip()) for name, query in published.items()} == {
        name: (query.rows, query.text.strip()) for name, query in QUERIES.items()
    }
