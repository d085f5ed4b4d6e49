"""Hostile shapes and data end in a result or a clear error within a deadline, and touch no network."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from tests.validation.turtle import PREFIXES

TIMEOUT: Final = 3
SPARE: Final = 20
"""Seconds for the start of processes and for reading, on a busy machine."""


class Trap:
    """A port of loopback that counts who connects."""

    def __init__(self) -> None:
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    trap = Trap()
    yield trap
    trap.close()


def run(folder: Path, data: str, shapes: str, *options: str, ending: str = "ttl") -> subprocess.CompletedProcess[str]:
    (folder / f"data.{ending}").write_text(PREFIXES + data if ending == "ttl" else data, encoding="utf-8")
    (folder / "shapes.ttl").write_text(PREFIXES + shapes, encoding="utf-8")
    command = [sys.executable, "-m", "kzlod", "validate", f"data.{ending}", "-s", "shapes.ttl", "--timeout", str(TIMEOUT), *options]
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert time.monotonic() - start < TIMEOUT + SPARE
    assert "Traceback" not in done.stderr
    return done


SHAPES = {
    "pattern": ('sh:property [ sh:path ex:p ; sh:pattern "^(a+)+$" ]', {1}, {3}),
    "pattern with a reference": (r'sh:property [ sh:path ex:p ; sh:pattern "^(a|aa)+\\1b$" ]', {3}, {3}),
    "regex in a query": (
        'sh:sparql [ sh:select "SELECT $this { $this ?p ?o FILTER regex(str(?o), \\"^(a+)+$\\") }" ]',
        {0, 1, 3},
        {3},
    ),
    "join in a query": (
        'sh:sparql [ sh:select "SELECT $this { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . FILTER(?a = ?none) }" ]',
        {0, 3},
        {0, 3},
    ),
    "a shape of itself": ("sh:node ex:S", {2}, {2}),
    "a shape of itself through another": ("sh:property [ sh:path ex:next ; sh:node ex:T ] . ex:T sh:node ex:S", {2}, {2}),
    "a path of itself": ("sh:property [ sh:path _:p ] . _:p <http://www.w3.org/ns/shacl#inversePath> _:p", {2}, {2}),
    "a list of itself": (
        "sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l",
        {2},
        {2},
    ),
}
DATA = f'ex:a ex:p "{"a" * 40}!" ; ex:next ex:a .' + "".join(f"ex:n{n} ex:p ex:n{n + 1} ." for n in range(30))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["turbo", "pyshacl"])
@pytest.mark.parametrize("name", SHAPES)
def test_hostile_shapes(name: str, engine: str, tmp_path: Path) -> None:
    text, turbo, pyshacl = SHAPES[name]
    done = run(tmp_path, DATA, f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; {text} .", "--engine", engine)
    assert done.returncode in (turbo if engine == "turbo" else pyshacl), done.stderr
    assert bool(done.stderr) == (done.returncode in {2, 3})
    assert done.returncode < 2 or "conforms" not in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["turbo", "pyshacl"])
def test_a_huge_literal(engine: str, tmp_path: Path) -> None:
    shapes = 'ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:maxLength 10 ; sh:pattern "b$" ; sh:languageIn ( "en" ) ] .'
    done = run(tmp_path, f'ex:a ex:p "{"ә" * 1_000_000}" .', shapes, "--engine", engine)
    assert done.returncode in {1, 3}
    assert ("does not conform: 3 results" in done.stdout) == (done.returncode == 1)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["turbo", "pyshacl"])
def test_a_huge_number(engine: str, tmp_path: Path) -> None:
    shapes = "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:maxInclusive 10 ] ."
    done = run(tmp_path, f'ex:a ex:p "{"9" * 200_000}"^^xsd:integer .', shapes, "--engine", engine)
    assert done.returncode in {1, 3}
    assert ("does not conform: 1 result" in done.stdout) == (done.returncode == 1)


@pytest.mark.parametrize("engine", ["turbo", "pyshacl"])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this {{ SERVICE <{}> {{ $this ?p ?o }} }}",
        "SELECT $this {{ SERV\\\\u0049CE SILENT <{}> {{ $this ?p ?o }} }}",
        "SELECT $this FROM <{}> {{ $this ?p ?o }}",
        "LOAD <{}>",
    ],
)
def test_no_query_reaches_the_network(query: str, engine: str, trap: Trap, tmp_path: Path) -> None:
    shapes = f'ex:S sh:targetNode ex:a ; sh:sparql [ sh:select "{query.format(trap.address)}" ] .'
    done = run(tmp_path, "ex:a ex:p ex:b .", shapes, "--engine", engine)
    assert trap.connections == 0
    assert done.returncode in ({0, 1, 2, 3} if "FROM" in query else {2}), done.stdout


FETCHING = {
    "context": (
        "jsonld",
        '{{"@context": "{}", "@id": "https://example.org/a"}}',
        "data.jsonld:1:15: a remote context is not fetched",
    ),
    "contexts": ("jsonld", '{{"@context": [{{}}, "{}"], "@id": "https://example.org/a"}}', "a remote context is not fetched"),
    "entity": ("rdf", '<!DOCTYPE r [<!ENTITY e SYSTEM "{}">]><r>&e;</r>', "data.rdf:1:14: XML entities are not expanded"),
    "doctype": ("rdf", '<!DOCTYPE r SYSTEM "{}"><r xmlns="urn:r:"/>', ""),
}


@pytest.mark.parametrize("name", FETCHING)
def test_no_data_reaches_the_network(name: str, trap: Trap, tmp_path: Path) -> None:
    ending, text, message = FETCHING[name]
    done = run(tmp_path, text.format(trap.address), "ex:S sh:targetNode ex:a .", ending=ending)
    assert trap.connections == 0
    assert done.returncode == (1 if message else done.returncode)
    assert message in done.stderr


def test_no_import_of_the_data_or_shapes_reaches_the_network(trap: Trap, tmp_path: Path) -> None:
    imports = f"<https://example.org/graph> <http://www.w3.org/2002/07/owl#imports> <{trap.address}> ."
    assert run(tmp_path, imports, "ex:S sh:targetNode ex:a .").returncode == 0
    done = run(tmp_path, imports, f"{imports} ex:S sh:targetNode ex:a .")
    assert done.returncode == 2
    assert "--allow-network" in done.stderr
    assert trap.connections == 0


def test_an_engine_may_open_no_socket(trap: Trap) -> None:
    program = f"""
import sys, urllib.request
from kzlod.validation.engines.server import refuse_sockets
sys.addaudithook(refuse_sockets)
urllib.request.urlopen({trap.address!r})
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=dict(os.environ))
    assert "may not use the network" in done.stderr
    assert trap.connections == 0
