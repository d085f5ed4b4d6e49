"""The map: reads places with their coordinates and, where there is one, a coastline; yields SVG in plate carrée projection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from markupsafe import Markup

from kzlod.site.languages import Language
from kzlod.site.nodes import Label

_SCALE: Final = 2.5
"""Units for a degree."""

Ring = Sequence[tuple[float, float]]
"""A closed line of longitudes and latitudes."""


class Spot(NamedTuple):
    """Things at one place of the map: their numbers in the list below it, which starts with 1."""

    longitude: float
    latitude: float
    numbers: list[int]
    labels: list[Label]


def find_spots(places: Iterable[tuple[Label, float, float]]) -> list[Spot]:
    """Put together what would be drawn upon each other: labels, latitudes and longitudes in the order of the list."""
    spots: dict[tuple[int, int], Spot] = {}
    for number, (label, latitude, longitude) in enumerate(places, 1):
        spot = spots.setdefault((round(longitude / 2), round(latitude / 2)), Spot(longitude, latitude, [], []))
        spot.numbers.append(number)
        spot.labels.append(label)
    return list(spots.values())


def draw_map(spots: Sequence[Spot], land: Sequence[Ring], language: Language) -> Markup:
    """A map of the part of the world in which the spots lie.

    Args:
        spots: each leads to the list below the map (``#p1`` and so on), and is the larger the more it holds.
        land: rings of the coast; without any, there are only lines of the degrees.
        language: of the labels.

    Returns:
        An ``svg`` element.
    """
    left, right = _bound([spot.longitude for spot in spots], 180)
    bottom, top = _bound([spot.latitude for spot in spots], 90)
    width, height = round((right - left) * _SCALE), round((top - bottom) * _SCALE)
    grid = [
        *(f"M{_place(degree)} {_place(-top)}V{_place(-bottom)}" for degree in range(-180, 181, 30)),
        *(f"M{_place(left)} {_place(-degree)}H{_place(right)}" for degree in range(-90, 91, 30)),
    ]
    parts = [Markup('<path class="line" d="{}"/>').format("".join(grid))]
    if land:
        parts.append(Markup('<path class="land" fill-rule="evenodd" d="{}"/>').format("".join(_draw_ring(ring) for ring in land)))
    parts += [_draw_spot(spot, language) for spot in sorted(spots, key=lambda spot: -len(spot.numbers))]
    view = f"{_place(left)} {_place(-top)} {width} {height}"
    return Markup('<svg class="map" role="group" aria-label="{}" viewBox="{}" width="{}" height="{}">{}</svg>').format(
        language["map_page"], view, width, height, Markup("").join(parts)
    )


def _bound(degrees: Sequence[float], most: int) -> tuple[int, int]:
    """A margin of some degrees around all."""
    return max(-most, int(min(degrees) // 10) * 10 - 10), min(most, int(max(degrees) // 10) * 10 + 20)


def _place(degrees: float) -> str:
    return f"{degrees * _SCALE:.1f}".removesuffix(".0")


def _draw_ring(ring: Ring) -> str:
    # A ring that runs over the line of 180 degrees is drawn on both sides of it, not across the map.
    steps = ["L" if abs(longitude - last) <= 180 else "M" for (last, _), (longitude, _) in pairwise(ring)]
    points = (f"{_place(longitude)} {_place(-latitude)}" for longitude, latitude in ring)
    return "".join(step + point for step, point in zip(["M", *steps], points, strict=True)) + "Z" * ("M" not in steps)


def _draw_spot(spot: Spot, language: Language) -> Markup:
    names = "; ".join(language.pick(label) for label in spot.labels[:20]) + ("…" if len(spot.labels) > 20 else "")
    radius = round(min(3 + len(spot.numbers) ** 0.5, 12), 1)
    circle = Markup('<circle class="spot" cx="{}" cy="{}" r="{}"><title>{}</title></circle>').format(
        _place(spot.longitude), _place(-spot.latitude), radius, names
    )
    return Markup('<a href="#p{}" aria-label="{}">{}</a>').format(spot.numbers[0], names, circle)
