"""Asking a service: reads queries, yields their answers, from the cache where it has them, in batches where it has not.

A batch that the service refuses is sent in halves, down to single queries, and of one that it answers in part the rest is sent
again by itself. A query that is refused alone has an error for an answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, Protocol

from kzlod.connections import RefusalError
from kzlod.errors import quote
from kzlod.proposals.cache import Cache

_HOPE: Final = 2
"""So many queries may be refused alone before one is answered."""

Query = Mapping[str, object]
"""A query as the API has it, in JSON."""

Report = Callable[[int, int], None]
"""Is told how many queries are answered, and of how many."""


class Reconciler(Protocol):
    """What answers batches of queries: the dataset's own service, or one on the web."""

    def reconcile(self, queries: Mapping[str, object]) -> dict[str, Any]:
        """The answers by the keys of the queries."""


@dataclass
class Answers:
    """What a service has answered.

    Args:
        results: candidates by query, as ``write_query`` writes it, in the JSON of the API.
        errors: why there are none, likewise.
        asked: how many queries were sent; the others were known.
    """

    results: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    asked: int = 0


@dataclass(frozen=True)
class Asking:
    """How a service is asked.

    Args:
        reconciler: the service.
        url: by which its answers are kept.
        cache: where they are, or None to keep none.
        batch: how many queries are sent at once.
        is_anew: whether it is asked although answers are there.
    """

    reconciler: Reconciler
    url: str
    cache: Cache | None = None
    batch: int = 10
    is_anew: bool = False

    def ask(self, queries: Iterable[Query], report: Report = lambda *_: None) -> Answers:
        """Ask each different query once.

        Raises:
            RefusalError: the service refused the first queries even when each was sent alone: it would refuse them all.
            ConfigurationError, EngineError: it cannot be reached, stays busy, or the cache cannot be used. What it has answered
                is kept.
        """
        answers = Answers()
        different = dict.fromkeys(map(write_query, queries))
        unknown = []
        for query in different:
            known = self.cache.find(self.url, query) if self.cache and not self.is_anew else None
            if known is None:
                unknown.append(query)
            else:
                _take(answers, query, known)
        report(len(different) - len(unknown), len(different))
        for batch in _iter_batches(unknown, self.batch):
            self._send(batch, answers)
            report(len(answers.results) + len(answers.errors), len(different))
        return answers

    def _send(self, batch: Sequence[str], answers: Answers) -> None:
        """Send a batch, or where it is refused its halves."""
        try:
            found = self.reconciler.reconcile({f"q{number}": json.loads(query) for number, query in enumerate(batch)})
        except RefusalError as error:
            if len(batch) > 1:
                self._send_halves(batch, answers)
            elif answers.results or len(answers.errors) < _HOPE:
                answers.errors[batch[0]] = error.problems[0].message
            else:
                raise
            return
        by_query = {query: found.get(f"q{number}") for number, query in enumerate(batch)}
        right: dict[str, Any] = {query: answer for query, answer in by_query.items() if _is_answer(answer)}
        if self.cache:
            self.cache.keep(self.url, right.items())
        answers.asked += len(right)
        for query, answer in by_query.items():
            if query in right or len(batch) == 1:
                _take(answers, query, answer)
        wrong = [query for query in batch if query not in right and query not in answers.errors]
        if len(wrong) == len(batch):
            self._send_halves(wrong, answers)
        elif wrong:
            self._send(wrong, answers)

    def _send_halves(self, batch: Sequence[str], answers: Answers) -> None:
        middle = len(batch) // 2
        self._send(batch[:middle], answers)
        self._send(batch[middle:], answers)


def write_query(query: Query) -> str:
    """A query as text, the same for equal ones.

    >>> write_query({"type": "Q5", "query": "Ada"})
    '{"query":"Ada","type":"Q5"}'
    """
    return json.dumps(query, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _take(answers: Answers, query: str, answer: Any) -> None:
    if _is_answer(answer):
        answers.results[query] = answer["result"]
        return
    said = next((answer[name] for name in ("error", "message") if answer.get(name)), "") if isinstance(answer, dict) else ""
    answers.errors[query] = f"the service answers with an error: {quote(str(said), 200)}" if said else "the service gives no answer"


def _is_answer(answer: Any) -> bool:
    found = answer.get("result") if isinstance(answer, dict) else None
    return isinstance(found, list) and all(isinstance(each, dict) and isinstance(each.get("id"), str) for each in found)


def _iter_batches(queries: Iterable[str], size: int) -> Iterator[list[str]]:
    remaining = iter(queries)
    while batch := list(islice(remaining, size)):
        yield batch
