"""The process in which an engine works: answers the jobs of ``worker.py``; it holds no socket and may open none."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import IO

from kzlod.errors import KzlodError
from kzlod.validation.engines import LocalEngine
from kzlod.validation.engines.choice import create_engine
from kzlod.validation.engines.worker import read_frame, write_frame


def _serve(engine: LocalEngine, requests: IO[bytes], answers: IO[bytes]) -> None:
    while requests.peek(1):  # type: ignore[attr-defined]
        _, shapes = read_frame(requests, engine.decode)
        _, data = read_frame(requests, engine.decode)
        error, text = None, ""
        try:
            text = engine.run(data, shapes)
        except KzlodError as raised:
            error, text = type(raised).__name__, json.dumps([asdict(problem) for problem in raised.problems])
        write_frame(answers, {"error": error}, text)


def refuse_sockets(event: str, _arguments: object) -> None:
    """An audit hook: whatever a library tries, it gets no socket."""
    if event.startswith("socket."):
        raise OSError(f"an engine may not use the network: {event}")


def main() -> None:
    """Serve until standard input ends."""
    engine = create_engine(sys.argv[1])
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    sys.addaudithook(refuse_sockets)
    _serve(engine, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
