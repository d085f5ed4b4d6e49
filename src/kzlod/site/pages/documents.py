"""The pages of what a document says, in its order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any, Final, NamedTuple

from kzlod.site.nodes import Label
from kzlod.site.reading import Reader
from kzlod.site.rendering import File, Renderer
from kzlod.terms import PROV, Triple, read_iri

_PASSAGES: Final = 150
_DERIVED: Final = f"<{PROV}wasDerivedFrom>"
ENDING: Final = ".says"
"""What the path of the page of a document gets."""


class Passage(NamedTuple):
    """A passage and the fact that it yields."""

    start: int
    end: int
    link: str
    label: Label
    kind: Label | None
    status: str


def render_documents(reader: Reader, renderer: Renderer) -> Iterator[File]:
    """What each document says, in its order."""
    for iri, rows in groupby(reader.query("says"), key=lambda row: row[0]):
        label = reader.read_labels([iri])[iri]
        start = f"{renderer.settings.paths.find_path(read_iri(iri))}{ENDING}"
        number = 0
        while page := list(islice(rows, _PASSAGES)):
            number += 1
            values = {
                "document": renderer.settings.find_link(iri),
                "label": label,
                "passages": [_make_passage(renderer, row) for row in page],
                "start": start,
                "number": number,
                "total": page[0][-1],
                "pages": -(-page[0][-1] // _PASSAGES),
            }
            triples = sorted({Triple(row[3], _DERIVED, iri) for row in page})
            yield from renderer.render_page("says.html", start if number == 1 else f"{start}.{number}", triples, **values)


def _make_passage(renderer: Renderer, row: tuple[Any, ...]) -> Passage:
    _, start, end, iri, status, texts, tags, kind, _ = row
    settings = renderer.settings
    label = renderer.label(iri, texts, tags)
    return Passage(start, end, settings.find_link(iri), label, settings.name_term(kind) if kind else None, status)
