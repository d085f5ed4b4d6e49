"""SPARQL stores for tests, real ones as processes on the loopback address, and a gate before them that can be made to fail."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pyoxigraph

PROGRAM = str(Path(sys.executable).with_name("oxigraph"))
"""Where pip puts it, whether or not that is where the shell looks."""


class Answer(NamedTuple):
    """Status, headers and body of an HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes


class Request(NamedTuple):
    """What the gate was sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Hook = Callable[[Request], Answer | bytes | None]
"""An answer of the gate itself, another body for the store, or None to pass the request on."""


def find_port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


class Oxigraph:
    """``oxigraph serve`` over a folder, which can be killed and started again."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = find_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._words = [PROGRAM, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{self.port}", *options]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(self._words, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wait_for(self.port)

    def kill(self) -> None:
        """End it with no time to finish anything."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def read(self, prefix: str = "") -> set[str]:
        """Everything in it, as lines of N-Quads; without the push's own graphs where their prefix is given."""
        answer = ask(self.port, Request("GET", "/store", {"Accept": "application/n-quads"}, b""))
        quads = pyoxigraph.parse(answer.body, format=pyoxigraph.RdfFormat.N_QUADS)
        return {str(quad) for quad in quads if not prefix or not str(quad.graph_name).startswith(f"<{prefix}")}

    def load(self, quads: str) -> None:
        """Put N-Quads into it, past kzlod."""
        answer = ask(self.port, Request("POST", "/store", {"Content-Type": "application/n-quads"}, quads.encode()))
        assert answer.status < 300, answer

    def update(self, text: str) -> None:
        """Change it, past kzlod."""
        answer = ask(self.port, Request("POST", "/update", {"Content-Type": "application/sparql-update"}, text.encode()))
        assert answer.status < 300, answer


def wait_for(port: int, seconds: float = 60) -> None:
    """Wait until somebody listens at a port."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"nobody listens at port {port}")


def ask(port: int, request: Request) -> Answer:
    """Send a request to a port of this machine."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(request.method, request.path, request.body or None, request.headers)
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


@contextmanager
def open_gate(port: int, hook: Hook) -> Iterator[str]:
    """Give the URL of a server that passes requests on to a port, but for what the hook makes of them."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kept = {name: value for name, value in self.headers.items() if name not in {"Host", "Content-Length", "Connection"}}
            request = Request(self.command, self.path, kept, body)
            made = hook(request)
            if isinstance(made, Answer):
                answer = made
            else:
                try:
                    answer = ask(port, request if made is None else request._replace(body=made))
                except OSError:
                    self.close_connection = True
                    return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() in {"content-type", "location", "retry-after", "www-authenticate"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815 - the names are those of http.server

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
