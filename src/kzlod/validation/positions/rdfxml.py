"""RDF/XML: yields statements with the span of each term.

pyoxigraph is handed one tag at a time, so that each statement comes of the tag that it was handed last; where that stands among
the elements is kept beside. No entity is expanded here.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO, Final, NamedTuple, cast

import pyoxigraph

from kzlod.terms import RDF, read_iri
from kzlod.validation.positions.statement import Sought, Span, Statement

_MARKUP: Final = re.compile(
    rb"<(?:!--.*?--|\?.*?\?|!\[CDATA\[.*?\]\]|!DOCTYPE(?>(?:[^\"'\[>]++|\"[^\"]*+\"|'[^']*+')*)"
    rb"(?:\[(?>(?:[^\"'\]<]++|\"[^\"]*+\"|'[^']*+'|<!--.*?-->|<)*)\])?[^>]*+"
    rb"|(?P<close>/)?(?P<name>[^\s<>/\"'=!?]++)(?P<attributes>(?>(?:[^<>\"'/]++|\"[^\"]*+\"|'[^']*+'|/(?!>))*))(?P<empty>/)?)>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(rb"(?:([^\s=\"'/:]++):)?([^\s=\"'/:]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_ENTITY: Final = re.compile(rb"<!ENTITY\s++([^\s%\"']++)\s++(?:\"([^\"]*+)\"|'([^']*+)')")
_REFERENCE: Final = re.compile(rb"&([^#;&\s]++);")
# pyoxigraph's time grows with the square of the depth.
_DEEPEST: Final = 2_000
_MOST_EXPANDED: Final = 100_000_000

_NAMING: Final = ("about", "ID", "nodeID")
_NO_PROPERTIES: Final = frozenset({*_NAMING, "resource", "datatype", "parseType"})
_FIRST: Final = f"<{RDF}first>"
_MEMBER: Final = f"<{RDF}_"

_INNER_ROLES: Final = {"root": "node", "node": "property", "property": "node"}
_PARSE_TYPES: Final = {b"Resource": "property", b"Collection": "node"}


class _Attribute(NamedTuple):
    name: Span
    value: Span


@dataclass
class _Element:
    """An element that is open, or has just ended.

    Args:
        role: ``root``, ``node``, ``property``, or ``literal`` for what is inside of an XML literal.
        name: less its prefix.
        name_span: where the name stands in the start tag.
        tag: its start tag.
        inner_role: the role of the elements inside.
        content: where the text starts.
        children: the nodes inside.
    """

    role: str
    name: str
    name_span: Span
    tag: re.Match[bytes]
    inner_role: str
    content: int
    children: deque[_Element] = field(default_factory=deque)

    @cached_property
    def attributes(self) -> dict[str, _Attribute]:
        """The attributes by name, less the prefix; but for those of XML itself."""
        offset = self.tag.start("attributes")
        attributes = {}
        for found in _ATTRIBUTE.finditer(self.tag["attributes"]):
            if found[1] not in {b"xmlns", b"xml"} and found[2] != b"xmlns":
                spans = (found.span(2), found.span(found.lastindex or 0))
                attributes[found[2].decode()] = _Attribute(*(Span(start + offset, end + offset) for start, end in spans))
        return attributes

    @property
    def span(self) -> Span:
        """What names the node, or else the element's name."""
        return next((self.attributes[name].value for name in _NAMING if name in self.attributes), self.name_span)

    def find_attribute(self, iri: str) -> str:
        """The longest name of an attribute, or of the element, that a property's IRI ends with; or ""."""
        ends = (iri[start:] for start in range(len(iri)))
        return next((end for end in ends if end == self.name or (end in self.attributes and end not in _NO_PROPERTIES)), "")


def read_rdfxml(data: bytes, base: str, sought: Sought | None) -> Iterator[Statement]:
    """Read an RDF/XML file, as ``Reader`` says.

    Raises:
        ValueError: its entities would fill the memory, or it is deeper than anyone writes.
    """
    if measure_entities(data) > _MOST_EXPANDED:
        raise ValueError("the entities are too large")
    feed = _Feed(data)
    for quad in pyoxigraph.parse(cast(IO[bytes], feed), format=pyoxigraph.RdfFormat.RDF_XML, base_iri=base or None):
        subject, predicate, target = str(quad.subject), str(quad.predicate), str(quad.object)
        if sought is None or sought.asks_for(subject, predicate, target):
            yield Statement(subject, predicate, target, *feed.find_spans(predicate))


