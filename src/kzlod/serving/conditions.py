"""Conditional requests: reads what a client has already, so that it is not sent again (RFC 9110, section 13.1.2)."""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request

from kzlod.serving.negotiation import read_list

_LONGEST: Final = 10_000
"""Characters of the header that are read."""

_TAG: Final = re.compile(r'(?:W/)?("[^"]*")|\*')


def list_known(request: Request) -> frozenset[str]:
    """The entity tags that a client names in If-None-Match, without the mark of weak ones; or "*" for any that there is.

    Only what is read can be known already: for another method than GET and HEAD the header means something else.

    >>> headers = [(b"if-none-match", b'"a,b", W/"c"'), (b"if-none-match", b"*")]
    >>> sorted(list_known(Request({"type": "http", "method": "GET", "headers": headers})))
    ['"a,b"', '"c"', '*']
    """
    if request.method not in ("GET", "HEAD"):
        return frozenset()
    listed = read_list(request.headers, "if-none-match")[:_LONGEST]
    return frozenset(found[1] or found[0] for found in _TAG.finditer(listed))


def is_known(request: Request, tag: str) -> bool:
    """Whether a client has already what bears this tag, and is there.

    Args:
        request: with its headers.
        tag: in quotation marks.
    """
    return not list_known(request).isdisjoint({tag, "*"})
