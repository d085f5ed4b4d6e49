from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def project(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's queries beside a fresh build of its dataset."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "kzlod.toml", folder)
    shutil.copytree(ROOT / "queries", folder / "queries")
    shutil.copytree(built, folder / "output")
    return folder


@pytest.fixture(scope="session")
def store(built: Path) -> pyoxigraph.Store:
    """The dataset, default graph and named graphs."""
    store = pyoxigraph.Store()
    store.bulk_load(path=built / "kzlod.nq", format=pyoxigraph.RdfFormat.N_QUADS)
    return store


Answer = tuple[int, str, bytes]
"""Status, content type and body of an HTTP response."""


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[str], Answer]], str]]:
    """Serves answers to queries by HTTP on the loopback address until the test is over; gives the endpoint's URL."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Callable[[str], Answer]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, body = answer(parse_qs(urlsplit(self.path).query)["query"][0])
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(BrokenPipeError):  # who has asked may have gone
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/sparql"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
