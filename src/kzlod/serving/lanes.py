"""Lanes: gives out a number of places, the urgent first; and remembers which forms of query want the long lane."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

_CONSTANTS: Final = re.compile(
    r"""\"{3}.*?\"{3} | '{3}.*?'{3} | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | <[^<>"{}|^`\\\s]*> | \b\d[\w.]*""",
    re.VERBOSE | re.DOTALL,
)
_LONGEST_FORM: Final = 10_000
_MOST_FORMS: Final = 10_000


class Lane:
    """Places for queries.

    Args:
        size: how many there are.
        kept: how many of them only urgent ones may have.
    """

    def __init__(self, size: int, kept: int = 0) -> None:
        self.free = size
        self.kept = kept
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._urgent) + len(self._others)

    def take(self) -> bool:
        """Take a place if one is free at once and nobody waits for it."""
        if self.waiting or self.free <= self.kept:
            return False
        self.free -= 1
        return True

    async def wait(self, *, is_urgent: bool = False) -> None:
        """Take a place when there is one."""
        if self.free > (0 if is_urgent else self.kept) and not (self._urgent if is_urgent else self.waiting):
            self.free -= 1
            return
        line = self._urgent if is_urgent else self._others
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn in line:
                line.remove(turn)
            elif turn.done() and not turn.cancelled():
                # It came in the moment in which it was given up.
                self.give_back()
            raise

    def give_back(self) -> None:
        """Leave a place to the next."""
        self.free += 1
        while self._urgent and self.free:
            self._call(self._urgent)
        while self._others and self.free > self.kept:
            self._call(self._others)

    @asynccontextmanager
    async def hold(self, *, is_urgent: bool = False) -> AsyncIterator[None]:
        """A place, for as long as the block lasts."""
        await self.wait(is_urgent=is_urgent)
        try:
            yield
        finally:
            self.give_back()

    def _call(self, line: deque[asyncio.Future[None]]) -> None:
        turn = line.popleft()
        if not turn.done():
            self.free -= 1
            turn.set_result(None)


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
