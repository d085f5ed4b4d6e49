"""``kzlod query``: formats, wrong calls, and an endpoint in place of the dump."""

from __future__ import annotations

import json
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from click.testing import CliRunner, Result
from tests.pushing import servers

from kzlod.cli import main
from kzlod.queries.catalogue import load_catalogue

HERE = Path(__file__).parent
Answer = tuple[int, str, bytes]
JSON = "application/sparql-results+json"

SETTINGS = """
base = "https://example.org/"
as_of = 2025-01-31
licence = "https://example.org/licence"
sources = []
title = {}
description = {}

[prefixes]
schema = "http://schema.org/"
"""
DUMP = """
<https://example.org/person/alia> <http://schema.org/name> "\\u04D8\\u043B\\u0438\\u044F"@kk .
<https://example.org/person/ember> <http://schema.org/name> "Ada \\"Ember\\", chair\\nof <Bridges> \\u001B[2J" .
<https://example.org/person/ember> <http://schema.org/age> "42"^^<http://www.w3.org/2001/XMLSchema#integer> .
"""
HEADER = "#+ title: {}\n#+ description: For this test.\n"
QUERIES = {
    "people": """#+ parameters:
#+   name: {type: text, description: part of a name}
PREFIX schema: <http://schema.org/>
SELECT ?person ?property ?name ?age WHERE {
  VALUES ?name { UNDEF } VALUES ?property { schema:name } ?person ?property ?name . OPTIONAL { ?person schema:age ?age }
} ORDER BY ?person
""",
    "anybody": "ASK { ?person <http://schema.org/name> ?name }\n",
    "nobody": "ASK { ?person <http://schema.org/nick> ?name }\n",
    "graph": "CONSTRUCT { ?person a <http://schema.org/Person> } WHERE { ?person <http://schema.org/name> ?name }\n",
    "description": "DESCRIBE <https://example.org/person/alia>\n",
}


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A project of two people."""
    (tmp_path / "kzlod.toml").write_text(SETTINGS, encoding="utf-8")
    for folder in ("queries", "output"):
        (tmp_path / folder).mkdir()
    for name, text in QUERIES.items():
        (tmp_path / "queries" / f"{name}.rq").write_text(HEADER.format(name) + text, encoding="utf-8")
    (tmp_path / "output" / "kzlod.nq").write_text(DUMP, encoding="utf-8")
    return tmp_path


def query(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["query", *arguments, "--project", str(project)])


def test_without_a_name_it_lists_the_queries(people: Path) -> None:
    result = query(people)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert [line.split() for line in lines[:2]] == [["query", "title", "parameters"], ["-----------", "-----------", "----------"]]
    assert [line.split()[0] for line in lines[2:-1]] == sorted(QUERIES)
    assert lines[-2].split() == ["people", "people", "name:text"]


TABLE = r"""
person        property     name                                      age
------------  -----------  ----------------------------------------  ---
person/alia   schema:name  Әлия
person/ember  schema:name  Ada "Ember", chair\nof <Bridges> \x1b[2J  42
2 rows
"""


def test_table(people: Path) -> None:
    result = query(people, "people")
    assert result.exit_code == 0
    assert result.stdout == TABLE.lstrip("\n")
    assert query(people, "people", "--format", "table").stdout == result.stdout


def test_csv(people: Path) -> None:
    result = query(people, "people", "--format", "csv")
    assert result.stdout_bytes.decode() == (
        "person,property,name,age\r\n"
        "https://example.org/person/alia,http://schema.org/name,Әлия,\r\n"
        'https://example.org/person/ember,http://schema.org/name,"Ada ""Ember"", chair\nof <Bridges> \x1b[2J",42\r\n'
    )


@pytest.mark.parametrize(
    ("form", "syntax"), [("json", pyoxigraph.QueryResultsFormat.JSON), ("xml", pyoxigraph.QueryResultsFormat.XML)]
)
def test_json_and_xml_keep_every_term(form: str, syntax: pyoxigraph.QueryResultsFormat, people: Path) -> None:
    result = query(people, "people", "--format", form)
    assert (result.exit_code, result.stderr) == (0, "")
    solutions = pyoxigraph.parse_query_results(result.stdout_bytes, format=syntax)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    assert [[None if term is None else str(term) for term in row] for row in solutions] == [
        ["<https://example.org/person/alia>", "<http://schema.org/name>", '"Әлия"@kk', None],
        [
            "<https://example.org/person/ember>",
            "<http://schema.org/name>",
            '"Ada \\"Ember\\", chair\\nof <Bridges> \\u001B[2J"',
            '"42"^^<http://www.w3.org/2001/XMLSchema#integer>',
        ],
    ]


@pytest.mark.parametrize(("name", "answer"), [("anybody", True), ("nobody", False)])
def test_a_question(name: str, answer: bool, people: Path) -> None:
    assert query(people, name).stdout == f"{str(answer).lower()}\n"
    assert json.loads(query(people, name, "--format", "json").stdout)["boolean"] is answer


@pytest.mark.parametrize("arguments", [(), ("--format", "turtle")])
def test_turtle(arguments: tuple[str, ...], people: Path) -> None:
    result = query(people, "graph", *arguments)
    assert result.exit_code == 0
    triples = pyoxigraph.parse(result.stdout_bytes, format=pyoxigraph.RdfFormat.TURTLE)
    assert sorted(str(triple.subject) for triple in triples) == [
        "<https://example.org/person/alia>",
        "<https://example.org/person/ember>",
    ]


def test_a_description_is_a_graph(people: Path) -> None:
    assert "Әлия" in query(people, "description").stdout


WRONG_CALLS = {
    "graph as table": (["graph", "--format", "csv"], "the query makes a graph: its format is turtle"),
    "table as graph": (["people", "--format", "turtle"], "the query makes a table: its formats are table, csv, json and xml"),
    "question as graph": (["anybody", "--format", "turtle"], "the query makes a table"),
    "unknown query": (["persons"], "there is no query 'persons'"),
    "unknown format": (["people", "--format", "rdf"], "'rdf' is not one of"),
    "unknown parameter": (["people", "-p", "nome=Ada"], "there is no parameter 'nome'; there are: name"),
    "parameter without a value": (["people", "-p", "name"], "'name' is not NAME=VALUE"),
    "endpoint that is a file": (["people", "--endpoint", "file:///tmp/x"], "an endpoint is an http or https URL"),
    "endpoint with a password": (["people", "--endpoint", "http://ada:secret@localhost/"], "an endpoint's URL has no user in it"),
    "endpoint without a scheme": (["people", "--endpoint", "example.org/sparql"], "an endpoint is an http or https URL"),
}


@pytest.mark.parametrize("call", WRONG_CALLS)
def test_a_wrong_call(call: str, people: Path) -> None:
    arguments, message = WRONG_CALLS[call]
    result = query(people, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_a_broken_query_file(people: Path) -> None:
    (people / "queries" / "people.rq").write_text("SELECT", encoding="utf-8")
    for result in (query(people, "people"), query(people)):
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("queries/people.rq:1: there")


def test_without_a_dump(people: Path) -> None:
    shutil.rmtree(people / "output")
    result = query(people, "people")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no dump: run kzlod build first" in result.stderr


def test_a_damaged_dump(people: Path) -> None:
    (people / "output" / "kzlod.nq").write_text(DUMP[:-30], encoding="utf-8")
    result = query(people, "people")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "kzlod.nq:4:" in result.stderr


@pytest.mark.parametrize("call", ["SERVICE", "service silent"])
def test_a_query_that_calls_elsewhere_is_refused(people: Path, call: str) -> None:
    header = HEADER.format("elsewhere")
    text = header + f"# SERVICE in a comment\nASK {{ ?s ?p 'SERVICE' . {call} <http://127.0.0.1:1/> {{ ?s ?p ?o }} }}\n"
    (people / "queries" / "elsewhere.rq").write_text(text, encoding="utf-8")
    result = query(people, "elsewhere")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("queries/elsewhere.rq:4:25: SERVICE calls another endpoint")


def test_service_in_a_text_is_no_call(people: Path) -> None:
    text = HEADER.format("quoted") + "ASK { ?s ?p 'SERVICE' , <http://example.org/service> } # SERVICE\n"
    (people / "queries" / "quoted.rq").write_text(text, encoding="utf-8")
    assert query(people, "quoted").stdout == "false\n"


# What an endpoint does with the queries of the repository, and with those of the two people.


def answer_from(store: pyoxigraph.Store) -> Callable[[str], Answer]:
    def answer(text: str) -> Answer:
        found = store.query(text)
        if isinstance(found, pyoxigraph.QueryTriples):
            return 200, "text/turtle", found.serialize(format=pyoxigraph.RdfFormat.TURTLE) or b""
        return 200, JSON, found.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or b""

    return answer


@pytest.mark.parametrize("name", load_catalogue(HERE.parents[1] / "queries"))
def test_an_endpoint_gives_the_same_rows(
    name: str, project: Path, store: pyoxigraph.Store, serve: Callable[[Callable[[str], Answer]], str]
) -> None:
    result = query(project, name, "--format", "csv", "--endpoint", serve(answer_from(store)))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes == (HERE / "expected" / f"{name}.csv").read_bytes()


@pytest.fixture
def people_endpoint(people: Path, serve: Callable[[Callable[[str], Answer]], str]) -> str:
    store = pyoxigraph.Store()
    store.bulk_load(path=people / "output" / "kzlod.nq", format=pyoxigraph.RdfFormat.N_QUADS)
    return serve(answer_from(store))


@pytest.mark.parametrize("arguments", [["people"], ["people", "--format", "xml"], ["anybody"], ["nobody", "--format", "csv"]])
def test_every_format_is_the_same_from_an_endpoint(arguments: list[str], people: Path, people_endpoint: str) -> None:
    result = query(people, *arguments, "--endpoint", people_endpoint)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout_bytes == query(people, *arguments).stdout_bytes


@pytest.mark.parametrize("name", ["graph", "description"])
def test_a_graph_from_an_endpoint(name: str, people: Path, people_endpoint: str) -> None:
    result = query(people, name, "--endpoint", people_endpoint)
    assert (result.exit_code, result.stderr) == (0, "")

    def read(result: Result) -> set[str]:
        return {str(triple) for triple in pyoxigraph.parse(result.stdout_bytes, format=pyoxigraph.RdfFormat.TURTLE)}

    assert read(result) == read(query(people, name))
    assert query(people, name, "--endpoint", people_endpoint, "--format", "json").exit_code == 2


BAD_ANSWERS: dict[str, Answer] = {
    "refusal": (400, "text/plain", b"bad query"),
    "not found": (404, "text/plain", b""),
    "failure": (500, "text/plain", b"out of memory\n::error::forged"),
    "busy": (503, "text/plain", b""),
    "a page": (200, "text/html", b"<html>please log in</html>"),
    "half an answer": (200, JSON, b'{"head": {"vars": ["person"]}, "results": {"bindings": [{"person'),
    "nothing": (200, JSON, b""),
}


@pytest.mark.parametrize("name", ["people", "graph"])
@pytest.mark.parametrize("kind", BAD_ANSWERS)
def test_a_bad_answer(kind: str, name: str, people: Path, serve: Callable[[Callable[[str], Answer]], str]) -> None:
    if (kind, name) == ("nothing", "graph"):
        return  # an empty graph is a graph
    endpoint = serve(lambda _: BAD_ANSWERS[kind])
    result = query(people, name, "--endpoint", endpoint)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith(f"{endpoint}: the endpoint failed: ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_credentials_that_are_missing(status: int, people: Path, serve: Callable[[Callable[[str], Answer]], str]) -> None:
    endpoint = serve(lambda _: (status, "text/plain", b"who are you?"))
    result = query(people, "people", "--endpoint", endpoint)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{endpoint}: the endpoint refuses: ")
    assert "KZLOD_ENDPOINT_USER" in result.stderr


def test_credentials_go_to_the_endpoint_alone(people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []

    def answer(request: servers.Request) -> servers.Answer:
        seen.append(request.headers)
        return servers.Answer(200, {"Content-Type": JSON}, b'{"head": {}, "boolean": true}')

    monkeypatch.setenv("KZLOD_ENDPOINT_USER", "ada")
    monkeypatch.setenv("KZLOD_ENDPOINT_PASSWORD", "secret")
    with servers.open_gate(0, answer) as elsewhere:

        def lead(request: servers.Request) -> servers.Answer:
            seen.append(request.headers)
            return servers.Answer(302, {"Location": f"{elsewhere}/sparql"}, b"")

        with servers.open_gate(0, lead) as gate:
            result = query(people, "anybody", "--endpoint", f"{gate}/sparql")
    assert (result.exit_code, result.stdout) == (0, "true\n")
    assert [headers.get("Authorization") for headers in seen] == ["Basic YWRhOnNlY3JldA==", None]


def test_an_endpoint_that_is_silent(people: Path, serve: Callable[[Callable[[str], Answer]], str]) -> None:
    def wait(_: str) -> Answer:
        time.sleep(1.5)
        return 200, JSON, b""

    result = query(people, "people", "--endpoint", serve(wait), "--timeout", "1")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "timed out" in result.stderr


def test_nobody_there(people: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}/sparql"
    result = query(people, "people", "--endpoint", endpoint)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith(f"{endpoint}: the endpoint failed: ")


@pytest.mark.parametrize("text", ['women" } } DROP ALL #', "women\n}", "women\\", "VALUES ?text { }"])
def test_hostile_text_finds_nothing_and_does_nothing(text: str, project: Path) -> None:
    result = query(project, "find", "-p", f"text={text}", "--format", "csv")
    assert (result.exit_code, result.stdout_bytes, result.stderr) == (0, b"entity,name\r\n", "")
    assert query(project, "find", "-p", "text=WOMEN", "--format", "csv").stdout.count("\n") > 2


@pytest.mark.parametrize("name", ["../queries/people", "./people", "people.rq", ""])
def test_a_name_is_no_path(people: Path, name: str) -> None:
    result = query(people, name)
    assert result.exit_code == 2
    assert "there is no query" in result.stderr


def test_a_parameter_is_given_once(people: Path) -> None:
    result = query(people, "people", "-p", "name=a", "-p", "name=b")
    assert result.exit_code == 2
    assert "a name is given twice" in result.stderr
