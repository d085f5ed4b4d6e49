"""Golden cases: each folder of ``cases`` holds data, shapes, and the report in each format."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from kzlod.validation.data import load_graph, load_shapes
from kzlod.validation.engine import validate_graph
from kzlod.validation.formats import write_json, write_text, write_turtle
from kzlod.validation.report import Report, Result, Severity

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").iterdir())


def write_report(case: Path, form: str) -> str:
    report, graph = validate_graph(load_graph([case / "data.ttl"]), load_shapes([case / "shapes.ttl"]))
    writers: dict[str, Callable[[], str]] = {
        "txt": lambda: write_text(report),
        "json": lambda: write_json(report),
        "ttl": lambda: write_turtle(graph),
    }
    return writers[form]()


@pytest.mark.parametrize("form", ["txt", "json", "ttl"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, form: str) -> None:
    assert write_report(case, form) == (case / f"expected.{form}").read_bytes().decode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_turtle_is_the_report_of_the_engine(case: Path) -> None:
    _, graph = validate_graph(load_graph([case / "data.ttl"]), load_shapes([case / "shapes.ttl"]))
    assert isomorphic(load_text(write_turtle(graph)), load_text(graph.serialize(format="nt11")))


def load_text(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="turtle")


@pytest.mark.parametrize("form", ["text", "turtle"])
def test_the_same_bytes_in_every_process(form: str) -> None:
    case = HERE / "cases" / "blank-nodes"
    command = [sys.executable, "-m", "kzlod", "validate", "data.ttl", "--shapes", "shapes.ttl", "--format", form]
    outputs = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        outputs.add(subprocess.run(command, cwd=case, env=environment, capture_output=True, check=False).stdout)
    assert outputs == {(case / f"expected.{'txt' if form == 'text' else 'ttl'}").read_bytes()}


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(message=texts, value=texts)
def test_no_text_of_the_data_can_forge_a_line(message: str, value: str) -> None:
    result = Result("<https://example.org/a>", "", f'"{value}"', "c", "s", Severity.VIOLATION, (message,))
    lines = write_text(Report((result,))).split("\n")
    assert [line.split(" ")[0] for line in lines[:-1] if not line.startswith(" ")] == ["violation:", "does"]
    assert len(lines) == 5
    assert all(line.isprintable() for line in lines)
