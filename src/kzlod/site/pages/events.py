"""The page of events on an axis of time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from kzlod.site.drawing.timeline import Bar, draw_timeline
from kzlod.site.nodes import Span
from kzlod.site.reading import Reader
from kzlod.site.rendering import File, Renderer
from kzlod.terms import RDF_TYPE, Triple

_EVENTS: Final = 100


def render_events(reader: Reader, renderer: Renderer) -> Iterator[File]:
    """The events that have a time, in its order; nothing where there are none."""
    settings = renderer.settings
    rows = reader.query("dated")
    number = 0
    while page := list(islice(rows, _EVENTS)):
        number += 1
        bars = [
            Bar(renderer.label(iri, texts, tags), settings.find_link(iri), Span(*span)) for iri, _, texts, tags, *span, _, _ in page
        ]
        values = {
            "number": number,
            "pages": -(-page[0][-1] // _EVENTS),
            "drawing": [draw_timeline(bars, language, "", settings.as_of) for language in renderer.languages],
        }
        triples = [Triple(row[0], RDF_TYPE, row[1]) for row in page if row[-2]]
        yield from renderer.render_page("events.html", "events" if number == 1 else f"events.{number}", triples, **values)
