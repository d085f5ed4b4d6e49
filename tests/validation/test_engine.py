from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib import SH, BNode, URIRef
from rdflib.collection import Collection

from kzlod.errors import ConfigurationError, EngineError
from kzlod.validation.data import load_graph, parse_ntriples
from kzlod.validation.engine import read_report, validate_graph
from kzlod.validation.formats import write_json, write_text, write_turtle
from kzlod.validation.report import Report, Result, Severity

CASES = Path(__file__).parent / "cases"
EX = rdflib.Namespace("https://example.org/")
PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def parse_turtle(text: str) -> rdflib.Graph:
    triples = pyoxigraph.parse(PREFIXES + text, format=pyoxigraph.RdfFormat.TURTLE)
    return parse_ntriples("".join(f"{triple.subject} {triple.predicate} {triple.object} .\n" for triple in triples))


def test_the_report_does_not_depend_on_the_order_of_files(tmp_path: Path) -> None:
    data = {"a.ttl": "ex:a a ex:C ; ex:p 1, 2 . ex:b a ex:C ; ex:p [] .\n", "b.ttl": 'ex:b ex:p 3 . ex:c a ex:C ; ex:p "3", [] .\n'}
    rules = {
        "s.ttl": "ex:S sh:targetClass ex:C ; sh:property ex:P ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .\n",
        "t.ttl": "ex:T sh:targetClass ex:C ; sh:property ex:P . ex:P sh:path ex:p ; sh:maxCount 1 ; sh:nodeKind sh:Literal .\n",
    }
    for name, text in (data | rules).items():
        (tmp_path / name).write_text(PREFIXES + text, encoding="utf-8")
    reports = set()
    for turn in (1, -1):
        report, graph = validate_graph(
            load_graph([tmp_path / name for name in sorted(data)[::turn]]),
            load_graph([tmp_path / name for name in sorted(rules)[::turn]]),
        )
        assert len(report.results) == 8
        reports.add((write_text(report), write_json(report), write_turtle(graph)))
    assert len(reports) == 1


def test_the_report_does_not_depend_on_the_order_of_statements() -> None:
    lines = [
        f"<https://example.org/{name}> <https://example.org/p> <https://example.org/{value}> .\n"
        for name in "abc"
        for value in "xyz"
    ]
    shapes = parse_turtle("ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxCount 2 ; sh:nodeKind sh:Literal ] .")
    reports = set()
    for seed in range(4):
        random.Random(seed).shuffle(lines)
        report, graph = validate_graph(parse_ntriples("".join(lines)), shapes)
        reports.add((write_text(report), write_turtle(graph)))
    assert len(reports) == 1


def test_the_worst_comes_first() -> None:
    results = [Result("<a:a>", "", "", "c", "s", severity, ()) for severity in Severity]
    report = Report.from_results(results)
    assert [result.severity for result in report.results] == [Severity.VIOLATION, Severity.WARNING, Severity.INFO]
    assert [report.count(at_least=severity) for severity in Severity] == [3, 2, 1]


def test_a_property_shape_in_brackets_is_named_by_the_nearest_shape() -> None:
    shapes = parse_turtle("""
        ex:Outer sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:or ( [ sh:nodeKind sh:IRI ] [ sh:datatype xsd:string ] ) ] .
        ex:Z sh:targetNode ex:a ; sh:property _:shared .
        ex:M sh:targetNode ex:a ; sh:property _:shared .
        _:shared sh:path ex:q ; sh:minCount 1 .
        ex:Named sh:path ex:r ; sh:minCount 1 ; sh:targetNode ex:a .
    """)
    report, _ = validate_graph(parse_turtle("ex:a ex:p 5 ."), shapes)
    assert [(result.path.rpartition("/")[2], result.source_shape.rpartition("/")[2]) for result in report.results] == [
        ("q>", "M"),
        ("r>", "Named"),
        ("p>", "Outer"),
    ]


