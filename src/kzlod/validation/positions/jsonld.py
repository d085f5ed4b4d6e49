"""JSON-LD: yields statements with the span of each term.

What the names of a document mean is told by its contexts, which pyoxigraph processes. It is handed one token at a time, so that
each statement comes of the token that it was handed last; where that token stands among the brackets is kept beside.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final, cast

import pyoxigraph

from kzlod.terms import RDF_TYPE
from kzlod.validation.positions.json_items import find_skips
from kzlod.validation.positions.json_order import HOLDERS, WRAPPERS, Names, Token, iter_tokens
from kzlod.validation.positions.statement import Sought, Span, Statement

_NOWHERE: Final = Span(0, 0)


@dataclass(slots=True)
class _Bracket:
    """An object or array that is open.

    Args:
        span: of its first character, or of the name of the node where it is seen.
        key: the member that is being read; an alias as the keyword it stands for.
        types: where the node's types stand that no statement has come of yet.
        value: where the value stands, if this is a value object.
        is_node: whether it may describe a node: it is no array, list, set or value.
    """

    span: Span
    is_object: bool
    is_node: bool
    is_unnamed: bool
    key: str = ""
    key_span: Span = _NOWHERE
    type_span: Span = _NOWHERE
    types: deque[Span] = field(default_factory=deque)
    value: Span | None = None
    has_items: bool = False


def read_jsonld(data: bytes, base: str, sought: Sought | None) -> Iterator[Statement]:
    """Read a JSON-LD file, as ``Reader`` says.

    >>> [found] = read_jsonld(b'{"@id": "http://example.org/a", "http://example.org/p": "x"}', "", None)
    >>> found.subject_span, found.predicate_span, found.object_span
    (Span(start=8, end=30), Span(start=32, end=54), Span(start=56, end=59))
    """
    feed = _Feed(data, sought)
    quads = pyoxigraph.parse(cast(IO[bytes], feed), format=pyoxigraph.RdfFormat.STREAMING_JSON_LD, base_iri=base or None)
    for quad in quads:
        subject, predicate, target = str(quad.subject), str(quad.predicate), str(quad.object)
        if sought is None or sought.asks_for(subject, predicate, target):
            yield Statement(subject, predicate, target, *feed.find_spans(predicate))


class _Feed:
    """A file that is read a token at a time."""

    def __init__(self, data: bytes, sought: Sought | None) -> None:
        self.names = Names.from_document(data)
        skips = {} if sought is None else find_skips(data, sought, self.names)
        self.tokens = iter_tokens(data, self.names, skips)
        self.keys: dict[bytes, str] = {}
        self.label = b"_:b"
        while self.label in data:
            self.label += b"b"
        self.token = Token(b"", _NOWHERE, False)
        self.brackets: list[_Bracket] = []
        self.closed: _Bracket | None = None
        self.rest = b""
        self.sent = 0

    def read(self, size: int) -> bytes:
        """The next token, or as much of it as is asked for."""
        if self.sent >= len(self.rest):
            token = next(self.tokens, None)
            if token is None:
                return b""
            self.token = token
            # The space tells where a number ends.
            self.rest = self._name_node(token) + self._separate(token) + token.text + (b": " if token.is_key else b" ")
            self._follow(token)
            self.sent = 0
        piece = self.rest[self.sent : self.sent + size]
        self.sent += len(piece)
        return piece

    def _read_key(self, token: bytes) -> str:
        key = self.keys.get(token)
        if key is None:
            key = self.keys[token] = self.names.read_key(token)
        return key

    def _name_node(self, token: Token) -> bytes:
        """Give a name to a node that has none, after its types; else nothing would come of it before its end."""
        bracket = self.brackets[-1] if self.brackets else None
        if bracket is None or not bracket.is_unnamed or not (token.is_key or token.text == b"}"):
            return b""
        if token.is_key and self._read_key(token.text) in {"@context", "@type"}:
            return b""
        bracket.is_unnamed = False
        separator = b"," if bracket.has_items else b""
        bracket.has_items = True
        return b'%s"@id": "%s%d" ' % (separator, self.label, bracket.span.start)

    def _separate(self, token: Token) -> bytes:
        if not self.brackets or token.text in {b"}", b"]"}:
            return b""
        bracket = self.brackets[-1]
        if bracket.is_object and not token.is_key:
            return b""
        separator = b"," if bracket.has_items else b""
        bracket.has_items = True
        return separator

    def _follow(self, token: Token) -> None:
        self.closed = None
        brackets = self.brackets
        if token.is_key:
            bracket = brackets[-1]
            bracket.key, bracket.key_span = self._read_key(token.text), token.span
            bracket.is_node &= bracket.key not in WRAPPERS
        elif token.text in {b"{", b"["}:
            is_object = token.text == b"{"
            brackets.append(_Bracket(token.span, is_object, is_object, token.is_unnamed))
        elif token.text in {b"}", b"]"}:
            self.closed = brackets.pop()
        elif brackets:
            holder = brackets[-1] if brackets[-1].is_object or len(brackets) == 1 else brackets[-2]
            if holder.key == "@id":
                holder.span = token.span
            elif holder.key == "@type":
                holder.types.append(token.span)
                holder.type_span = holder.key_span
            elif holder.key == "@value":
                holder.value = token.span

    def find_spans(self, predicate: str) -> tuple[Span, Span, Span]:
        """The spans of the terms of a statement that came of the last token.

        Other than at a value, statements come of a node where its first property or its end has been read: that of which the
        node is the object, and its types.
        """
        depth = self._find_node()
        if depth is None:
            value = self.closed.value if self.closed and self.closed.value else self.token.span
            return self._find_owner(len(self.brackets), value)
        node = self.closed or self.brackets[depth]
        if predicate == RDF_TYPE and node.types:
            return node.span, node.type_span, node.types.popleft()
        return self._find_owner(depth, node.span)

    def _find_node(self) -> int | None:
        """The depth of the node that statements come of now; None where they come of a value."""
        if self.closed:
            return len(self.brackets) if self.closed.is_node else None
        if not self.token.is_key:
            return None
        depth = len(self.brackets) - 1
        while depth and self.brackets[depth - 1].key in HOLDERS:
            depth -= 1
        return depth if self.brackets[depth].is_node else None

    def _find_owner(self, depth: int, value: Span) -> tuple[Span, Span, Span]:
        for level in range(depth - 1, -1, -1):
            bracket, holder = self.brackets[level], self.brackets[level - 1] if level else None
            if not bracket.is_object or bracket.key in WRAPPERS or (holder and holder.key in self.names.maps):
                continue
            is_reverse = bracket.key in self.names.reverses
            if holder and holder.key in HOLDERS:
                is_reverse |= holder.key == "@reverse"
                node = holder
            else:
                node = bracket
            return (value, bracket.key_span, node.span) if is_reverse else (node.span, bracket.key_span, value)
        return value, value, value
