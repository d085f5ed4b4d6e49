"""Bodies of requests that add triples: reads triples by graph, yields texts of bounded size.

The triples are N-Triples in canonical form, which SPARQL reads likewise but for one thing, see ``write_for_sparql``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

_ESCAPE: Final = re.compile(r"\\(?:\\([uU])|.)", re.DOTALL)


@dataclass(frozen=True)
class Bounds:
    """How large a request may be; one triple is sent whatever its size.

    Args:
        triples, size: triples and bytes of a request.
    """

    triples: int = 5_000
    size: int = 1 << 20


@dataclass(frozen=True)
class Batch:
    """Triples of a request, as graphs with their triples; the name of the default graph is ""."""

    graphs: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def triples(self) -> int:
        """How many there are."""
        return sum(len(triples) for _, triples in self.graphs)

    @property
    def shown(self) -> str:
        """The graph that a message names: the first."""
        return self.graphs[0][0]

    def split(self) -> tuple[Batch, Batch]:
        """Its two halves; there must be two triples."""
        triples = [(name, triple) for name, triples in self.graphs for triple in triples]
        middle = len(triples) // 2
        return _gather(triples[:middle]), _gather(triples[middle:])


def iter_batches(triples: Iterable[tuple[str, str]], bounds: Bounds, *, single: bool) -> Iterator[Batch]:
    """Gather triples to batches.

    Args:
        triples: name of the graph and triple, all of a graph together.
        bounds: of a batch.
        single: whether a batch is of one graph only.
    """
    gathered: list[tuple[str, str]] = []
    size = 0
    for name, triple in triples:
        grown = size + len(triple.encode()) + len(name) + 4
        full = len(gathered) == bounds.triples or grown > bounds.size
        if gathered and (full or (single and name != gathered[-1][0])):
            yield _gather(gathered)
            gathered, grown = [], grown - size
        gathered.append((name, triple))
        size = grown
    if gathered:
        yield _gather(gathered)


def write_insert(batch: Batch) -> bytes:
    """The request of SPARQL Update that adds a batch (SPARQL 1.1 Update, section 3.1.1).

    >>> write_insert(Batch((("urn:g", ('<urn:s> <urn:p> "o"',)),))).decode()
    'INSERT DATA {\\nGRAPH <urn:g> {\\n<urn:s> <urn:p> "o" .\\n}\\n}\\n'
    """
    blocks = []
    for name, triples in batch.graphs:
        lines = "".join(f"{write_for_sparql(triple)} .\n" for triple in triples)
        blocks.append(f"GRAPH <{name}> {{\n{lines}}}\n" if name else lines)
    return f"INSERT DATA {{\n{''.join(blocks)}}}\n".encode()


def write_triples(batch: Batch) -> bytes:
    """The N-Triples of a batch of one graph."""
    return "".join(f"{triple} .\n" for _, triples in batch.graphs for triple in triples).encode()


def write_for_sparql(triple: str) -> str:
    r"""A triple in N-Triples as SPARQL reads it.

    ``\\u0041`` is a backslash and four characters more in N-Triples. SPARQL's ``\u`` escapes are replaced before the text is parsed
    (SPARQL 1.1 Query, section 19.2), and some stores see one here. With the ``u`` itself escaped all read the same.

    >>> print(write_for_sparql(r'<urn:s> <urn:p> "a\\u0041\u0001"'))
    <urn:s> <urn:p> "a\\\u00750041\u0001"
    """
    if "\\\\u" not in triple and "\\\\U" not in triple:
        return triple
    return _ESCAPE.sub(lambda found: f"\\\\\\u{ord(found[1]):04X}" if found[1] else found[0], triple)


def _gather(triples: list[tuple[str, str]]) -> Batch:
    grouped = groupby(triples, key=lambda pair: pair[0])
    return Batch(tuple((name, tuple(triple for _, triple in pairs)) for name, pairs in grouped))
