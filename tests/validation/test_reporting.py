"""What a run writes and where: no input is lost, and a failed run leaves no report of an earlier one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from junitparser import Error, JUnitXml, Skipped
from tests.validation.turtle import PREFIXES

from kzlod.cli import main

SHAPES = "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .\n"
DATA = "ex:a a ex:C .\nex:b a ex:C ; ex:p 'b' .\n"
CATALOGUE = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog"/>'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("data", "old", "shapes"):
        Path(name).mkdir()
    for name, text in {"data/data.ttl": DATA, "old/data.ttl": DATA, "shapes/shapes.ttl": SHAPES}.items():
        Path(name).write_text(PREFIXES + text, encoding="utf-8")
    Path("catalogue.xml").write_text(CATALOGUE, encoding="utf-8")
    Path("link.ttl").symlink_to("data/data.ttl")
    return tmp_path


def validate(*options: str) -> Result:
    return CliRunner().invoke(main, ["validate", "data", *options])


@pytest.mark.parametrize(
    "options",
    [
        ["--format", "sarif=data/data.ttl"],
        ["--format", "sarif=link.ttl"],
        ["--format", "json=shapes/../shapes/shapes.ttl"],
        ["--format", "json=old/data.ttl", "--since", "old"],
        ["--format", "junit=catalogue.xml", "--catalogue", "catalogue.xml"],
        ["--baseline", "data/data.ttl", "--update-baseline"],
        ["--baseline", "data/data.ttl"],
        ["--baseline", "out", "--update-baseline", "--format", "json=./out"],
        ["--format", "json=out", "--format", "sarif=./out"],
    ],
)
def test_no_file_is_lost(folder: Path, options: list[str]) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found = validate(*options)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(("--format: ", "--baseline: "))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_reports_may_lie_beside_the_data() -> None:
    written = []
    for _ in range(2):
        options = ("--baseline", "data/known.jsonl", "--update-baseline", "--format", "sarif=data/out.sarif")
        assert validate(*options).exit_code == 0
        written.append([Path("data", name).read_bytes() for name in ("known.jsonl", "out.sarif")])
    # They are no data to the second run.
    assert written[0] == written[1]
    assert all(written[0])


@pytest.mark.parametrize(
    ("fault", "options", "code", "place"),
    [
        ("data/data.ttl", [], 1, "data/data.ttl"),
        ("shapes/shapes.ttl", [], 2, "shapes/shapes.ttl"),
        ("known.jsonl", ["--baseline", "known.jsonl"], 2, "known.jsonl"),
        (None, ["--timeout", "0.000001"], 3, None),
    ],
)
def test_a_run_that_ends_early_leaves_no_old_report(fault: str | None, options: list[str], code: int, place: str | None) -> None:
    forms = ["--format", "sarif=out.sarif", "--format", "junit=out.xml", "--format", "github"]
    validate(*forms)
    if fault:
        Path(fault).write_text("\nnone of this", encoding="utf-8")
    found = validate(*forms, *options)
    assert found.exit_code == code
    (run,) = json.loads(Path("out.sarif").read_text(encoding="utf-8"))["runs"]
    (invocation,) = run["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"], run["results"]) == (False, code, [])
    (told,) = [told for told in invocation["toolExecutionNotifications"] if told["level"] == "error"]
    assert told["message"]["text"] in found.stderr
    places = [location["physicalLocation"]["artifactLocation"]["uri"] for location in told["locations"]]
    assert places == ([place] if place else [])
    suites = JUnitXml.fromfile("out.xml")
    assert (suites.tests, suites.errors, suites.failures) == (1, 1, 0)
    ((case,),) = suites
    assert (type(case.result[0]), case.result[0].text + "\n") == (Error, found.stderr)
    assert found.stdout.startswith("::error ")


UNUSED = "ex:U a sh:NodeShape ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .\n"
UNMATCHED = "ex:M sh:targetClass ex:D ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .\n"
FORMS = ("--format", "text", "--format", "json=out.json", "--format", "junit=out.xml")


def test_shapes_that_check_nothing_do_not_pass() -> None:
    shapes = PREFIXES + SHAPES.replace("minCount", "maxCount") + UNUSED + UNMATCHED
    Path("shapes/shapes.ttl").write_text(shapes, encoding="utf-8")
    found = validate(*FORMS)
    assert (found.exit_code, found.stdout) == (0, "conforms\n")
    warnings = json.loads(Path("out.json").read_text(encoding="utf-8"))["warnings"]
    assert [warning["rule"] for warning in warnings] == ["unmatched-shape", "unused-shape"]
    assert {warning["location"]["file"] for warning in warnings} == {"shapes/shapes.ttl"}
    assert all(warning["message"] in found.stderr for warning in warnings)
    suites = JUnitXml.fromfile("out.xml")
    assert (suites.tests, suites.skipped) == (3, 2)
    assert {suite.name[-1]: [type(told) for case in suite for told in case.result] for suite in suites} == {
        "S": [],
        "U": [Skipped],
        "M": [Skipped],
    }


@pytest.mark.parametrize(
    "more", ["", "ex:M sh:node ex:N . ex:N a sh:NodeShape .", "ex:O sh:targetNode ex:a ; sh:deactivated true ."]
)
def test_where_no_shape_finds_a_node_nothing_was_validated(more: str) -> None:
    Path("shapes/shapes.ttl").write_text(PREFIXES + UNUSED + UNMATCHED + more, encoding="utf-8")
    assert validate().stdout == "nothing was validated: no shape finds a node in the data\n"


@pytest.mark.parametrize("more", ["[] sh:targetNode ex:a ; sh:class ex:C .", "ex:C a rdfs:Class, sh:NodeShape ."])
def test_where_one_shape_finds_a_node_the_data_conforms(more: str) -> None:
    rdfs = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    Path("shapes/shapes.ttl").write_text(rdfs + PREFIXES + UNUSED + UNMATCHED + more, encoding="utf-8")
    assert validate().stdout == "conforms\n"


@pytest.mark.parametrize("options", [["--focus", "https://example.org/b"], ["--since", "old"]])
def test_a_part_is_not_all(options: list[str]) -> None:
    found = validate(*options, "--format", "text", "--format", "json=out.json", "--format", "sarif=out.sarif")
    assert (found.exit_code, found.stdout) == (0, "nothing found in the part that was validated\n")
    assert json.loads(Path("out.json").read_text(encoding="utf-8"))["partial"] is True
    assert json.loads(Path("out.sarif").read_text(encoding="utf-8"))["runs"][0]["properties"] == {"partial": True}
