"""Term maps as SQL: the expressions of one RDF term in N-Triples form, of which one is NULL where a row does not make it.

The SQL is DuckDB's; sqlglot turns it into other dialects. ``iri_safe``, ``uri_safe``, ``nt_escape``, ``iri_resolve`` and
``blank_label`` are functions of the engine (functions.sql).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kzlod.mapping.plan import Parts, Reference, TermMap, TermType
from kzlod.mapping.relations import Value
from kzlod.quoting import write_text
from kzlod.terms import IRI_SHAPE, LANGUAGE_TAG, LONGEST_TAG, STRAY_PERCENT, XSD_STRING, escape_literal, is_iri

Find = Callable[[Reference], Value]
"""What a reference stands for in the relation that a term is made from."""


@dataclass(frozen=True)
class TermWriter:
    """Writes terms of one relation.

    Args:
        find: what each reference stands for; a list has been made rows by then.
        base: what relative IRIs start from.
        checked: whether a term that is no RDF term is left out (NULL); else it comes out as it is, for a later check.
        lower_tags: whether language tags come out in lower case, because parsers disagree on their case.
    """

    find: Find
    base: str
    checked: bool = False
    lower_tags: bool = False

    def write_term(self, term: TermMap) -> list[str]:
        """The expressions that make a term, end to end; where one of them is NULL, there is none."""
        if term.term_type is TermType.IRI:
            return self._write_iri(term)
        if term.term_type is TermType.BLANK_NODE:
            # Another letter, so that no value can make the label of a new one.
            return [f"'_:{'n' if term.is_new else 'b'}'", f"blank_label({self.write_parts(term.parts)})"]
        return self._write_literal(term)

    def write_parts(self, parts: Parts) -> str:
        """The expression of plain text, as conditions compare it."""
        return concatenate(write_text(part) if isinstance(part, str) else self.find(part).text for part in parts)

    def write_invalid(self, term: TermMap) -> str:
        """The condition of a row whose values make no RDF term, or empty where every row makes one."""
        if term.term_type is TermType.IRI and not self._is_always_iri(term):
            return f"NOT {_is_iri(self._write_reference_iri(term), is_uri=term.is_uri)}"
        if term.language and any(isinstance(part, Reference) for part in term.language):
            return f"NOT {_is_tag(self.write_parts(term.language))}"
        if term.datatype and any(isinstance(part, Reference) for part in term.datatype):
            return f"NOT {_is_iri(self._write_datatype(term.datatype))}"
        return ""

    def _is_always_iri(self, term: TermMap) -> bool:
        head = term.parts[0]
        return isinstance(head, str) and (term.is_template or term.is_constant) and is_iri(head)

    def _write_iri(self, term: TermMap) -> list[str]:
        if self._is_always_iri(term):
            return ["'<'", *self._write_safe(term), "'>'"]
        made = self._write_reference_iri(term)
        return ["'<'", f"CASE WHEN {_is_iri(made, is_uri=term.is_uri)} THEN {made} END" if self.checked else made, "'>'"]

    def _write_reference_iri(self, term: TermMap) -> str:
        parts = self._write_safe(term) if term.is_template else [self.write_parts(term.parts)]
        return f"iri_resolve({concatenate(parts)}, {write_text(term.base or self.base)})"

    def _write_safe(self, term: TermMap) -> list[str]:
        return self._write_encoded(term.parts, "uri_safe" if term.is_uri else "iri_safe")

    def _write_encoded(self, parts: Parts, encode: str) -> list[str]:
        return [write_text(part) if isinstance(part, str) else f"{encode}({self.find(part).text})" for part in parts]

    def _write_datatype(self, parts: Parts) -> str:
        """A datatype map makes an IRI like any other: values in a template are made safe (RML-Core, datatype maps)."""
        return concatenate(self._write_encoded(parts, "iri_safe")) if len(parts) > 1 else self.write_parts(parts)

    def _write_literal(self, term: TermMap) -> list[str]:
        quoted = self._write_quoted(term.parts)
        if term.language:
            tag = self.write_parts(term.language)
            tag = f"lower({tag})" if self.lower_tags else tag
            is_fixed = all(isinstance(part, str) for part in term.language)
            return [*quoted, "'@'", tag if is_fixed or not self.checked else f"CASE WHEN {_is_tag(tag)} THEN {tag} END"]
        if term.datatype == (XSD_STRING,):
            return quoted
        if term.datatype:
            datatype = self._write_datatype(term.datatype)
            is_fixed = all(isinstance(part, str) for part in term.datatype)
            made = datatype if is_fixed or not self.checked else f"CASE WHEN {_is_iri(datatype)} THEN {datatype} END"
            return [*quoted, "'^^<'", made, "'>'"]
        return [*quoted, *self._write_natural_end(term)]

    def _write_quoted(self, parts: Parts) -> list[str]:
        """The text of a literal with its quotes."""
        if len(parts) == 1 and isinstance(parts[0], Reference):
            return [f"nt_quote({self.find(parts[0]).text})"]
        text = [
            write_text(escape_literal(part)) if isinstance(part, str) else f"nt_escape({self.find(part).text})" for part in parts
        ]
        return ["'\"'", *text, "'\"'"]

    def _write_natural_end(self, term: TermMap) -> list[str]:
        """The natural datatype, where the literal is one typed value (RML-Core, natural mapping)."""
        reference = term.parts[0] if len(term.parts) == 1 else ""
        datatype = self.find(reference).datatype if isinstance(reference, Reference) else ""
        return [f"CASE WHEN {datatype} IS NULL THEN '' ELSE '^^<' || {datatype} || '>' END"] if datatype else []


def concatenate(texts: Iterable[str]) -> str:
    """Join expressions so that the whole is NULL where one of them is."""
    joined = merge_constants(texts)
    return joined[0] if len(joined) == 1 else f"({' || '.join(joined)})"


def merge_constants(texts: Iterable[str]) -> list[str]:
    """The expressions, of which neighbouring constants have become one.

    >>> merge_constants(["'<a:'", "'b/'", "iri_safe(id)", "'>'"])
    ["'<a:b/'", 'iri_safe(id)', "'>'"]
    """
    merged: list[str] = []
    for text in texts:
        if merged and is_constant(text) and is_constant(merged[-1]):
            merged[-1] = merged[-1][:-1] + text[1:]
        else:
            merged.append(text)
    return merged


def is_constant(expression: str) -> bool:
    """Whether an expression is one text in quotes."""
    return expression[0] == expression[-1] == "'" and "'" not in expression[1:-1].replace("''", "")


def _is_iri(expression: str, *, is_uri: bool = False) -> str:
    # In two expressions, because what repeats groups overflows Java's stack in a long text.
    shape = f"regexp_full_match({expression}, {write_text(IRI_SHAPE)})"
    ascii_only = f" AND regexp_full_match({expression}, '[!-~]*')" if is_uri else ""
    return f"({shape} AND NOT regexp_matches({expression}, {write_text(STRAY_PERCENT)}){ascii_only})"


def _is_tag(expression: str) -> str:
    tag = f"regexp_full_match({expression}, {write_text(LANGUAGE_TAG)})"
    return f"CASE WHEN length({expression}) <= {LONGEST_TAG} THEN {tag} ELSE {expression} IS NULL END"
