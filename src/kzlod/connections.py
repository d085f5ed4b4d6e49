"""Requests over HTTP to services of others: sends, waits while a service is busy or away, tells what it refuses.

A request is tried again while the service is busy or away, so what is sent may arrive twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from kzlod import __version__
from kzlod.endpoints import HINT, NO_CREDENTIALS, REFUSED, Credentials
from kzlod.errors import ConfigurationError, EngineError, KzlodError, Problem, quote

_BUSY: Final = (429, 502, 503, 504)
_LONGEST_WAIT: Final = 300
"""Seconds; a service that asks for more by Retry-After is not waited for so long."""


class RefusalError(EngineError):
    """The service has answered, and will not do what was asked."""


@dataclass(frozen=True)
class Patience:
    """How long a service is waited for.

    Args:
        seconds: for the answer to a request.
        retries: how often a request is sent again while the service is busy or away.
        pause: seconds before the second of these; each next one waits twice as long.
    """

    seconds: float = 120.0
    retries: int = 6
    pause: float = 0.5


class Connections:
    """Sends requests over connections that stay open; to be used in a ``with`` block.

    Args:
        credentials: what a service knows its client by; None where nobody is asked for any.
        patience: how long it is waited for.
        retried: statuses after which a request is sent again, beside those that say that a service is busy.
    """

    def __init__(self, credentials: Credentials | None, patience: Patience, retried: tuple[int, ...] = ()) -> None:
        self._hint = f"; {HINT}" if credentials else ""
        self._credentials = credentials or NO_CREDENTIALS
        self._headers = {"User-Agent": f"kzlod/{__version__}"}
        if self._credentials.authorization:
            self._headers["Authorization"] = self._credentials.authorization
        self._seconds = patience.seconds
        self._retries = urllib3.Retry(
            total=patience.retries,
            redirect=False,
            allowed_methods=None,
            status_forcelist=(*_BUSY, *retried),
            backoff_factor=patience.pause,
            backoff_max=60,
            raise_on_status=False,
            retry_after_max=_LONGEST_WAIT,
        )
        self._pools: dict[str, urllib3.PoolManager] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for pool in self._pools.values():
            pool.clear()

    def send(  # noqa: PLR0913, PLR0917 - what HTTP needs
        self,
        method: str,
        url: str,
        body: bytes,
        kind: str,
        about: str = "",
        accept: str = "*/*",
        accepted: tuple[int, ...] = (),
        seconds: float = 0,
    ) -> bytes:
        """Send a request until it is answered.

        Returns:
            The body of the answer.

        Raises:
            ConfigurationError: the service refuses the credentials, or leads elsewhere: nothing is sent where nobody told to; or
                the environment names a proxy that is none.
            RefusalError: it answers with another error.
            EngineError: it cannot be reached, or stays busy.
        """
        headers = self._headers | {"Accept": accept} | ({"Content-Type": kind} if kind else {})
        try:
            timeout = urllib3.Timeout(connect=self._seconds, read=max(self._seconds, seconds))
            answer = self._open(url).request(
                method, url, body=body or None, headers=headers, retries=self._retries, timeout=timeout, redirect=False
            )
        except urllib3.exceptions.MaxRetryError as error:
            raise self.fail(url, about, f"no answer: {error.reason or error}") from None
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise self.fail(url, about, f"no answer: {error}") from None
        if 200 <= answer.status < 300 or answer.status in accepted:
            return answer.data
        raise self._refuse(url, about, answer)

    def _open(self, url: str) -> urllib3.PoolManager:
        """The connections to a host, through the proxy that the environment names for it."""
        parts = urlsplit(url)
        proxy = "" if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme, "")
        if proxy not in self._pools:
            user = _read_user(proxy, parts.scheme) if proxy else None
            headers = urllib3.make_headers(proxy_basic_auth=unquote(user)) if user else None
            self._pools[proxy] = urllib3.ProxyManager(proxy, proxy_headers=headers) if proxy else urllib3.PoolManager()
        return self._pools[proxy]

    def _refuse(self, url: str, about: str, answer: urllib3.BaseHTTPResponse) -> KzlodError:
        reason = answer.reason or (HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else "")
        said = answer.data.decode(errors="replace").strip().split("\n", maxsplit=1)[0]
        message = f"{answer.status} {reason}".strip() + (f": {self._show(said)}" if said else "")
        if answer.status in REFUSED:
            return ConfigurationError([self._describe(url, about, f"{message}{self._hint}")])
        if 300 <= answer.status < 400:
            place = self._show(str(answer.headers.get("Location", "")))
            return ConfigurationError([self._describe(url, about, f"{message}: it leads to {place}: name that URL itself")])
        kind = EngineError if answer.status in _BUSY else RefusalError
        return kind([self._describe(url, about, message)])

    def _show(self, said: str) -> str:
        """What a service says, cut only when no secret is left in it, lest a part of one stay."""
        return quote(self._credentials.redact(said), 200)

    def fail(self, url: str, about: str, message: str) -> EngineError:
        """An error that names the service and what the request was about."""
        return EngineError([self._describe(url, about, message)])

    def _describe(self, url: str, about: str, message: str) -> Problem:
        place = f"{about}: " if about else ""
        return Problem(url, None, None, self._credentials.redact(f"{place}{message}"), "endpoint")


def _read_user(proxy: str, scheme: str) -> str | None:
    """User and password in the URL of a proxy, which no message shows."""
    try:
        return urllib3.util.parse_url(proxy).auth
    except urllib3.exceptions.LocationParseError:
        message = f"the proxy that it names for {scheme} is no URL with a host and a port"
        raise ConfigurationError([Problem("environment", None, None, message, "proxy")]) from None
