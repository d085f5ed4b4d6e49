"""Turtle as output: reads nodes with nested nodes, yields a document that people can read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kzlod.terms import escape_literal, write_iri

__all__ = ["TurtleNode", "write_iri", "write_text", "write_turtle"]

_INDENT = "  "


@dataclass
class TurtleNode:
    """A node and its properties in order.

    Args:
        subject: an IRI as Turtle writes it; empty for a blank node.
        pairs: properties and values, both as Turtle writes them; a value may be a blank node.
    """

    subject: str
    pairs: list[tuple[str, str | TurtleNode]]


def write_text(text: str) -> str:
    """A plain literal; several lines stand as they are.

    >>> write_text('a "b"') == r'"a \\"b\\""', write_text('a "b"' + chr(10) + "c").split(chr(10))[0][3:]
    (True, 'a "b"')
    """
    if "\n" not in text:
        return f'"{escape_literal(text)}"'
    lines = "\n".join(map(escape_literal, text.split("\n")))
    return '"""' + re.sub(r'\\"(?=[^"\\])', '"', lines) + '"""'


def write_turtle(base: str, prefixes: Mapping[str, str], nodes: Iterable[TurtleNode]) -> str:
    """A document: the prefixes that are used, the base, and the nodes with an empty line between.

    >>> node = TurtleNode("<#a>", [("e:p", "1"), ("e:p", TurtleNode("", [("a", "e:C")]))])
    >>> print(write_turtle("http://b/", {"e": "http://e/"}, [node]))
    @prefix e: <http://e/> .
    @base <http://b/> .
    <BLANKLINE>
    <#a>
      e:p 1 ;
      e:p [ a e:C ] .
    <BLANKLINE>
    """
    blocks = [f"{node.subject}\n{_write_pairs(node, 1)} .\n" for node in nodes]
    text = "\n".join(blocks)
    used = [f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items() if _is_used(prefix, nodes)]
    return f"{''.join(used)}@base {write_iri(base)} .\n\n{text}"


def _is_used(prefix: str, nodes: Iterable[TurtleNode]) -> bool:
    return any(
        _is_used(prefix, [value]) if isinstance(value, TurtleNode) else value.startswith(f"{prefix}:")
        for node in nodes
        for _, value in node.pairs
    ) or any(name.startswith(f"{prefix}:") for node in nodes for name, _ in node.pairs)


def _write_pairs(node: TurtleNode, depth: int) -> str:
    start = _INDENT * depth
    return " ;\n".join(f"{start}{name} {_write_value(value, depth)}" for name, value in node.pairs)


def _write_value(value: str | TurtleNode, depth: int) -> str:
    if isinstance(value, str):
        return value
    if all(isinstance(inner, str) for _, inner in value.pairs) and len(value.pairs) < 3:
        return f"[ {' ; '.join(f'{name} {inner}' for name, inner in value.pairs)} ]"
    return f"[\n{_write_pairs(value, depth + 1)}\n{_INDENT * depth}]"
