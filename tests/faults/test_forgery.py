"""Requests that would have the server ask somebody else: no connection is opened to a trap that listens."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import select
import socket
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.faults.clients import Answer, Client
from tests.faults.conftest import OPTIONS
from tests.faults.servers import ROOT, Server

pytestmark = pytest.mark.faults

Asked = tuple[str, str, Mapping[str, str], bytes]
FORM = {"content-type": "application/x-www-form-urlencoded"}
SERVICES = [
    "SELECT * {{ SERVICE {silent}<{trap}> {{ ?a ?b ?c }} }}",
    "SELECT * {{ VALUES ?where {{ <{trap}> }} SERVICE {silent}?where {{ ?a ?b ?c }} }}",
    "SELECT * {{ {{ SELECT * {{ OPTIONAL {{ SERVICE {silent}<{trap}> {{ ?a ?b ?c }} }} }} }} }}",
    "ASK {{ FILTER EXISTS {{ SERVICE {silent}<{trap}> {{ ?a ?b ?c }} }} }}",
    "CONSTRUCT {{ ?a ?b ?c }} WHERE {{ service {silent}<{trap}> {{ ?a ?b ?c }} }}",
    "DESCRIBE ?a {{ ServicE {silent}<{trap}> {{ ?a ?b ?c }} }}",
    "PREFIX t: <{trap}> SELECT * {{ SERVICE {silent}t:a {{ ?a ?b ?c }} }}",
    "BASE <{trap}> SELECT * {{ SERVICE {silent}<a> {{ ?a ?b ?c }} }}",
    "SELECT * {{ SERVICE#\n{silent}#\n<{trap}>#\n{{ ?a ?b ?c }} }}",
    'SELECT * {{ FILTER("#" != "\'") SERVICE {silent}<{trap}> {{ ?a ?b ?c }} }}',
    "SELECT * {{ FILTER(1 < 2) SERVICE {silent}<{trap}> {{ ?a ?b ?c }} FILTER(2 > 1) }}",
    # An escape that some parsers read before anything else, and some do not.
    'SELECT * {{ #\\u000A"""\nSERVICE {silent}<{trap}> {{ ?a ?b ?c }}\n#"""\n }}',
    "SELECT * {{ #\\u000A'\nSERVICE {silent}<{trap}> {{ ?a ?b ?c }}\n#'\n }}",
    # A keyword that touches its neighbours.
    "SELECT * {{ ?s ?p 5SERVICE {silent}<{trap}> {{ ?a ?b ?c }} }}",
    "SELECT * {{ ?s ?p trueSERVICE {silent}<{trap}> {{ ?a ?b ?c }} }}",
    "PREFIX t: <{trap}> SELECT * {{ SERVICE{silent}t:a {{ ?a ?b ?c }} }}",
    "PREFIX : <{trap}> SELECT * {{ SERVICE{silent}:a {{ ?a ?b ?c }} }}",
    "PREFIX t: <{trap}> SELECT * {{ ?s ?p t:.SERVICE {silent}t:a#\n{{ ?a ?b ?c }} }}",
    "SELECT * {{ SERVICE{silent}<{trap}> {{ ?a ?b ?c }} }}",
]
ESCAPED = "SELECT * {{ SERV\\u0049CE {silent}<{trap}> {{ ?a ?b ?c }} }}"
GRAPHS = [
    "SELECT * FROM <{trap}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{trap}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT * {{ GRAPH <{trap}> {{ ?s ?p ?o }} }}",
    "DESCRIBE <{trap}>",
    "SELECT * {{ <{trap}> (<{trap}>|^<{trap}>)* ?o }}",
]
UPDATES = ["LOAD <{trap}>", "LOAD SILENT <{trap}> INTO GRAPH <a:a>", "INSERT {{}} WHERE {{ SERVICE <{trap}> {{}} }}"]


