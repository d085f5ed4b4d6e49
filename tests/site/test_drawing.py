"""Drawings: everything lies inside, says what the dates say, and text stays text."""

from __future__ import annotations

import datetime
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.site.conftest import ROOT

from kzlod.project import load_project
from kzlod.publisher import publish_site
from kzlod.site.drawing.map import draw_map, find_spots
from kzlod.site.drawing.model import Arrow, draw_class
from kzlod.site.drawing.timeline import Bar, draw_timeline, read_year
from kzlod.site.languages import load_languages
from kzlod.site.nodes import Label, Span

(ENGLISH,) = load_languages(("en",))
NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=150)
DAYS = st.none() | st.dates(datetime.date(1200, 1, 1), datetime.date(2200, 1, 1)).map(datetime.date.isoformat)
EDTF = st.sampled_from([None, "2010", "2010/..", "2010/", "2010~/2012?"])


def name(text: str) -> Label:
    return Label((text,), ("en",))


def read_svg(text: str) -> list[ET.Element]:
    return list(ET.fromstring(text).iter())  # noqa: S314 - it is our own


@given(st.lists(st.builds(Bar, NAMES.map(name), st.just("person/a"), st.builds(Span, DAYS, DAYS, DAYS, DAYS, EDTF)), max_size=6))
def test_bars_lie_inside_and_text_stays_text(bars: list[Bar]) -> None:
    drawn = draw_timeline(bars, ENGLISH, "../", "2026-11-22")
    dated = [bar for bar in bars if any(bar.span[:4])]
    if not dated:
        assert drawn == ""
        return
    elements = read_svg(drawn)
    assert {element.tag for element in elements} == {"svg", "path", "text", "rect", "a"}
    width = float(elements[0].attrib["width"])
    for element in elements:
        if element.tag == "rect":
            assert 0 <= float(element.attrib["x"]) <= float(element.attrib["x"]) + float(element.attrib["width"]) <= width
    assert sum(element.tag == "a" for element in elements) == len(dated)


@pytest.mark.parametrize(
    ("span", "certain", "possible"),
    [
        (
            Span("2010-01-01", "2010-12-31", "2014-01-01", "2014-12-31", "2010/2014"),
            ("2010-12-31", "2014-01-01"),
            ("2010-01-01", "2014-12-31"),
        ),
        (Span("2010-05-01", "2010-05-01", None, None, "2010-05-01/.."), ("2010-05-01", "2020-01-01"), ("2010-05-01", "2020-01-01")),
        (Span("2010-01-01", "2010-12-31", None, None, "2010/"), ("2010-12-31", "2010-12-31"), ("2010-01-01", "2010-12-31")),
        (Span(None, None, "2014-01-01", "2014-12-31", "/2014"), ("2014-01-01", "2014-01-01"), ("2014-01-01", "2014-12-31")),
    ],
)
def test_a_bar_is_dark_where_it_is_certain(span: Span, certain: tuple[str, str], possible: tuple[str, str]) -> None:
    # Another bar stretches the axis over known years.
    whole = Bar(name("whole"), "a", Span("2000-01-01", "2000-01-01", "2019-12-31", "2019-12-31", None))
    bars = [
        element
        for element in read_svg(draw_timeline([whole, Bar(name("b"), "b", span)], ENGLISH, "", "2020-01-01"))
        if element.tag == "rect"
    ]
    scale = float(bars[0].attrib["width"]) / (read_year("2019-12-31") - 2000)
    for element, (start, end) in zip(bars[2:], (possible, certain), strict=True):
        left = float(bars[0].attrib["x"]) + (read_year(start) - 2000) * scale
        width = (read_year(end) - read_year(start)) * scale
        assert float(element.attrib["x"]) == pytest.approx(left, abs=0.2)
        assert float(element.attrib["width"]) == pytest.approx(max(width, 4 if (start, end) == possible else 2), abs=0.3)


def test_a_coast_over_the_date_line_is_not_drawn_across_the_map() -> None:
    spots = find_spots([(name("a"), 0.0, 0.0), (name("<b>"), 0.1, 0.1), (name("c"), 60.0, 170.0)])
    assert [spot.numbers for spot in spots] == [[1, 2], [3]]
    drawn = draw_map(spots, [[(179.0, 60.0), (-179.0, 60.0), (-179.0, 62.0), (179.0, 62.0)]], ENGLISH)
    (land,) = (element.attrib["d"] for element in read_svg(drawn) if element.attrib.get("class") == "land")
    assert land == "M447.5 -150M-447.5 -150L-447.5 -155M447.5 -155"
    assert "<b>" not in drawn


def test_a_class_leads_to_others() -> None:
    elements = read_svg(draw_class(name("person"), [Arrow(name("works for"), name("ministry & co"), 1234)], ENGLISH))
    assert [element.text for element in elements if element.tag == "text"] == ["person", "works for (1,234)", "ministry & co"]


@pytest.mark.parametrize(
    ("day", "drawn"),
    [
        ("2019-02-28, xsd:date", True),
        ("2019-02-28Z, xsd:date", True),
        ("$(start), xsd:gYear", False),
        ("-0044-03-15, xsd:date", False),
        ("0000-01-01, xsd:date", False),
        ("2019-02-30, xsd:string", False),
    ],
)
def test_days_that_no_calendar_has_are_not_drawn(tmp_path: Path, day: str, *, drawn: bool) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "tests/small_project", project)
    mapping = project / "mappings/letters.yml"
    since = "- [ex:since, $(start), xsd:gYear]"
    text = mapping.read_text(encoding="utf-8").replace("prefixes:", "prefixes:\n  k: https://w3id.org/kzlod/ns#", 1)
    assert since in text
    mapping.write_text(text.replace(since, f"{since}\n      - [k:earliestStart, {day}]"), encoding="utf-8")
    publish_site(load_project(project), tmp_path / "site")
    page = (tmp_path / "site/person/ember.html").read_text(encoding="utf-8")
    assert ("<svg" in page) == drawn
