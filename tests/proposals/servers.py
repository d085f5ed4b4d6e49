"""A reconciliation service for tests: a real one over a table of names, on the loopback address, that can be made to fail."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from kzlod.matching.entries import Candidate, Entry, Name, NameQuery
from kzlod.matching.index import NameIndex

SPACE = "http://www.wikidata.org/entity/"
PEOPLE = {
    "Q17195436": (("Kassym-Jomart Tokayev", "Қасым-Жомарт Тоқаев"), "1953-05-17"),
    "Q4200001": (("Erlan Idrissov", "Ерлан Ыдырысов"), "1959-04-28"),
    "Q4200002": (("Madina Jarbussynova", "Мадина Жарбусынова"), ""),
    "Q4200003": (("Madina Abilkasymova",), ""),
    "Q4200004": (("Abzal Saparbekuly", "Абзал Сапарбекұлы"), ""),
    "Q4200005": (("Abzal Saparbekov",), ""),
}


class Answer(NamedTuple):
    """Status, headers and body, of which ``cut`` bytes are not sent."""

    status: int
    body: bytes
    headers: Mapping[str, str] = {}
    cut: int = 0


Batch = Mapping[str, dict[str, Any]]
Hook = Callable[[Batch, int], Answer | None]
"""Is given the queries, and the number of the request, from 1; an answer of its own, or None for the right one."""


@dataclass
class Asked:
    """What a service was asked."""

    names: Counter[str] = field(default_factory=Counter)
    batches: list[int] = field(default_factory=list)
    queries: list[dict[str, Any]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    authorizations: set[str | None] = field(default_factory=set)


def write_manifest(**changes: object) -> bytes:
    manifest: dict[str, object] = {
        "versions": ["0.2"],
        "name": "People of Wikidata",
        "identifierSpace": SPACE,
        "schemaSpace": SPACE,
    }
    manifest |= {"view": {"url": "https://www.wikidata.org/wiki/{{id}}"}}
    return json.dumps({name: value for name, value in {**manifest, **changes}.items() if value is not None}).encode()


def make_index(people: Mapping[str, tuple[tuple[str, ...], str]] = PEOPLE) -> NameIndex:
    return NameIndex.build(Entry(id_, tuple(map(Name, names)), born=born) for id_, (names, born) in people.items())


def answer_batch(index: NameIndex, queries: Batch) -> dict[str, Any]:
    """The answers, as a service gives them that knows ``P569``."""
    return {key: {"result": [_write(each) for each in _find(index, query)]} for key, query in queries.items()}


def _find(index: NameIndex, query: dict[str, Any]) -> list[Candidate]:
    born = next((each["v"] for each in query.get("properties", ()) if each["pid"] == "P569"), "")
    return index.find(NameQuery(query["query"], born=born), query.get("limit", 3))


def _write(found: Candidate) -> dict[str, Any]:
    features = [{"id": each.id, "value": round(each.value, 4)} for each in found.features]
    types = [{"id": "Q5", "name": "human"}]
    score = round(found.score, 2)
    return {"id": found.id, "name": found.name.text, "type": types, "score": score, "match": found.is_match, "features": features}


@contextmanager
def open_service(hook: Hook = lambda *_: None, manifest: bytes | None = None) -> Iterator[tuple[str, Asked]]:
    """Give the URL of a service, and what it is asked."""
    asked, index = Asked(), make_index()
    said = manifest or write_manifest()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send(Answer(200, said))

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            queries = json.loads(form["queries"][0])
            asked.batches.append(len(queries))
            asked.agents.add(self.headers["User-Agent"])
            asked.authorizations.add(self.headers["Authorization"])
            made = hook(queries, len(asked.batches))
            if made is None:
                asked.names.update(query["query"] for query in queries.values())
                asked.queries.extend(queries.values())
                made = Answer(200, json.dumps(answer_batch(index, queries)).encode())
            # A client that was killed takes no answer.
            with suppress(OSError):
                self.send(made)

        def send(self, answer: Answer) -> None:
            if not answer.status:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: len(answer.body) - answer.cut])
            if answer.cut:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api", asked
    finally:
        server.shutdown()
        server.server_close()
