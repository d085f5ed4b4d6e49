"""The fork server: a process that has all code at hand and becomes two whenever a worker is wanted, which takes milliseconds.

It is asked on standard input, a socket: each message of one byte comes with the two ends of pipes that are to be the standard input
and output of a worker, and is answered by the number of its process. When the socket ends, this process ends, and the kernel ends
the workers with it, however busy they are.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import signal
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyoxigraph

from kzlod.serving.sandbox import die_with
from kzlod.serving.worker import open_store, serve_jobs

PROCESS: Final = struct.Struct("<i")
"""The number of a process, as it is answered."""

_FIRST_TO_GO: Final = "500"
"""When the machine has no memory left, the kernel is to end a worker and not the server."""


def main() -> None:
    """Start workers until nobody asks any more."""
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("--in-memory", action="store_true")
    parser.add_argument("--memory", type=int, required=True)
    options = parser.parse_args()
    # A signal to the group is for the server, which lets its requests end.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_IGN)
    # All workers share the memory of a store that is read before they start; one on disk is opened by each.
    shared = open_store(options.store, in_memory=True) if options.in_memory else None
    gc.freeze()
    serve_forks(lambda: shared or open_store(options.store, in_memory=False), options.memory)


def serve_forks(find_store: Callable[[], pyoxigraph.Store], memory: int) -> None:
    """Start a worker at each message, until the socket on standard input ends; see ``worker.serve_jobs`` for the arguments."""
    asked = socket.socket(fileno=os.dup(0))
    this = os.getpid()
    while True:
        message, pipes, _, _ = socket.recv_fds(asked, 1, 2)
        if not message:
            return
        process = os.fork()
        if not process:
            asked.close()
            _become_worker(this, pipes, find_store, memory)
        for pipe in pipes:
            os.close(pipe)
        asked.sendall(PROCESS.pack(process))


def _become_worker(parent: int, pipes: list[int], find_store: Callable[[], pyoxigraph.Store], memory: int) -> None:
    """Serve until standard input ends, and never return."""
    try:
        die_with(parent)
        for place, pipe in enumerate(pipes):
            os.dup2(pipe, place)
            os.close(pipe)
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO, encoding="ascii")
        serve_jobs(find_store, memory)
        os._exit(0)
    except BrokenPipeError:
        # The server has no use for the answer any more.
        os._exit(0)


if __name__ == "__main__":
    main()
