"""The order of a push: load beside what is served, count, ask the catalogue's queries, and only then switch.

It can be broken off at any moment, here or there. What has arrived is found by counting it, so the next push goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kzlod.connections import Patience
from kzlod.endpoints import NO_CREDENTIALS, Credentials
from kzlod.errors import ConfigurationError, DataError, Problem
from kzlod.pushing.checks import find_differences, find_wrong_queries
from kzlod.pushing.client import Client
from kzlod.pushing.plan import Plan, open_plan
from kzlod.pushing.sides import COLOURS, Rules, Side, choose_side
from kzlod.pushing.store import Addresses, Store
from kzlod.queries.catalogue import Query

Progress = Callable[[str, int, int], None]
"""Is told what is done now, how much of it, and how much there is."""


@dataclass(frozen=True)
class Options:
    """How to push.

    Args:
        addresses: of the store; with ``{colour}`` in them, of two repositories.
        rules: what may be done there.
        credentials: for the store.
        patience: how long it is waited for.
        progress: is told of progress.
    """

    addresses: Addresses
    rules: Rules
    credentials: Credentials = NO_CREDENTIALS
    patience: Patience = field(default_factory=Patience)
    progress: Progress = lambda *_: None


@dataclass(frozen=True)
class Outcome:
    """What a push has done, or would do.

    Args:
        sha256, triples, graphs: of the dump.
        place: where it is loaded and how it comes to be served, in words.
        current: whether it was served already.
        there: triples that an earlier push had brought.
        requests: how many it took to send the others.
        queries: how many were checked.
    """

    sha256: str
    triples: int
    graphs: int
    place: str
    current: bool = False
    there: int = 0
    requests: int = 0
    queries: int = 0


def push(dump: Path, queries: Sequence[Query], options: Options, *, only_tell: bool = False) -> Outcome:
    """Push a dump to a store.

    Args:
        dump: N-Quads or N-Triples, or a folder with ``kzlod.nq``.
        queries: what must give its rows there before the switch.
        only_tell: read what is there and change nothing.

    Raises:
        ConfigurationError: the call is wrong, the store refuses the credentials, or holds data that is not a push's.
        DataError: the dump has blank nodes or is damaged, or the checks differ; what was served is served still.
        EngineError: the store fails; what was served is served still, and the same call goes on from there.
    """
    _check_addresses(options.addresses)
    with open_plan(dump) as plan, Client(options.credentials, options.patience) as client:
        side = _find_side(client, options, plan)
        outcome = Outcome(plan.sha256, plan.triples, len(plan.graphs), side.describe(), current=side.is_current())
        if only_tell:
            return outcome if outcome.current else _tell(outcome, side)
        if outcome.current:
            side.clean()
            return outcome
        side.prepare()
        there, requests = _load(side, options)
        _check(side, queries, options.progress)
        options.progress("switching", 0, 1)
        side.switch()
        side.clean()
        options.progress("switching", 1, 1)
        return Outcome(
            plan.sha256, plan.triples, len(plan.graphs), outcome.place, there=there, requests=requests, queries=len(queries)
        )


def _find_side(client: Client, options: Options, plan: Plan) -> Side:
    addresses, record = options.addresses, options.rules.record
    coloured = "{colour}" in addresses.query
    stores = {colour: Store(client, addresses.fill(colour), record) for colour in COLOURS} if coloured else {}
    return choose_side(Store(client, addresses, record), stores, options.rules, plan)


def _check_addresses(addresses: Addresses) -> None:
    coloured = ["{colour}" in url for url in (addresses.query, addresses.update, addresses.graph_store) if url]
    message = ""
    if any(coloured) and not all(coloured):
        message = "either all URLs have {colour} in them, or none"
    elif not any(coloured) and not addresses.update:
        message = "a store of one repository is switched by an update: name its URL with --update"
    elif not (addresses.update or addresses.graph_store):
        message = "nothing can be sent: name a URL with --update or --graph-store"
    if message:
        raise ConfigurationError([Problem("--endpoint", None, None, message, "endpoint")])


def _load(side: Side, options: Options) -> tuple[int, int]:
    """Send what is not there; gives the triples that were there, and the number of requests."""
    found = side.count()
    there = _count_there(side, found)
    requests = _send(side, found, options.rules.bounds.triples, options)
    if requests:
        # Of a batch that a store took in part, triples before the last may be missing: such graphs are sent anew, whole.
        requests += _send(side, side.count(), side.plan.triples, options)
    return there, requests


def _send(side: Side, found: Mapping[str, int], overlap: int, options: Options) -> int:
    """Send the triples of each graph that are not there, and so many before them; gives the number of requests."""
    counts = {graph: found.get(side.locate(graph), 0) for graph in side.plan.graphs}
    overfull = [graph for graph, count in counts.items() if count > graph.triples]
    side.store.drop([side.locate(graph) for graph in overfull])
    lacking = {graph: 0 if graph in overfull else count for graph, count in counts.items() if count != graph.triples}
    done = side.plan.triples - sum(graph.triples - count for graph, count in lacking.items())

    def report(triples: int) -> None:
        nonlocal done
        done = min(done + triples, side.plan.triples)
        options.progress("sending", done, side.plan.triples)

    skipped = {graph.number: max(0, count - overlap) for graph, count in lacking.items()}
    triples = ((side.locate(graph), triple) for graph, triple in side.plan.iter_triples(skipped))
    located = {side.locate(graph): str(graph) for graph in lacking}
    return side.store.add(triples, options.rules.bounds, report, lambda name: located[name])


def _count_there(side: Side, found: Mapping[str, int]) -> int:
    return sum(min(found.get(side.locate(graph), 0), graph.triples) for graph in side.plan.graphs)


def _check(side: Side, queries: Sequence[Query], progress: Progress) -> None:
    if problems := list(find_differences(side)):
        raise DataError(problems)
    for done, query in enumerate(queries):
        progress("checking", done, len(queries))
        problems += find_wrong_queries(side, [query])
    if problems:
        raise DataError(problems)


def _tell(outcome: Outcome, side: Side) -> Outcome:
    there = _count_there(side, side.count())
    return Outcome(outcome.sha256, outcome.triples, outcome.graphs, outcome.place, there=there)
