"""Lanes: gives out a number of places, some to the urgent only; and remembers which forms of query want the long lane."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict, deque
from itertools import count
from typing import Final

_CONSTANTS: Final = re.compile(
    r"""\"{3}.*?\"{3} | '{3}.*?'{3} | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | <[^<>"{}|^`\\\s]*> | \b\d[\w.]*""",
    re.VERBOSE | re.DOTALL,
)
_LONGEST_FORM: Final = 10_000
_MOST_FORMS: Final = 10_000


class Lane:
    """Places for queries; who has waited longest is next.

    Args:
        size: how many there are.
        kept: how many of them only urgent ones may have. The others are for both: urgent ones that never end to come do not keep
            the others out either.
    """

    def __init__(self, size: int, kept: int = 0) -> None:
        self.free = size
        self._for_others = size - kept
        self._lines: dict[bool, deque[tuple[int, asyncio.Future[None]]]] = {True: deque(), False: deque()}
        self._arrivals = count()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return sum(map(len, self._lines.values()))

    def take(self) -> bool:
        """Take a place, for a query that is not urgent, if one is free at once and nobody waits for it."""
        if self.waiting or not self._has_place(is_urgent=False):
            return False
        self._fill_place(is_urgent=False)
        return True

    async def wait(self, *, is_urgent: bool = False) -> None:
        """Take a place when there is one."""
        line = self._lines[is_urgent]
        if self._has_place(is_urgent=is_urgent) and not line:
            self._fill_place(is_urgent=is_urgent)
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ticket = (next(self._arrivals), turn)
        line.append(ticket)
        try:
            await turn
        except asyncio.CancelledError:
            if ticket in line:
                line.remove(ticket)
            elif turn.done() and not turn.cancelled():
                # It came in the moment in which it was given up.
                self.give_back(is_urgent=is_urgent)
            raise

    def give_back(self, *, is_urgent: bool = False) -> None:
        """Leave a place to the next; ``is_urgent`` as it was when the place was taken."""
        self.free += 1
        self._for_others += not is_urgent
        while heads := [(line[0], urgent) for urgent, line in self._lines.items() if line and self._has_place(is_urgent=urgent)]:
            (_, turn), urgent = min(heads, key=lambda head: head[0][0])
            self._lines[urgent].popleft()
            if not turn.done():
                self._fill_place(is_urgent=urgent)
                turn.set_result(None)

    def _has_place(self, *, is_urgent: bool) -> bool:
        return self.free > 0 and (is_urgent or self._for_others > 0)

    def _fill_place(self, *, is_urgent: bool) -> None:
        self.free -= 1
        self._for_others -= not is_urgent


def read_form(text: str) -> int:
    """What a query has in common with others that differ in constants only, as a number; very long ones are of one form.

    >>> read_form("SELECT * { <a:b> ?p 1 }") == read_form("SELECT * { <a:c> ?p 2 }") != read_form("SELECT * { ?s ?p 2 }")
    True
    """
    return hash(_CONSTANTS.sub("_", text)) if len(text) <= _LONGEST_FORM else 0


class Forms:
    """Which forms of query were quick and which were long; the oldest are forgotten."""

    def __init__(self) -> None:
        self._is_long: OrderedDict[int, bool] = OrderedDict()

    def note(self, form: int, *, is_long: bool) -> None:
        """Remember what a query was."""
        self._is_long[form] = is_long
        self._is_long.move_to_end(form)
        if len(self._is_long) > _MOST_FORMS:
            self._is_long.popitem(last=False)

    def is_long(self, form: int) -> bool | None:
        """Whether a query of this form was long; None where it was never seen."""
        return self._is_long.get(form)
