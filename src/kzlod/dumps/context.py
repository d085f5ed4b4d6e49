"""The JSON-LD context: reads context.jsonld, says which of its terms writes a statement without being read as another.

It reads the part of JSON-LD 1.1 (https://www.w3.org/TR/json-ld11/#context-definitions) that a published context needs: prefixes,
``@vocab``, aliases of ``@id`` and ``@type``, terms with ``@id``, ``@type``, ``@reverse`` and ``@container: @set``. What would
change the meaning of plain strings or of whole nodes (a default language, a scoped context) is refused, never passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kzlod import tree
from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.terms import Prefixes, is_iri

ID: Final = "@id"
TYPE: Final = "@type"
VOCAB: Final = "@vocab"
_REVERSE: Final = "@reverse"
_CONTAINER: Final = "@container"
_PREFIX: Final = "@prefix"
_CONTEXT_KEYS: Final = ("@version", VOCAB)
_TERM_KEYS: Final = (ID, TYPE, _REVERSE, _CONTAINER, _PREFIX)
# JSON-LD 1.1, section 9.15: a term given as a plain string is a prefix where its IRI ends in one of these.
_PREFIX_ENDINGS: Final = tuple(":/?#[]@")


@dataclass(frozen=True)
class Term:
    """A term of the context: it names a property, a class, a namespace or a keyword.

    Args:
        name: the key.
        iri: what it stands for, or the keyword ``@id`` or ``@type``.
        coercion: how a string below it is read: ``@id``, ``@vocab``, the IRI of a datatype, or "" for a plain string.
        reverse: whether it leads from the object of a statement to the subject.
        array: whether its values are always written as an array.
        prefix: whether it may start a compact IRI.
    """

    name: str
    iri: str
    coercion: str = ""
    reverse: bool = False
    array: bool = False
    prefix: bool = False


class Context:
    """The terms of a context, and the choice among them.

    Args:
        content: the value of ``@context``, as ``json`` reads it.
        terms: in any order; of two that fit alike the shorter one is chosen, then the first by code point.
        places: where each term is defined.
    """

    def __init__(self, content: Any, terms: Iterable[Term], places: Mapping[str, tree.Place]) -> None:
        ranked = sorted(terms, key=lambda term: (len(term.name), term.name), reverse=True)
        forward = [term for term in ranked if not term.reverse]
        self.content = content
        self.places = places
        self.terms = {term.name: term for term in ranked}
        self.prefixes = Prefixes({term.name: term.iri for term in ranked if term.prefix})
        self._by_use = {(term.iri, term.coercion): term for term in forward}
        self._names = {term.iri: term.name for term in forward}

    def choose_term(self, iri: str, *coercions: str) -> Term | None:
        """The term of a property or keyword with the first of these coercions that there is."""
        return next((self._by_use[iri, coercion] for coercion in coercions if (iri, coercion) in self._by_use), None)

    def name_class(self, iri: str) -> str:
        """An IRI where a term is read too (below ``@type`` or a term of ``@vocab``): a term, a compact IRI, or the IRI as it is."""
        return self._names.get(iri) or self.shorten(iri)

    def shorten(self, iri: str) -> str:
        """The compact IRI of an IRI, or the IRI as it is where it has none."""
        return self.prefixes.shorten(iri) or iri


def load_context(path: Path, shown: str) -> Context:
    """Read a JSON-LD document that is a context: ``{"@context": {...}}``.

    Args:
        path: the file, JSON in UTF-8.
        shown: its name in messages.

    Raises:
        ConfigurationError: it is missing, is no JSON, or holds what cannot be used safely; all of the last at once.
    """
    root = tree.load_tree(path, shown)
    definitions = root.get("@context") if isinstance(root, tree.Mapping) else None
    if not isinstance(definitions, tree.Mapping):
        raise ConfigurationError([root.place.problem('a context file is {"@context": {...}}', "context")])
    try:
        content = json.loads(path.read_text(encoding="utf-8"))["@context"]
    except json.JSONDecodeError as error:
        raise ConfigurationError([Problem(shown, error.lineno, error.colno, f"not JSON: {error.msg}", "context")]) from None
    reader = _Reader(definitions)
    terms = reader.read_terms()
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return Context(content, terms, definitions.keys)


class _Reader:
    """The definitions of a context; what cannot be used is noted, and reading goes on."""

    def __init__(self, definitions: tree.Mapping) -> None:
        self.definitions = definitions
        self.problems: list[Problem] = []
        self.open: set[str] = set()
        self.vocabulary = ""
        vocabulary = self.read_text(definitions, VOCAB)
        self.vocabulary = self.expand(vocabulary, definitions.place) if vocabulary else ""

    def read_terms(self) -> list[Term]:
        terms = []
        for name, node in self.definitions.entries.items():
            place = self.definitions.keys[name]
            if name.startswith("@"):
                if name not in _CONTEXT_KEYS:
                    self.complain(place, f"{quote(name)} is not supported in a context", name)
            elif not name or any(char in ":/#?" for char in name):
                self.complain(place, f"the term {quote(name)} would be read as an IRI", name)
            else:
                terms.append(self.read_term(name, node))
        return terms

    def read_term(self, name: str, node: tree.Node) -> Term:
        iri = self.expand_term(name)
        if not isinstance(node, tree.Mapping):
            return Term(name, iri, prefix=self.is_prefix(name))
        for key, place in node.keys.items():
            if key not in _TERM_KEYS:
                self.complain(place, f"{quote(key)} is not supported in a term; supported are {', '.join(_TERM_KEYS)}", key)
        container = self.read_text(node, _CONTAINER)
        if container not in ("", "@set"):
            self.complain(node.keys[_CONTAINER], f"the container {quote(container)} is not supported, only @set is", container)
        reverse = node.get(_REVERSE) is not None
        if reverse and iri.startswith("@"):
            self.complain(node.keys[_REVERSE], f"{quote(iri)} cannot be reversed", iri)
        return Term(name, iri, self.read_coercion(node), reverse, container == "@set", self.is_prefix(name))

    def read_coercion(self, node: tree.Mapping) -> str:
        coercion = self.read_text(node, TYPE)
        if coercion in ("", ID, VOCAB):
            return coercion
        datatype = self.expand(coercion, node.keys[TYPE])
        if datatype.startswith("@"):
            self.complain(node.keys[TYPE], f"{quote(coercion)} is no type; @id, @vocab and datatypes are", coercion)
        return datatype

    def read_text(self, node: tree.Mapping, key: str) -> str:
        value = node.get(key)
        if value is None or (isinstance(value, tree.Scalar) and value.tag == "str"):
            return value.text if value else ""
        self.complain(value.place, f"the value of {key} must be a text", key)
        return ""

    def is_prefix(self, name: str) -> bool:
        node = self.definitions.entries[name]
        if isinstance(node, tree.Mapping):
            flag = node.get(_PREFIX)
            return isinstance(flag, tree.Scalar) and flag.text == "true"
        return self.expand_term(name).endswith(_PREFIX_ENDINGS)

    def expand_term(self, name: str) -> str:
        """The IRI or keyword that a defined term stands for; "" after a complaint."""
        node, place = self.definitions.entries[name], self.definitions.keys[name]
        if name in self.open:
            self.complain(place, f"the term {quote(name)} is defined by itself", name)
            return ""
        self.open.add(name)
        try:
            if isinstance(node, tree.Mapping):
                # A type that leads back to its term is a circle as well.
                self.read_coercion(node)
                if reverse := self.read_text(node, _REVERSE):
                    return self.expand(reverse, place)
                return self.expand(self.read_text(node, ID) or name, place, name)
            if isinstance(node, tree.Scalar) and node.tag == "str":
                return self.expand(node.text, place, name)
            self.complain(place, f"the term {quote(name)} is neither an IRI nor an object", name)
            return ""
        finally:
            self.open.remove(name)

    def expand(self, name: str, place: tree.Place, term: str = "") -> str:
        """IRI expansion (JSON-LD 1.1 API, section 5.2) of a name, within the definition of ``term``; "" after a complaint."""
        prefix, colon, local = name.partition(":")
        if name in (ID, TYPE):
            return name
        if name in self.definitions.entries and name != term:
            return self.expand_term(name)
        if colon and not local.startswith("//") and prefix in self.definitions.entries:
            namespace = self.expand_term(prefix)
            if namespace and not self.is_prefix(prefix):
                self.complain(place, f"{quote(prefix)} in {quote(name)} is a term that cannot start a compact IRI", name)
            iri = namespace and namespace + local
        else:
            iri = name if colon else self.vocabulary + name
        if iri and not is_iri(iri):
            self.complain(place, f"{quote(name)} stands for no IRI", name)
            return ""
        return iri

    def complain(self, place: tree.Place, message: str, value: str) -> None:
        self.problems.append(place.problem(message, "context", value))
