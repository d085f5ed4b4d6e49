"""Suspects: reads shapes of which an engine has said that one is ill-formed, but not which; yields what it may have meant.

It is looked for only then, so that nothing is refused by readers that are stricter or laxer than the engine's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pyoxigraph

from kzlod.terms import SH, read_literal
from kzlod.validation.positions.search import Wanted
from kzlod.validation.statements import Statements

_PATTERN: Final = f"<{SH}pattern>"
_QUERIES: Final = tuple(f"<{SH}{name}>" for name in ("select", "ask"))
_DECLARE, _PREFIX, _NAMESPACE = (f"<{SH}{name}>" for name in ("declare", "prefix", "namespace"))


def find_suspect(statements: Statements, message: str) -> Wanted | None:
    """The first triple that an engine may have stumbled over: a query or pattern that does not parse, or a shape of a circle.

    Args:
        statements: of the shapes.
        message: what the engine says.
    """
    suspects = _iter_circles(statements) if "recursive" in message.lower() else _iter_broken_texts(statements)
    return next(suspects, None)


def _iter_broken_texts(statements: Statements) -> Iterator[Wanted]:
    prefixes = "".join(f"PREFIX {name}: <{namespace}>\n" for name, namespace in _iter_prefixes(statements))
    for subject, by in statements.by_subject.items():
        for predicate, terms in by.items():
            texts = [(term, read_literal(term).text) for term in terms if term.startswith('"')]
            if predicate == _PATTERN:
                yield from (Wanted(subject, predicate, term) for term, text in texts if not _is_pattern(text))
            elif predicate in _QUERIES:
                yield from (Wanted(subject, predicate, term) for term, text in texts if not _is_query(prefixes + text))


def _iter_prefixes(statements: Statements) -> Iterator[tuple[str, str]]:
    for _, node in statements.iter_pairs(_DECLARE):
        name, namespace = statements.find_object(node, _PREFIX), statements.find_object(node, _NAMESPACE)
        if name.startswith('"') and namespace.startswith('"'):
            yield read_literal(name).text, read_literal(namespace).text


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _is_query(text: str) -> bool:
    try:
        pyoxigraph.Store().query(text)
    except (SyntaxError, ValueError):
        return False
    except OSError:
        # It parses; that it asks for what may not be had is another matter.
        return True
    return True


def _iter_circles(statements: Statements) -> Iterator[Wanted]:
    """The shapes that lead back to themselves."""
    return (Wanted(shape) for shape in statements.by_subject if shape.startswith("<") and _leads_back(statements, shape))


def _leads_back(statements: Statements, shape: str) -> bool:
    seen: set[str] = set()
    following = [shape]
    while following:
        for terms in statements.by_subject.get(following.pop(), {}).values():
            new = set(terms) - seen
            if shape in new:
                return True
            seen |= new
            following += new
    return False
