"""YARRRML expressions: reads the text of a term (prefix, template, suffix), yields its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from kzlod.errors import quote
from kzlod.mapping.languages import is_language_tag
from kzlod.mapping.plan import Parts, Reference, TermMap, TermType
from kzlod.terms import RDF, is_iri
from kzlod.tree import Scalar

Complain = Callable[[Scalar, str, str], None]

# $(column), in which a backslash before ( ) $ and itself takes the meaning away.
_TOKEN: Final = re.compile(r"\\([\\$()])|\$\(((?:[^()\\]|\\.)+)\)|([^\\$]+|.)", re.DOTALL)
_WHOLE: Final = re.compile(r"\\.|\$\((?:[^()\\]|\\.)+\)", re.DOTALL)
_UNESCAPE: Final = re.compile(r"\\([^_])", re.DOTALL)
PREFIX: Final = re.compile(r"(?:[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)?")
"""What a prefix looks like, here and in Turtle."""
_PREFIXED: Final = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*|):(?!//)(.*)", re.DOTALL)
_OPAQUE_SCHEMES: Final = frozenset({"urn", "mailto", "tag", "tel", "doi", "geo", "data"})


def split_template(text: str) -> Parts:
    """Split a template into constants and references (YARRRML, section "Template").

    >>> split_template("person/$(id)#$(n)")
    ('person/', Reference(column='id'), '#', Reference(column='n'))
    >>> split_template(r"\\$(id)")
    ('$(id)',)
    """
    parts: list[str | Reference] = []
    for escaped, column, constant in _TOKEN.findall(text):
        if column:
            parts.append(Reference(_UNESCAPE.sub(r"\1", column)))
        elif parts and isinstance(parts[-1], str):
            parts[-1] += escaped or constant
        else:
            parts.append(escaped or constant)
    return tuple(parts)


class Expressions:
    """Reads the terms of one mapping file by its prefixes and base.

    Args:
        prefixes: namespaces by prefix.
        base: what a relative IRI starts from.
        complain: takes the node, the message and the rule of a problem; reading goes on.
        external: texts that stand for ``$(_name)``.
    """

    def __init__(self, prefixes: Mapping[str, str], base: str, complain: Complain, external: Mapping[str, str]) -> None:
        self.prefixes = {"rdf": RDF, **prefixes}
        self.base = base
        self.complain = complain
        self.external = external

    def read_subject(self, node: Scalar) -> TermMap:
        """A subject: an IRI, or a blank node whose label follows ``_:``."""
        return self.read_blank_node(node) if node.text.startswith("_:") else self.read_iri(node)

    def read_blank_node(self, node: Scalar) -> TermMap:
        """A blank node; rows that make the same label have one."""
        self._check_template(node)
        return TermMap(self._split(node.text.removeprefix("_:")), TermType.BLANK_NODE, node.place)

    def read_iri(self, node: Scalar) -> TermMap:
        """A subject, predicate, class or graph."""
        self._check_template(node)
        parts = self._iri_parts(node, node.text.removesuffix("~iri"))
        return TermMap(parts, TermType.IRI, node.place, is_template=len(parts) > 1)

    def read_object(self, node: Scalar) -> TermMap:
        """An object: an IRI with ``~iri`` or as a constant with a prefix, a blank node with ``_:``, a literal otherwise."""
        if node.text.startswith("_:") and not re.search(r"\s", node.text):
            return self.read_blank_node(node)
        if node.text.endswith("~iri") or self._is_prefixed_constant(node.text):
            return self.read_iri(node)
        return self.read_literal(node)

    def read_literal(self, node: Scalar) -> TermMap:
        """An object that is a literal whatever it looks like."""
        self._check_template(node)
        return TermMap(self._split(node.text), TermType.LITERAL, node.place)

    def read_language(self, node: Scalar) -> Parts:
        """A language tag or the column that holds it."""
        text = node.text.removesuffix("~lang")
        parts = self._split(text)
        if not any(isinstance(part, Reference) for part in parts) and not is_language_tag(text):
            self.complain(node, f"{quote(text)} is no language tag", "language")
        return parts

    def read_datatype(self, node: Scalar) -> Parts:
        """A datatype IRI or the column that holds it."""
        return self._iri_parts(node, node.text.removesuffix("~iri"))

    def _split(self, text: str) -> Parts:
        """A template's parts, external values put in; a name with a backslash before its _ is a column's."""
        parts: list[str | Reference] = []
        for part in split_template(text):
            known = isinstance(part, Reference) and part.column.startswith("_") and part.column[1:] in self.external
            made = self.external[part.column[1:]] if known and isinstance(part, Reference) else part
            if isinstance(made, Reference) and made.column.startswith("\\_"):
                made = Reference(made.column[1:])
            if isinstance(made, str) and parts and isinstance(parts[-1], str):
                parts[-1] += made
            else:
                parts.append(made)
        return tuple(parts)

    def _is_prefixed_constant(self, text: str) -> bool:
        found = _PREFIXED.fullmatch(text)
        return found is not None and found[1] not in _OPAQUE_SCHEMES and "$(" not in text and not re.search(r"\s", text)

    def _check_template(self, node: Scalar) -> None:
        if "$(" in _WHOLE.sub("", node.text):
            self.complain(node, f"{quote(node.text)} has a $( that names no column or is not closed", "template")

    def _iri_parts(self, node: Scalar, text: str) -> Parts:
        parts = self._split(text)
        if not parts:
            self.complain(node, "an IRI is missing here", "iri")
            return ("",)
        head = parts[0]
        if isinstance(head, Reference):
            return parts
        head = self._resolve(node, head)
        if not is_iri(head) or not all(is_iri("a:" + part) for part in parts[1:] if isinstance(part, str)):
            self.complain(node, f"{quote(text)} makes no IRI: {quote(head)}", "iri")
        return (head, *parts[1:])

    def _resolve(self, node: Scalar, head: str) -> str:
        found = _PREFIXED.fullmatch(head)
        if found is None:
            return head if is_iri(head) else self.base + head
        prefix, local = found.groups()
        if prefix in self.prefixes:
            return self.prefixes[prefix] + local
        if prefix not in _OPAQUE_SCHEMES:
            known = ", ".join(sorted(self.prefixes))
            message = f"unknown prefix {quote(prefix)}; the mapping knows {known} (a text is {{value: ..., type: literal}})"
            self.complain(node, message, "prefix")
            return f"urn:{local}"
        return head
