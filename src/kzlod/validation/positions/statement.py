"""A statement and where its terms are written."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple, Protocol

from kzlod.terms import read_iri

_WORD: Final = re.compile(rb"[A-Za-z0-9\x80-\xff]++")
_LAST_WORD: Final = re.compile(_WORD.pattern + rb"\Z")


class Span(NamedTuple):
    """Where something stands in a file: the numbers of its first byte and of the byte after its last."""

    start: int
    end: int


class Statement(NamedTuple):
    """A triple and the span of each term.

    A blank node is ``_:`` and anything that tells it from the other blank nodes of its file. Where a term is nowhere
    written, such as a cell of a list, its span is that of what stands for it.
    """

    subject: str
    predicate: str
    object: str
    subject_span: Span
    predicate_span: Span
    object_span: Span


@dataclass(frozen=True)
class Sought:
    """The statements that are asked for.

    Args:
        terms: IRIs as N-Triples terms.
        anywhere: whether the terms may be predicates and objects, too, and not only subjects.
    """

    terms: Collection[str]
    anywhere: bool = False

    def asks_for(self, subject: str, predicate: str, target: str) -> bool:
        """Whether this triple is asked for."""
        return subject in self.terms or (self.anywhere and (target in self.terms or predicate in self.terms))

    def may_occur(self, data: bytes, start: int, end: int) -> bool:
        """Whether a term may be written in this part of a file: whether the last word of any is there.

        Prefixes and relative IRIs shorten an IRI from the other end.
        """
        return self._words is None or not self._words.isdisjoint(_WORD.findall(data, start, end))

    @cached_property
    def _words(self) -> frozenset[bytes] | None:
        words = set()
        for term in self.terms:
            iri = read_iri(term)
            for written in (iri.encode(), json.dumps(iri)[1:-1].encode()):
                found = _LAST_WORD.search(written)
                if not found:
                    return None
                words.add(found[0])
        return frozenset(words)


class Reader(Protocol):
    """Yields the statements of a file in the order in which pyoxigraph does."""

    def __call__(self, data: bytes, base: str, sought: Sought | None) -> Iterator[Statement]:
        """Read a file that pyoxigraph has accepted.

        Args:
            data: the content of the file.
            base: the IRI that relative ones are resolved by.
            sought: what is asked for, so that the rest need not be read; None for all. What is not asked for may be
                yielded none the less.

        Raises:
            SyntaxError: it is no such file after all.
            ValueError: likewise.
        """
