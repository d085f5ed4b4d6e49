"""Turtle and TriG: reads a dataset, writes it grouped by subject, one predicate or object a line, so that diffs are small."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO, Final

from kzlod.dataset import Dataset
from kzlod.terms import RDF_TYPE, Prefixes, read_iri

_TRIPLES: Final = """
SELECT subject, predicate, object FROM triples
ORDER BY subject, predicate <> $type, predicate, object"""
_QUADS: Final = """
SELECT graph, subject, predicate, object FROM (SELECT DISTINCT graph, subject, predicate, object FROM quads)
ORDER BY graph, subject, predicate <> $type, predicate, object"""
_CACHED: Final = 100_000


def write_turtle(dataset: Dataset, turtle: Path, trig: Path | None = None) -> None:
    """Write the merged graph as Turtle and, where a file is given, as TriG together with the named graphs.

    Subjects, predicates and objects are sorted by code point of their N-Triples form, ``a`` first; prefixes are those used.
    Literals are quoted as in N-Triples and keep their datatype, so that no parser respells them.
    """
    names = _Names(dataset.project.prefixes)
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="", dir=turtle.parent) as body:
        body.writelines(_iter_subjects(dataset.iter_rows(_TRIPLES, {"type": RDF_TYPE}), names))
        _write_document(turtle, names, body)
        if trig:
            body.writelines(_iter_graphs(dataset.iter_rows(_QUADS, {"type": RDF_TYPE}), names))
            _write_document(trig, names, body)


def iter_trig(quads: Iterable[tuple[str, ...]], prefixes: Prefixes) -> Iterator[str]:
    """Named graphs as TriG, piece by piece, so that nothing waits in memory or in a file; all prefixes are declared.

    Args:
        quads: graph, subject, predicate and object in N-Triples form, grouped by graph, subject and predicate.
        prefixes: the names of namespaces.
    """
    names = _Names(prefixes)
    names.used.update(prefixes.namespaces)
    yield from names.iter_header()
    yield from _iter_graphs(quads, names)


def _write_document(path: Path, names: _Names, body: IO[str]) -> None:
    # The header is known only when the body is written.
    body.seek(0)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(names.iter_header())
        shutil.copyfileobj(body, file)


def _iter_graphs(quads: Iterable[tuple[str, ...]], names: _Names) -> Iterator[str]:
    for graph, rows in groupby(quads, itemgetter(0)):
        yield f"\n{names.write(graph)} {{"
        yield from _iter_subjects((row[1:] for row in rows), names, "  ")
        yield "}\n"


def _iter_subjects(triples: Iterable[tuple[str, ...]], names: _Names, indent: str = "") -> Iterator[str]:
    subject = predicate = ""
    for triple in triples:
        if triple[0] != subject:
            if subject:
                yield f" ;\n{indent}.\n"
            subject, predicate, object_ = triple
            yield f"\n{indent}{names.write(subject)}\n{indent}  {names.write_verb(predicate)} {names.write(object_)}"
        elif triple[1] != predicate:
            _, predicate, object_ = triple
            yield f" ;\n{indent}  {names.write_verb(predicate)} {names.write(object_)}"
        else:
            yield f" ,\n{indent}    {names.write(triple[2])}"
    if subject:
        yield f" ;\n{indent}.\n"


class _Names:
    """Terms as Turtle writes them, and the prefixes that were needed for it."""

    def __init__(self, prefixes: Prefixes) -> None:
        self.prefixes = prefixes
        self.used: set[str] = set()
        self._shorten = lru_cache(_CACHED)(self._shorten_uncached)

    def iter_header(self) -> Iterator[str]:
        return (f"@prefix {prefix}: <{self.prefixes.namespaces[prefix]}> .\n" for prefix in sorted(self.used))

    def write(self, term: str) -> str:
        if term[0] == "<":
            return self._shorten(term)
        if term[-1] == ">":
            start = term.rindex('"') + 3
            return term[:start] + self._shorten(term[start:])
        return term

    def write_verb(self, predicate: str) -> str:
        return "a" if predicate == RDF_TYPE else self._shorten(predicate)

    def _shorten_uncached(self, term: str) -> str:
        name = self.prefixes.shorten(read_iri(term))
        if name is None:
            return term
        self.used.add(name.partition(":")[0])
        return name
