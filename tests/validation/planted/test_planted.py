"""Sixty planted faults of twelve rules: every result points at the file, line and column where its fault is."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from tests.validation.planted.faults import RULES, WRITERS, Fault, invent_people, write_table

from kzlod.build import assemble, build
from kzlod.cli import main
from kzlod.errors import DataError
from kzlod.origins import trace_report
from kzlod.project import load_project
from kzlod.validation.data import read_data
from kzlod.validation.engine import validate
from kzlod.validation.engines import Engine
from kzlod.validation.places import locate_results
from kzlod.validation.report import Location, Result
from kzlod.validation.shapes import load_shapes

PROJECT = Path(__file__).parent / "project"
TABLE = "facts/list/people.csv"
IN_TABLES = 30
IN_RDF = {"ttl": 12, "trig": 6, "nt": 6, "jsonld": 6}


def list_rules(number: int, seed: int) -> list[str]:
    """So many rules, each as often as the others as far as it goes."""
    rules = sorted(RULES)
    return [rules[(seed + count) % len(rules)] for count in range(number)]


def list_faults(results: Iterable[Result], places: Iterable[Location]) -> set[Fault]:
    return {
        Fault(result.rule, result.focus_node.rpartition("/")[2][:-1], place.line or 0, place.column or 0)
        for result, place in zip(results, places, strict=True)
    }


@pytest.fixture
def planted(tmp_path: Path) -> tuple[Path, set[Fault]]:
    """A project with faults in its table."""
    shutil.copytree(PROJECT, tmp_path / "project")
    table = write_table(invent_people(list_rules(IN_TABLES, 0), random.Random(1)))
    (tmp_path / "project" / TABLE).write_text(table.text, encoding="utf-8")
    return tmp_path / "project", table.faults


def test_there_are_sixty_faults_of_twelve_rules() -> None:
    assert IN_TABLES + sum(IN_RDF.values()) == 60
    assert len(RULES) == 12


def test_faults_in_tables(planted: tuple[Path, set[Fault]], engine: Engine) -> None:
    folder, faults = planted
    dataset = assemble(load_project(folder))
    report = validate(engine, dataset.write_triples(), load_shapes([folder / "shapes"]).text)
    results = trace_report(dataset, report).results
    assert len(results) == len(faults) == IN_TABLES
    origins = [origin for result in results for origin in result.origins]
    assert list_faults(results, [origin.location for origin in origins]) == faults
    for result, origin in zip(results, origins, strict=True):
        person = result.focus_node.rpartition("/")[2][:-1]
        assert (origin.fact, origin.table) == (f"https://example.org/fact/list/people/{person}", "list/people")
        mapping, _, line = origin.rule.rpartition(":")
        rule = (folder / mapping).read_text(encoding="utf-8").split("\n")[int(line) - 1]
        assert ("a, ex:Person" if result.rule == "MinCount" else result.path.rpartition("#")[2][:-1]) in rule


def test_a_build_that_fails_names_the_cells(planted: tuple[Path, set[Fault]]) -> None:
    folder, faults = planted
    with pytest.raises(DataError) as error:
        build(load_project(folder), folder / "output")
    assert {(problem.rule, problem.file, problem.line, problem.column) for problem in error.value.problems} == {
        (fault.rule, TABLE, fault.line, fault.column) for fault in faults
    }
    assert "(https://example.org/fact/list/people/p" in error.value.problems[0].message


@pytest.mark.parametrize("ending", WRITERS)
def test_faults_in_rdf(ending: str, engine: Engine, tmp_path: Path) -> None:
    number = IN_RDF[ending]
    seed = sum(IN_RDF[other] for other in list(IN_RDF)[: list(IN_RDF).index(ending)])
    text = WRITERS[ending](invent_people(list_rules(number, seed), random.Random(seed)))
    path = tmp_path / f"people.{ending}"
    path.write_text(text.text, encoding="utf-8")
    report = validate(engine, read_data([path]), load_shapes([PROJECT / "shapes"]).text)
    results = locate_results(report, [path]).results
    assert len(results) == len(text.faults) == number
    assert {result.locations[0].file for result in results} == {path.as_posix()}
    assert list_faults(results, [result.locations[0] for result in results]) == text.faults


def read_sarif(data: str, *options: str) -> set[tuple[str, str, int, int]]:
    """Rule, file, line and column of each result of the command, as its SARIF says."""
    arguments = ["validate", data, "-s", str(PROJECT / "shapes"), "--format", "sarif=report.sarif", *options]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    (run,) = json.loads(Path("report.sarif").read_text(encoding="utf-8"))["runs"]
    places = [(found["ruleId"], found["locations"][0]["physicalLocation"]) for found in run["results"]]
    return {
        (rule.split()[1], unquote(place["artifactLocation"]["uri"]), place["region"]["startLine"], place["region"]["startColumn"])
        for rule, place in places
    }


@pytest.mark.parametrize("ending", IN_RDF)
def test_sarif_points_at_faults_in_rdf(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = WRITERS[ending](invent_people(list_rules(IN_RDF[ending], 0), random.Random(2)))
    (tmp_path / f"people.{ending}").write_text(text.text, encoding="utf-8")
    assert read_sarif(f"people.{ending}") == {(fault.rule, f"people.{ending}", fault.line, fault.column) for fault in text.faults}


def test_sarif_points_at_faults_in_tables(planted: tuple[Path, set[Fault]], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, faults = planted
    monkeypatch.chdir(folder)
    (folder / "dump.nt").write_text(assemble(load_project(folder)).write_triples(), encoding="utf-8")
    assert read_sarif("dump.nt") == {(fault.rule, TABLE, fault.line, fault.column) for fault in faults}
