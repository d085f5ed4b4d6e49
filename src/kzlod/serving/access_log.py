"""The access log: a line of JSON for each request."""

from __future__ import annotations

import asyncio
import json
import time
from typing import IO, Any, Final

_EVERY: Final = 0.2
"""Seconds between two writes: a write for each line would cost more than most answers."""


class AccessLog:
    """Writes lines, in the order in which the answers ended.

    Args:
        output: a text file.
        with_queries: whether the text of queries is written, which may tell more of a person than an address does.
    """

    def __init__(self, output: IO[str], *, with_queries: bool = False) -> None:
        self.output = output
        self.with_queries = with_queries
        self._lines: list[str] = []
        self._timer: asyncio.TimerHandle | None = None

    def note(self, line: dict[str, Any]) -> None:
        """Add a line; its time is put in."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self._lines.append(json.dumps({"time": stamp, **line}, ensure_ascii=False))
        if not self._timer:
            self._timer = asyncio.get_running_loop().call_later(_EVERY, self.flush)

    def flush(self) -> None:
        """Write what there is."""
        self._timer = None
        lines, self._lines = self._lines, []
        if lines:
            self.output.write("\n".join(lines) + "\n")
            self.output.flush()
