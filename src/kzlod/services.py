"""Where SPARQL queries call other services: reads the text of a query, yields the places of the keyword SERVICE."""

from __future__ import annotations

import re
from typing import Final

# What may hold the letters of a keyword and is none (SPARQL 1.1, section 19.8), then the words.
TOKEN: Final = re.compile(
    r"""\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
    | <[^<>"{}|^`\\\x00-\x20]*> | \#[^\n\r]*
    | [?$@][\w-]+ | [\w.\-]*:(?:[\w.:%\-]|\\.)* | (\w+)""",
    re.VERBOSE | re.DOTALL,
)
_CODE_POINT: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def find_services(query: str) -> list[int]:
    """Where a SPARQL query calls another service: the positions of the keyword SERVICE, which is no part of a name or text.

    >>> find_services('SELECT * { ?service :SERVICE "SERVICE" }'), find_services("SELECT * { SERV\\\\u0049CE <a:a> {} }")
    ([], [11])
    """
    # An escape may stand anywhere, even in a keyword (SPARQL 1.1, section 19.2).
    plain = _CODE_POINT.sub(lambda found: chr(int(found[1] or found[2], 16)), query)
    return [found.start() for found in TOKEN.finditer(plain) if (found[1] or "").upper() == "SERVICE"]
