"""The server as its clients see it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat
from starlette.testclient import TestClient
from tests.serving.conftest import DEADLINE
from tests.serving.test_pool import ENDLESS

from kzlod.serving.negotiation import FORMATS
from kzlod.serving.worker import GRAPH_FORMATS, RESULT_FORMATS

ALL = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o"
ACCEPTED = {
    "text/html": "html",
    "": "html",
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/n-triples": "nt",
}
MISSING = [
    "/nobody/here",
    "/../kzlod.nq",
    "/..%2Fkzlod.nq",
    "/%2e%2e/kzlod.nq",
    "/.kzlod-site",
    "/a%00b",
    "/person",
    "//etc/passwd",
]
COPY = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def find_person(client: TestClient) -> str:
    query = "SELECT ?s { ?s a <http://schema.org/Person> } ORDER BY ?s LIMIT 1"
    (row,) = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    iri: str = row["s"]["value"]
    return "/" + iri.split("/", 3)[3]


def write_everything(dump: Path, name: str) -> bytes:
    # Solutions may only be dropped by the thread that made them: no frame that calls a client, and lives on with it, has any.
    store = pyoxigraph.Store()
    store.bulk_load(path=dump, format=RdfFormat.N_QUADS)
    found = store.query(ALL)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return found.serialize(format=RESULT_FORMATS[name]) or b""


@pytest.mark.parametrize("name", RESULT_FORMATS)
def test_results_in_every_format(client: TestClient, release: Path, name: str) -> None:
    answer = client.get("/sparql", params={"query": ALL}, headers={"accept": FORMATS["results"][name][0]})
    assert (answer.status_code, answer.content) == (200, write_everything(release / "kzlod.nq", name))
    assert answer.headers["content-type"].startswith(FORMATS["results"][name][0])


@pytest.mark.parametrize("name", GRAPH_FORMATS)
def test_graphs_in_every_format(client: TestClient, release: Path, name: str) -> None:
    answer = client.get("/sparql", params={"query": COPY}, headers={"accept": FORMATS["graph"][name][0]})
    assert answer.status_code == 200
    triples = {quad.triple for quad in pyoxigraph.parse(answer.content, format=GRAPH_FORMATS[name])}
    assert triples == {quad.triple for quad in pyoxigraph.parse(path=release / "kzlod.nt", format=RdfFormat.N_TRIPLES)}


def test_truth_values(client: TestClient) -> None:
    answers = {name: client.get("/sparql", params={"query": "ASK {}", "format": name}).content for name in RESULT_FORMATS}
    assert (answers["csv"], answers["tsv"]) == (b"true\n", b"true\n")
    assert pyoxigraph.parse_query_results(answers["xml"], format=QueryResultsFormat.XML)


def test_the_dataset_of_the_request(client: TestClient) -> None:
    graph = client.get("/sparql", params={"query": "SELECT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g LIMIT 1", "format": "tsv"}).text
    iri = graph.splitlines()[1].strip("<>")
    counted = {"query": "SELECT (count(*) AS ?n) { ?s ?p ?o }", "format": "csv"}
    named = {"query": "SELECT (count(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", "format": "csv"}
    here = client.get("/sparql", params={**counted, "default-graph-uri": iri}).text
    there = client.get("/sparql", params={**named, "named-graph-uri": iri}).text
    assert here == there != client.get("/sparql", params=counted).text
    assert client.get("/sparql", params={**counted, "named-graph-uri": iri}).text.split() == ["n", "0"]


def test_the_service_is_described(client: TestClient) -> None:
    for name, types in FORMATS["graph"].items():
        answer = client.get("/sparql", headers={"accept": types[0]})
        triples = {str(quad.predicate): quad.object for quad in pyoxigraph.parse(answer.content, format=GRAPH_FORMATS[name])}
        endpoint = triples["<http://www.w3.org/ns/sparql-service-description#endpoint>"]
        assert (answer.status_code, endpoint.value) == (200, "http://testserver/sparql")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT * {", 400),
        (ENDLESS, 504),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 413),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("SELECT * { SERV\\u0049CE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }", 403),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 400),
    ],
)
def test_refusals_are_problems(client: TestClient, query: str, status: int) -> None:
    start = time.monotonic()
    answer = client.get("/sparql", params={"query": query})
    assert time.monotonic() - start < DEADLINE + 0.5
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert answer.json()["detail"]
    assert ("retry-after" in answer.headers) == (status in (503, 504))


def test_methods(client: TestClient) -> None:
    assert client.put("/sparql").status_code == 405
    assert client.delete("/sparql").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    allowed = client.options("/sparql", headers={"origin": "https://e.org", "access-control-request-headers": "x-a"})
    assert allowed.status_code == 204
    assert [allowed.headers[f"access-control-allow-{name}"] for name in ("origin", "headers")] == ["*", "x-a"]
    head = client.head("/sparql", params={"query": "ASK {}"})
    assert (head.status_code, head.content) == (200, b"")
    assert client.get("/sparql", params={"query": "ASK {}"}, headers={"accept": "image/png"}).status_code == 406
    assert client.post("/sparql", content=b"x" * 2_000_000, headers={"content-type": "application/sparql-query"}).status_code == 413


def test_an_identifier_leads_to_page_and_data(client: TestClient) -> None:
    path = find_person(client)
    for accept, ending in ACCEPTED.items():
        answer = client.get(path, headers={"accept": accept})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{path}.{ending}")
        assert 'rel="alternate"' in answer.headers["link"]
        found = client.get(answer.headers["location"])
        assert found.status_code == 200
        assert found.content
    assert client.get(path, params={"format": "turtle"}).headers["location"] == f"{path}.ttl"
    refused = client.get(path, headers={"accept": "image/png"})
    assert refused.status_code == 406
    assert "text/turtle" in refused.json()["detail"]


@pytest.mark.parametrize(
    "path", ["page", "data", "/sparql?query=ASK%7B%7D", "/queries/statements.csv", "/queries/", "/openapi.json"]
)
def test_what_has_not_changed_is_not_sent_again(client: TestClient, path: str) -> None:
    path = {"page": f"{find_person(client)}.html", "data": f"{find_person(client)}.ttl"}.get(path, path)
    first = client.get(path)
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', f'"a, b",W/{tag}'):
        again = client.get(path, headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert again.headers["vary"] == first.headers["vary"]
    assert client.get(path, headers=[("if-none-match", '"other"'), ("if-none-match", tag)]).status_code == 304
    assert client.get(path, headers={"if-none-match": '"other"'}).content == first.content


def test_only_what_is_there_can_be_known(client: TestClient) -> None:
    person = find_person(client)
    tags = [client.get(path).headers["etag"] for path in (f"{person}.html", "/sparql?query=ASK%7B%7D", "/queries/statements.csv")]
    known = {"if-none-match": ", ".join([*tags, "*"])}
    assert client.get("/nobody/here", headers=known).status_code == 404
    assert client.get(person, headers=known).status_code == 303
    assert client.get(person, headers={**known, "accept": "image/png"}).status_code == 406
    assert client.get("/sparql?query=ASK%7B", headers=known).status_code == 400
    # For a request that does not read, the header means something else (RFC 9110, section 13.1.2).
    body = {"content": "ASK {}", "headers": {**known, "content-type": "application/sparql-query"}}
    assert client.post("/sparql", **body).status_code == 200  # type: ignore[arg-type]


def test_a_head_has_the_headers_of_the_answer(client: TestClient) -> None:
    for path in (
        find_person(client),
        f"{find_person(client)}.html",
        "/sparql?query=ASK%7B%7D",
        "/queries/statements.csv",
        "/nobody",
    ):
        head = client.head(path)
        assert (head.headers, head.status_code) == ((answer := client.get(path)).headers, answer.status_code)


@pytest.mark.parametrize("path", MISSING)
def test_what_is_not_there(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_health(client: TestClient, release: Path) -> None:
    assert client.get("/health").json()["status"] == "ok"
    assert json.loads(client.get("/health").text)["dump"]
    assert client.get("/").status_code == 200
    assert (release / "site" / "index.html").is_file()
