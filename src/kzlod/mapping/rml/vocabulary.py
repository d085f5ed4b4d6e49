"""The vocabularies of RML: reads IRIs of any of them, yields one set of names (vocabulary.toml says which).

A name is a prefix and a local name: ``rml:template`` stands for the term of R2RML as well as for that of RML-Core.
"""

from __future__ import annotations

import re
from typing import Final, TypedDict

from kzlod.resources import read_toml


class Module(TypedDict):
    """A module of RML that is not supported.

    Args:
        what: of RML it is.
        instead: what is supported.
        names: of its properties and classes, as a regular expression.
    """

    what: str
    instead: str
    names: str


_VOCABULARY: Final = read_toml("kzlod.mapping.rml", "vocabulary.toml")

NAMESPACES: Final[dict[str, str]] = _VOCABULARY["namespaces"]
KNOWN: Final[dict[str, list[str]]] = _VOCABULARY["known"]
"""The properties that each kind of node may have."""
OLDER: Final[dict[str, list[str]]] = _VOCABULARY["older"]
"""The local names of the older vocabulary by prefix."""
EXPRESSION: Final = ("rml:constant", "rml:reference", "rml:template")

_PREFIXES: Final = {iri: _VOCABULARY["prefixes"].get(name, name) for name, iri in NAMESPACES.items()}
_SAME: Final[dict[str, str]] = _VOCABULARY["same"]
_MODULES: Final[list[Module]] = _VOCABULARY["module"]
_CHECKED: Final = ("rml:", "csvw:", "d2rq:", "fnml:", "fno:")
_IGNORED: Final = ("rml:inverseExpression", "rml:sqlVersion")


def shorten(iri: str) -> str:
    """The name of an IRI; of another vocabulary it is the IRI itself.

    >>> shorten(NAMESPACES["r2rml"] + "column"), shorten(NAMESPACES["core"] + "reference"), shorten("urn:x")
    ('rml:reference', 'rml:reference', 'urn:x')
    """
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix = _PREFIXES.get(iri[:cut])
    name = f"{prefix}:{iri[cut:]}"
    return _SAME.get(name, name) if prefix else iri


def is_refused(name: str, kind: str) -> bool:
    """Whether a kind of node may not have a property; those of other vocabularies are remarks that nobody has to know."""
    return name.startswith(_CHECKED) and name not in KNOWN[kind] and name not in _IGNORED


def find_module(name: str) -> Module | None:
    """The module of RML that is not supported and has a property or class."""
    return next((module for module in _MODULES if re.fullmatch(module["names"], name)), None)
