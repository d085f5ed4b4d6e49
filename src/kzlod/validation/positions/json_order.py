"""JSON text in the order in which JSON-LD can be read in one go: yields tokens, each object's context, types and name first.

Streaming JSON-LD asks for this order (W3C Streaming JSON-LD, section 2); other files are brought into it by pyoxigraph too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from kzlod.validation.positions.statement import Span

_TOKEN: Final = re.compile(rb'[ \t\r\n,:]*+(?:("[^"\\]*+(?:\\.[^"\\]*+)*+")|([{}\[\]])|([-+.0-9A-Za-z]++))', re.DOTALL)
_BRACKET: Final = re.compile(rb'[^{}\[\]"]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^{}\[\]"]*+)*+([{}\[\]])', re.DOTALL)
_STRINGS, _BRACKETS = 1, 2  # groups of _TOKEN
_CONTEXT: Final = b'"@context"'
_DEFINITION: Final = re.compile(
    rb'("[^"\\]*+(?:\\.[^"\\]*+)*+")(?:\s*+:\s*+(?:(?:\{\s*+"@id"\s*+:\s*+)?"(?P<alias>@[a-z]++)"|(?=\{'
    rb'(?:[^{}]*?"(?P<reverse>@reverse)")?(?:[^{}]*?"@container"\s*+:[^{}:]*?"(?P<map>@(?:graph|id|index|language|type))")?)))?',
    re.DOTALL,
)

_RANKS: Final = {"@context": 0, "@type": 1, "@id": 2, "@graph": 4}
_OTHER: Final = 3
WRAPPERS: Final = frozenset({"@list", "@set", "@value"})
"""Members of what is no node but a value, or values."""
HOLDERS: Final = frozenset({"@reverse", "@nest"})
"""Members that hold properties of the node that they are members of."""
_NAMING: Final = WRAPPERS | {"@id", "@graph"}


class Names(NamedTuple):
    """What the contexts of a document tell of names, wherever in it these hold.

    Args:
        aliases: the keywords that names stand for.
        reverses: the names of properties that are written the other way round.
        maps: the names of properties whose values are grouped by language, index or the like.
    """

    aliases: Mapping[str, str]
    reverses: Collection[str]
    maps: Collection[str]

    @classmethod
    def from_document(cls, data: bytes) -> Names:
        """Find the definitions in a document.

        >>> Names.from_document(b'{"@context": {"id": "@id"}, "id": "http://example.org/"}').aliases
        {'id': '@id'}
        """
        aliases: dict[str, str] = {}
        reverses, maps = set(), set()
        for found in _iter_definitions(data):
            name = read_text(found[1])
            if name.startswith("@"):
                continue
            if found["alias"]:
                aliases[name] = found["alias"].decode()
            reverses |= {name} if found["reverse"] else set()
            maps |= {name} if found["map"] else set()
        return cls(aliases, reverses, maps)

    def read_key(self, token: bytes) -> str:
        """The name of a member; a keyword where it stands for one."""
        name = read_text(token)
        return self.aliases.get(name, name)


class Token(NamedTuple):
    """A bracket, a string or another scalar.

    Args:
        text: as it is written.
        is_key: whether it is the name of a member.
        is_unnamed: whether it starts an object that seems to be a node without a name.
    """

    text: bytes
    span: Span
    is_key: bool
    is_unnamed: bool = False


class _Plan(NamedTuple):
    """What is known of objects beforehand.

    Args:
        first: the members that are to be moved to the start, by the start of the object.
        last: those that are to be moved to the end, by the end of the object.
        unnamed: the starts of nodes without a name.
    """

    first: dict[int, list[Span]]
    last: dict[int, list[Span]]
    unnamed: set[int]


@dataclass(slots=True)
class _Bracket:
    """An object or array that is open, with those members of it that have a rank of their own.

    Args:
        is_unnamed: whether nothing has been seen yet by which it is no node or has a name.
        is_inert: whether it describes no data: it is part of a context or of a literal.
    """

    start: int
    is_object: bool
    is_unnamed: bool
    is_inert: bool
    key: str = ""
    key_start: int = 0
    highest: int = 0
    is_ordered: bool = True
    members: list[tuple[int, Span]] = field(default_factory=list)

    def end_member(self, end: int) -> None:
        """Take notice of the member whose value ends here."""
        rank = _RANKS.get(self.key, _OTHER)
        self.is_ordered &= rank >= self.highest
        self.highest = max(rank, self.highest)
        if rank != _OTHER:
            self.members.append((rank, Span(self.key_start, end)))
        if self.key in _NAMING:
            self.is_unnamed = False


def read_text(token: bytes) -> str:
    """The text of a string token.

    Raises:
        ValueError: it is none.
    """
    return str(json.loads(token, strict=False)) if b"\\" in token else token[1:-1].decode()


def iter_brackets(data: bytes, start: int) -> Iterator[tuple[bytes, int]]:
    """The brackets from a place on, each with where it is."""
    while found := _BRACKET.match(data, start):
        start = found.end()
        yield found[1], start - 1


def _iter_definitions(data: bytes) -> Iterator[re.Match[bytes]]:
    """The strings of all contexts, each with what may be its definition."""
    at = 0
    while (start := data.find(_CONTEXT, at)) >= 0:
        depth = 0
        at = start + len(_CONTEXT)
        for bracket, end in iter_brackets(data, at):
            at = end
            depth += 1 if bracket in b"{[" else -1
            if depth <= 0:
                break
        yield from _DEFINITION.finditer(data, start + len(_CONTEXT), at)


def iter_tokens(data: bytes, names: Names, skips: Mapping[int, int]) -> Iterator[Token]:
    """The tokens of a JSON text, less commas and colons, each object's members in the order that is asked for.

    Args:
        data: the text.
        names: what its contexts tell.
        skips: the ends of what is to be left out, by the starts.

    >>> [token.text for token in iter_tokens(b'{"a": 1, "@id": "b"}', Names({}, {}, {}), {})]
    [b'{', b'"@id"', b'"b"', b'"a"', b'1', b'}']
    """
    plan = _plan_order(data, names, skips)
    moved = {span.start: span.end for spans in (*plan.first.values(), *plan.last.values()) for span in spans}
    regions = [(Span(0, len(data)), False)]
    brackets: list[bool] = []  # of each that is open, whether it is an object
    expects_key = False
    while regions:
        (at, end), is_moved = regions.pop()
        while at < end and (found := _TOKEN.match(data, at, end)):
            group = found.lastindex or 0
            start, text = found.start(group), found[group]
            if expects_key and not is_moved and start in moved:
                at = moved[start]
                continue
            if group == _BRACKETS:
                if start in skips:
                    at = skips[start]
                    continue
                if start in plan.last:
                    regions += [(Span(start, end), False), *((span, True) for span in reversed(plan.last.pop(start)))]
                    break
            at, is_moved = found.end(), False
            yield Token(text, Span(start, at), expects_key and group == _STRINGS, start in plan.unnamed)
            if group != _BRACKETS:
                expects_key = not expects_key and bool(brackets) and brackets[-1]
            elif text in b"{[":
                expects_key = text == b"{"
                brackets.append(expects_key)
                if start in plan.first:
                    regions += [(Span(at, end), False), *((span, True) for span in reversed(plan.first[start]))]
                    break
            else:
                brackets.pop()
                expects_key = bool(brackets) and brackets[-1]


def _plan_order(data: bytes, names: Names, skips: Mapping[int, int]) -> _Plan:
    plan = _Plan({}, {}, set())
    brackets: list[_Bracket] = []
    expects_key = False
    keys: dict[bytes, str] = {}
    at = 0
    while found := _TOKEN.match(data, at):
        group = found.lastindex or 0
        start, text, at = found.start(group), found[group], found.end()
        if expects_key and group == _STRINGS:
            if text not in keys:
                keys[text] = names.read_key(text)
            brackets[-1].key, brackets[-1].key_start, expects_key = keys[text], start, False
            continue
        if group == _BRACKETS:
            if start in skips:
                at = skips[start]
                continue
            if text in b"{[":
                brackets.append(_open(brackets, start, text == b"{", names))
                expects_key = text == b"{"
                continue
            _add_to_plan(plan, brackets.pop(), start)
        expects_key = bool(brackets) and brackets[-1].is_object
        if expects_key:
            brackets[-1].end_member(at)
    return plan


def _open(brackets: Sequence[_Bracket], start: int, is_object: bool, names: Names) -> _Bracket:
    if not brackets:
        return _Bracket(start, is_object, is_object, False)
    holder = brackets[-1]
    # An array passes on whose value it is.
    key = holder.key
    is_inert = holder.is_inert or key in {"@context", "@value"}
    is_unnamed = is_object and not is_inert and key not in HOLDERS and not (holder.is_object and key in names.maps)
    return _Bracket(start, is_object, is_unnamed, is_inert, key="" if is_object else key)


def _add_to_plan(plan: _Plan, bracket: _Bracket, end: int) -> None:
    if bracket.is_unnamed:
        plan.unnamed.add(bracket.start)
    if not bracket.is_ordered:
        ordered = sorted(bracket.members)
        plan.first[bracket.start] = [span for rank, span in ordered if rank < _OTHER]
        plan.last[end] = [span for rank, span in ordered if rank > _OTHER]
