"""The page of the shapes in words: reads the statements of SHACL files, yields what each shape asks of which things."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple

import pyoxigraph

from kzlod.site.languages import Language
from kzlod.site.nodes import PART
from kzlod.site.rendering import File, Renderer
from kzlod.terms import RDFS, SH, Triple, read_iri, read_literal
from kzlod.validation.shapes import Shapes
from kzlod.validation.statements import FIRST, NIL, REST, Statements
from kzlod.validation.targets import list_shapes, list_targets

_SHAPES: Final = 15
_LISTS: Final = {"or": " / ", "and": "; ", "xone": "; ", "in": ", ", "languageIn": ", "}
_OTHERS: Final = (
    *("nodeKind", "datatype", "class", "or", "and", "xone", "not", "node", "in", "hasValue", "pattern", "languageIn", "uniqueLang"),
    *("minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "minLength", "maxLength"),
    *("lessThan", "lessThanOrEquals", "equals", "disjoint", "qualifiedValueShape", "sparql", "closed"),
)


class Row(NamedTuple):
    """What a shape asks of one property, in each language; ``path`` is "" for what it asks of the thing itself."""

    path: list[str]
    number: list[str]
    values: list[str]
    messages: list[tuple[str, str]]


class Shape(NamedTuple):
    """A shape in words, in each language."""

    iri: str
    names: list[str]
    targets: list[str]
    rows: list[Row]


def render_shapes(renderer: Renderer, shapes: Shapes) -> Iterator[File]:
    """The shapes of a project in words, some on a page."""
    triples = _canonicalize(shapes.text)
    words = [_Words(shapes.statements, renderer, language) for language in renderer.languages]
    described = [_describe(shape, words) for shape in _list_targeted(shapes.statements)]
    pages = [described[start : start + _SHAPES] for start in range(0, len(described), _SHAPES)] or [[]]
    for number, page in enumerate(pages, 1):
        path, said = ("shapes", triples) if number == 1 else (f"shapes.{number}", _select(triples, page))
        yield from renderer.render_page("shapes.html", path, said, shapes=page, number=number, pages=len(pages))


def _select(triples: list[Triple], shapes: list[Shape]) -> list[Triple]:
    """What is said of some shapes, and of the blank nodes that this leads to."""
    said = {subject: list(found) for subject, found in groupby(triples, key=lambda triple: triple.subject)}
    waiting = [f"<{shape.iri}>" for shape in shapes]
    selected: dict[str, list[Triple]] = {}
    while waiting:
        subject = waiting.pop()
        selected[subject] = said.get(subject, [])
        objects = {triple.object for triple in selected[subject]}
        waiting += [term for term in objects if term.startswith("_:") and term not in selected]
    return sorted(triple for found in selected.values() for triple in found)


def _canonicalize(text: str) -> list[Triple]:
    """Statements with blank nodes that are called the same in every run (RDFC-1.0, https://www.w3.org/TR/rdf-canon/)."""
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(Triple(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in dataset)


def count_shapes(shapes: Shapes) -> int:
    """How many shapes have a target."""
    return len(_list_targeted(shapes.statements))


def _list_targeted(statements: Statements) -> list[str]:
    return sorted(shape for shape in list_shapes(statements) if list_targets(statements, shape))


def _describe(shape: str, words: list[_Words]) -> Shape:
    rows = list(zip(*(word.list_rows(shape) for word in words), strict=True))
    return Shape(
        iri=read_iri(shape),
        names=[word.name_shape(shape) for word in words],
        targets=[word.tell_targets(shape) for word in words],
        rows=[
            Row(
                path=[row.path[0] for row in row_by_language],
                number=[row.number[0] for row in row_by_language],
                values=[row.values[0] for row in row_by_language],
                messages=row_by_language[0].messages,
            )
            for row_by_language in rows
        ],
    )


class _Words:
    """Shapes in one language."""

    def __init__(self, statements: Statements, renderer: Renderer, language: Language) -> None:
        self.statements = statements
        self.settings = renderer.settings
        self.language = language

    def name_shape(self, shape: str) -> str:
        labels = [read_literal(label) for label in self.statements.list_objects(shape, f"<{RDFS}label>")]
        named = next((label.text for label in labels if label.language == self.language.tag), "")
        return named or next((label.text for label in labels), self._name(shape))

    def tell_targets(self, shape: str) -> str:
        return ", ".join(self._name(term) for _, term in list_targets(self.statements, shape))

    def list_rows(self, shape: str) -> list[Row]:
        own = self._tell_values(shape)
        rows = [Row([""], [""], [own], self._list_messages(shape))] if own else []
        for part in self._list(shape, "property"):
            path = self._tell_path(self.statements.find_object(part, f"<{SH}path>"))
            rows.append(Row([path], [self._tell_number(part)], [self._tell_values(part)], self._list_messages(part)))
        return rows

    def _list(self, node: str, name: str) -> list[str]:
        return self.statements.list_objects(node, f"<{SH}{name}>")

    def _list_messages(self, node: str) -> list[tuple[str, str]]:
        sparql = [message for query in self._list(node, "sparql") for message in self._list(query, "message")]
        literals = [read_literal(message) for message in [*self._list(node, "message"), *sparql]]
        return [(literal.text, literal.language) for literal in literals]

    def _tell_number(self, node: str) -> str:
        bounds = (self._list(node, name) for name in ("minCount", "maxCount"))
        least, most = (read_literal(values[0]).text if values else "" for values in bounds)
        if least == most:
            return least or self.language["any_number"]
        return f"{least or 0}–{most}" if most else f"{least} {self.language['or_more']}"

    def _tell_values(self, node: str) -> str:
        phrases = []
        for name in _OTHERS:
            for value in self._list(node, name):
                if value.startswith('"false"'):
                    continue
                phrases.append(self.language[f"shape_{name}"].format(self._tell_value(name, value)))
        return "; ".join(phrase for phrase in phrases if phrase)

    def _tell_value(self, name: str, value: str) -> str:
        if name in _LISTS:
            return _LISTS[name].join(self._tell_item(item) for item in self._iter_list(value))
        return self._tell_item(value)

    def _tell_item(self, term: str) -> str:
        if term.startswith("_:"):
            rows = (row for row in self.list_rows(term) if row.path[0])
            inner = [PART.join(part for part in (row.path[0], row.number[0], row.values[0]) if part) for row in rows]
            return "; ".join(part for part in [self._tell_values(term), *inner] if part)
        return self._name(term)

    def _iter_list(self, node: str) -> Iterator[str]:
        while node != NIL and node:
            yield self.statements.find_object(node, FIRST)
            node = self.statements.find_object(node, REST)

    def _tell_path(self, path: str) -> str:
        if not path.startswith("_:"):
            return self._name(path)
        if self.statements.find_object(path, FIRST):
            return " → ".join(self._tell_path(step) for step in self._iter_list(path))
        for name, sign in (("inversePath", "^"), ("zeroOrMorePath", "*"), ("oneOrMorePath", "+"), ("zeroOrOnePath", "?")):
            if inner := self.statements.find_object(path, f"<{SH}{name}>"):
                told = self._tell_path(inner)
                return f"^{told}" if sign == "^" else f"({told}){sign}"
        alternatives = self.statements.find_object(path, f"<{SH}alternativePath>")
        return " / ".join(self._tell_path(step) for step in self._iter_list(alternatives))

    def _name(self, term: str) -> str:
        if term.startswith('"'):
            return read_literal(term).text
        if term.startswith("_:"):
            return ""
        if read_iri(term) in self.settings.terms.texts:
            return self.language.pick(self.settings.name_term(term))
        return self.settings.prefixes.shorten(read_iri(term)) or read_iri(term)
