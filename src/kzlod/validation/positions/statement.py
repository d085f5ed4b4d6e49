"""A statement and where its terms are written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol


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


class Reader(Protocol):
    """Yields the statements of a file in the order in which pyoxigraph does."""

    def __call__(self, data: bytes, base: str, subjects: Collection[str] | None) -> Iterator[Statement]:
        """Read a file that pyoxigraph has accepted.

        Args:
            data: the content of the file.
            base: the IRI that relative ones are resolved by.
            subjects: the only subjects whose statements are asked for, so that others need not be read; None for all. What
                is not asked for may be yielded none the less.

        Raises:
            ValueError: it is no such file after all.
        """
