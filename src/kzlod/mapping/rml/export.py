"""RML as output: reads a plan, yields a mapping in Turtle.

The text is the same for the same plan: nodes are nested and stand in a fixed order. Files are named by a text, because
Morph-KGC reads no other description of them; only a dialect of its own needs one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote as percent_encode
from urllib.parse import unquote, urlsplit

from kzlod.errors import ConfigurationError, Problem
from kzlod.mapping.plan import (
    ONCE,
    DatabaseSource,
    Dialect,
    FileSource,
    Format,
    JoinCondition,
    LogicalSource,
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
from kzlod.mapping.rml.core import delimit_columns, make_absolute, restrict_to_core
from kzlod.mapping.rml.queries import write_query
from kzlod.mapping.rml.sources import SOURCE_PREFIX
from kzlod.mapping.rml.terms import anchor
from kzlod.mapping.rml.turtle import TurtleNode, write_iri, write_text, write_turtle
from kzlod.mapping.rml.vocabulary import NAMESPACES, OLDER
from kzlod.mapping.yarrrml.sources import find_format
from kzlod.terms import RML_DEFAULT_GRAPH, is_iri

Vocabulary = Literal["rml", "ql"]

_PREFIXES: Final = {
    "rml": {"rml": "core"},
    "ql": {"rr": "r2rml", "rml": "old", "ql": "ql", "core": "core"},
}
_FORMULATIONS: Final = {Format.CSV: "CSV", Format.JSON: "JSONPath", Format.JSON_LINES: "JSONPath", Format.PARQUET: "Parquet"}
_TERM_TYPES: Final = {TermType.IRI: "IRI", TermType.LITERAL: "Literal", TermType.BLANK_NODE: "BlankNode"}


def write_rml(plan: Plan, vocabulary: Vocabulary, relative_to: Path, *, absolute: bool = False) -> str:
    """A plan as RML in Turtle, which makes the same quads.

    Args:
        plan: of any syntax.
        vocabulary: ``rml`` for RML-Core, ``ql`` for the older one; what the older one lacks is written in terms of the newer.
        relative_to: the folder in which the text will stand; files are named from there.
        absolute: whether IRIs that tables give relative to the base are made absolute by queries, and triples maps that read
            nothing have a query of one row, for processors that know no base and no such triples maps, as Morph-KGC; without
            it, reading the text gives the same plan again.

    Raises:
        ConfigurationError: something in the plan cannot be said in RML, with its place.
    """
    said = delimit_columns(restrict_to_core(make_absolute(plan) if absolute else plan))
    return _Writer(said, vocabulary, relative_to, must_read=absolute).write()


class _Writer:
    def __init__(self, plan: Plan, vocabulary: Vocabulary, folder: Path, *, must_read: bool) -> None:
        self.plan = plan
        self.unread = {name for name, source in plan.sources.items() if not must_read and _is_once(source)}
        self.vocabulary = vocabulary
        self.is_old = vocabulary == "ql"
        self.folder = folder
        self.problems: list[Problem] = []

    def write(self) -> str:
        nodes = [self._write_source(name, source) for name, source in self.plan.sources.items() if name not in self.unread]
        nodes += [self._write_triples_map(triples_map) for triples_map in self.plan.triples_maps]
        if self.problems:
            raise ConfigurationError(self.problems)
        names = {**_PREFIXES[self.vocabulary], "csvw": "csvw", "d2rq": "d2rq"}
        return write_turtle(self.plan.base, {prefix: NAMESPACES[name] for prefix, name in names.items()}, nodes)

    def _name(self, term: str) -> str:
        """A term of the vocabulary as Turtle has it."""
        if not self.is_old:
            return f"rml:{term}"
        prefix = next((prefix for prefix, terms in OLDER.items() if term in terms), "core")
        return f"{prefix}:{term}"

    def _node(self, *pairs: tuple[str, str | TurtleNode]) -> TurtleNode:
        return TurtleNode("", [(name if ":" in name or name == "a" else self._name(name), value) for name, value in pairs])

    # Sources

    def _name_source(self, name: str) -> str:
        """The IRI of a source, which is never that of a triples map."""
        is_free = all(name != triples_map.name for triples_map in self.plan.triples_maps)
        return _name_iri(name, SOURCE_PREFIX, is_free=is_free)

    def _write_source(self, name: str, source: LogicalSource) -> TurtleNode:
        node = TurtleNode(self._name_source(name), [("a", self._name("LogicalSource"))])
        made: list[tuple[str, str | TurtleNode]]
        if isinstance(source, QuerySource):
            made = [("query", write_text(write_query(source.query, self._above(name), self.folder)))]
        elif isinstance(source, DatabaseSource):
            made = self._describe_database(source)
        else:
            made = self._describe_file(source)
        node.pairs += self._node(*made).pairs
        return node

    def _above(self, name: str) -> dict[str, LogicalSource]:
        """The sources that a query may read."""
        names = list(self.plan.sources)
        above = set(names[: names.index(name)])
        return {
            other: source
            for other, source in self.plan.sources.items()
            if other in above or (other != name and not isinstance(source, QuerySource))
        }

    def _describe_file(self, source: FileSource) -> list[tuple[str, str | TurtleNode]]:
        name = Path(os.path.relpath(source.path, self.folder)).as_posix()
        if source.format is Format.JSON_LINES and find_format(source.path) is not Format.JSON_LINES:
            self._complain(source, "JSON lines are told by their ending, .jsonl or .ndjson")
        usual = Dialect(delimiter="\t") if ".tsv" in source.path.suffixes[-2:] else Dialect()
        file: str | TurtleNode = write_text(name)
        if source.dialect != usual:
            file = self._describe_dialect(source, name, usual)
        made: list[tuple[str, str | TurtleNode]] = [("source", file)]
        made.append(("referenceFormulation", self._name(_FORMULATIONS[source.format])))
        return [*made, ("iterator", write_text(source.iterator))] if source.iterator else made

    def _describe_dialect(self, source: FileSource, name: str, usual: Dialect) -> TurtleNode:
        dialect = source.dialect
        flags = {True: "true", False: "false"}
        own = [
            ("delimiter", write_text(dialect.delimiter), dialect.delimiter != usual.delimiter),
            ("quoteChar", write_text(dialect.quote), dialect.quote != usual.quote),
            ("doubleQuote", flags[False], dialect.escape != (dialect.quote or usual.escape)),
            ("encoding", write_text(dialect.encoding), dialect.encoding != usual.encoding),
            ("header", flags[dialect.header], dialect.header != usual.header),
            ("commentPrefix", write_text(dialect.comment), dialect.comment != usual.comment),
        ]
        if dialect.escape not in {dialect.quote or usual.escape, "\\"}:
            self._complain(source, "CSVW escapes a quote by another or by a backslash only")
        pairs: list[tuple[str, str | TurtleNode]] = [("a", "csvw:Table"), ("csvw:url", write_text(name))]
        described = [(f"csvw:{key}", value) for key, value, is_other in own if is_other]
        if described:
            pairs.append(("csvw:dialect", self._node(("a", "csvw:Dialect"), *described)))
        return self._node(*pairs, *(("csvw:null", write_text(null)) for null in dialect.null))

    def _describe_database(self, source: DatabaseSource) -> list[tuple[str, str | TurtleNode]]:
        login: list[tuple[str, str]] = []
        if source.system == "sqlite":
            address = Path(os.path.relpath(source.address, self.folder)).as_posix()
        else:
            parts = urlsplit(source.address)
            if parts.scheme != source.system:
                self._complain(source, "only an address postgresql://HOST/DATABASE can be written as RML")
            user, _, host = parts.netloc.rpartition("@")
            address = parts._replace(scheme="", netloc=host).geturl()
            given = (unquote(part) for part in user.split(":", 1))
            login = [(f"d2rq:{key}", text) for key, text in zip(("username", "password"), given, strict=False) if text]
        pairs = [("d2rq:jdbcDSN", f"jdbc:{source.system}:{address}"), *login]
        database = self._node(("a", "d2rq:Database"), *((key, write_text(text)) for key, text in pairs))
        if self.is_old:
            return [("source", database), ("sqlVersion", self._name("SQL2008")), ("query", write_text(source.query))]
        formulation = ("referenceFormulation", self._name("SQL2008Query"))
        return [("source", database), formulation, ("iterator", write_text(source.query))]

    # Triples maps

    def _write_triples_map(self, triples_map: TriplesMap) -> TurtleNode:
        node = TurtleNode(_name_iri(triples_map.name), [("a", self._name("TriplesMap"))])
        pairs: list[tuple[str, str | TurtleNode]] = []
        if triples_map.source not in self.unread:
            pairs.append(("logicalSource", self._name_source(triples_map.source)))
        own_base = next((term.base for term in triples_map.iter_terms() if term.base), "")
        if own_base or not self.is_old:
            pairs.append(("baseIRI", write_iri(own_base or self.plan.base)))
        subject = self._describe_term(triples_map.subjects[0], "subject")
        subject.pairs += self._node(*(self._link_term(graph, "graph") for graph in triples_map.graphs)).pairs
        pairs.append(("subjectMap", subject))
        pairs += [("predicateObjectMap", self._describe_po(po)) for po in triples_map.predicate_objects]
        node.pairs += self._node(*pairs).pairs
        return node

    def _describe_po(self, po: PredicateObject) -> TurtleNode:
        pairs = [self._link_term(predicate, "predicate") for predicate in po.predicates]
        for made in po.objects:
            if isinstance(made, TermMap):
                pairs.append(self._link_term(made, "object"))
            else:
                pairs.append(("objectMap", self._describe_parent(made)))
        return self._node(*pairs, *(self._link_term(graph, "graph") for graph in po.graphs))

    def _describe_parent(self, made: ParentObject) -> TurtleNode:
        joins = (("joinCondition", self._describe_join(join)) for join in made.conditions)
        return self._node(("parentTriplesMap", _name_iri(made.parent)), *joins)

    def _describe_join(self, join: JoinCondition) -> TurtleNode:
        return self._node(self._link_parts(join.child, "child"), self._link_parts(join.parent, "parent"))

    def _link_parts(self, parts: Parts, name: str) -> tuple[str, str | TurtleNode]:
        reference = parts[0] if len(parts) == 1 else ""
        if isinstance(reference, Reference):
            return name, write_text(reference.column)
        return f"{name}Map", self._node(("template", write_text(join_template(parts))))

    # Terms

    def _link_term(self, term: TermMap, position: str) -> tuple[str, str | TurtleNode]:
        """A term map with the property that leads to it: the shortcut where it is a constant."""
        constant = self._write_constant(term)
        return (position, constant) if constant else (f"{position}Map", self._describe_term(term, position))

    def _write_constant(self, term: TermMap) -> str:
        """A term as Turtle has it; empty where it needs a node of its own.

        So do a language and a datatype: Morph-KGC overlooks those of a constant, and parsers change the case of a language.
        """
        text = term.parts[0]
        if not term.is_constant or not isinstance(text, str) or term.term_type is TermType.BLANK_NODE or term.language:
            return ""
        if term.term_type is TermType.LITERAL:
            return write_text(text) if not term.datatype else ""
        if text == RML_DEFAULT_GRAPH:
            return self._name("defaultGraph")
        return self._write_iri(text, term)

    def _write_iri(self, iri: str, term: TermMap) -> str:
        if not is_iri(iri):
            self._complain(term, f"{iri} is no IRI")
            return ""
        return write_iri(iri)

    def _describe_term(self, term: TermMap, position: str) -> TurtleNode:
        constant = self._write_constant(term)
        if constant:
            return self._node(("constant", constant))
        if term.is_new:
            return self._node(("termType", self._name("BlankNode")))
        pairs: list[tuple[str, str | TurtleNode]] = [self._describe_value(term), *self._iter_qualifiers(term)]
        is_reference = pairs[0][0] == "reference"
        is_literal = position == "object" and (is_reference or bool(term.language or term.datatype))
        is_unsafe = term.term_type is TermType.IRI and not (term.is_template or is_reference)
        if is_unsafe or term.is_uri:
            name = f"{'Unsafe' if is_unsafe else ''}{'URI' if term.is_uri else 'IRI'}"
            pairs.append(("termType", self._name(name)))
        elif term.term_type is not (TermType.LITERAL if is_literal else TermType.IRI):
            pairs.append(("termType", self._name(_TERM_TYPES[term.term_type])))
        return self._node(*pairs)

    def _describe_value(self, term: TermMap) -> tuple[str, str]:
        head = term.parts[0]
        if len(term.parts) == 1 and isinstance(head, Reference) and not term.is_template:
            return "reference", write_text(head.column)
        if len(term.parts) == 1 and isinstance(head, str) and term.term_type is TermType.LITERAL:
            return "constant", write_text(head)
        parts = anchor(term.parts, self.plan.base) if term.term_type is TermType.IRI and term.is_template else term.parts
        return "template", write_text(join_template(parts))

    def _iter_qualifiers(self, term: TermMap) -> Iterator[tuple[str, str | TurtleNode]]:
        for name, parts in (("language", term.language), ("datatype", term.datatype)):
            if not parts:
                continue
            head = parts[0]
            if len(parts) == 1 and isinstance(head, str):
                yield name, write_text(head) if name == "language" else self._write_iri(head, term)
            elif len(parts) == 1 and isinstance(head, Reference):
                yield f"{name}Map", self._node(("reference", write_text(head.column)))
            else:
                yield f"{name}Map", self._node(("template", write_text(join_template(parts))))

    def _complain(self, thing: TermMap | LogicalSource, message: str) -> None:
        self.problems.append(thing.place.problem(f"{message}: it cannot be written as RML", "rml"))


def _is_once(source: LogicalSource) -> bool:
    return isinstance(source, QuerySource) and source.query == ONCE


def join_template(parts: Parts) -> str:
    """A template of constants and references (the inverse of ``split_template``).

    >>> join_template(("{a}/", Reference("b")))
    '\\\\{a\\\\}/{b}'
    """
    return "".join(_escape(part) if isinstance(part, str) else f"{{{_escape(part.column)}}}" for part in parts)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("{", "\\{").replace("}", "\\}")


def _name_iri(name: str, prefix: str = "", *, is_free: bool = True) -> str:
    """The IRI of a name: the name itself where it is one and free, else a fragment of the document."""
    return write_iri(name) if is_free and is_iri(name) else f"<#{prefix}{percent_encode(name, safe='')}>"
