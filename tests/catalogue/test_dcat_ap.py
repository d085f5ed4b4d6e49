"""DCAT-AP 3's own shapes, of the folder beside the repository: neither a violation nor a warning of any of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kzlod.validation.data import read_data
from kzlod.validation.engine import validate
from kzlod.validation.engines.choice import open_engine
from kzlod.validation.shapes import load_shapes

SUITES = ("shapes", "range", "shapes_recommended")


def load_suite(path: Path) -> str:
    # "sh:shape" is no term of SHACL; "sh:node" is what its authors mean.
    return load_shapes([path]).text.replace("shacl#shape>", "shacl#node>")


def find_results(suite: Path, data: str, engine: str) -> list[str]:
    with open_engine(engine) as opened:
        report = validate(opened, data, load_suite(suite))
    return [f"{result.severity} {result.focus_node} {result.path} {result.message}" for result in report.results]


@pytest.mark.parametrize("engine", ["pyshacl", "turbo"])
@pytest.mark.parametrize("name", SUITES)
def test_the_catalogue_passes(built: Path, shared: Path, name: str, engine: str) -> None:
    data = read_data([built / "catalogue.ttl"])
    assert find_results(shared / "suites" / "dcat-ap" / f"{name}.ttl", data, engine) == []


@pytest.mark.parametrize(
    ("name", "fault"),
    [("shapes", "<http://purl.org/dc/terms/publisher>"), ("range", "LinguisticSystem"), ("shapes_recommended", "dcat#centroid")],
)
def test_the_shapes_find_what_is_missing(built: Path, shared: Path, name: str, fault: str) -> None:
    lines = read_data([built / "catalogue.ttl"]).splitlines(keepends=True)
    data = "".join(line for line in lines if fault not in line)
    assert find_results(shared / "suites" / "dcat-ap" / f"{name}.ttl", data, "turbo")
