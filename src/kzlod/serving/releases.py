"""The release that is served now, and how the next one takes its place: no request fails meanwhile, and none sees parts of both."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from typing import Final

from kzlod.project import QUADS, SITE
from kzlod.serving.generation import Generation, Options, open_generation
from kzlod.site.writer import MANIFEST

_EVERY: Final = 1.0
"""Seconds between two looks at the folder."""

_State = tuple[str, *tuple[int, ...]]
_logger: Final = logging.getLogger(__name__)


class Releases:
    """What is served.

    Args:
        options: of the server.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.reloads = 0
        self.failures = 0
        self._current: Generation | None = None
        self._seen: _State | None = None
        self._reading = asyncio.Lock()
        self._retiring: set[asyncio.Task[None]] = set()

    @property
    def current(self) -> Generation:
        """What answers the next request."""
        assert self._current  # noqa: S101 - it was opened
        return self._current

    async def open(self) -> None:
        """Open the first release; see ``open_generation`` for what is raised."""
        # What appears while the first one is opened is another one.
        self._seen = self._look()
        self._current = await open_generation(self.options)

    async def reload(self) -> bool:
        """Take up the release that there is now, or the pages of it that are new; whatever is wrong with it, the one before stays.

        Returns:
            Whether it is served now.
        """
        async with self._reading:
            former = self.current
            try:
                following = await open_generation(self.options)
            except Exception as error:
                self.failures += 1
                _logger.warning("the new release is not served: %s", _describe(error))
                return False
            self._current = following
            self.reloads += 1
            task = asyncio.create_task(former.retire())
            self._retiring.add(task)
            task.add_done_callback(self._retiring.discard)
            return True

    async def watch(self) -> None:
        """Take up each release that appears where the first was found, for ever."""
        while True:
            await asyncio.sleep(_EVERY)
            found = self._look()
            # While a build puts its output in place there is nothing for a moment.
            if found not in (self._seen, None):
                self._seen = found
                await self.reload()

    async def close(self) -> None:
        """End all workers."""
        await asyncio.gather(*self._retiring, return_exceptions=True)
        if self._current:
            await self._current.retire()

    def _look(self) -> _State | None:
        """What changes with the release, or with its pages."""
        folder = self.options.release.resolve()
        try:
            state = (folder / QUADS).stat()
        except OSError:
            return None
        with contextlib.suppress(OSError):
            return folder.as_posix(), *_read_state(state), *_read_state((folder / SITE / MANIFEST).stat())
        return folder.as_posix(), *_read_state(state)


def _read_state(state: os.stat_result) -> tuple[int, int, int]:
    return state.st_ino, state.st_size, state.st_mtime_ns


def _describe(error: Exception) -> str:
    problems = getattr(error, "problems", None)
    return "; ".join(map(str, problems)) if problems else str(error) or type(error).__name__
