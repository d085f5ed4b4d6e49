"""Paths and lists in N-Triples text."""

from __future__ import annotations

import pyoxigraph
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib import SH, BNode, URIRef
from rdflib.collection import Collection

from kzlod.validation.engines.graphs import write_ntriples, write_term
from kzlod.validation.statements import Statements

EX = rdflib.Namespace("https://example.org/")

# A path as nested tuples: an operator and its parts, or a predicate.
PREDICATES = [EX.p, EX.q]
paths = st.recursive(
    st.sampled_from(PREDICATES),
    lambda parts: st.one_of(
        st.tuples(st.just("/"), st.lists(parts, min_size=2, max_size=3)),
        st.tuples(st.just("|"), st.lists(parts, min_size=2, max_size=3)),
        st.tuples(st.sampled_from("^*+?"), parts),
    ),
    max_leaves=5,
)
NODES = [EX[name] for name in "abcd"]
edges = st.sets(st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(NODES)), max_size=10)
TERMS = {"^": SH.inversePath, "*": SH.zeroOrMorePath, "+": SH.oneOrMorePath, "?": SH.zeroOrOnePath}


def add_path(graph: rdflib.Graph, path: object) -> rdflib.term.Node:
    """Write a path as SHACL does (section 2.3.1)."""
    if isinstance(path, URIRef):
        return path
    assert isinstance(path, tuple)
    operator, parts = path
    node = BNode()
    if operator in TERMS:
        graph.add((node, TERMS[operator], add_path(graph, parts)))
        return node
    items = Collection(graph, BNode(), [add_path(graph, part) for part in parts])
    if operator == "/":
        return items.uri
    graph.add((node, SH.alternativePath, items.uri))
    return node


def follow(path: object, triples: set[tuple[URIRef, URIRef, URIRef]]) -> set[tuple[URIRef, URIRef]]:
    """Which nodes a path joins, by the definitions of SPARQL 1.1, section 18.4."""
    if isinstance(path, URIRef):
        return {(subject, object_) for subject, predicate, object_ in triples if predicate == path}
    assert isinstance(path, tuple)
    operator, parts = path
    if operator == "|":
        return set().union(*(follow(part, triples) for part in parts))
    same = {(node, node) for node in NODES}
    if operator == "/":
        joined = same
        for part in parts:
            joined = join(joined, follow(part, triples))
        return joined
    pairs = follow(parts, triples)
    if operator == "^":
        return {(object_, subject) for subject, object_ in pairs}
    if operator == "?":
        return pairs | same
    reached = pairs if operator == "+" else same
    for _ in NODES:
        reached = reached | join(reached, pairs)
    return reached


def join(left: set[tuple[URIRef, URIRef]], right: set[tuple[URIRef, URIRef]]) -> set[tuple[URIRef, URIRef]]:
    return {(first, last) for first, middle in left for other, last in right if middle == other}


@given(path=paths, triples=edges)
def test_a_path_is_written_as_sparql_reads_it(path: object, triples: set[tuple[URIRef, URIRef, URIRef]]) -> None:
    graph = rdflib.Graph()
    head = add_path(graph, path)
    found = Statements(write_ntriples(graph)).write_path(write_term(head))
    nodes = [pyoxigraph.NamedNode(node) for node in NODES]
    store = pyoxigraph.Store()
    # A path of no step starts at a node of the graph only: so each node is in it, by a statement that no path follows.
    known = triples | {(node, EX.label, node) for node in NODES}
    store.extend(pyoxigraph.Quad(*(pyoxigraph.NamedNode(term) for term in triple)) for triple in known)
    solutions = store.query(f"SELECT ?from ?to {{ VALUES ?from {{ {' '.join(map(str, nodes))} }} ?from {found} ?to }}")
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    assert {(URIRef(row["from"].value), URIRef(row["to"].value)) for row in solutions} == follow(path, triples)


def test_a_broken_list_ends_where_it_breaks() -> None:
    first, rest = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest>"
    statements = Statements(f"_:a {first} <a:1> .\n_:a {rest} _:b .\n_:b {first} <a:2> .\n_:b {rest} _:a .\n")
    assert statements.list_items("_:a") == ["<a:1>", "<a:2>"]
    assert statements.list_items("_:nowhere") == []
