"""Queries on graphs that stand under other names: reads a query, yields one that gives the same there.

In a staged dump the default graph is a named one, and each named graph has a staged name; one more graph says which stands for
which. ``GRAPH T { P }`` becomes ``GRAPH <names> { ?staged alternateOf T } GRAPH ?staged { P }``, which is the same join, and the
whole pattern is put into the graph that stands for the default graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kzlod.services import TOKEN
from kzlod.terms import ALTERNATE_OF

_LEXER: Final = re.compile(rf"{TOKEN.pattern} | ([{{}}()])", TOKEN.flags)
_VARIABLE: Final = "?kzlod_staged_"


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int


def redirect_query(query: str, default: str, names: str) -> str:
    """A SELECT query that asks other graphs.

    Args:
        query: SPARQL 1.1.
        default: IRI of the graph to ask in place of the default graph, or "" where that stays.
        names: IRI of the graph of ``staged alternateOf name``, or "" where named graphs have their own names.

    Raises:
        ValueError: the query names its own graphs by FROM, or has no pattern in braces.

    >>> print(redirect_query("SELECT * { ?s ?p ?o GRAPH ?g { ?s a ?c } }", "urn:d", ""))
    SELECT * {GRAPH <urn:d> { ?s ?p ?o GRAPH ?g { ?s a ?c } }}
    >>> print(redirect_query("SELECT ?g { GRAPH ?g { } }", "", "urn:n"))  # doctest: +ELLIPSIS
    SELECT ?g { GRAPH <urn:n> { ?kzlod_staged_0 <http://www.w3.org/ns/prov#alternateOf> ?g } GRAPH ?kzlod_staged_0 { } }
    """
    tokens = list(_iter_tokens(query))
    if any(token.text.upper() == "FROM" for token in tokens):
        raise ValueError("it names graphs by FROM, which have their names only when they are served")
    opened, closed = _find_pattern(tokens)
    insertions = [(opened.end, f"GRAPH <{default}> {{"), (closed.start, "}")] if default else []
    if names:
        for number, (keyword, name) in enumerate(_iter_graphs(tokens)):
            staged = f"{_VARIABLE}{number}"
            insertions += [
                (keyword.end, f" <{names}> {{ {staged} {ALTERNATE_OF}"),
                (name.end, f" }} GRAPH {staged}"),
            ]
    for place, text in sorted(insertions, reverse=True):
        query = query[:place] + text + query[place:]
    return query


def _iter_tokens(query: str) -> Iterator[_Token]:
    """The tokens but for comments and signs."""
    for found in _LEXER.finditer(query):
        if not found[0].startswith("#"):
            yield _Token(found[0], found.start(), found.end())


def _iter_graphs(tokens: list[_Token]) -> Iterator[tuple[_Token, _Token]]:
    """Each keyword GRAPH with the name behind it."""
    for keyword, name in pairwise(tokens):
        if keyword.text.upper() == "GRAPH":
            yield keyword, name


def _find_pattern(tokens: list[_Token]) -> tuple[_Token, _Token]:
    """The braces of the outermost pattern; those of an EXISTS in the heading are within parentheses."""
    depth = 0
    opened = None
    for token in tokens:
        if opened is None:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            if token.text == "{" and depth == 0:
                opened, depth = token, 1
        else:
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            if depth == 0:
                return opened, token
    raise ValueError("the query has no pattern in braces")
