"""Runs the benchmark of serving: ``kzlod serve`` beside ``oxigraph serve-read-only`` and rdflib-endpoint; prints a Markdown table.

    python -m tests.benchmarks.serving.run --seconds 10 --repeat 3

All servers have the repository's own dump and answer 8 connections of wrk (https://github.com/wg/wrk) on loopback, one workload and
one server at a time, all in turn. First each answers each kind of request once, and all must give the same rows. The exit code is 1
where they do not, or where an answer of a run is no success.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pyoxigraph
from tests.benchmarks.measure import RunError
from tests.benchmarks.peers import describe_machine
from tests.benchmarks.serving.servers import HERE, ROOT, SERVERS, Server, run_server

_CONNECTIONS: Final = 8
_JSON: Final = "application/sparql-results+json"
_UNITS: Final = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Workload:
    """Requests of one kind.

    Args:
        name: as the table shows it.
        write: the paths at a server for the entities; ``@@`` in them is a number that is never the same.
        accept: the media type that is asked for.
        is_fresh: whether no request is ever the same as another.
    """

    name: str
    write: Callable[[Server, Sequence[str]], list[str]]
    accept: str = _JSON
    is_fresh: bool = False


@dataclass
class Result:
    """Requests a second and the 99th percentile of their milliseconds, of each run."""

    rates: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)


def _ask(server: Server, query: str) -> str:
    return f"{server.endpoint}?query={quote(query, safe='@')}"


def _look_up(server: Server, iris: Sequence[str]) -> list[str]:
    return [_ask(server, f"SELECT ?p ?o WHERE {{ <{iri}> ?p ?o }}") for iri in iris]


def _look_up_afresh(server: Server, iris: Sequence[str]) -> list[str]:
    return [_ask(server, f"SELECT ?p ?o WHERE {{ <{iri}> ?p ?o }} #@@") for iri in iris]


def _describe(server: Server, iris: Sequence[str]) -> list[str]:
    if server.name == "kzlod":
        return [f"/{quote(iri.removeprefix('https://w3id.org/kzlod/'), safe='/%')}.ttl" for iri in iris]
    return [_ask(server, f"CONSTRUCT WHERE {{ <{iri}> ?p ?o }}") for iri in iris]


def _ask_medium(server: Server, _: Sequence[str]) -> list[str]:
    return [_ask(server, (HERE / "medium.rq").read_text(encoding="utf-8"))]


def _ask_medium_afresh(server: Server, _: Sequence[str]) -> list[str]:
    return [_ask(server, (HERE / "medium.rq").read_text(encoding="utf-8") + "#@@")]


WORKLOADS: Final = (
    Workload("lookups", _look_up),
    Workload("lookups, none ever repeated", _look_up_afresh, is_fresh=True),
    Workload("data of an entity", _describe, "text/turtle"),
    Workload("medium query", _ask_medium),
    Workload("medium query, never repeated", _ask_medium_afresh, is_fresh=True),
)


def main() -> None:
    """The command line."""
    options = read_options()
    servers = [server for server in SERVERS if server.name in options.servers]
    try:
        results = measure(servers, options)
    except RunError as error:
        sys.exit(str(error))
    print("\n".join(write_table(servers, results)))


def read_options() -> argparse.Namespace:
    """The options of the call."""
    names = [server.name for server in SERVERS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--servers", nargs="+", choices=names, default=names)
    parser.add_argument("--seconds", type=int, default=10, help="of one run")
    parser.add_argument("--repeat", type=int, default=3, help="runs, of which the table shows the median")
    parser.add_argument("--work", type=Path, default=Path(".venv/benchmark/serving"), help="folder of stores and logs")
    return parser.parse_args()


def measure(servers: Sequence[Server], options: argparse.Namespace) -> dict[tuple[str, str], Result]:
    """The results by workload and server.

    Raises:
        RunError: a server or wrk cannot be run, fails, or gives other rows than the first.
    """
    if not shutil.which("wrk"):
        raise RunError("wrk is not installed (Debian's package wrk)")
    work = options.work.resolve() / "run"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in ("kzlod.nq", "kzlod.nt"):
        shutil.copy(ROOT / "output" / name, work / name)
    iris = list_entities(work / "kzlod.nq")
    results: dict[tuple[str, str], Result] = {}
    with ExitStack() as stack:
        addresses = {server: stack.enter_context(run_server(server, work / "kzlod.nq", work)) for server in servers}
        compare_answers(addresses, iris)
        for turn in range(options.repeat):
            for workload in WORKLOADS:
                for server, address in addresses.items():
                    requests = work / "requests.txt"
                    requests.write_text("\n".join(workload.write(server, iris)), encoding="utf-8")
                    rate, slowest = run_wrk(address, requests, workload, options.seconds, turn)
                    result = results.setdefault((workload.name, server.name), Result())
                    result.rates.append(rate)
                    result.slowest.append(slowest)
    return results


def list_entities(dump: Path) -> list[str]:
    """The IRIs of what the dataset is about."""
    quads = pyoxigraph.parse(path=dump, format=pyoxigraph.RdfFormat.N_QUADS)
    subjects = {quad.subject for quad in quads if quad.graph_name == pyoxigraph.DefaultGraph()}
    return sorted(node.value for node in subjects if isinstance(node, pyoxigraph.NamedNode) and "#" not in node.value)


def compare_answers(addresses: dict[Server, str], iris: Sequence[str]) -> None:
    """Ask each server for the same.

    Raises:
        RunError: one gives other rows than the first.
    """
    for workload in (workload for workload in WORKLOADS if workload.accept == _JSON):
        rows = {server.name: _read_rows(f"{address}{workload.write(server, iris)[0]}") for server, address in addresses.items()}
        for name, found in rows.items():
            if found != next(iter(rows.values())):
                raise RunError(f"{name} gives other rows for {workload.name}")


def _read_rows(url: str) -> list[list[tuple[str, str]]]:
    request = urllib.request.Request(url, headers={"accept": _JSON})  # noqa: S310 - it is on loopback
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
        rows = json.loads(answer.read())["results"]["bindings"]
    return sorted(sorted((name, term["value"]) for name, term in row.items()) for row in rows)


def run_wrk(address: str, requests: Path, workload: Workload, seconds: int, turn: int) -> tuple[float, float]:
    """Requests a second, and the milliseconds of the slowest hundredth.

    Raises:
        RunError: an answer is no success.
    """
    command = [
        "wrk",
        "-t1",
        f"-c{_CONNECTIONS}",
        f"-d{seconds}s",
        "--timeout",
        "60s",
        "--latency",
        "-s",
        str(HERE / "requests.lua"),
        address,
    ]
    environment = {**os.environ, "REQUESTS": str(requests), "ACCEPT": workload.accept, "COUNTED": str(10**9 * (turn + 1))}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", ended.stdout)
    slowest = re.search(r"99%\s+([\d.]+)(us|ms|s|m)", ended.stdout)
    if not rate or not slowest or "Non-2xx" in ended.stdout or "Socket errors" in ended.stdout:
        raise RunError(f"{workload.name} at {address}: {ended.stdout}{ended.stderr}")
    time.sleep(0.5)
    return float(rate[1]), float(slowest[1]) * _UNITS[slowest[2]]


def write_table(servers: Sequence[Server], results: dict[tuple[str, str], Result]) -> Iterator[str]:
    """The table: requests a second (99th percentile), and how many times those of the others kzlod's are."""
    yield f"Median of {len(next(iter(results.values())).rates)} runs, {_CONNECTIONS} connections, {describe_machine('pyoxigraph')}"
    yield ""
    yield "| requests a second (ms of the slowest hundredth) | " + " | ".join(server.name for server in servers) + " |"
    yield "| --- |" + " ---: |" * len(servers)
    for workload in WORKLOADS:
        own = statistics.median(results[workload.name, servers[0].name].rates)
        cells = []
        for server in servers:
            result = results[workload.name, server.name]
            rate = statistics.median(result.rates)
            ratio = f", {own / rate:.1f}x" if server is not servers[0] else ""
            cells.append(f"{rate:,.0f} ({statistics.median(result.slowest):.1f}{ratio})")
        yield f"| {workload.name} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
