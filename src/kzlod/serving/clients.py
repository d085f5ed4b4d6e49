"""Clients by their addresses."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Final

_HOME: Final = 64
"""Bits of an IPv6 address that one client has; it may take any of the others."""


def name_client(address: tuple[str, int] | None) -> str:
    """Who is counted as one client.

    >>> name_client(("192.0.2.1", 5000)), name_client(("2001:db8::1:2", 5000)), name_client(("::ffff:192.0.2.1", 5000))
    ('192.0.2.1', '2001:db8::/64', '192.0.2.1')
    """
    return _name_host(address[0]) if address else ""


@lru_cache(maxsize=1000)
def _name_host(host: str) -> str:
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host
    if found.version == 4:
        return str(found)
    # A proxy that listens for both writes IPv4 so (RFC 4291, section 2.5.5.2).
    return str(found.ipv4_mapped or ipaddress.ip_network((found, _HOME), strict=False))
