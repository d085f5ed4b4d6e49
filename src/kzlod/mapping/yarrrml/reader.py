"""YARRRML: reads a mapping file, yields a plan.

The language is that of https://rml.io/yarrrml/spec/, less what is refused by name (targets, functions other than ``equal`` in
conditions); added is ``query``, one SELECT over the sources above it in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from kzlod.errors import ConfigurationError, quote
from kzlod.mapping.plan import (
    Condition,
    JoinCondition,
    LogicalSource,
    ParentObject,
    Parts,
    Plan,
    PredicateObject,
    Reference,
    TermMap,
    TermType,
    TriplesMap,
)
from kzlod.mapping.yarrrml.expression import PREFIX, Expressions
from kzlod.mapping.yarrrml.nodes import NodeReader
from kzlod.mapping.yarrrml.sources import SourceReader
from kzlod.terms import RDF, is_iri
from kzlod.tree import Mapping, Node, Scalar, Sequence, load_tree

_SOURCES: Final = ("sources", "source")
_SUBJECTS: Final = ("subjects", "subject", "s")
_GRAPHS: Final = ("graphs", "graph", "g")
_PREDICATE_OBJECTS: Final = ("predicateobjects", "predicateobject", "po")
_PREDICATES: Final = ("predicates", "predicate", "p")
_INVERSES: Final = ("inversepredicates", "inversepredicate", "i")
_OBJECTS: Final = ("objects", "object", "o")
_MAPPINGS: Final = ("mappings", "mapping", "m")
_CONDITIONS: Final = ("condition", "conditions")
_FUNCTION: Final = ("function", "fn", "f")
_PARAMETERS: Final = ("parameters", "pms")
_VALUE: Final = ("value", "v")
_RDF_TYPE: Final = f"{RDF}type"

Rules = list[tuple[PredicateObject, tuple[TermMap, ...]]]
"""Rules of a triples map, each with its inverse predicates."""

ALIASES: Final = (
    *(_SOURCES, _SUBJECTS, _GRAPHS, _PREDICATE_OBJECTS, _PREDICATES, _INVERSES, _OBJECTS, _MAPPINGS),
    *(_CONDITIONS, _FUNCTION, _PARAMETERS, _VALUE),
)
"""Names for one thing, of which a node may have one."""


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


class _Reader(NodeReader):
    def __init__(self, path: Path, shown: str, base: str) -> None:
        super().__init__(ALIASES)
        self.shown = shown
        self.root = self.mapping(load_tree(path, shown), "a mapping file")
        prefixes = {name: self._namespace(name, node) for name, node in self.entries(self.root.get("prefixes"))}
        external = {name: self.text(node) for name, node in self.entries(self.root.get("external"))}
        own_base = self.root.get("base")
        self.terms = Expressions(prefixes, self._iri(own_base, "base") if own_base else base, self.complain, external)
        self.files = SourceReader(self, path)
        self.sources: dict[str, LogicalSource] = {}

    def read(self) -> Plan:
        self.refuse_others(self.root, ("prefixes", "base", "authors", "author", "external", *_SOURCES, *_MAPPINGS))
        for name, node in self.entries(self.root.get(*_SOURCES)):
            self.sources[name] = self.files.read(node)
        mappings = self.root.get(*_MAPPINGS)
        if mappings is None:
            self.complain(self.root, "there are no mappings", "yarrrml")
        self.names = {name for name, _ in self.entries(mappings)}
        maps = tuple(
            triples_map
            for name, node in self.entries(mappings)
            for triples_map in self._triples_maps(name, self.mapping(node, "a mapping"))
        )
        if self.problems:
            raise ConfigurationError(self.problems)
        return Plan(self.shown, self.terms.base, self.sources, maps, self.terms.prefixes)

    def _namespace(self, name: str, node: Node) -> str:
        if not PREFIX.fullmatch(name):
            self.complain(node, f"{quote(name)} is no prefix: letters, digits, _ and -, first a letter", "prefix")
        return self._iri(node, f"prefix {quote(name)}")

    def _iri(self, node: Node, what: str) -> str:
        text = self.text(node)
        if isinstance(node, Scalar) and not is_iri(text):
            self.complain(node, f"{what} is an absolute IRI, and {quote(text)} is none", "iri")
        return text

    # Triples maps

    def _triples_maps(self, name: str, node: Mapping) -> Iterator[TriplesMap]:
        self.refuse_others(node, (*_SOURCES, *_SUBJECTS, *_GRAPHS, *_PREDICATE_OBJECTS, *_CONDITIONS))
        subjects = tuple(self._subject(item) for item in self.items(node.get(*_SUBJECTS)))
        if not subjects:
            self.complain(node, f"mapping {quote(name)} has no subject", "yarrrml")
        rules = [rule for po in self.items(node.get(*_PREDICATE_OBJECTS)) for rule in self._predicate_objects(po)]
        whole = TriplesMap(
            name=name,
            source="",
            subjects=subjects,
            graphs=self._terms(node.get(*_GRAPHS)),
            predicate_objects=tuple(po for po, _ in rules),
            place=node.place,
            conditions=self._conditions(node),
        )
        sources = self.items(node.get(*_SOURCES))
        if not sources:
            self.complain(node, f"mapping {quote(name)} has no source", "source")
        for number, source in enumerate(sources):
            # A mapping of several sources is as many triples maps; the first keeps the name that others refer to.
            named = f"{name}.{number + 1}" if number else name
            triples_map = replace(whole, name=named, source=self._source_name(name, source))
            yield triples_map
            yield from self._inverse_maps(triples_map, rules)

    def _source_name(self, mapping: str, source: Node) -> str:
        if isinstance(source, Scalar) and source.text in self.sources:
            return source.text
        if isinstance(source, Scalar):
            known = f"the mapping has {', '.join(sorted(self.sources))}" if self.sources else "the mapping has none"
            self.complain(source, f"there is no source {quote(source.text)}; {known}", "source")
            return source.text
        name = f"{mapping}@{source.place.line}:{source.place.column}"
        self.sources[name] = self.files.read(source)
        return name

    def _inverse_maps(self, triples_map: TriplesMap, rules: Rules) -> Iterator[TriplesMap]:
        """For inverse predicates, triples maps whose subject is the object; a literal cannot be one."""
        for number, (po, inverses) in enumerate(rules):
            for place, made in enumerate(po.objects if inverses else ()):
                if isinstance(made, ParentObject) or made.term_type is TermType.LITERAL:
                    message = "an inverse predicate needs an object that is an IRI or a blank node of the same row"
                    self.problems.append(made.place.problem(message, "yarrrml"))
                    continue
                turned = PredicateObject(inverses, triples_map.subjects, po.graphs, po.place, po.conditions)
                name = f"{triples_map.name}.inverse.{number}.{place}"
                yield replace(triples_map, name=name, subjects=(made,), predicate_objects=(turned,))

    def _subject(self, node: Node) -> TermMap:
        if isinstance(node, Mapping):
            self.refuse_others(node, (*_VALUE, "type"))
            kind = self.text(node.entries["type"]) if "type" in node.entries else "iri"
            value = self.scalar(node.get(*_VALUE) or node)
            if kind not in {"iri", "blank"}:
                self.complain(node.entries["type"], f"{quote(kind)} is no type of a subject; there are iri and blank", "yarrrml")
            return self.terms.read_blank_node(value) if kind == "blank" else self.terms.read_iri(value)
        return self.terms.read_subject(self.scalar(node))

    # Predicates and objects

    def _predicate_objects(self, node: Node) -> Iterator[tuple[PredicateObject, tuple[TermMap, ...]]]:
        """A rule, and its inverse predicates."""
        inverses: tuple[TermMap, ...] = ()
        graphs: tuple[TermMap, ...] = ()
        conditions: tuple[Condition, ...] = ()
        if isinstance(node, Sequence):
            predicates, objects = self._short_form(node)
        else:
            po = self.mapping(node, "a predicate and object")
            self.refuse_others(po, (*_PREDICATES, *_INVERSES, *_OBJECTS, *_GRAPHS, *_CONDITIONS))
            predicates, inverses = self._predicates(po.get(*_PREDICATES)), tuple(self._predicates(po.get(*_INVERSES)))
            is_type = any(predicate.parts == (_RDF_TYPE,) for predicate in predicates)
            objects = [self._object(item, is_type) for item in self._object_items(po.get(*_OBJECTS))]
            graphs, conditions = self._terms(po.get(*_GRAPHS)), self._conditions(po)
        if not predicates or not objects:
            self.complain(node, "a predicate and an object are needed", "yarrrml")
        yield PredicateObject(tuple(predicates), tuple(objects), graphs, node.place, conditions), inverses

    def _short_form(self, node: Sequence) -> tuple[list[TermMap], list[TermMap | ParentObject]]:
        if len(node.items) not in {2, 3}:
            self.complain(
                node, "the short form is [predicate, object] or [predicate, object, datatype or language~lang]", "yarrrml"
            )
            return [], []
        predicates = self._predicates(node.items[0])
        is_type = any(predicate.parts == (_RDF_TYPE,) for predicate in predicates)
        objects = [self._object(item, is_type) for item in self.items(node.items[1])]
        if len(node.items) == 3:
            objects = [self._qualify(made, node.items[2]) for made in objects]
        return predicates, objects

    def _predicates(self, node: Node | None) -> list[TermMap]:
        return [
            TermMap((_RDF_TYPE,), TermType.IRI, item.place)
            if isinstance(item, Scalar) and item.text == "a"
            else self.terms.read_iri(self.scalar(item))
            for item in self.items(node)
        ]

    def _object_items(self, node: Node | None) -> list[Node]:
        # objects: [$(a), en~lang] is one object with its language; objects: [[...], [...]] are several.
        if isinstance(node, Sequence) and node.items and isinstance(node.items[0], Scalar):
            return [node]
        return self.items(node)

    def _object(self, node: Node, is_type: bool) -> TermMap | ParentObject:
        if isinstance(node, Sequence):
            if len(node.items) not in {1, 2}:
                self.complain(node, "an object is [value] or [value, datatype or language~lang]", "yarrrml")
                return TermMap(("",), TermType.LITERAL, node.place)
            made = self._object(node.items[0], is_type)
            return self._qualify(made, node.items[1]) if len(node.items) == 2 else made
        if isinstance(node, Mapping):
            return self._parent_object(node) if "mapping" in node.entries else self._long_object(node)
        return self.terms.read_iri(node) if is_type else self.terms.read_object(node)

    def _parent_object(self, node: Mapping) -> ParentObject:
        self.refuse_others(node, ("mapping", *_CONDITIONS))
        parent = self.scalar(node.entries["mapping"])
        if parent.text not in self.names:
            self.complain(parent, f"there is no mapping {quote(parent.text)}", "mapping")
        joins = [self._equal(item) for item in self.items(node.get(*_CONDITIONS))]
        return ParentObject(parent.text, tuple(JoinCondition(*sides, node.place) for sides in joins if sides), node.place)

    def _long_object(self, node: Mapping) -> TermMap | ParentObject:
        self.refuse_others(node, (*_VALUE, "type", "language", "datatype"))
        value = self.scalar(node.get(*_VALUE) or node)
        kind = self.text(node.entries["type"]) if "type" in node.entries else ""
        if kind not in {"", "iri", "literal", "blank"}:
            message = f"{quote(kind)} is no supported type; there are iri, literal and blank"
            self.complain(node.entries["type"], message, "yarrrml")
        if "language" in node.entries and "datatype" in node.entries:
            self.complain(node, "a literal has a language or a datatype, not both", "yarrrml")
        is_literal = kind == "literal" or "language" in node.entries or "datatype" in node.entries
        readers = {"iri": self.terms.read_iri, "blank": self.terms.read_blank_node}
        made: TermMap | ParentObject = readers.get(kind, self.terms.read_literal if is_literal else self.terms.read_object)(value)
        for name, suffix in (("language", "~lang"), ("datatype", "")):
            if name in node.entries:
                given = self.scalar(node.entries[name])
                made = self._qualify(made, Scalar(given.place, given.text.removesuffix(suffix) + suffix, given.tag))
        return made

    def _qualify(self, made: TermMap | ParentObject, node: Node) -> TermMap | ParentObject:
        given = self.scalar(node)
        if isinstance(made, ParentObject) or made.term_type is not TermType.LITERAL:
            self.complain(given, "only a literal has a language or a datatype", "yarrrml")
            return made
        if given.text.endswith("~lang"):
            return replace(made, language=self.terms.read_language(given))
        return replace(made, datatype=self.terms.read_datatype(given))

    def _terms(self, node: Node | None) -> tuple[TermMap, ...]:
        return tuple(self.terms.read_iri(self.scalar(item)) for item in self.items(node))

    # Conditions

    def _conditions(self, node: Mapping) -> tuple[Condition, ...]:
        sides = [(item, self._equal(item)) for item in self.items(node.get(*_CONDITIONS))]
        return tuple(Condition(*found, item.place) for item, found in sides if found)

    def _equal(self, node: Node) -> tuple[Parts, Parts] | None:
        """The two sides of a condition; for a join the first is of the child's row unless a side is marked otherwise."""
        given = self.mapping(node, "a condition")
        self.refuse_others(given, (*_FUNCTION, *_PARAMETERS))
        function = self.text(given.get(*_FUNCTION) or node).partition("(")[0]
        if function.rpartition(":")[2] != "equal":
            self.complain(
                given, f"function {quote(function)} is not supported; a condition is equal, the rest is SQL in a query", "function"
            )
            return None
        parameters = [self._parameter(item) for item in self.items(given.get(*_PARAMETERS))]
        sides = {side: parts for side, parts in parameters if side}
        if len(parameters) != 2 or (sides and set(sides) != {"s", "o"}):
            self.complain(
                given,
                "equal takes two parameters; in a join one is of s, the subject's row, and one of o, the object's",
                "function",
            )
            return None
        return (sides["s"], sides["o"]) if sides else (parameters[0][1], parameters[1][1])

    def _parameter(self, node: Node) -> tuple[str, Parts]:
        if isinstance(node, Mapping):
            self.refuse_others(node, ("parameter", "pm", "from", *_VALUE))
            side = {"subject": "s", "object": "o"}.get(self.text(node.entries["from"]), "") if "from" in node.entries else ""
            return side, self.terms.read_literal(self.scalar(node.get(*_VALUE) or node)).parts
        items = self.items(node)
        if len(items) not in {2, 3}:
            self.complain(node, "a parameter is [name, value] or [name, value, s or o]", "function")
            return "", (Reference(""),)
        return self.text(items[2]) if len(items) == 3 else "", self.terms.read_literal(self.scalar(items[1])).parts
