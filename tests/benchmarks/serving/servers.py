"""The servers that are measured side by side: how each is started over a dump, and where it answers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import RunError
from tests.benchmarks.peers import find_interpreter

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[2]
_START: Final = 120.0
"""Seconds that a server may take to answer its first request."""


@dataclass(frozen=True)
class Server:
    """A server.

    Args:
        name: as the table shows it, and as its requirements are named.
        endpoint: path of its SPARQL endpoint.
    """

    name: str
    endpoint: str


SERVERS: Final = (Server("kzlod", "/sparql"), Server("oxigraph", "/query"), Server("rdflib-endpoint", "/"))


@contextmanager
def run_server(server: Server, dump: Path, work: Path) -> Iterator[str]:
    """A server that answers, at the address that is given; it ends with the block.

    Args:
        server: one of the above.
        dump: N-Quads.
        work: a folder for its store and log.

    Raises:
        RunError: it cannot be installed, or does not answer.
    """
    interpreter = find_interpreter(server.name, HERE / "requirements" / f"{server.name}.txt", work.parent)
    work.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (work / f"{server.name}.log").open("wb") as log:
        command = _write_command(server, interpreter, dump, work, port)
        process = subprocess.Popen(
            command, stdout=log, stderr=log, start_new_session=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
    try:
        _wait(process, f"{address}{server.endpoint}?query=ASK%20%7B%7D")
        yield address
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def _write_command(server: Server, interpreter: Path, dump: Path, work: Path, port: int) -> list[str]:
    place = ["--host", "127.0.0.1", "--port", str(port)]
    if server.name == "kzlod":
        served = ["--project", str(ROOT), "--release", str(dump.parent), "--cache", str(work / "cache")]
        return [str(interpreter), "-m", "kzlod", "serve", *served, *place]
    if server.name == "oxigraph":
        store = work / "oxigraph"
        program = str(interpreter.with_name("oxigraph"))
        if not store.exists():
            subprocess.run([program, "load", "--location", str(store), "--file", str(dump)], check=True, capture_output=True)
            subprocess.run([program, "optimize", "--location", str(store)], check=True, capture_output=True)
        return [program, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    return [str(interpreter.with_name("rdflib-endpoint")), "serve", "--store", "Oxigraph", *place, str(dump.with_suffix(".nt"))]


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    ends = time.monotonic() + _START
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise RunError(f"ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - it is on loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RunError("does not answer")
