"""The server put together."""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final
from urllib.parse import urlunsplit

import uvicorn
from limits import RateLimitItem

from kzlod.serving.access_log import AccessLog
from kzlod.serving.connection import BoundedProtocol
from kzlod.serving.front import Front
from kzlod.serving.generation import Options
from kzlod.serving.releases import Releases

_KEEP_ALIVE: Final = 30
"""Seconds that a connection may wait for its next request."""

_BACKLOG: Final = 1024
_MOST_DESCRIPTORS: Final = 16_384


@dataclass(frozen=True)
class Listening:
    """Where and how a server listens.

    Args:
        host, port: address; port 0 for any that is free.
        proxies: addresses of the proxies in front, separated by commas, which say who the client is; "" for none.
        root_path: what the proxy takes away from the start of each path.
        log: of the requests, or None.
        with_queries: whether the log has the text of queries.
        limit: of the requests of one client, or None.
    """

    host: str
    port: int
    proxies: str = ""
    root_path: str = ""
    log: IO[str] | None = None
    with_queries: bool = False
    limit: RateLimitItem | None = None


def create_app(options: Options, listening: Listening | None = None) -> Front:
    """The server as an ASGI application, whose lifespan opens and closes the release."""
    if listening is None:
        return Front(Releases(options))
    log = AccessLog(listening.log, with_queries=listening.with_queries) if listening.log else None
    return Front(Releases(options), log, listening.limit)


async def serve(options: Options, listening: Listening, announce: Callable[[str], None]) -> None:
    """Serve until a signal says otherwise: SIGTERM and SIGINT end it when all requests are answered, SIGHUP reloads.

    Args:
        options: what is served.
        listening: where.
        announce: called with the address when requests are answered.

    Raises:
        ConfigurationError, DataError: the release cannot be served.
        OSError: it cannot listen there, or no worker can be started.
    """
    # Until the release is open, and no end of the process; the watcher finds what has changed meanwhile.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _raise_descriptors()
    with _listen(listening) as listener:
        app = create_app(options, listening)
        await app.open()
        try:
            server = _Server(_configure(app, options, listening), app.releases)
            host, port = listener.getsockname()[:2]
            place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            announce(urlunsplit(("http", place, f"{listening.root_path}/", "", "")))
            await server.serve([listener])
        finally:
            await app.close()


class _Server(uvicorn.Server):
    """A server that ends quietly, and reloads."""

    def __init__(self, config: uvicorn.Config, releases: Releases) -> None:
        super().__init__(config)
        self.releases = releases
        self._reloading: asyncio.Task[bool] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals while the block lasts; uvicorn's own way ends the process by the signal, as if it had failed."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                loop.remove_signal_handler(number)

    def _reload(self) -> None:
        self._reloading = asyncio.create_task(self.releases.reload())


def _configure(app: Front, options: Options, listening: Listening) -> uvicorn.Config:
    # What is no HTTP is the client's fault, and no line in the log.
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    return uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(listening.proxies),
        forwarded_allow_ips=listening.proxies,
        root_path=listening.root_path,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=int(options.limits.seconds) + 1,
    )


def _listen(listening: Listening) -> socket.socket:
    """A socket that listens.

    Raises:
        OSError: the address is taken, or is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    try:
        listener = socket.create_server((listening.host, listening.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise OSError(error.errno, f"cannot listen at {listening.host} port {listening.port}: {error.strerror}") from None
    listener.setblocking(False)
    return listener


def _raise_descriptors() -> None:
    """Allow as many open files as the system lets this process have: each connection and each worker takes some."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
