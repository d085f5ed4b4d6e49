"""The timeline of a page: reads what names a thing with its times, yields one bar for each as SVG."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from kzlod.site.languages import Language
from kzlod.site.nodes import Label, Span

_WIDTH: Final = 900
_ROW: Final = 34
_TOP: Final = 26
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_TICKS: Final = 9
_LONGEST: Final = 110
_LETTER: Final = 6.9
"""The width of a letter, as nearly as is known without the fonts of the reader."""


class Bar(NamedTuple):
    """A bar: what it is called, where that leads, and its time."""

    label: Label
    link: str
    span: Span


class _Bounds(NamedTuple):
    """In years: from when it may have begun, when it had begun, until when it held, until when it may have lasted."""

    start: float
    begun: float
    held: float
    end: float


def draw_timeline(bars: Sequence[Bar], language: Language, root: str, as_of: str) -> Markup:
    """Bars from the earliest to the latest day of each; pale where it may have begun or ended.

    Args:
        bars: from top to bottom; those without any day are left out.
        language: of the labels.
        root: of the site, relative to the page.
        as_of: the day that stands for the end of what goes on.

    Returns:
        An ``svg`` element, or nothing where no bar has a day.
    """
    dated = [(bar, _find_bounds(bar.span, as_of)) for bar in bars if any(bar.span[:4])]
    if not dated:
        return Markup("")
    axis = Axis(min(bounds.start for _, bounds in dated), max(bounds.end for _, bounds in dated), _WIDTH)
    height = _TOP + _ROW * len(dated) + 4
    drawn = [axis.draw(height)]
    for number, (bar, bounds) in enumerate(dated):
        top = _TOP + _ROW * number
        name = language.pick(bar.label)
        text = f"{name} · {bar.span.edtf}" if bar.span.edtf else name
        drawn.append(_draw_label(axis, axis.place(bounds.start), f"{root}{bar.link}{language.suffix}.html", text, top))
        drawn.append(_draw_bar(axis, bounds, top))
    return Markup('<svg class="timeline" role="group" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">{}</svg>').format(
        language["timeline"], _WIDTH, height, _WIDTH, height, Markup("").join(drawn)
    )


def read_year(day: str) -> float:
    """A day as a year and its part."""
    date = datetime.date.fromisoformat(day)
    return date.year + (date.timetuple().tm_yday - 1) / 366


def _find_bounds(span: Span, as_of: str) -> _Bounds:
    start = span.earliest_start or span.latest_start or span.earliest_end or span.latest_end or as_of
    begun = span.latest_start or start
    if (span.edtf or "").endswith("/..") and not span.latest_end:
        held = end = max(as_of, begun)
    else:
        held = span.earliest_end or begun
        end = span.latest_end or held
    return _Bounds(*sorted(read_year(day) for day in (start, begun, held, end)))


class Axis:
    """Years from left to right.

    Args:
        first, last: years, in any case at least one apart when drawn.
        width: of the drawing.
    """

    def __init__(self, first: float, last: float, width: int) -> None:
        length = max(last - first, 1.0)
        self.step = next((step for step in _STEPS if length / step <= _TICKS), _STEPS[-1])
        self.first = int(first // self.step) * self.step
        self.last = (int(last // self.step) + 1) * self.step
        self.width = width

    def place(self, year: float) -> float:
        """Where a year stands, from the left."""
        return round(4 + (year - self.first) / (self.last - self.first) * (self.width - 8), 1)

    def draw(self, height: int) -> Markup:
        """The years and their lines."""
        drawn = []
        for year in range(self.first, self.last + 1, self.step):
            side = "start" if year == self.first else "end" if year == self.last else "middle"
            place = self.place(year)
            drawn.append(Markup('<path class="line" d="M{} 18V{}"/>').format(place, height))
            drawn.append(Markup('<text class="soft" x="{}" y="12" text-anchor="{}">{}</text>').format(place, side, year))
        return Markup("").join(drawn)


def _draw_bar(axis: Axis, bounds: _Bounds, top: int) -> Markup:
    rectangle = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="9" rx="2"/>')
    left, begun, held, right = (axis.place(year) for year in bounds)
    pale = rectangle.format("pale", left, top + 18, max(round(right - left, 1), 4))
    return pale + rectangle.format("bar", begun, top + 18, max(round(held - begun, 1), 2))


def _draw_label(axis: Axis, left: float, href: str, text: str, top: int) -> Markup:
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 1]}…"
    # It starts with its bar, or where it just ends with the drawing.
    place = max(4.0, min(left, axis.width - 4 - len(text) * _LETTER))
    return Markup('<a href="{}"><text x="{}" y="{}">{}</text></a>').format(href, round(place, 1), top + 13, text)
