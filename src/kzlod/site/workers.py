"""Rendering in several processes: takes batches of nodes, gives back which files were written, in the order of the batches."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from kzlod.errors import EngineError, Problem
from kzlod.site.nodes import Node
from kzlod.site.rendering import File, Renderer
from kzlod.site.settings import Settings
from kzlod.site.writer import write_files

Written = tuple[list[str], int]


def write_batches(settings: Settings, folder: Path, batches: Iterable[list[Node]], jobs: int) -> Iterator[Written]:
    """Render and write batches of nodes; no more of them are held than the processes can take next.

    Args:
        settings: what all pages share.
        folder: of the site.
        batches: nodes.
        jobs: number of processes; with 1 it is done in this one.

    Raises:
        EngineError: a process was ended from outside.
    """
    if jobs == 1:
        writer = _Writer(settings, folder)
        yield from (writer.write(batch) for batch in batches)
        return
    # Not by fork: the threads of the database would not survive it.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(settings, folder)) as pool:
        waiting: deque[Future[Written]] = deque()
        try:
            for batch in batches:
                waiting.append(pool.submit(_write, batch))
                if len(waiting) > 2 * jobs:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool:
            message = "a process that writes pages was ended, perhaps for want of memory; with fewer jobs less is needed"
            raise EngineError([Problem(folder.as_posix(), None, None, message, "process")]) from None


class _Writer:
    def __init__(self, settings: Settings, folder: Path) -> None:
        self.renderer = Renderer(settings)
        self.folder = folder

    def write(self, nodes: list[Node]) -> Written:
        return write_files(self.folder, self._iter_files(nodes))

    def _iter_files(self, nodes: list[Node]) -> Iterator[File]:
        for node in nodes:
            yield from self.renderer.render_node(node)


_process: Callable[[list[Node]], Written] | None = None


def _start(settings: Settings, folder: Path) -> None:
    global _process  # noqa: PLW0603 - each process has a writer of its own, made once
    _process = _Writer(settings, folder).write


def _write(nodes: list[Node]) -> Written:
    assert _process  # noqa: S101 - _start has run
    return _process(nodes)
