"""RML: reads a mapping in Turtle or N-Triples, yields a plan.

The language is RML-Core and RML-IO (http://w3id.org/rml/), the older vocabulary (R2RML, rml and ql of semweb.mmlab.be) and R2RML,
also mixed in one file. Refused by name are functions, logical views and targets, and sources other than files and databases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from pyoxigraph import BlankNode, Literal

from kzlod.errors import ConfigurationError, quote
from kzlod.mapping.plan import (
    ONCE,
    DatabaseSource,
    FileSource,
    Format,
    JoinCondition,
    ParentObject,
    Parts,
    Plan,
    PredicateObject,
    QuerySource,
    Reference,
    TermMap,
    TermType,
    TriplesMap,
)
from kzlod.mapping.rml.core import enter_source
from kzlod.mapping.rml.graph import Node, Term, Value, load_graph
from kzlod.mapping.rml.sources import SourceReader, name_node
from kzlod.mapping.rml.terms import RowTraits, TermReader
from kzlod.mapping.rml.vocabulary import find_module, shorten
from kzlod.terms import RDF, is_iri
from kzlod.tree import Place

_SUBJECT: Final = ("rml:subjectMap", "rml:subject")
_PREDICATE: Final = ("rml:predicateMap", "rml:predicate")
_OBJECT: Final = ("rml:objectMap", "rml:object")
_GRAPH: Final = ("rml:graphMap", "rml:graph")
_MARKS: Final = ("rml:logicalSource", *_SUBJECT, "rml:predicateObjectMap")


def load_rml(path: Path, shown: str, base: str, number: int = 0) -> Plan:
    """Read an RML file.

    Args:
        path: the file, in Turtle, or in N-Triples by its ending.
        shown: its name in messages.
        base: what relative IRIs start from where the file names no base of its own (``@base``, ``rml:baseIRI``).
        number: of the file among those of one run, so that their new blank nodes differ.

    Raises:
        ConfigurationError: with every problem found, each with line and column; no source has been opened by then.
    """
    return _Reader(path, shown, base, number).read()


class _Reader:
    def __init__(self, path: Path, shown: str, base: str, number: int) -> None:
        self.shown = shown
        self.graph = load_graph(path, shown, base)
        self.terms = TermReader(self.graph, number)
        self.sources = SourceReader(self.terms, path)
        self.names: dict[Node, str] = {}

    def read(self) -> Plan:
        sources = self.sources.read_all()
        nodes = list(self._iter_triples_maps())
        self.names = {node: self._name(node) for node in nodes}
        if not nodes:
            self.terms.complain(Place(self.shown, 1, 1), "there are no triples maps")
        maps = tuple(made for node in nodes if (made := self._read_triples_map(node)))
        if self.terms.problems:
            raise ConfigurationError(self.terms.problems)
        bases = (term.base for triples_map in maps for term in triples_map.iter_terms() if term.base)
        base = next(bases, self.graph.base)
        return Plan(self.shown, base, sources, tuple(one.map_terms(partial(_leave_out_base, base)) for one in maps))

    # Triples maps

    def _iter_triples_maps(self) -> Iterator[Node]:
        used = {value.term for names in self.graph.properties.values() for name in names for value in names[name]}
        parents = {value.term for node in self.graph.properties for value in self.graph.values(node, "rml:parentTriplesMap")}
        for node in self.graph.iter_nodes():
            kinds = {shorten(str(value.term.value)) for value in self.graph.values(node, "rdf:type")}
            # A node inside of another is that one's matter, such as the arguments of a function.
            is_inner = isinstance(node, BlankNode) and node in used - parents
            if not is_inner and ("rml:TriplesMap" in kinds or self.graph.values(node, *_MARKS)):
                self._refuse_kinds(node)
                yield node

    def _refuse_kinds(self, node: Node) -> None:
        for value in self.graph.values(node, "rdf:type"):
            name = shorten(self.terms.text(value))
            if module := find_module(name):
                self.terms.refuse_module(value.place, name, module)

    def _name(self, node: Node) -> str:
        place = self.graph.place(node)
        return name_node(node, self.graph.base) or f"triples map at {place.line}:{place.column}"

    def _read_triples_map(self, node: Node) -> TriplesMap | None:
        self.terms.refuse_others(node, "a triples map")
        place = self.graph.place(node)
        source = self._read_source(node)
        traits = self._find_traits(node)
        subject_nodes = self.graph.values(node, *_SUBJECT)
        if len(subject_nodes) != 1:
            count = "no subject map" if not subject_nodes else f"{len(subject_nodes)} subject maps"
            self.terms.complain(place, f"triples map {quote(self.names[node])} has {count}; it has one")
        subjects = self.terms.read_terms(node, "a subject map", _SUBJECT, traits)
        holders = [value.term for value in subject_nodes]
        graphs = [graph for holder in holders for graph in self._read_graphs(holder, traits)]
        read = [*self._iter_classes(holders), *self._iter_predicate_objects(node, traits)]
        if source is None or len(subjects) != 1:
            return None
        made = TriplesMap(self.names[node], source, tuple(subjects), tuple(graphs), tuple(read), place)
        if not self.graph.values(node, "rml:logicalSource"):
            self._refuse_references(made)
        return made.map_terms(lambda term: replace(term, base=traits.base) if _depends_on_base(term) else term)

    def _read_source(self, node: Node) -> str | None:
        """The name of the logical source; a triples map that reads nothing has one of one iteration."""
        values = self.graph.values(node, "rml:logicalSource")
        if not values:
            return enter_source(self.sources.sources, "once", QuerySource(ONCE, self.graph.place(node)))
        if len(values) > 1:
            message = f"triples map {quote(self.names[node])} has {len(values)} logical sources; it has one"
            self.terms.complain(self.graph.place(node), message, "source")
        return self.sources.find_name(values[0]) if len(values) == 1 else None

    def _refuse_references(self, triples_map: TriplesMap) -> None:
        """Note what a triples map without a logical source would have to read."""
        read = [(part, term.place) for term in triples_map.iter_terms() for part in term.iter_references() if not term.is_new]
        parents = (made for po in triples_map.predicate_objects for made in po.objects if isinstance(made, ParentObject))
        read += [
            (part, join.place)
            for parent in parents
            for join in parent.conditions
            for part in join.child
            if isinstance(part, Reference)
        ]
        for reference, place in read:
            message = f"there is no {quote(reference.column)}: triples map {quote(triples_map.name)} has no logical source"
            self.terms.complain(place, message, "source", reference.column)

    def _find_traits(self, node: Node) -> RowTraits:
        """What the rows of a triples map are like."""
        own_base = self.terms.single(node, "rml:baseIRI")
        base = self.terms.text(own_base) if own_base else self.graph.base
        if own_base and not is_iri(base):
            self.terms.complain(own_base.place, f"{quote(base)} is no IRI", "iri", base)
        values = self.graph.values(node, "rml:logicalSource")
        source = self.sources.sources.get(self.sources.find_known(values[0].term) or "") if values else None
        is_json = isinstance(source, FileSource) and source.format in {Format.JSON, Format.JSON_LINES}
        is_untyped = is_json and self.sources.is_old(values[0].term)
        return RowTraits(base, is_delimited=isinstance(source, DatabaseSource), is_untyped=is_untyped)

    def _iter_classes(self, holders: list[Term]) -> Iterator[PredicateObject]:
        for holder in holders:
            values = self.graph.values(holder, "rml:class")
            classes = [self.terms.read_constant(value, "a predicate map") for value in values]
            made = tuple(term for term in classes if term)
            if made:
                predicate = TermMap((f"{RDF}type",), TermType.IRI, made[0].place)
                yield PredicateObject((predicate,), made, (), made[0].place)

    # Predicates and objects

    def _iter_predicate_objects(self, node: Node, traits: RowTraits) -> Iterator[PredicateObject]:
        for value in self.graph.values(node, "rml:predicateObjectMap"):
            self.terms.refuse_others(value.term, "a predicate-object map")
            if not (self.graph.values(value.term, *_PREDICATE) and self.graph.values(value.term, *_OBJECT)):
                self.terms.complain(value.place, "a predicate and an object are needed")
            predicates = self.terms.read_terms(value.term, "a predicate map", _PREDICATE, traits)
            objects = [self._read_object(one, traits) for one in self.graph.values(value.term, *_OBJECT)]
            graphs = tuple(self._read_graphs(value.term, traits))
            yield PredicateObject(tuple(predicates), tuple(made for made in objects if made), graphs, value.place)

    def _read_object(self, value: Value, traits: RowTraits) -> TermMap | ParentObject | None:
        if self.graph.values(value.term, "rml:parentTriplesMap"):
            return self._read_parent(value, traits)
        return self.terms.read_term(value, "an object map", traits)

    def _read_graphs(self, node: Term, traits: RowTraits) -> list[TermMap]:
        return self.terms.read_terms(node, "a graph map", _GRAPH, traits)

    def _read_parent(self, value: Value, traits: RowTraits) -> ParentObject | None:
        self.terms.refuse_others(value.term, "a referencing object map")
        parent = self.terms.single(value.term, "rml:parentTriplesMap")
        if parent is None or isinstance(parent.term, Literal) or parent.term not in self.names:
            place = parent.place if parent else value.place
            shown = self.terms.text(parent)
            self.terms.complain(place, f"there is no triples map {quote(shown)}", "rml", shown)
            return None
        others = self._find_traits(parent.term)
        joins = self.graph.values(value.term, "rml:joinCondition")
        conditions = tuple(self._read_join(join, traits, others) for join in joins)
        return ParentObject(self.names[parent.term], conditions, value.place)

    def _read_join(self, value: Value, traits: RowTraits, parent: RowTraits) -> JoinCondition:
        self.terms.refuse_others(value.term, "a join condition")
        child = self._read_side(value, "child", traits)
        return JoinCondition(child, self._read_side(value, "parent", parent), value.place)

    def _read_side(self, join: Value, side: str, traits: RowTraits) -> Parts:
        value = self.terms.single(join.term, f"rml:{side}", f"rml:{side}Map")
        if value is None:
            self.terms.complain(join.place, f"a join condition needs rml:{side}")
            return ()
        if value.name == f"rml:{side}":
            return self.terms.read_reference(value, traits)
        return self.terms.read_expression(value, f"a {side} map", traits)


def _depends_on_base(term: TermMap) -> bool:
    """Whether the data decides if an IRI is relative."""
    head = term.parts[0]
    is_open = isinstance(head, Reference) or not is_iri(head)
    return term.term_type is TermType.IRI and not term.is_constant and is_open


def _leave_out_base(base: str, term: TermMap) -> TermMap:
    """The term map without a base of its own where it is that of the plan."""
    return replace(term, base="") if term.base == base else term
