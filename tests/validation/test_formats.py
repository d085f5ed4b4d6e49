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

from kzlod.validation.data import read_data
from kzlod.validation.engine import validate
from kzlod.validation.engines import Engine
from kzlod.validation.engines.choice import create_engine
from kzlod.validation.formats import write_json, write_text, write_turtle
from kzlod.validation.report import Message, Report, Result, Severity
from kzlod.validation.shapes import load_shapes

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").iterdir())


def write_report(engine: Engine, case: Path, form: str) -> str:
    shapes = load_shapes([case / "shapes.ttl"])
    report = validate(engine, read_data([case / "data.ttl"]), shapes.text)
    writers: dict[str, Callable[[], str]] = {
        "txt": lambda: write_text(report),
        "json": lambda: write_json(report),
        "ttl": lambda: write_turtle(report, shapes.statements),
    }
    return writers[form]()


@pytest.mark.parametrize("form", ["txt", "json", "ttl"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(engine: Engine, case: Path, form: str) -> None:
    assert write_report(engine, case, form) == (case / f"expected.{form}").read_bytes().decode()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_turtle_says_what_the_report_says(case: Path) -> None:
    shapes = load_shapes([case / "shapes.ttl"])
    report = validate(create_engine("pyshacl"), read_data([case / "data.ttl"]), shapes.text)
    again = rdflib.Graph().parse(data=write_turtle(report, shapes.statements), format="turtle")
    results = set(again.objects(None, rdflib.SH.result))
    assert len(results) == len(report.results)
    assert {bool(conforms) for conforms in again.objects(None, rdflib.SH.conforms)} == {rdflib.Literal(report.conforms).value}
    for name, values in {
        "resultMessage": [message.text for result in report.results for message in result.messages],
        "value": [result.value for result in report.results if result.value],
        "resultPath": [result.path for result in report.results if result.path],
    }.items():
        assert len([1 for result in results for _ in again.objects(result, rdflib.SH[name])]) == len(values)


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
    result = Result("<https://example.org/a>", "", f'"{value}"', "c", "s", Severity.VIOLATION, (Message(message),))
    lines = write_text(Report((result,))).split("\n")
    assert [line.split(" ")[0] for line in lines[:-1] if not line.startswith(" ")] == ["violation:", "does"]
    assert len(lines) == 5
    assert all(line.isprintable() for line in lines)
