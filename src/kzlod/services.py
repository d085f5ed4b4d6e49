"""Where SPARQL queries call other services: reads the text of a query, yields the places of the keyword SERVICE."""

from __future__ import annotations

import re
from typing import Final

# What may hold the letters of a keyword and is none (SPARQL 1.1, section 19.8).
_QUIET: Final = r"""\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
    | <[^<>"{}|^`\\\x00-\x20]*> | \#[^\n\r]*
    | [?$@][\w-]+"""

TOKEN: Final = re.compile(rf"{_QUIET} | [\w.\-]*:(?:[\w.:%\-]|\\.)* | (\w+)", re.VERBOSE | re.DOTALL)
"""What a keyword, which is its first group, can be told from."""

_CALLER: Final = re.compile(
    _QUIET + r" | ([\w.\-]*):(?:(?:[\w:%]|\\.)(?:[\w.:%\-]|\\.)*)?(?P<block>(?:\s|\#[^\n\r]*)*\{)? | (\w+)", re.VERBOSE | re.DOTALL
)
_CODE_POINT: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def find_services(query: str) -> list[int]:
    """Where a SPARQL query calls another service: the positions of the keyword SERVICE, which is no part of a name or text.

    A parser such as Oxigraph's lets a keyword touch what stands beside it: ``5SERVICE<a:a>{}`` calls, and so does ``SERVICEa:a{}``.
    So it counts within any word, and within a prefix where a block follows.

    >>> find_services('SELECT * { ?service :SERVICE "SERVICE" }'), find_services("SELECT * { SERV\\\\u0049CE <a:a> {} }")
    ([], [11])
    """
    # An escape may stand anywhere, even in a keyword (SPARQL 1.1, section 19.2); Oxigraph reads those in comments as they stand.
    plain = _CODE_POINT.sub(lambda found: chr(int(found[1] or found[2], 16)), query)
    return _find_calls(query) or _find_calls(plain)


def _find_calls(query: str) -> list[int]:
    return [found.start() for found in _CALLER.finditer(query) if _is_call(found)]


def _is_call(found: re.Match[str]) -> bool:
    word = found[3] or (found[1] if found["block"] else None) or ""
    return "SERVICE" in word.upper()
