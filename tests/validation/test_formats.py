"""Golden cases: each folder of ``cases`` holds data, shapes, and the report in each format."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from tests.validation.outcomes import make_outcome, validate_case

from kzlod.validation.engines import Engine
from kzlod.validation.engines.choice import create_engine
from kzlod.validation.formats.choice import FORMATS
from kzlod.validation.formats.standard import write_turtle
from kzlod.validation.report import Report

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").iterdir())
ENDINGS = {"text": "txt", "json": "json", "turtle": "ttl"}


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(engine: Engine, case: Path, form: str) -> None:
    expected = (case / f"expected.{ENDINGS[form]}").read_bytes().decode()
    assert FORMATS[form](validate_case(engine, case)) == expected


@pytest.mark.parametrize("form", ["turtle", "jsonld"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_standard_forms_say_what_the_report_says(case: Path, form: str) -> None:
    outcome = validate_case(create_engine("pyshacl"), case)
    again = rdflib.Graph().parse(data=FORMATS[form](outcome), format={"jsonld": "json-ld"}.get(form, form))
    results = set(again.objects(None, rdflib.SH.result))
    report = outcome.report
    assert len(results) == len(report.results)
    assert {bool(conforms) for conforms in again.objects(None, rdflib.SH.conforms)} == {rdflib.Literal(report.conforms).value}
    for name, values in {
        "resultMessage": [message.text for result in report.results for message in result.messages],
        "value": [result.value for result in report.results if result.value],
        "resultPath": [result.path for result in report.results if result.path],
    }.items():
        assert len([1 for result in results for _ in again.objects(result, rdflib.SH[name])]) == len(values)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_the_same_bytes_in_every_process(form: str) -> None:
    case = HERE / "cases" / "blank-nodes"
    command = [sys.executable, "-m", "kzlod", "validate", "data.ttl", "--shapes", "shapes.ttl", "--format", form]
    outputs = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        outputs.add(subprocess.run(command, cwd=case, env=environment, capture_output=True, check=False).stdout)
    (output,) = outputs
    assert output


def test_the_turtle_of_no_results() -> None:
    assert "sh:conforms true" in write_turtle(make_outcome(Report(())))
