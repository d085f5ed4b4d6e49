"""Term maps of RML: reads nodes of a mapping's graph, yields term maps and the texts they are made of.

Source: RML-Core (https://w3id.org/rml/core/spec), sections on expression maps and term maps; R2RML, sections 7.2 to 7.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from kzlod.errors import Problem, quote
from kzlod.mapping.languages import is_language_tag
from kzlod.mapping.plan import ITERATION, Parts, Reference, TermMap, TermType
from kzlod.mapping.rml.graph import Graph, Term, Value
from kzlod.mapping.rml.vocabulary import EXPRESSION, KNOWN, NAMESPACES, Module, find_module, is_refused, shorten
from kzlod.terms import RML_DEFAULT_GRAPH, XSD_STRING, is_iri
from kzlod.tree import Place

# Constant text, {reference}, and a backslash that takes the meaning of a brace or of another backslash away.
_TOKEN: Final = re.compile(r"\\([\\{}])|\{((?:\\[\\{}]|[^\\{}])+)\}|([^\\{}]+)|(.)", re.DOTALL)
_UNESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_SCHEME: Final = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")

_TERM_TYPES: Final = {
    "rml:IRI": TermType.IRI,
    "rml:URI": TermType.IRI,
    "rml:UnsafeIRI": TermType.IRI,
    "rml:UnsafeURI": TermType.IRI,
    "rml:Literal": TermType.LITERAL,
    "rml:BlankNode": TermType.BLANK_NODE,
}
_URIS: Final = ("rml:URI", "rml:UnsafeURI")
_UNSAFE: Final = ("rml:UnsafeIRI", "rml:UnsafeURI")
_NODES: Final = frozenset({TermType.IRI, TermType.BLANK_NODE})
_ALLOWED: Final = {
    "a subject map": _NODES,
    "a predicate map": frozenset({TermType.IRI}),
    "an object map": _NODES | {TermType.LITERAL},
    "a graph map": _NODES,
}


@dataclass(frozen=True)
class RowTraits:
    """What matters to term maps of the rows they are made from.

    Args:
        base: what relative IRIs start from.
        is_delimited: whether a column may stand in SQL's double quotes.
        is_untyped: whether all values are texts, as the older vocabulary has it of JSON.
    """

    base: str
    is_delimited: bool = False
    is_untyped: bool = False


def split_template(text: str) -> Parts | None:
    """Split a template into constants and references; None where it breaks the syntax.

    >>> split_template("person/{id}#{n}")
    ('person/', Reference(column='id'), '#', Reference(column='n'))
    >>> split_template(chr(92) + "{id}"), split_template("{id")
    (None, None)
    """
    parts: list[str | Reference] = []
    for escaped, reference, constant, stray in _TOKEN.findall(text):
        if stray:
            return None
        if reference:
            parts.append(Reference(_UNESCAPE.sub(r"\1", reference)))
        elif parts and isinstance(parts[-1], str):
            parts[-1] += escaped or constant
        else:
            parts.append(escaped or constant)
    return tuple(parts) or ("",)


def anchor(parts: Parts, base: str) -> Parts:
    """Put the base before the template of an IRI that is always relative (RML-Core: it is prepended).

    Values of references are made safe and so have no colon; only a constant can make the whole an absolute IRI.

    >>> anchor(("a/", Reference("x")), "http://b/"), anchor((Reference("x"), ":y"), "http://b/")
    (('http://b/a/', Reference(column='x')), (Reference(column='x'), ':y'))
    """
    if any(isinstance(part, str) and ":" in part for part in parts):
        return parts
    head = parts[0]
    return (base + head, *parts[1:]) if isinstance(head, str) else (base, *parts)


@dataclass
class TermReader:
    """Reads the term maps of one document; problems are noted, and reading goes on.

    Args:
        number: of the document, so that new blank nodes of several documents differ.
    """

    graph: Graph
    number: int = 0
    problems: list[Problem] = field(default_factory=list)
    _new_nodes: Iterator[int] = field(default_factory=lambda: count(1))

    def complain(self, place: Place, message: str, rule: str = "rml", value: str | None = None) -> None:
        """Note a problem."""
        self.problems.append(place.problem(message, rule, value))

    def refuse_others(self, node: Term, kind: str) -> None:
        """Note the properties that a kind of node may not have."""
        if isinstance(node, Literal):
            return
        for name, values in self.graph.properties.get(node, {}).items():
            if module := find_module(name):
                self.refuse_module(values[0].place, name, module)
            elif is_refused(name, kind):
                known = ", ".join(KNOWN[kind])
                self.complain(values[0].place, f"{name} is not supported in {kind}; known are {known}", "rml", name)

    def refuse_module(self, place: Place, name: str, module: Module) -> None:
        """Note a term of a module of RML that is not supported."""
        self.complain(place, f"{module['what']} ({name}) are not supported; {module['instead']}", "rml", name)

    def has_module(self, node: Term) -> bool:
        """Whether a node has a property of a module that is not supported."""
        return not isinstance(node, Literal) and any(find_module(name) for name in self.graph.properties.get(node, ()))

    def single(self, node: Term, *names: str) -> Value | None:
        """The only value of a property, which may have several names; the first where there are several, which is a problem."""
        found = self.graph.values(node, *names)
        if len(found) > 1:
            self.complain(found[1].place, f"a second {' or '.join(names)}: there can be one only")
        return found[0] if found else None

    def text(self, value: Value | None) -> str:
        """The text of a literal or IRI; empty without a value."""
        if value is None:
            return ""
        if isinstance(value.term, BlankNode):
            self.complain(value.place, "a text is expected here")
            return ""
        return str(value.term.value)

    def read_terms(self, node: Term, kind: str, names: tuple[str, str], traits: RowTraits) -> list[TermMap]:
        """The term maps of a node by the properties that hold a map and its shortcut for constants."""
        made = [self.read_term(value, kind, traits) for value in self.graph.values(node, *names)]
        return [term for term in made if term is not None]

    def read_term(self, value: Value, kind: str, traits: RowTraits) -> TermMap | None:
        """The term map of one value: a node of its own, or a constant behind a shortcut."""
        return self.read_map(value, kind, traits) if value.name.endswith("Map") else self.read_constant(value, kind)

    def read_constant(self, value: Value, kind: str) -> TermMap | None:
        """A term map that always makes the same term."""
        term = value.term
        if isinstance(term, NamedNode):
            name = shorten(term.value)
            iri = RML_DEFAULT_GRAPH if name == "rml:defaultGraph" else term.value
            made = TermMap((iri,), TermType.IRI, value.place)
        elif isinstance(term, Literal):
            datatype = () if term.language or term.datatype.value == XSD_STRING else (term.datatype.value,)
            language = (term.language,) if term.language else ()
            made = TermMap((term.value,), TermType.LITERAL, value.place, language=language, datatype=datatype)
            self._check_language(language, value.place)
        else:
            what = (
                "a map belongs behind the property that ends in Map"
                if term in self.graph.properties
                else "it has no name elsewhere"
            )
            self.complain(value.place, f"a blank node is no constant: {what}", "term-type")
            return None
        return made if self._is_allowed(made, kind) else None

    def read_map(self, value: Value, kind: str, traits: RowTraits) -> TermMap | None:
        """A term map of a node of its own."""
        node = value.term
        if isinstance(node, Literal) or node not in self.graph.properties:
            self.complain(value.place, f"{kind} is a node with rml:template, rml:reference or rml:constant")
            return None
        self.refuse_others(node, kind)
        given = self.graph.values(node, *EXPRESSION)
        if self.has_module(node):
            return None
        if not given and self._read_term_type(node, kind) == "rml:BlankNode":
            return self._make_new_node(value, kind)
        if len(given) != 1:
            self.complain(value.place, f"{kind} has one of rml:template, rml:reference and rml:constant; this has {len(given)}")
            return None
        language, datatype = self._read_qualifiers(value, kind, traits)
        if given[0].name == "rml:constant":
            made = self.read_constant(given[0], kind)
            return self._qualify(made, language, datatype, given[0].place) if made else None
        is_template = given[0].name == "rml:template"
        read = TermMap((), TermType.IRI, given[0].place, is_template, language, datatype)
        return self._read_row_term(value, given[0], read, kind, traits)

    def _read_row_term(self, value: Value, given: Value, read: TermMap, kind: str, traits: RowTraits) -> TermMap | None:
        """A term map that reads the row; what it is like apart from its parts and type is read already."""
        parts = self._read_parts(given, traits, is_template=read.is_template)
        is_literal = kind == "an object map" and (not read.is_template or bool(read.language or read.datatype))
        name = self._read_term_type(value.term, kind) or ("rml:Literal" if is_literal else "rml:IRI")
        if parts is None or name not in _TERM_TYPES:
            return None
        return self._make(parts, name, read, kind, traits)

    def _make_new_node(self, value: Value, kind: str) -> TermMap | None:
        """A blank node for each iteration; each term map has its own (RML-Core, "Explicitly Defined Term Types")."""
        for given in self.graph.values(value.term, "rml:language", "rml:languageMap", "rml:datatype", "rml:datatypeMap"):
            self.complain(given.place, "a blank node has no language or datatype", "term-type")
        parts = (f"{self.number}t{next(self._new_nodes)}i", ITERATION)
        made = TermMap(parts, TermType.BLANK_NODE, value.place, is_new=True)
        return made if self._is_allowed(made, kind) else None

    def _read_term_type(self, node: Term, kind: str) -> str:
        """The name of the term type that a node gives, or empty."""
        value = self.single(node, "rml:termType")
        if value is None:
            return ""
        name = shorten(self.text(value))
        if name not in _TERM_TYPES:
            message = f"{quote(self.text(value))} is no term type; there are {', '.join(_TERM_TYPES)}"
            self.complain(value.place, message, "term-type", self.text(value))
        # The suite of the older vocabulary has it that a subject cannot be a literal and so is an IRI (RMLTC0004b); in the
        # suite of the newer one the same case is an error.
        is_old = value.term == NamedNode(f"{NAMESPACES['r2rml']}Literal")
        return "" if is_old and kind == "a subject map" else name

    def _make(self, parts: Parts, name: str, given: TermMap, kind: str, traits: RowTraits) -> TermMap | None:
        term_type = _TERM_TYPES[name]
        has_references = any(isinstance(part, Reference) for part in parts)
        if term_type is TermType.IRI:
            is_safe = given.is_template and name not in _UNSAFE
            is_uri = name in _URIS
            parts = self._read_iri(parts, given.place, traits.base, is_safe=is_safe, is_uri=is_uri)
            made = TermMap(parts, term_type, given.place, is_safe and has_references, is_uri=is_uri and has_references)
        else:
            made = TermMap(parts, term_type, given.place)
            is_text = given.is_template or traits.is_untyped
            if (
                term_type is TermType.LITERAL
                and not (given.language or given.datatype)
                and len(parts) == 1
                and has_references
                and is_text
            ):
                made = TermMap(parts, term_type, given.place, datatype=(XSD_STRING,))
        if not self._is_allowed(made, kind):
            return None
        return self._qualify(made, given.language, given.datatype, given.place)

    def _qualify(self, term: TermMap, language: Parts, datatype: Parts, place: Place) -> TermMap:
        if not (language or datatype):
            return term
        if term.term_type is not TermType.LITERAL:
            self.complain(
                place, f"{'an IRI' if term.term_type is TermType.IRI else 'a blank node'} has no language or datatype", "term-type"
            )
        return TermMap(term.parts, term.term_type, term.place, language=language, datatype=datatype)

    def _is_allowed(self, term: TermMap, kind: str) -> bool:
        if term.term_type in _ALLOWED[kind]:
            return True
        known = " or ".join(sorted(one.value for one in _ALLOWED[kind]))
        self.complain(term.place, f"{kind} makes no {term.term_type.value}; it makes {known}", "term-type")
        return False

    def _read_iri(self, parts: Parts, place: Place, base: str, *, is_safe: bool, is_uri: bool = False) -> Parts:
        """Check the constants of an IRI, and make it absolute where that does not depend on a value."""
        if is_safe:
            parts = anchor(parts, base)
        constants = [
            part if index == 0 and _SCHEME.match(part) else f"a:{part}" for index, part in enumerate(parts) if isinstance(part, str)
        ]
        if not all(is_iri(constant) and (constant.isascii() or not is_uri) for constant in constants):
            shown = "".join(part if isinstance(part, str) else f"{{{part.column}}}" for part in parts)
            self.complain(place, f"{quote(shown)} makes no {'URI' if is_uri else 'IRI'}", "iri", shown)
        return parts

    def read_expression(self, value: Value, kind: str, traits: RowTraits) -> Parts:
        """The text that an expression map makes; nothing where it is wrong."""
        node = value.term
        self.refuse_others(node, kind)
        given = self.graph.values(node, *EXPRESSION)
        if len(given) != 1:
            self.complain(value.place, f"{kind} has one of rml:template, rml:reference and rml:constant; this has {len(given)}")
            return ()
        if self.graph.values(node, "rml:constant"):
            return (self.text(given[0]),)
        return self._read_parts(given[0], traits, is_template=bool(self.graph.values(node, "rml:template"))) or ()

    def read_reference(self, value: Value, traits: RowTraits) -> Parts:
        """A reference by itself."""
        return self._read_parts(value, traits, is_template=False) or ()

    def _read_qualifiers(self, value: Value, kind: str, traits: RowTraits) -> tuple[Parts, Parts]:
        """Language and datatype."""
        if kind != "an object map":
            return (), ()
        language, datatype = (self._read_qualifier(value.term, name, traits) for name in ("language", "datatype"))
        if language and datatype:
            self.complain(value.place, "a literal has a language or a datatype, not both", "term-type")
        return language, datatype

    def _read_qualifier(self, node: Term, name: str, traits: RowTraits) -> Parts:
        value = self.single(node, f"rml:{name}", f"rml:{name}Map")
        if value is None:
            return ()
        if value.name == f"rml:{name}":
            parts: Parts = (self.text(value),)
        else:
            parts = self.read_expression(value, f"a {name} map", traits)
        if name == "language":
            self._check_language(parts, value.place)
        elif parts:
            parts = self._read_iri(parts, value.place, traits.base, is_safe=len(parts) > 1)
        return parts

    def _check_language(self, parts: Parts, place: Place) -> None:
        tag = parts[0] if len(parts) == 1 else None
        if isinstance(tag, str) and not is_language_tag(tag):
            self.complain(place, f"{quote(tag)} is no language tag: a subtag is not registered (BCP 47)", "language", tag)

    def _read_parts(self, value: Value, traits: RowTraits, *, is_template: bool) -> Parts | None:
        if not isinstance(value.term, Literal):
            self.complain(value.place, "a template or reference is a text")
            return None
        text = value.term.value
        parts = split_template(text) if is_template else (Reference(text),)
        if parts is None:
            message = f"{quote(text)} is no template: braces enclose a reference, and a backslash stands before {{, }} or \\ only"
            self.complain(value.place, message, "template", text)
        if not parts or not traits.is_delimited:
            return parts
        return tuple(part if isinstance(part, str) else Reference(_strip_delimiters(part.column)) for part in parts)


def _strip_delimiters(column: str) -> str:
    is_delimited = len(column) > 2 and column[0] == column[-1] == '"'
    return column[1:-1].replace('""', '"') if is_delimited else column
