"""The page of data quality: how much there is, what of the sources it covers, where they disagree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kzlod.site.catalogue import Catalogue
from kzlod.site.nodes import Label
from kzlod.site.reading import Reader
from kzlod.site.rendering import File, Renderer
from kzlod.summary import summarise_dataset
from kzlod.terms import Triple


class Source(NamedTuple):
    """A source and its facts; ``cited`` of them cite passages, the others the rows in which they stand."""

    name: str
    facts: int
    accepted: int
    cited: int


class Document(NamedTuple):
    """A document, and how many of its characters are evidence."""

    link: str
    label: Label
    characters: int
    facts: int
    passages: int


class Conflict(NamedTuple):
    """A conflict and how many facts stand in it."""

    link: str
    label: Label
    facts: int


def render_quality(reader: Reader, renderer: Renderer, catalogue: Catalogue, shapes: int) -> Iterator[File]:
    """The page of data quality.

    Args:
        reader: of the dataset.
        renderer: of the site.
        catalogue: what describes the dataset.
        shapes: how many the dataset conforms to.
    """
    settings = renderer.settings
    documents = [
        Document(settings.find_link(iri), reader.read_labels([iri])[iri], characters or 0, facts, passages)
        for iri, characters, facts, passages in reader.query("cover")
    ]
    conflicts = [
        Conflict(settings.find_link(iri), renderer.label(iri, texts, tags), number)
        for iri, texts, tags, number in reader.query("conflicts")
    ]
    yield from renderer.render_page(
        "quality.html",
        "quality",
        [*catalogue.describe_size(), *(Triple(*row) for row in reader.query("rival_facts"))],
        sources=[Source(*row) for row in reader.query("sources")],
        documents=documents,
        conflicts=conflicts,
        spoken=list(reader.query("spoken")),
        shapes=shapes,
        summary=summarise_dataset(reader.dataset),
    )
