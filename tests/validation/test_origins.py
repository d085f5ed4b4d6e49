"""From results to rows: of a dump that is a build of the project here, and of nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.validation.turtle import read_shapes_text

from kzlod.build import assemble, build
from kzlod.cli import main
from kzlod.origins import trace_built
from kzlod.project import load_project
from kzlod.validation.data import read_data
from kzlod.validation.engine import validate
from kzlod.validation.engines.choice import FAST, create_engine
from kzlod.validation.report import Evidence, Location, Origin, Report

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "small_project"
SCHEMA = "http://schema.org/"
# A name may not be so long, and a place of evidence may not start at 13.
START = "http://www.w3.org/ns/oa#start"
SHAPES = f"""
ex:S sh:targetClass <{SCHEMA}Person> ; sh:property [ sh:path <{SCHEMA}name> ; sh:maxLength 5 ] .
ex:T sh:targetSubjectsOf <{START}> ; sh:property [ sh:path <{START}> ; sh:minExclusive 66 ] .
"""
EMBER = Origin(
    "https://example.org/fact/letters/persons/ember",
    "letters/persons",
    Location("facts/letters/persons.csv", 2, 7, 2, 16),
    "mappings/letters.yml:25",
    (Evidence("https://example.org/document/letter", 13, 22),),
)


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the small project."""
    output = tmp_path_factory.mktemp("small") / "output"
    build(load_project(SMALL), output)
    return output


def trace(path: Path, folder: Path = Path()) -> Report:
    data = read_data([path])
    report = validate(create_engine(FAST), data, read_shapes_text(SHAPES))
    return trace_built(assemble(load_project(SMALL)), report, data, folder)


@pytest.mark.parametrize("name", ["kzlod.nq", "kzlod.trig", "kzlod.nt", "kzlod.ttl", "kzlod.jsonld"])
def test_results_of_a_dump_lead_to_its_tables(name: str, dumps: Path) -> None:
    report = trace(dumps / name)
    assert [result.origins for result in report.results if result.focus_node == "<https://example.org/person/ember>"] == [(EMBER,)]
    assert len(report.results) == (6 if name in {"kzlod.nq", "kzlod.trig"} else 1)
    for result in report.results:
        assert {origin.location.file for origin in result.origins} <= {path.as_posix() for path in list_tables()}
        assert result.origins


def list_tables() -> list[Path]:
    return [path.relative_to(SMALL) for path in (SMALL / "facts" / "letters").glob("*.csv")]


def test_files_are_named_from_here(dumps: Path) -> None:
    (result,) = trace(dumps / "kzlod.nt", Path("there/project")).results
    assert result.origins[0].location.file == "there/project/facts/letters/persons.csv"


def test_data_that_the_project_does_not_make_has_no_origin(dumps: Path, tmp_path: Path) -> None:
    # Another name of the same person: nobody knows where it is from.
    path = tmp_path / "changed.nt"
    path.write_text((dumps / "kzlod.nt").read_text(encoding="utf-8").replace("Ada Ember", "Ida Ember"), encoding="utf-8")
    (result,) = trace(path).results
    assert result.origins == ()


def test_a_project_that_cannot_be_built_is_no_obstacle(dumps: Path, tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "project")
    (tmp_path / "project" / "facts" / "letters" / "persons.csv").unlink()
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .\n"
        f"ex:S sh:targetClass <{SCHEMA}Person> ; sh:property [ sh:path <{SCHEMA}name> ; sh:maxLength 5 ] .",
        encoding="utf-8",
    )
    arguments = [str(dumps / "kzlod.nt"), "-s", str(tmp_path / "shapes.ttl"), "--project", str(tmp_path / "project")]
    result = CliRunner().invoke(main, ["validate", *arguments])
    assert result.exit_code == 1
    assert "warning: results are not traced to the tables of the project: there is no such file" in result.stderr
