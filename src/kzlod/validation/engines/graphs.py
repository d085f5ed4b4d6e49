"""N-Triples text to rdflib graphs and back, each literal as it is written and each blank node under its label."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import rdflib
from rdflib.namespace import SH

from kzlod.terms import RDF_LANG_STRING, XSD_STRING, read_iri, read_literal, write_literal
from kzlod.validation.logs import silenced
from kzlod.validation.statements import parse_line

# A salt, because pySHACL keeps the texts of blank nodes for good, by label and the graph's address in memory; then the label.
_LABEL: Final = re.compile(r"(?:_:)?N[0-9a-f]{32}([bs][0-9]+)")


def parse_ntriples(text: str) -> rdflib.Graph:
    """N-Triples text as an rdflib graph that keeps each literal as it is written.

    Args:
        text: a statement a line, with one space between terms.

    >>> [str(number) for number in parse_ntriples('<a:a> <a:p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .').objects()]
    ['01']
    """
    graph = rdflib.Graph()
    salt = rdflib.BNode()

    # Most terms stand in many statements.
    @cache
    def read_term(term: str) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
        if term.startswith("<"):
            return rdflib.URIRef(read_iri(term))
        if term.startswith("_"):
            return rdflib.BNode(f"{salt}{term.removeprefix('_:')}")
        return _read_literal(term)

    # rdflib's own parser would write "01"^^xsd:integer as "1"; and it logs a traceback for each literal that is none of its type.
    with silenced("rdflib.term"):
        for line in text.split("\n"):
            if line:
                subject, predicate, object_ = parse_line(line)
                graph.add((read_term(subject), read_term(predicate), read_term(object_)))
    return graph


def write_ntriples(graph: rdflib.Graph) -> str:
    """An rdflib graph as N-Triples text; the blank nodes of parsed graphs are labelled as they were in the text."""
    return "".join(
        f"{write_term(subject)} {write_term(predicate)} {_write_object(predicate, object_)} .\n"
        for subject, predicate, object_ in graph
    )


def _write_object(predicate: rdflib.term.Node, term: rdflib.term.Node) -> str:
    # Only an author's message can name a blank node: in place of a variable, by its label alone, as the other engine writes it.
    if predicate == SH.resultMessage and isinstance(term, rdflib.Literal):
        return write_literal(_LABEL.sub(r"\1", str(term)), language=term.language or "")
    return write_term(term)


def write_term(term: rdflib.term.Node) -> str:
    """An rdflib term as an N-Triples term.

    >>> [write_term(term) for term in next(iter(parse_ntriples('_:b1 <a:p> "a\\\\nb"@kk-Latn .')))]
    ['_:b1', '<a:p>', '"a\\\\nb"@kk-Latn']
    """
    if isinstance(term, rdflib.Literal):
        return write_literal(str(term), language=term.language or "", datatype=str(term.datatype or ""))
    if isinstance(term, rdflib.BNode):
        return restore_labels(f"_:{term}")
    return f"<{term}>"


def restore_labels(text: str) -> str:
    """A library's words with the labels of blank nodes as they were in the text that was parsed."""
    return _LABEL.sub(r"_:\1", text)


def _read_literal(term: str) -> rdflib.Literal:
    text, language, datatype = read_literal(term)
    if datatype in {XSD_STRING, RDF_LANG_STRING}:
        return rdflib.Literal(text, lang=language or None)
    return rdflib.Literal(text, datatype=rdflib.URIRef(datatype), normalize=False)