def measure_entities(data: bytes) -> int:
    """The most bytes that the references of an XML file to its own entities can stand for.

    >>> measure_entities(b'<!DOCTYPE a [<!ENTITY b "12"><!ENTITY c "&b;&b;">]><a>&c;&c;</a>')
    24
    """
    sizes: dict[bytes, int] = {}
    # An entity is declared before those that are made of it, or it is of no use to them.
    for found in _ENTITY.finditer(data):
        value = found[2] or found[3] or b""
        sizes.setdefault(found[1], len(value) + sum(sizes.get(name, 0) for name in _REFERENCE.findall(value)))
    return sum(sizes.get(found[1], 0) for found in _REFERENCE.finditer(data)) if sizes else 0


class _Feed:
    """A file that is read a tag at a time."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.markup = _MARKUP.finditer(data)
        self.rest = b""
        self.sent = 0
        self.elements: list[_Element] = []
        self.element: _Element | None = None
        self.holder: _Element | None = None
        self.end: int | None = None

    def read(self, size: int) -> bytes:
        """The next tag and the text before it, or as much of them as is asked for."""
        if self.sent >= len(self.rest):
            tag = next(self.markup, None)
            end = tag.end() if tag else len(self.data)
            self.rest, self.at = self.data[self.at : end], end
            if tag and tag["name"]:
                self._follow(tag)
            self.sent = 0
        piece = self.rest[self.sent : self.sent + size]
        self.sent += len(piece)
        return piece

    def _follow(self, tag: re.Match[bytes]) -> None:
        if tag["close"]:
            self.element, self.end = self.elements.pop() if self.elements else None, tag.start()
            self.holder = self.elements[-1] if self.elements else None
            return
        self.holder = holder = self.elements[-1] if self.elements else None
        self.element, self.end = _read_element(tag, holder), None
        if holder and holder.role == "property" and self.element.role == "node":
            holder.children.append(self.element)
        if not tag["empty"]:
            if len(self.elements) >= _DEEPEST:
                raise ValueError("the elements are too deep")
            self.elements.append(self.element)

    def find_spans(self, predicate: str) -> tuple[Span, Span, Span]:
        """The spans of the terms of a statement that came of the last tag."""
        element, holder = self.element, self.holder
        if element is None:
            return Span(0, 0), Span(0, 0), Span(0, 0)
        iri = read_iri(predicate)
        name = element.find_attribute(iri)
        if element.role == "node" or holder is None:
            attribute = element.attributes.get(name)
            return element.span, *(attribute or (element.name_span, element.name_span))
        value = self._find_value(element)
        if name == element.name or (element.name == "li" and predicate.startswith(_MEMBER)):
            return holder.span, element.name_span, value
        if predicate == _FIRST and element.children:
            item = element.children.popleft().span
            return item, element.name_span, item
        if name:
            return value, *element.attributes[name]
        return (element.attributes["ID"].value if "ID" in element.attributes else value), element.name_span, value

    def _find_value(self, element: _Element) -> Span:
        """Where the value of a property stands: a reference, a node inside, text without the white space around, or nothing."""
        for name in ("resource", "nodeID"):
            if name in element.attributes:
                return element.attributes[name].value
        if element.children:
            return element.children[0].span
        text = self.data[element.content : self.end] if self.end else b""
        start = element.content + len(text) - len(text.lstrip())
        return Span(start, start + len(text.strip())) if text.strip() else element.name_span


def _read_element(tag: re.Match[bytes], holder: _Element | None) -> _Element:
    name = tag["name"].decode().rpartition(":")[2]
    element = _Element("node" if name != "RDF" else "root", name, Span(*tag.span("name")), tag, "", tag.end())
    if holder:
        element.role = holder.inner_role
    element.inner_role = _INNER_ROLES.get(element.role, "literal")
    if element.role == "property" and b"parseType" in tag["attributes"] and "parseType" in element.attributes:
        span = element.attributes["parseType"].value
        element.inner_role = _PARSE_TYPES.get(tag.string[span.start : span.end], "literal")
    return element
