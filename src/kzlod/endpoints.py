"""Services on the web: checks their addresses, and reads the credentials for them from the environment, never from a command."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from kzlod.errors import ConfigurationError, Problem, quote

USER: Final = "KZLOD_ENDPOINT_USER"
PASSWORD: Final = "KZLOD_ENDPOINT_PASSWORD"  # noqa: S105 - the name of a variable
TOKEN: Final = "KZLOD_ENDPOINT_TOKEN"  # noqa: S105 - likewise
REFUSED: Final = (401, 403)
"""What a service answers whose credentials are missing, wrong or too weak."""
HINT: Final = f"credentials are taken from {USER} and {PASSWORD}, or from {TOKEN}"


@dataclass(frozen=True)
class Credentials:
    """What a service wants to know its client by.

    Args:
        authorization: the header's value, or "" without credentials.
        secrets: what must appear in no message.
    """

    authorization: str = field(default="", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def redact(self, text: str) -> str:
        """A text without the secrets: a service may send back what it was sent.

        >>> Credentials("Bearer abc", ("abc",)).redact("no such token: abc")
        'no such token: [secret]'
        """
        for secret in self.secrets:
            text = text.replace(secret, "[secret]")
        return text


NO_CREDENTIALS: Final = Credentials()


def read_credentials(environment: Mapping[str, str]) -> Credentials:
    """The credentials in an environment: a user with a password (RFC 7617), or a token (RFC 6750).

    Raises:
        ConfigurationError: both are there, half of one, or a value that no header can carry.

    >>> read_credentials({"KZLOD_ENDPOINT_USER": "ada", "KZLOD_ENDPOINT_PASSWORD": "x"}).authorization
    'Basic YWRhOng='
    """
    user, password, token = (environment.get(name, "") for name in (USER, PASSWORD, TOKEN))
    message = ""
    if token and (user or password):
        message = f"both a token and a user are given: unset {TOKEN}, or {USER} and {PASSWORD}"
    elif bool(user) != bool(password):
        message = f"{USER} and {PASSWORD} belong together: one of them is not set"
    elif ":" in user:
        message = f"a user in {USER} can have no colon"
    elif not all(text.isprintable() for text in (user, password)) or not (token.isascii() and token.isprintable()):
        message = f"{USER}, {PASSWORD} or {TOKEN} holds a character that no header can carry"
    if message:
        raise ConfigurationError([Problem("environment", None, None, message, "credentials")])
    if token:
        return Credentials(f"Bearer {token}", (token,))
    if user:
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        return Credentials(f"Basic {pair}", (pair, password))
    return Credentials()


def check_endpoint(url: str, option: str = "--endpoint") -> str:
    """The same URL.

    Raises:
        ConfigurationError: it is no http or https URL with a host, or has credentials in it, which are not shown.

    >>> check_endpoint("http://localhost:7878/query")
    'http://localhost:7878/query'
    """
    message, value = "", quote(url)
    try:
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None:
            message, value = f"an endpoint's URL has no user in it: {HINT}", ""
        elif parts.scheme not in {"http", "https"} or not parts.hostname or (parts.port is not None and parts.port < 1):
            message = f"an endpoint is an http or https URL, not {value}"
        elif parts.fragment or not url.isprintable() or " " in url:
            message = f"an endpoint's URL has no fragment, space or control character: {value}"
    except ValueError:
        message = f"an endpoint is an http or https URL, not {value}"
    if message:
        raise ConfigurationError([Problem(option, None, None, message, "endpoint", value or None)])
    return url
