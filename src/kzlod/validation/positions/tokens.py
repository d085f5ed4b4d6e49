"""The terminals of Turtle, TriG, N-Triples and N-Quads (RDF 1.1 Turtle, section 6.5), over bytes of UTF-8."""

from __future__ import annotations

import re
from typing import Final

# The files have been accepted by a parser, so that any byte beyond ASCII in a name is part of that name.
# A group of alternatives is repeated inside of (?>...): Python before 3.11.5 loses matches where *+ follows it (CPython gh-106052).
_NAME: Final = rb"[A-Za-z0-9_\-\x80-\xff]"
_LOCAL: Final = rb"(?>(?:[A-Za-z0-9_:%\-\x80-\xff]|\\.)+)"
_PREFIX: Final = rb"[A-Za-z\x80-\xff]" + _NAME + rb"*+(?:\.++" + _NAME + rb"++)*+"
_STRINGS: Final = (
    rb'"""(?>(?:[^"\\]++|\\.|"(?!""))*)"""',
    rb"'''(?>(?:[^'\\]++|\\.|'(?!''))*)'''",
    rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"',
    rb"'[^'\\]*+(?:\\.[^'\\]*+)*+'",
)
_IRI: Final = rb"<[^>]*+>"
_NAMED: Final = rb"(?:" + _PREFIX + rb")?:(?>(?:" + _LOCAL + rb"(?:\.++" + _LOCAL + rb")*)?)"
_BLANK: Final = rb"_:" + _NAME + rb"++(?:\.++" + _NAME + rb"++)*+"
_NUMBER: Final = rb"[+-]?+(?:[0-9]++\.[0-9]*+[eE][+-]?+[0-9]++|\.?[0-9]++[eE][+-]?+[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)"
_TAG: Final = rb"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+"
_GAP: Final = rb"[ \t\r\n]*+(?:#[^\r\n]*+[ \t\r\n]*+)*+"

TOKEN: Final = re.compile(
    _GAP + rb"(?:"
    rb"(?P<iri>" + _IRI + rb")|(?P<blank>" + _BLANK + rb")|(?P<named>" + _NAMED + rb")"
    rb"|(?P<string>" + rb"|".join(_STRINGS) + rb")|(?P<number>" + _NUMBER + rb")|(?P<mark>[.;,\[\](){}]|\^\^)"
    rb"|(?P<word>[A-Za-z]++)|(?P<tag>" + _TAG + rb"))",
    re.DOTALL,
)
"""The next token and the white space before it; the name of its group is its kind.

A number that is followed by a dot and no digit is matched without the dot.
"""

REST: Final = re.compile(
    _GAP + rb"(?!{)"
    rb"(?>(?:[ \t\r\n;,\[\]()^]++|"
    + _IRI
    + rb"|"
    + _BLANK
    + rb"|"
    + _NAMED
    + rb"|"
    + rb"|".join(_STRINGS)
    + rb"|"
    + _NUMBER
    + rb"|[A-Za-z]++|"
    rb"" + _TAG + rb"|#[^\r\n]*+)*)[.}]",
    re.DOTALL,
)
"""The rest of a statement, after its subject and with its dot or the end of its graph; not what follows a graph's name."""

ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
"""An escape of a string, an IRI, or a local name."""

CONTROLS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
"""The characters that strings name by a letter."""
