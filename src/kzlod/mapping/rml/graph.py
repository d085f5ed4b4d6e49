"""Graphs with places: reads Turtle or N-Triples, yields the properties of each node and where in the file they stand.

pyoxigraph parses but tells no places. It yields the triples in the order of the text but for blank nodes and the ends of lists,
so that its n-th object that is neither is the n-th such object of the text, which a scan of the tokens finds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kzlod.errors import ConfigurationError, Problem
from kzlod.mapping.rml.vocabulary import shorten
from kzlod.terms import RDF
from kzlod.tree import Place, read_text

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal

_NAME: Final = r"""(?:\\.|[^\s\[\]();,<"'\#\\.]|\.(?=\.*[^\s\[\]();,<"'\#.]))+"""
_TOKEN: Final = re.compile(
    rf"""(?P<space>\s+|\#[^\n]*)
    |(?P<term><[^<>\s]*>
      |(?:\"{{3}}(?:[^"\\]|\\.|"(?!""))*\"{{3}}|'{{3}}(?:[^'\\]|\\.|'(?!''))*'{{3}}|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
       (?:@[A-Za-z0-9-]+|\^\^(?:<[^>]*>|{_NAME}))?
      |(?!\.\D){_NAME})
    |(?P<mark>[\[\]();,.])""",
    re.VERBOSE | re.DOTALL,
)
_DIRECTIVES: Final = {"@prefix": 2, "prefix": 2, "@base": 1, "base": 1}
_NIL: Final = f"{RDF}nil"
_SUBJECT, _PREDICATE, _OBJECT = range(3)


@dataclass(frozen=True)
class Value:
    """A value, the name of the property it belongs to, and where it stands."""

    name: str
    term: Term
    place: Place


class _Triple(NamedTuple):
    subject: Node
    predicate: NamedNode
    object: Term


@dataclass
class _Frame:
    state: int
    subject: int


class Graph:
    """The graph of a mapping document.

    Args:
        text: the document.
        shown: its name in messages.
        base: what relative IRIs start from where the document names no base of its own.
        is_turtle: whether it is Turtle; else it is N-Triples.

    Raises:
        ConfigurationError: the text breaks the syntax.
    """

    def __init__(self, text: str, shown: str, base: str, *, is_turtle: bool = True) -> None:
        parsed = parse(text, format=RdfFormat.TURTLE if is_turtle else RdfFormat.N_TRIPLES, base_iri=base if is_turtle else None)
        try:
            quads = list(parsed)
        except SyntaxError as error:
            raise ConfigurationError([Problem(shown, error.lineno, error.offset, f"not Turtle: {error.msg}", "turtle")]) from None
        triples = [_Triple(quad.subject, quad.predicate, quad.object) for quad in quads if not isinstance(quad.object, Triple)]
        if len(triples) < len(quads):
            raise ConfigurationError([Problem(shown, None, None, "a mapping has no triples as objects", "turtle")])
        self.base: str = (parsed.base_iri or base) if is_turtle else base
        self.shown = shown
        self.properties: dict[Node, dict[str, list[Value]]] = {}
        self._places: dict[Node, Place] = {}
        self._lines = [0, *(found.end() for found in re.finditer("\n", text))]
        for triple, own in list(self._align(triples, list(find_objects(text)))):
            place = own or self._find(triple.object, triple.subject)
            self._add(triple.subject, Value(shorten(triple.predicate.value), triple.object, place))

    def _align(self, triples: list[_Triple], chains: list[tuple[int, ...]]) -> Iterator[tuple[_Triple, Place | None]]:
        """Each triple with the place of its object; on the way the places of subjects are entered."""
        is_named = [not isinstance(triple.object, BlankNode) and triple.object.value != _NIL for triple in triples]
        # Without a place for each no place can be trusted.
        known = iter(chains if len(chains) == sum(is_named) else ())
        around: dict[Node, Node] = {triple.object: triple.subject for triple in triples if isinstance(triple.object, BlankNode)}
        for triple, has_place in zip(triples, is_named, strict=True):
            chain = [self._locate(offset) for offset in next(known, (0,))] if has_place else []
            node: Node | None = triple.subject
            for place in chain[1:]:
                if node is not None:
                    self._places.setdefault(node, place)
                    node = around.get(node)
            yield triple, chain[0] if chain else None

    def _locate(self, offset: int) -> Place:
        line = bisect_right(self._lines, offset)
        return Place(self.shown, line, offset - self._lines[line - 1] + 1)

    def _add(self, subject: Node, value: Value) -> None:
        values = self.properties.setdefault(subject, {}).setdefault(value.name, [])
        if all(known.term != value.term for known in values):
            values.append(value)

    def _find(self, node: Term, around: Node) -> Place:
        return (not isinstance(node, Literal) and self._places.get(node)) or self.place(around)

    def place(self, node: Node) -> Place:
        """Where a node first stands as a subject."""
        return self._places.get(node, Place(self.shown, 1, 1))

    def values(self, node: Term, *names: str) -> list[Value]:
        """The values of some properties of a node, in the order of the text."""
        found = self.properties.get(node, {}) if not isinstance(node, Literal) else {}
        return sorted((value for name in names for value in found.get(name, ())), key=lambda value: value.place)

    def iter_nodes(self) -> Iterator[Node]:
        """The nodes that have properties, in the order of the text."""
        return iter(sorted(self.properties, key=lambda node: (self.place(node), str(node))))


def load_graph(path: Path, shown: str, base: str) -> Graph:
    """Read a document; a name in ``.nt`` is N-Triples, any other Turtle.

    Raises:
        ConfigurationError: it is missing, not UTF-8, or breaks the syntax.
    """
    return Graph(read_text(path, shown), shown, base, is_turtle=path.suffix != ".nt")


def find_objects(text: str) -> Iterator[tuple[int, ...]]:
    """The offsets of each object that is no blank node, of the subject it belongs to and of those around that, from the inside.

    >>> list(find_objects("@prefix e: <e:> . <a> e:b [ e:c 'x', e:d ] ; e:f ( 1 ) .  # <h>"))
    [(32, 26, 18), (37, 26, 18), (51, 49, 18)]
    """
    stack = [_Frame(_SUBJECT, 0)]
    skipped = 0
    for token in _TOKEN.finditer(text):
        if token["space"]:
            continue
        frame = stack[-1]
        if skipped:
            skipped -= 1
        elif token["mark"]:
            _follow_mark(token["mark"], token.start(), stack)
        elif frame.state == _SUBJECT:
            skipped = _DIRECTIVES.get(token["term"].lower(), 0)
            if not skipped:
                frame.state, frame.subject = _PREDICATE, token.start()
        elif frame.state == _PREDICATE:
            frame.state = _OBJECT
        elif not token["term"].startswith("_:"):
            yield _chain(token.start(), stack)


def _chain(offset: int, stack: list[_Frame]) -> tuple[int, ...]:
    return (offset, *(frame.subject for frame in reversed(stack)))


def _follow_mark(mark: str, offset: int, stack: list[_Frame]) -> None:
    frame = stack[-1]
    if mark in "[(":
        stack.append(_Frame(_PREDICATE if mark == "[" else _OBJECT, offset))
    elif mark in "])" and len(stack) > 1:
        closed = stack.pop()
        if stack[-1].state == _SUBJECT:
            stack[-1].state, stack[-1].subject = _PREDICATE, closed.subject
    elif mark == ";":
        frame.state = _PREDICATE
    elif mark == ".":
        frame.state = _SUBJECT
