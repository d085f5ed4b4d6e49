"""RDF files for validation: reads any syntax that pyoxigraph knows, yields N-Triples text and rdflib graphs.

Parsing is pyoxigraph's: it keeps lexical forms, names line and column of an error, and opens no connection for a remote
context or entity. Named graphs are read together with the default graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph
import rdflib
from rdflib.namespace import SH

from kzlod.errors import ConfigurationError, DataError, Problem
from kzlod.terms import RDF_LANG_STRING, XSD_STRING, read_iri, read_literal, write_literal
from kzlod.validation.logs import silenced

# pyoxigraph knows more, such as txt and json, but in a folder these are seldom RDF.
_ENDINGS: Final = ("ttl", "nt", "nq", "trig", "jsonld", "rdf")
_PLACE: Final = re.compile(r"Parser error at [^:]*: ")

# A salt, because pySHACL keeps the texts of blank nodes for good, by label and the graph's address in memory; then the number.
_LABEL: Final = re.compile(r"(?:_:)?N[0-9a-f]{32}([0-9]*)")


def load_graph(paths: Iterable[Path]) -> rdflib.Graph:
    """Read files of one graph, in the order of their paths; a folder stands for the RDF files in it.

    Raises:
        DataError: a file is missing, of an unknown ending, or does not parse; each with line and column.
    """
    texts: list[str] = []
    problems: list[Problem] = []
    for path in sorted(set(_iter_files(paths))):
        try:
            texts.append(_read_ntriples(path))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return parse_ntriples("".join(texts))


def load_shapes(paths: Iterable[Path]) -> rdflib.Graph:
    """Read files of shapes, as ``load_graph``; shapes are configuration.

    Raises:
        ConfigurationError: as ``load_graph``'s DataError; or there is no SHACL in the files, so that any data would conform.
    """
    files = tuple(paths)
    try:
        graph = load_graph(files)
    except DataError as error:
        raise ConfigurationError(error.problems) from None
    if files and not any(predicate.startswith(str(SH)) for predicate in graph.predicates() if isinstance(predicate, rdflib.URIRef)):
        raise ConfigurationError([Problem(files[0].as_posix(), None, None, "there is no shape here", "shapes")])
    return graph


def parse_ntriples(text: str, graph: rdflib.Graph | None = None) -> rdflib.Graph:
    """N-Triples text as an rdflib graph that keeps each literal as it is written.

    Args:
        text: a statement a line, as kzlod and pyoxigraph write it, with one space between terms.
        graph: where the statements are added; a new graph where it is None.

    >>> [str(number) for number in parse_ntriples('<a:a> <a:p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .').objects()]
    ['01']
    """
    graph = rdflib.Graph() if graph is None else graph
    blank_nodes: dict[str, rdflib.BNode] = {}
    salt = rdflib.BNode()

    # Most terms stand in many statements.
    @cache
    def read_term(term: str) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
        if term.startswith("<"):
            return rdflib.URIRef(read_iri(term))
        if term.startswith("_"):
            return blank_nodes.setdefault(term, rdflib.BNode(f"{salt}{len(blank_nodes) + 1}"))
        return _read_literal(term)

    # rdflib's own parser would write "01"^^xsd:integer as "1"; and it logs a traceback for each literal that is none of its type.
    with silenced("rdflib.term"):
        for line in text.split("\n"):
            if line:
                subject, predicate, rest = line.split(" ", 2)
                graph.add((read_term(subject), read_term(predicate), read_term(rest.removesuffix(" ."))))
    return graph


def write_term(term: rdflib.term.Node | None) -> str:
    """An rdflib term as an N-Triples term, or "" where there is none; a blank node by its number, alike in every run.

    >>> [write_term(term) for term in next(iter(parse_ntriples('_:x <a:p> "a\\\\nb"@kk-Latn .')))]
    ['_:b1', '<a:p>', '"a\\\\nb"@kk-Latn']
    """
    if isinstance(term, rdflib.Literal):
        return write_literal(str(term), language=term.language or "", datatype=str(term.datatype or ""))
    if isinstance(term, rdflib.BNode):
        return name_blank_nodes(f"_:{term}")
    return "" if term is None else f"<{term}>"


def name_blank_nodes(text: str) -> str:
    """A library's message with the labels of blank nodes replaced by those of the reports."""
    return _LABEL.sub(r"_:b\1", text)


def _read_literal(term: str) -> rdflib.Literal:
    text, language, datatype = read_literal(term)
    if datatype in {XSD_STRING, RDF_LANG_STRING}:
        return rdflib.Literal(text, lang=language or None)
    return rdflib.Literal(text, datatype=rdflib.URIRef(datatype), normalize=False)


def _iter_files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        files = [file for file in path.iterdir() if _format_of(file) is not None] if path.is_dir() else [path]
        if not files:
            raise DataError([Problem(path.as_posix(), None, None, "there is no RDF file in this folder", "file")])
        yield from files


def _format_of(path: Path) -> pyoxigraph.RdfFormat | None:
    ending = path.suffix.removeprefix(".")
    return pyoxigraph.RdfFormat.from_extension(ending) if ending in _ENDINGS else None


def _read_ntriples(path: Path) -> str:
    shown = path.as_posix()
    if not path.exists():
        raise DataError([Problem(shown, None, None, "there is no such file", "file")])
    rdf_format = _format_of(path)
    if rdf_format is None:
        raise DataError([Problem(shown, None, None, f"the ending names no RDF syntax: {', '.join(_ENDINGS)}", "format")])
    try:
        quads = pyoxigraph.parse(path=path, format=rdf_format, base_iri=path.resolve().as_uri(), rename_blank_nodes=True)
        return "".join(f"{quad.subject} {quad.predicate} {_check_object(quad.object, shown)} .\n" for quad in quads)
    except OSError as error:
        raise DataError([Problem(shown, None, None, f"cannot be read: {error.strerror or error}", "file")]) from None
    except SyntaxError as error:
        message = f"not {rdf_format.name}: {_PLACE.sub('', error.msg)}"
        raise DataError([Problem(shown, error.lineno, error.offset, message, "syntax")]) from None


def _check_object(term: object, shown: str) -> object:
    if isinstance(term, pyoxigraph.Triple) or (isinstance(term, pyoxigraph.Literal) and term.direction is not None):
        raise DataError([Problem(shown, None, None, f"SHACL knows no such term, it is of RDF 1.2: {term}", "syntax", str(term))])
    return term
