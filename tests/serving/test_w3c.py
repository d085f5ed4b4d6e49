"""W3C's test cases of the SPARQL 1.1 Protocol and Service Description, by their names.

https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/ and https://www.w3.org/2009/sparql/docs/tests/data-sparql11/service-description/;
the graphs that they name on the web are in a dataset here, since the server fetches none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote, urlencode

import pyoxigraph
import pytest
from starlette.testclient import TestClient
from tests.serving.conftest import serve_dump

BASE = "https://example.org/"
DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
DUMP = "".join(f"<{DATA.format(number)}> <{BASE}number> <{BASE}{number}> <{DATA.format(number)}> .\n" for number in (0, 1, 2, 3))
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
SD = "http://www.w3.org/ns/sparql-service-description#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

RESULTS = ("application/sparql-results+xml", "application/sparql-results+json")
GRAPHS = ("text/turtle", "application/rdf+xml")


class Case(NamedTuple):
    """A request, and what must come of it: a truth value, or one of some media types, or else a refusal."""

    method: str
    parameters: Sequence[tuple[str, str]] = ()
    body: str | bytes | None = None
    kind: str = ""
    accept: str = ""
    answer: bool | None = None
    kinds: Sequence[str] = ()


def name_graphs(name: str, *numbers: int) -> list[tuple[str, str]]:
    return [(f"{name}-graph-uri", DATA.format(number)) for number in numbers]


def ask_for(*numbers: int, named: Sequence[int] = ()) -> str:
    """A query that is true where the default graph is of these, and these are the named ones."""
    default = " ".join(f"<{DATA.format(number)}> ?p{number} ?o{number} ." for number in numbers)
    others = " ".join(f"GRAPH <{DATA.format(number)}> {{ <{DATA.format(number)}> ?q{number} ?r{number} }}" for number in named)
    # Of the others none is there.
    absent = set(range(4)) - set(numbers)
    hidden = " ".join(f"FILTER NOT EXISTS {{ <{DATA.format(number)}> ?x ?y }}" for number in absent)
    return f"ASK {{ {default} {others} {hidden} FILTER NOT EXISTS {{ GRAPH <{DATA.format(0)}> {{ ?a ?b ?c }} }} }}"


FULL = [*name_graphs("default", 1, 2), *name_graphs("named", 1, 2)]
ALL = ask_for(1, 2, named=(1, 2))
CASES = {
    "query_post_form": Case("POST", body=urlencode({"query": "ASK {}"}), kind=FORM, answer=True),
    "query_post_direct": Case("POST", body="ASK {}", kind=QUERY, answer=True),
    "query_get": Case("GET", [("query", "ASK {}")], answer=True),
    "query_dataset_default_graph_get": Case("GET", [("query", ask_for(1)), *name_graphs("default", 1)], answer=True),
    "query_dataset_default_graph_post": Case("POST", name_graphs("default", 1), ask_for(1), QUERY, answer=True),
    "query_dataset_default_graphs_get": Case("GET", [("query", ask_for(1, 2)), *name_graphs("default", 1, 2)], answer=True),
    "query_dataset_default_graphs_post": Case("POST", name_graphs("default", 1, 2), ask_for(1, 2), QUERY, answer=True),
    "query_dataset_named_graphs_get": Case("GET", [("query", ask_for(named=(1, 2))), *name_graphs("named", 1, 2)], answer=True),
    "query_dataset_named_graphs_post": Case("POST", name_graphs("named", 1, 2), ask_for(named=(1, 2)), QUERY, answer=True),
    "query_dataset_full": Case("POST", FULL, ALL, QUERY, answer=True),
    "query_dataset_full in a form": Case("POST", body=urlencode([("query", ALL), *FULL]), kind=FORM, answer=True),
    # What the request names wins over what the query names (SPARQL 1.1 Protocol, section 2.1.4).
    "query_multiple_dataset": Case(
        "POST", name_graphs("default", 2), f"ASK FROM <{DATA.format(1)}> {{ <{DATA.format(1)}> ?p ?o }}", QUERY, answer=False
    ),
    "query_content_type_select": Case(
        "GET", [("query", "SELECT (1 AS ?value) {}")], accept="application/sparql-results+xml, */*;q=0.1", kinds=RESULTS
    ),
    "query_content_type_ask": Case("GET", [("query", "ASK {}")], kinds=RESULTS),
    "query_content_type_describe": Case("GET", [("query", f"DESCRIBE <{BASE}>")], accept=", ".join(GRAPHS), kinds=GRAPHS),
    "query_content_type_construct": Case("GET", [("query", "CONSTRUCT { <urn:s> <urn:p> 1 } {}")], kinds=GRAPHS),
    "bad_query_method": Case("PUT", [("query", "ASK {}")]),
    "bad_multiple_queries": Case("GET", [("query", "ASK {}"), ("query", "SELECT * {}")]),
    "bad_query_wrong_media_type": Case("POST", body="ASK {}", kind="text/plain"),
    "bad_query_missing_form_type": Case("POST", body=urlencode({"query": "ASK {}"})),
    "bad_query_missing_direct_type": Case("POST", body="ASK {}"),
    "bad_query_non_utf8": Case("POST", body="ASK {}".encode("utf-16"), kind=QUERY),
    "bad_query_syntax": Case("GET", [("query", "ASK {")]),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with serve_dump(tmp_path_factory.mktemp("w3c"), DUMP, BASE) as client:
        yield client


@pytest.mark.parametrize("name", CASES)
def test_the_protocol(client: TestClient, name: str) -> None:
    case = CASES[name]
    headers = {key: value for key, value in (("content-type", case.kind), ("accept", case.accept)) if value}
    address = f"/sparql?{urlencode(case.parameters, quote_via=quote)}" if case.parameters else "/sparql"
    answer = client.request(case.method, address, content=case.body, headers=headers)
    if case.answer is not None:
        assert answer.headers["content-type"] in RESULTS
        assert (answer.status_code, answer.json()["boolean"]) == (200, case.answer)
    elif case.kinds:
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] in case.kinds
        if case.accept:
            assert answer.headers["content-type"].startswith(case.accept.partition(",")[0])
    else:
        assert 400 <= answer.status_code < 500


def read_description(client: TestClient) -> pyoxigraph.Store:
    answer = client.get("/sparql", headers={"accept": "text/turtle"})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/turtle")
    store = pyoxigraph.Store()
    store.load(answer.content, format=pyoxigraph.RdfFormat.TURTLE)
    return store


def test_the_description_is_rdf(client: TestClient) -> None:
    assert len(read_description(client)) > 10


def test_the_description_has_an_endpoint_triple(client: TestClient) -> None:
    endpoint = pyoxigraph.NamedNode(f"{SD}endpoint")
    found = [str(quad.object) for quad in read_description(client).quads_for_pattern(None, endpoint, None)]
    assert found == ["<http://testserver/sparql>"]


CLASSES = {
    "defaultDataset": "Dataset",
    "availableGraphs": "GraphCollection",
    "defaultGraph": "Graph",
    "namedGraph": "NamedGraph",
    "graph": "Graph",
}
INSTANCES = {
    "supportedLanguage": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
    "feature": {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"},
}


def test_the_description_conforms_to_the_schema(client: TestClient) -> None:
    store = read_description(client)
    types = {(str(quad.subject), str(quad.object)) for quad in store.quads_for_pattern(None, pyoxigraph.NamedNode(RDF_TYPE), None)}
    used = {quad.predicate.value.removeprefix(SD) for quad in store if quad.predicate.value.startswith(SD)}
    assert used <= {*CLASSES, *INSTANCES, "endpoint", "resultFormat", "name"}
    for quad in store:
        name = quad.predicate.value.removeprefix(SD)
        if name in CLASSES:
            assert (str(quad.object), f"<{SD}{CLASSES[name]}>") in types, quad
        elif name in INSTANCES:
            assert str(quad.object) in {f"<{SD}{instance}>" for instance in INSTANCES[name]}
        elif name == "resultFormat":
            assert str(quad.object).startswith("<http://www.w3.org/ns/formats/")
