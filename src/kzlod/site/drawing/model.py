"""The diagram of a class: reads to which classes its properties lead, yields boxes and arrows as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from kzlod.site.languages import Language
from kzlod.site.nodes import Label

_WIDTH: Final = 720
_ROW: Final = 26
_BOX: Final = 210


class Arrow(NamedTuple):
    """A property, and the class to which it leads."""

    label: Label
    target: Label
    number: int


def draw_class(name: Label, arrows: Sequence[Arrow], language: Language) -> Markup:
    """A class on the left, and on the right the classes to which its properties lead.

    Args:
        name: of the class.
        arrows: at least one, from top to bottom.
        language: of the labels.

    Returns:
        An ``svg`` element.
    """
    height = _ROW * len(arrows) + 8
    middle = height / 2
    parts = [_draw_box(1, middle, language.pick(name))]
    for number, arrow in enumerate(arrows):
        top = _ROW * number + 14
        left = _WIDTH - _BOX - 1
        path = f"M{_BOX + 1} {middle}C{_BOX + 50} {middle} {_BOX + 30} {top} {_BOX + 80} {top}H{left - 6}"
        parts.append(Markup('<path class="line" d="{}"/><path class="tip" d="M{} {}l-7 -4v8z"/>').format(path, left, top))
        text = Markup('<text class="name" x="{}" y="{}" text-anchor="middle">{} ({:,})</text>')
        parts.append(text.format((_BOX + 80 + left) / 2, top - 3, language.pick(arrow.label), arrow.number))
        parts.append(_draw_box(left, top, language.pick(arrow.target)))
    return Markup('<svg class="model" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">{}</svg>').format(
        f"{language['diagram']}: {language.pick(name)}", _WIDTH, height, _WIDTH, height, Markup("").join(parts)
    )


def _draw_box(left: float, middle: float, text: str) -> Markup:
    box = Markup('<rect class="box" x="{}" y="{}" width="{}" height="20" rx="3"/>').format(left, middle - 10, _BOX)
    return box + Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(left + _BOX / 2, middle + 4, text)
