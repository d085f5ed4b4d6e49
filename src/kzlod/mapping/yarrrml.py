"""YARRRML: reads a mapping file, yields a plan.

The language is that of https://rml.io/yarrrml/spec/, less what is refused by name (functions, joins, targets, other
formats); added is ``query``, one SELECT over the sources above it in the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.mapping.expression import Expressions
from kzlod.mapping.plan import FileSource, Plan, QuerySource, Statement, TermMap, TermType, TriplesMap
from kzlod.terms import RDF, RML_DEFAULT_GRAPH
from kzlod.tree import Mapping, Node, Scalar, Sequence, load_tree

_SOURCES: Final = ("sources", "source")
_SUBJECTS: Final = ("subjects", "subject", "s")
_GRAPHS: Final = ("graphs", "graph", "g")
_PREDICATE_OBJECTS: Final = ("predicateobjects", "predicateobject", "po")
_PREDICATES: Final = ("predicates", "predicate", "p")
_OBJECTS: Final = ("objects", "object", "o")
_MAPPINGS: Final = ("mappings", "mapping", "m")
_RDF_TYPE: Final = f"{RDF}type"


def load_mapping(path: Path, shown: str, base: str) -> Plan:
    """Read a YARRRML file.

    Args:
        path: the file.
        shown: its name in messages.
        base: what relative IRIs start from where the file names no base of its own.

    Raises:
        ConfigurationError: with every problem found, each with line and column; no source has been opened by then.
    """
    return _Reader(path, shown, base).read()


class _Reader:
    def __init__(self, path: Path, shown: str, base: str) -> None:
        self.path = path
        self.shown = shown
        self.problems: list[Problem] = []
        self.root = self._mapping(load_tree(path, shown), "a mapping file")
        prefixes = {name: self._text(node) for name, node in self._entries(self.root.get("prefixes"))}
        own_base = self.root.get("base")
        self.terms = Expressions(prefixes, self._text(own_base) if own_base else base, self._complain)
        self.sources: dict[str, FileSource | QuerySource] = {}

    def read(self) -> Plan:
        self._refuse_others(self.root, ("prefixes", "base", "authors", *_SOURCES, *_MAPPINGS))
        for name, node in self._entries(self.root.get(*_SOURCES)):
            self.sources[name] = self._source(node)
        mappings = self.root.get(*_MAPPINGS)
        if mappings is None:
            self._complain(self.root, "there are no mappings", "yarrrml")
        maps = tuple(
            triples_map
            for name, node in self._entries(mappings)
            for triples_map in self._triples_maps(name, self._mapping(node, "a mapping"))
        )
        if self.problems:
            raise ConfigurationError(self.problems)
        return Plan(self.shown, self.terms.base, self.sources, maps)

    # Sources

    def _source(self, node: Node) -> FileSource | QuerySource:
        if isinstance(node, Sequence):
            if len(node.items) != 1:
                self._complain(node, "a source is one file such as [persons.csv~csv]; iterators are not supported", "source")
            return self._file_source(node.items[0]) if node.items else FileSource(self.path, node.place)
        if isinstance(node, Scalar):
            return self._file_source(node)
        self._refuse_others(node, ("access", "referenceFormulation", "query", "queryFormulation"))
        query = node.get("query")
        if isinstance(query, Scalar):
            return QuerySource(query.text, query.place)
        access = node.get("access")
        if access is None:
            self._complain(node, "a source needs access (a file) or query", "source")
            return FileSource(self.path, node.place)
        return self._file_source(access)

    def _file_source(self, node: Node) -> FileSource:
        name, _, formulation = self._text(node).partition("~")
        if formulation not in {"", "csv"} or not name.endswith((".csv", ".tsv")):
            self._complain(
                node, f"{quote(self._text(node))} is no CSV source; only csv is supported, of files .csv and .tsv", "source"
            )
        return FileSource(Path(os.path.normpath(self.path.parent / name)), node.place)

    # Triples maps

    def _triples_maps(self, name: str, node: Mapping) -> Iterator[TriplesMap]:
        self._refuse_others(node, (*_SOURCES, *_SUBJECTS, *_GRAPHS, *_PREDICATE_OBJECTS))
        graphs = self._terms(node.get(*_GRAPHS))
        subjects = self._terms(node.get(*_SUBJECTS))
        if not subjects:
            self._complain(node, f"mapping {quote(name)} has no subject", "yarrrml")
        statements = tuple(
            statement for po in self._items(node.get(*_PREDICATE_OBJECTS)) for statement in self._statements(po, subjects, graphs)
        )
        sources = self._items(node.get(*_SOURCES))
        if not sources:
            self._complain(node, f"mapping {quote(name)} has no source", "source")
        for source in sources:
            source_name = self._text(source) if isinstance(source, Scalar) else f"{name}@{source.place.line}:{source.place.column}"
            if not isinstance(source, Scalar):
                self.sources[source_name] = self._source(source)
            elif source_name not in self.sources:
                self._complain(source, f"there is no source {quote(source_name)}; {self._known_sources()}", "source")
            yield TriplesMap(name, source_name, statements, node.place)

    def _known_sources(self) -> str:
        return f"the mapping has {', '.join(sorted(self.sources))}" if self.sources else "the mapping has none"

    def _statements(self, node: Node, subjects: list[TermMap], graphs: list[TermMap]) -> Iterator[Statement]:
        if isinstance(node, Sequence):
            predicates, objects = self._short_form(node)
            own_graphs: list[TermMap] = []
        else:
            po = self._mapping(node, "a predicate and object")
            self._refuse_others(po, (*_PREDICATES, *_OBJECTS, *_GRAPHS))
            predicates = self._predicates(po.get(*_PREDICATES))
            is_type = any(predicate.parts == (_RDF_TYPE,) for predicate in predicates)
            objects = [self._object(item, is_type) for item in self._object_items(po.get(*_OBJECTS))]
            own_graphs = self._terms(po.get(*_GRAPHS))
        if not predicates or not objects:
            self._complain(node, "a predicate and an object are needed", "yarrrml")
        # The graphs of subject and rule add up (RML-Core: the union of both sets).
        all_graphs = [*graphs, *own_graphs] or [TermMap((RML_DEFAULT_GRAPH,), TermType.IRI, node.place)]
        for subject, predicate, object_, graph in product(subjects, predicates, objects, all_graphs):
            yield Statement(subject, predicate, object_, graph, node.place)

    def _short_form(self, node: Sequence) -> tuple[list[TermMap], list[TermMap]]:
        if len(node.items) not in {2, 3}:
            self._complain(
                node, "the short form is [predicate, object] or [predicate, object, datatype or language~lang]", "yarrrml"
            )
            return [], []
        predicates = self._predicates(node.items[0])
        is_type = any(predicate.parts == (_RDF_TYPE,) for predicate in predicates)
        objects = [self._object(item, is_type) for item in self._items(node.items[1])]
        if len(node.items) == 3:
            objects = [self._qualify(term, node.items[2]) for term in objects]
        return predicates, objects

    def _predicates(self, node: Node | None) -> list[TermMap]:
        return [
            TermMap((_RDF_TYPE,), TermType.IRI, item.place)
            if isinstance(item, Scalar) and item.text == "a"
            else self.terms.read_iri(self._scalar(item))
            for item in self._items(node)
        ]

    def _object_items(self, node: Node | None) -> list[Node]:
        # objects: [$(a), en~lang] is one object with its language; objects: [[...], [...]] are several.
        if isinstance(node, Sequence) and node.items and isinstance(node.items[0], Scalar):
            return [node]
        return self._items(node)

    def _object(self, node: Node, is_type: bool) -> TermMap:
        if isinstance(node, Sequence):
            if len(node.items) not in {1, 2}:
                self._complain(node, "an object is [value] or [value, datatype or language~lang]", "yarrrml")
                return TermMap(("",), TermType.LITERAL, node.place)
            term = self._object(node.items[0], is_type)
            return self._qualify(term, node.items[1]) if len(node.items) == 2 else term
        if isinstance(node, Mapping):
            return self._long_object(node)
        return self.terms.read_iri(node) if is_type else self.terms.read_object(node)

    def _long_object(self, node: Mapping) -> TermMap:
        self._refuse_others(node, ("value", "type", "language", "datatype"))
        value = self._scalar(node.get("value") or node)
        kind = self._text(node.entries["type"]) if "type" in node.entries else ""
        if kind not in {"", "iri", "literal"}:
            self._complain(node.entries["type"], f"{quote(kind)} is no supported type; there are iri and literal", "yarrrml")
        if "language" in node.entries and "datatype" in node.entries:
            self._complain(node, "a literal has a language or a datatype, not both", "yarrrml")
        is_literal = kind == "literal" or "language" in node.entries or "datatype" in node.entries
        read = self.terms.read_iri if kind == "iri" else self.terms.read_literal if is_literal else self.terms.read_object
        term = read(value)
        for name, suffix in (("language", "~lang"), ("datatype", "")):
            if name in node.entries:
                given = self._scalar(node.entries[name])
                term = self._qualify(term, Scalar(given.place, given.text.removesuffix(suffix) + suffix, given.tag))
        return term

    def _qualify(self, term: TermMap, node: Node) -> TermMap:
        given = self._scalar(node)
        if term.term_type is TermType.IRI:
            self._complain(given, "an IRI has neither language nor datatype", "yarrrml")
            return term
        if given.text.endswith("~lang"):
            return TermMap(term.parts, term.term_type, term.place, language=self.terms.read_language(given))
        return TermMap(term.parts, term.term_type, term.place, datatype=self.terms.read_datatype(given))

    def _terms(self, node: Node | None) -> list[TermMap]:
        return [self.terms.read_iri(self._scalar(item)) for item in self._items(node)]

    # Nodes

    def _complain(self, node: Node, message: str, rule: str) -> None:
        self.problems.append(node.place.problem(message, rule, node.text if isinstance(node, Scalar) else None))

    def _refuse_others(self, node: Mapping, known: tuple[str, ...]) -> None:
        for names in (_SOURCES, _SUBJECTS, _GRAPHS, _PREDICATE_OBJECTS, _PREDICATES, _OBJECTS, _MAPPINGS):
            given = [name for name in names if name in node.entries]
            if len(given) > 1:
                message = f"{quote(given[0])} and {quote(given[1])} are two names for one thing: keep one"
                self.problems.append(node.keys[given[1]].problem(message, "yarrrml"))
        for name in node.entries.keys() - set(known):
            self.problems.append(
                node.keys[name].problem(f"{quote(name)} is not supported here; known are {', '.join(known)}", "yarrrml")
            )

    def _entries(self, node: Node | None) -> Iterator[tuple[str, Node]]:
        return iter(self._mapping(node, "a table of names").entries.items()) if node else iter(())

    def _mapping(self, node: Node, what: str) -> Mapping:
        if isinstance(node, Mapping):
            return node
        self._complain(node, f"{what} is expected here", "yarrrml")
        return Mapping(node.place, {}, {})

    def _items(self, node: Node | None) -> list[Node]:
        if node is None:
            return []
        return list(node.items) if isinstance(node, Sequence) else [node]

    def _scalar(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            return node
        self._complain(node, "a text is expected here", "yarrrml")
        return Scalar(node.place, "urn:missing", "str")

    def _text(self, node: Node) -> str:
        return self._scalar(node).text
