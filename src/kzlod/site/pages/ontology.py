"""The pages of the ontology: the project's own terms, and a diagram of each class that is in use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph

from kzlod.site.catalogue import Catalogue
from kzlod.site.drawing.model import Arrow, draw_class
from kzlod.site.nodes import Label
from kzlod.site.reading import Reader
from kzlod.site.rendering import File, Renderer
from kzlod.terms import RDF_TYPE, RDFS, SCHEMA, SKOS, Triple, read_iri, read_literal

_CLASSES: Final = 12
_ARROWS: Final = 12
_ABOVE: Final = {f"<{RDFS}subClassOf>", f"<{RDFS}subPropertyOf>"}
_DOMAIN: Final = f"<{SCHEMA}domainIncludes>"
_RANGE: Final = f"<{SCHEMA}rangeIncludes>"


class Term(NamedTuple):
    """A term of the project: ``uses`` counts statements, or things of a class."""

    iri: str
    anchor: str
    label: Label
    comment: str
    comment_tag: str
    examples: list[str]
    above: list[tuple[str, Label]]
    domain: list[tuple[str, Label]]
    range: list[tuple[str, Label]]
    uses: int
    is_class: bool


class Model(NamedTuple):
    """A class in use: its properties that lead to things, drawn, and those that lead to values."""

    term: str
    label: Label
    things: int
    properties: list[str]
    drawing: list[str]
    values: list[tuple[Label, int]]


def render_ontology(reader: Reader, renderer: Renderer, ontology: Path, catalogue: Catalogue) -> Iterator[File]:
    """The own terms of a project, by the Turtle files of a folder, and the diagrams of what is in use.

    Args:
        reader: of the dataset.
        renderer: of the site.
        ontology: the folder.
        catalogue: what describes the dataset.
    """
    triples = sorted(_iter_triples(ontology))
    uses: dict[str, int] = {term: int(number) for term, number in reader.query("term_uses")}
    terms = list(_list_terms(triples, uses, renderer))
    models = list(_list_models(reader, renderer))
    pages = [models[start : start + _CLASSES] for start in range(0, len(models), _CLASSES)]
    values = {"classes": [term for term in terms if term.is_class], "properties": [term for term in terms if not term.is_class]}
    yield from renderer.render_page("ontology.html", "ns", triples, pages=len(pages), **values)
    for number, page in enumerate(pages, 1):
        path = "model" if number == 1 else f"model.{number}"
        said = catalogue.describe_parts((model.term for model in page), (term for model in page for term in model.properties))
        yield from renderer.render_page("model.html", path, said, models=page, number=number, pages=len(pages))


def _iter_triples(ontology: Path) -> Iterator[Triple]:
    for path in sorted(ontology.glob("*.ttl")):
        for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE):
            yield Triple(str(quad.subject), str(quad.predicate), str(quad.object))


def _list_terms(triples: list[Triple], uses: dict[str, int], renderer: Renderer) -> Iterator[Term]:
    settings = renderer.settings
    for subject, found in groupby(triples, key=lambda triple: triple.subject):
        said: dict[str, list[str]] = defaultdict(list)
        for triple in found:
            said[triple.predicate].append(triple.object)
        kinds = {read_iri(kind).partition("#")[2] for kind in said[RDF_TYPE]}
        if not subject.startswith("<") or not kinds & {"Class", "Property", "ObjectProperty", "DatatypeProperty"}:
            continue

        def name(objects: list[str]) -> list[tuple[str, Label]]:
            return [(read_iri(term), settings.name_term(term)) for term in objects if term.startswith("<")]

        comment = read_literal(said[f"<{RDFS}comment>"][0]) if said[f"<{RDFS}comment>"] else None
        yield Term(
            iri=read_iri(subject),
            anchor=read_iri(subject).rpartition("#")[2].rpartition("/")[2],
            label=settings.name_term(subject),
            comment=comment.text if comment else "",
            comment_tag=comment.language if comment else "",
            examples=[read_literal(example).text for example in said[f"<{SKOS}example>"]],
            above=name([term for predicate in sorted(_ABOVE) for term in said[predicate]]),
            domain=name(said[_DOMAIN]),
            range=name(said[_RANGE]),
            uses=uses.get(subject, 0),
            is_class="Class" in kinds,
        )


def _list_models(reader: Reader, renderer: Renderer) -> Iterator[Model]:
    settings = renderer.settings
    for (kind, things), rows in groupby(reader.query("model"), key=lambda row: (row[0], row[1])):
        label = settings.name_term(kind)
        arrows, values, properties = [], [], []
        for _, _, predicate, target, number in rows:
            properties.append(predicate)
            if target:
                arrows.append(Arrow(settings.name_term(predicate), settings.name_term(target), number))
            else:
                values.append((settings.name_term(predicate), number))
        drawing = [draw_class(label, arrows[:_ARROWS], language) if arrows else "" for language in renderer.languages]
        yield Model(kind, label, things, properties, drawing, values)