@pytest.fixture(scope="module")
def served(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(small, tmp_path_factory.mktemp("served") / "cache", OPTIONS, ROOT) as server:
        yield server


@contextlib.contextmanager
def trap() -> Iterator[str]:
    """The address of somebody whom nobody may ask, by TCP or UDP."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        came, _, _ = select.select([listener, receiver], [], [], 0.3)
        assert not came


def test_the_trap_would_notice() -> None:
    with pytest.raises(AssertionError), trap() as address, socket.create_connection(("127.0.0.1", int(address[17:-1]))):
        pass


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_no_service_is_asked(served: Server, silent: str) -> None:
    with trap() as address:
        queries = [text.format(trap=address, silent=silent) for text in (*SERVICES, ESCAPED)]
        by_get: list[Asked] = [("GET", f"/sparql?{urlencode({'query': query})}", {}, b"") for query in queries]
        by_form: list[Asked] = [("POST", "/sparql", FORM, urlencode({"query": query}).encode()) for query in queries]
        answers = asyncio.run(ask(served.port, [*by_get, *by_form]))
    assert {answer.status for answer in answers} == {403}


def test_no_graph_is_loaded(served: Server) -> None:
    with trap() as address:
        graphs: list[Asked] = [("GET", f"/sparql?{urlencode({'query': text.format(trap=address)})}", {}, b"") for text in GRAPHS]
        fields = [{"query": "SELECT * { ?s ?p ?o }", name: address} for name in ("default-graph-uri", "named-graph-uri")]
        named: list[Asked] = [("GET", f"/sparql?{urlencode(field)}", {}, b"") for field in fields]
        queries: list[Asked] = [("GET", f"/sparql?{urlencode({'query': text.format(trap=address)})}", {}, b"") for text in UPDATES]
        updates: list[Asked] = [
            ("POST", "/sparql", FORM, urlencode({"update": text.format(trap=address)}).encode()) for text in UPDATES
        ]
        direct: list[Asked] = [
            ("POST", "/sparql", {"content-type": "application/sparql-update"}, text.format(trap=address).encode())
            for text in UPDATES
        ]
        assert {answer.status for answer in asyncio.run(ask(served.port, [*graphs, *named]))} == {200}
        assert {answer.status for answer in asyncio.run(ask(served.port, queries))} <= {400, 403}
        assert {answer.status for answer in asyncio.run(ask(served.port, [*updates, *direct]))} == {403}


def test_no_parameter_or_header_is_followed(served: Server) -> None:
    with trap() as address:
        host = address[7:-1]
        names = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))
        values = [address, f"{address}> }} SERVICE <{address}> {{ ?a ?b ?c", f"\\u003E SERVICE <{address}> {{}}"]
        parameters = ("entity", "person", "organization", "class", "item", "name", "from")
        queries: list[Asked] = [
            ("GET", f"/queries/{name}.json?{urlencode({parameter: value})}", {}, b"")
            for name, parameter, value in itertools.product(names, parameters, values)
        ]
        headers = [
            {"x-forwarded-host": host, "x-forwarded-for": host, "x-forwarded-proto": "http", "forwarded": f"host={host}"},
            {"referer": address, "origin": address, "x-original-url": address, "link": f"<{address}>", "from": address},
        ]
        paths = ("/sparql", "/person/alia", "/queries/", "/openapi.json", "/health", f"/{address}", address, f"//{host}/")
        others: list[Asked] = [("GET", path, header, b"") for path, header in itertools.product(paths, headers)]
        hosts: list[Asked] = [
            ("GET", path, {"connection": "close"}, b"") for path in (f"http://{host}/sparql", f"http://{host}/person/alia")
        ]
        answers = asyncio.run(ask(served.port, [*queries, *others, *hosts]))
    assert {answer.status for answer in answers} <= {200, 303, 400, 404, 406, 504}


async def ask(port: int, requests: Iterable[Asked]) -> list[Answer]:
    async with Client(port) as client:
        return [await client.ask(*request) for request in requests]
