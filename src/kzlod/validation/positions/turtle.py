"""Turtle, TriG, N-Triples and N-Quads: yields statements with the span of each term.

One reader reads all four, because the lines are sentences of the others (RDF 1.1 N-Triples, section 3) but for the graph that
ends a quad. It goes through a file token by token, on a stack of its own, for which no nesting is too deep.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from kzlod.terms import RDF, RDF_TYPE, XSD, XSD_STRING, escape_literal, read_iri
from kzlod.validation.positions.iris import resolve_iri
from kzlod.validation.positions.statement import Sought, Span, Statement
from kzlod.validation.positions.tokens import CONTROLS, ESCAPE, REST, TOKEN

_FIRST: Final = f"<{RDF}first>"
_REST: Final = f"<{RDF}rest>"
_NIL: Final = f"<{RDF}nil>"
_NOWHERE: Final = Span(0, 0)
_MOST_TERMS: Final = 100_000

# What may come next.
_SUBJECT, _VERB, _OBJECT, _AFTER, _FIRST_ITEM, _ITEM = range(6)


class _Frame(NamedTuple):
    """What a bracket interrupts."""

    bracket: bytes
    in_object: bool
    subject: str
    subject_span: Span
    predicate: str
    predicate_span: Span
    span: Span


def read_turtle(data: bytes, base: str, sought: Sought | None) -> Iterator[Statement]:
    """Read a file in any of the four syntaxes, as ``Reader`` says.

    >>> [found] = read_turtle(b"@prefix : <http://example.org/> . :a :p 1 .", "", None)
    >>> found.object, found.object_span
    ('"1"^^<http://www.w3.org/2001/XMLSchema#integer>', Span(start=40, end=41))
    """
    return _TurtleReader(data, base, sought).read()


class _TurtleReader:
    def __init__(self, data: bytes, base: str, sought: Sought | None) -> None:
        self.data = data
        self.base = base
        self.sought = sought
        self.has_short_prefix = False  # that ends within a word
        self.namespaces: dict[bytes, str] = {}
        self.terms: dict[bytes, str] = {}
        self.stack: list[_Frame] = []
        self.subject, self.predicate = "", ""
        self.subject_span = self.predicate_span = _NOWHERE
        self.state = _SUBJECT
        self.emitted: list[Statement] = []

    def read(self) -> Iterator[Statement]:
        """Go through the tokens; pyoxigraph yields what comes of one token last things first."""
        data, match = self.data, TOKEN.match
        at = 0
        while found := match(data, at):
            kind = found.lastgroup or ""
            token, span = found[kind], Span(found.start(kind), found.end())
            at = span.end
            if kind == "mark":
                self._read_mark(token, span)
            elif self.state == _SUBJECT:
                at = self._read_start(kind, token, span)
            elif self.state == _VERB:
                self.predicate = RDF_TYPE if kind == "word" else self._read_term(kind, token)
                self.predicate_span, self.state = span, _OBJECT
            elif self.state != _AFTER:  # a quad's graph
                self._start_item(span)
                if kind == "string":
                    yield from self._take_emitted()
                    at = self._read_literal(token, span)
                    if at == span.end:  # Only the next token tells pyoxigraph that there is no language or datatype.
                        continue
                else:
                    self._emit(self._read_term(kind, token), span)
            if self.emitted:
                yield from self._take_emitted()
        yield from self._take_emitted()

    def _read_start(self, kind: str, token: bytes, span: Span) -> int:
        """Take a subject or a directive; tell where to go on, which is after the statement if it is not asked for."""
        if kind in {"word", "tag"}:
            return self._read_directive(token, span.end)
        self.subject, self.subject_span, self.state = self._read_term(kind, token), span, _VERB
        if self.sought is None or self.subject in self.sought.terms or not (rest := REST.match(self.data, span.end)):
            return span.end
        if self.sought.anywhere and (self.has_short_prefix or self.sought.may_occur(self.data, *rest.span())):
            return span.end
        self.state = _SUBJECT
        return rest.end()

    def _take_emitted(self) -> list[Statement]:
        taken, self.emitted = self.emitted[::-1], []
        return taken

    def _read_mark(self, mark: bytes, span: Span) -> None:
        if mark in b"[(":
            self._open(mark, span)
        elif mark == b"]" and self.stack:
            self._close_properties(self.stack.pop())
        elif mark == b")" and self.stack:
            self._close_list(self.stack.pop(), span)
        elif mark == b",":
            self.state = _OBJECT
        elif mark == b";":
            self.state = _VERB
        elif mark in b".{}":
            self.state = _SUBJECT

    def _open(self, mark: bytes, span: Span) -> None:
        self._start_item(span)
        self.stack.append(
            _Frame(mark, self.state == _OBJECT, self.subject, self.subject_span, self.predicate, self.predicate_span, span)
        )
        if mark == b"[":
            self.subject, self.subject_span, self.state = f"_:[{span.start}", span, _VERB
        else:
            self.state = _FIRST_ITEM

    def _close_properties(self, frame: _Frame) -> None:
        node = self.subject
        if frame.in_object:
            self._restore(frame)
            self._emit(node, frame.span)
        else:
            self.state = _VERB

    def _close_list(self, frame: _Frame, span: Span) -> None:
        node = _NIL if self.state == _FIRST_ITEM else f"_:[{frame.span.start}"
        if node != _NIL:
            self.emitted.append(Statement(self.subject, _REST, _NIL, self.subject_span, span, span))
        self._restore(frame)
        if not frame.in_object:
            self.subject, self.subject_span, self.state = node, frame.span, _VERB
        elif node == _NIL:
            self._emit(_NIL, frame.span)
        else:
            self._end_object()

    def _start_item(self, span: Span) -> None:
        """Where an item of a list starts, make the cell that holds it; the first cell stands for the list."""
        if self.state == _FIRST_ITEM:
            frame = self.stack[-1]
            cell, place = f"_:[{frame.span.start}", frame.span
            if frame.in_object:
                self.emitted.append(
                    Statement(frame.subject, frame.predicate, cell, frame.subject_span, frame.predicate_span, place)
                )
        elif self.state == _ITEM:
            cell, place = f"_:,{span.start}", span
            self.emitted.append(Statement(self.subject, _REST, cell, self.subject_span, span, span))
        else:
            return
        self.subject, self.subject_span = cell, place
        self.predicate, self.predicate_span, self.state = _FIRST, span, _OBJECT

    def _restore(self, frame: _Frame) -> None:
        self.subject, self.subject_span = frame.subject, frame.subject_span
        self.predicate, self.predicate_span = frame.predicate, frame.predicate_span

    def _emit(self, term: str, span: Span) -> None:
        self.emitted.append(Statement(self.subject, self.predicate, term, self.subject_span, self.predicate_span, span))
        self._end_object()

    def _end_object(self) -> None:
        self.state = _ITEM if self.stack and self.stack[-1].bracket == b"(" else _AFTER

    def _read_literal(self, token: bytes, span: Span) -> int:
        """Take a string with its language or datatype; tell where they end."""
        start, end = span
        text = f'"{escape_literal(_read_string(token))}"'
        suffix = TOKEN.match(self.data, end)
        if suffix and suffix.lastgroup == "tag":
            end = suffix.end()
            text += suffix["tag"].decode().lower()
        elif suffix and suffix["mark"] == b"^^" and (datatype := TOKEN.match(self.data, suffix.end())):
            end = datatype.end()
            kind = datatype.lastgroup or ""
            name = self._read_term(kind, datatype[kind])
            text += "" if name == f"<{XSD_STRING}>" else f"^^{name}"
        self._emit(text, Span(start, end))
        return end

    def _read_directive(self, token: bytes, at: int) -> int:
        """Take what follows @prefix, @base, or their keywords of SPARQL; GRAPH needs nothing done."""
        keyword = token.removeprefix(b"@").lower()
        if keyword in {b"prefix", b"base", b"version"} and (name := TOKEN.match(self.data, at)):
            at = name.end()
            if keyword == b"base":
                self.base = read_iri(self._read_term("iri", name["iri"] or b"<>"))
            elif keyword == b"prefix" and (iri := TOKEN.match(self.data, at)):
                at = iri.end()
                namespace = read_iri(self._read_term("iri", iri["iri"] or b"<>"))
                self.namespaces[(name["named"] or b":")[:-1]] = namespace
                self.has_short_prefix |= namespace[-1:].isalnum()
            self.terms.clear()
        return at

    def _read_term(self, kind: str, token: bytes) -> str:
        term = self.terms.get(token)
        if term is None:
            term = self._make_term(kind, token)
            if len(self.terms) >= _MOST_TERMS:
                self.terms.clear()
            self.terms[token] = term
        return term

    def _make_term(self, kind: str, token: bytes) -> str:
        text = token.decode()
        match kind:
            case "iri":
                iri = _unescape(text[1:-1])
                return f"<{resolve_iri(self.base, iri) if self.base else iri}>"
            case "named":
                prefix, _, local = text.partition(":")
                return f"<{self.namespaces.get(prefix.encode(), '')}{_unescape(local)}>"
            case "number":
                return f'"{text}"^^<{XSD}{_name_number(text)}>'
            case "word":
                return f'"{text}"^^<{XSD}boolean>'
        return text


def _name_number(text: str) -> str:
    if "e" in text or "E" in text:
        return "double"
    return "decimal" if "." in text else "integer"


def _read_string(token: bytes) -> str:
    quotes = 3 if token[:3] in {b'"""', b"'''"} and len(token) >= 6 else 1
    return _unescape(token[quotes:-quotes].decode())


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return ESCAPE.sub(lambda found: CONTROLS.get(found[3], found[3]) if found[3] else chr(int(found[1] or found[2], 16)), text)