ILL_FORMED = {
    "minCount that is no number": 'sh:property [ sh:path ex:p ; sh:minCount "one" ]',
    "two minCount": "sh:property [ sh:path ex:p ; sh:minCount 1, 2 ]",
    "negative maxCount": "sh:property [ sh:path ex:p ; sh:maxCount -1 ]",
    "no path": "sh:property [ sh:minCount 1 ]",
    "two paths": "sh:property [ sh:path ex:p, ex:q ; sh:minCount 1 ]",
    "path that is a text": 'sh:property [ sh:path "p" ; sh:minCount 1 ]',
    "unknown kind of path": "sh:property [ sh:path [ ex:reverse ex:p ] ; sh:minCount 1 ]",
    "list of one path": "sh:property [ sh:path ( ex:p ) ; sh:minCount 1 ]",
    "regular expression": 'sh:property [ sh:path ex:p ; sh:pattern "(" ]',
    "pattern that is a number": "sh:property [ sh:path ex:p ; sh:pattern 5 ]",
    "two datatypes": "sh:property [ sh:path ex:p ; sh:datatype xsd:string, xsd:date ]",
    "least value that is an IRI": "sh:property [ sh:path ex:p ; sh:minInclusive ex:q ]",
    "lessThan a text": 'sh:property [ sh:path ex:p ; sh:lessThan "q" ]',
    "or without a list": "sh:or ex:Other",
    "property that is not there": "sh:property ex:Nowhere",
    "minCount of a node": "sh:minCount 1",
    "SPARQL": 'sh:sparql [ sh:select "SELEC $this WHERE { $this ?p ?o }" ]',
    "prefix in SPARQL": 'sh:sparql [ sh:select "SELECT $this WHERE { $this nowhere:p ?o }" ]',
    "SPARQL that calls another service": 'sh:sparql [ sh:select "SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ]',
    "recursion": "sh:property [ sh:path ex:next ; sh:node ex:S ]",
}


@pytest.mark.parametrize("rule", ILL_FORMED)
def test_an_ill_formed_shape_is_an_error_of_configuration(rule: str, capfd: pytest.CaptureFixture[str]) -> None:
    data = parse_turtle('ex:a ex:p "v" ; ex:next ex:a .')
    with pytest.raises(ConfigurationError) as error:
        validate_graph(data, parse_turtle(f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; {ILL_FORMED[rule]} ."))
    (problem,) = error.value.problems
    assert problem.file == "shapes"
    assert problem.message.startswith("a shape is ill-formed: ")
    assert "\n" not in problem.message
    assert capfd.readouterr() == ("", "")


def test_the_message_of_an_ill_formed_shape_is_the_same_in_every_run() -> None:
    messages = set()
    for _ in range(2):
        with pytest.raises(ConfigurationError) as error:
            validate_graph(rdflib.Graph(), parse_turtle("ex:S sh:targetNode ex:a ; sh:property [ sh:minCount 1 ] ."))
        messages.add(str(error.value))
    assert len(messages) == 1
    assert "_:b1" in messages.pop()


def test_an_engine_out_of_memory_says_nothing_about_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("pyshacl.validate", fail)
    with pytest.raises(EngineError, match="the engine failed: MemoryError"):
        validate_graph(rdflib.Graph(), rdflib.Graph())


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
    report = rdflib.Graph()
    result = BNode()
    report.add((BNode(), SH.result, result))
    report.add((result, SH.resultPath, add_path(report, path)))
    (found,) = read_report(report, rdflib.Graph()).results
    nodes = [pyoxigraph.NamedNode(node) for node in NODES]
    store = pyoxigraph.Store()
    # A path of no step starts at a node of the graph only: so each node is in it, by a statement that no path follows.
    known = triples | {(node, EX.label, node) for node in NODES}
    store.extend(pyoxigraph.Quad(*(pyoxigraph.NamedNode(term) for term in triple)) for triple in known)
    solutions = store.query(f"SELECT ?from ?to {{ VALUES ?from {{ {' '.join(map(str, nodes))} }} ?from {found.path} ?to }}")
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    assert {(URIRef(row["from"].value), URIRef(row["to"].value)) for row in solutions} == follow(path, triples)
