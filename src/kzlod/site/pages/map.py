"""The page of what has coordinates."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from kzlod.site.bundle import LAND
from kzlod.site.drawing.map import Ring, draw_map, find_spots
from kzlod.site.nodes import Label
from kzlod.site.reading import Reader
from kzlod.site.rendering import File, Renderer
from kzlod.terms import Triple

_PLACES: Final = 200


class Place(NamedTuple):
    """A thing with its coordinates in degrees."""

    link: str
    label: Label
    latitude: float
    longitude: float


def load_land(bundle: Path | None) -> list[Ring]:
    """The rings of the coast in a bundle, or none where it is left out."""
    rings: list[Ring] = json.loads((bundle / LAND).read_text(encoding="utf-8")) if bundle else []
    return rings


def render_map(reader: Reader, renderer: Renderer, land: Sequence[Ring]) -> Iterator[File]:
    """The things that have coordinates, on a map and in a list; nothing where there are none.

    Args:
        reader: of the dataset.
        renderer: of the site.
        land: rings of the coast, or nothing.
    """
    rows = reader.query("placed")
    number = 0
    while page := list(islice(rows, _PLACES)):
        number += 1
        places = [
            Place(renderer.settings.find_link(iri), renderer.label(iri, texts, tags), latitude, longitude)
            for iri, texts, tags, *_, latitude, longitude, _ in page
        ]
        triples = {
            Triple(place, reader.constants[name], term)
            for _, _, _, place, latitude, longitude, *_ in page
            for name, term in (("latitude", latitude), ("longitude", longitude))
        }
        spots = find_spots((place.label, place.latitude, place.longitude) for place in places)
        values = {
            "places": places,
            "has_land": bool(land),
            "number": number,
            "pages": -(-page[0][-1] // _PLACES),
            "drawing": [draw_map(spots, land, language) for language in renderer.languages],
        }
        yield from renderer.render_page("map.html", "map" if number == 1 else f"map.{number}", sorted(triples), **values)
