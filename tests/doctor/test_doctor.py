"""The doctor: a sound project has no problem, and each fault is told with its place and in order."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kzlod.build import build
from kzlod.doctor.examination import examine
from kzlod.doctor.settings import examine_publication
from kzlod.importer import create_project, create_project_of
from kzlod.imports.popolo.reading import read_popolo
from kzlod.project import load_project
from kzlod.starting.folder import Beginning

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doctor") / "demo"
    create_project(folder, Beginning("https://tides.example/", "2025-01-01"))
    build(load_project(folder), folder / "output")
    return folder


@pytest.fixture
def demo(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path / "demo")
    return tmp_path / "demo"


def look(folder: Path) -> tuple[list[str], list[str]]:
    """Problems and suggestions, as they are told."""
    found = list(examine(folder))
    return [str(finding.problem) for finding in found if finding.is_wrong], [str(f.problem) for f in found if not f.is_wrong]


def edit(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / path).read_text(encoding="utf-8")
        assert old in text
        (folder / path).write_text(text.replace(old, new), encoding="utf-8")

    return change


def remove(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


def test_a_sound_project_has_no_problem(sound: Path) -> None:
    problems, suggestions = look(sound)
    assert problems == []
    assert [text.split(":")[0] for text in suggestions] == ["facts", "releases", "kzlod.toml"]


FAULTS = [
    (remove("kzlod.toml"), "there is no kzlod.toml here"),
    (edit("kzlod.toml", "licence =", "license ="), "'license' is no setting"),
    (remove("mappings/gazette.yml"), "mappings: there is no file *.yml here"),
    (remove("facts/gazette/tables.json"), "facts/gazette: the source gazette has no tables.json"),
    (remove("ontology/context.jsonld"), "ontology/context.jsonld: this file is missing"),
    (edit("facts/gazette/tables.json", '"name": "id",', '"name": "id"'), "facts/gazette/tables.json:11:25: not JSON: "),
    (edit("facts/gazette/tables.json", '"posts.csv"', '"offices.csv"'), "facts/gazette"),
    (edit("mappings/gazette.yml", "$(name), $(language)~lang", "$(title), $(language)~lang"), "has no column 'title'"),
    (
        edit("facts/gazette/evidence.csv", "persons,oren-halloway,1,", "persons,mira-talvane,3,"),
        "gives evidence for 'oren-halloway'",
    ),
    (edit("facts/gazette/persons.csv", "1978", "78"), "facts/gazette/persons.csv:2:"),
    (edit("mappings/gazette.yml", "      - [schema:name, $(name), $(language)~lang]\n", ""), "has a name with a language tag"),
    (edit("ontology/terms.ttl", "ns:Ministry\n", "ns:Ministry Ministry\n"), "ontology/terms.ttl:13:13: not Turtle: "),
    (edit("queries/find.rq", "SELECT", "SELEKT"), "queries/find.rq:"),
    (edit("kzlod.toml", '[publication.publisher]\nname = "An invented country"\n', ""), "publication.publisher is missing"),
    (edit("facts/gazette/persons.csv", "Mira Talvane", "Myra Talvane"), "output: this is not what a build makes now"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "message"), FAULTS, ids=[message for _, message in FAULTS])
def test_each_fault_is_told(fault: Callable[[Path], None], message: str, demo: Path) -> None:
    fault(demo)
    problems, _ = look(demo)
    assert any(message in problem for problem in problems), problems


def test_a_table_that_no_mapping_names_is_told_once(demo: Path) -> None:
    edit("mappings/gazette.yml", "  documents: [../facts/gazette/documents.csv~csv]\n", "")(demo)
    text = (demo / "mappings/gazette.yml").read_text(encoding="utf-8")
    start, end = text.index("  document:\n"), text.index("  person:\n")
    (demo / "mappings/gazette.yml").write_text(text[:start] + text[end:], encoding="utf-8")
    problems, _ = look(demo)
    assert problems == ["facts/gazette/documents.csv: no mapping reads this table: name it in one of mappings/*.yml [mapping]"]


def test_columns_of_an_import_whose_entities_are_used_are_not_odd(tmp_path: Path) -> None:
    text = '{"persons": [{"id": "a", "name": "Ada"}], "memberships": [{"person_id": "a", "role": "Keeper"}]}'
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    beginning = Beginning("https://tides.example/", "2025-01-01", source="p")
    create_project_of(tmp_path / "out", beginning, lambda name, known: read_popolo(tmp_path / "p.json", name, known, "en"))
    problems, suggestions = look(tmp_path / "out")
    assert problems == []
    assert [text for text in suggestions if "no mapping uses" in text or "queries/" in text] == []


ODD = [
    (edit("ontology/terms.ttl", 'rdfs:label "ministry"@en ;', ""), "ontology: terms in use have no label in en: ns:Ministry"),
    (edit("queries/find.rq", '"talvane"', '"nobody"'), "queries/find.rq: the query finds nothing"),
    (edit("shapes/person.ttl", "schema:Person", "schema:Robot"), "finds no node in the data"),
    (edit("kzlod.toml", "[description]\nen", "[description]\nkk"), "kzlod.toml: the title is in en, but description is not"),
]


def test_what_is_odd_is_no_problem(demo: Path) -> None:
    for fault, _ in ODD:
        fault(demo)
    edit("facts/gazette/tables.json", '{"name": "birth",', '{"name": "shoes"}, {"name": "birth",')(demo)
    path = demo / "facts/gazette/persons.csv"
    path.write_text(path.read_text().replace("birth", "shoes,birth").replace("en,", "en,red,"))
    shutil.rmtree(demo / "output")
    problems, suggestions = look(demo)
    assert problems == []
    for message in (*(message for _, message in ODD), "persons.csv: no mapping uses column shoes: nothing is published of it"):
        assert any(message in suggestion for suggestion in suggestions), (message, suggestions)


def test_folders_that_are_not_as_they_should_be(demo: Path) -> None:
    shutil.copytree(demo / "facts/gazette", demo / "facts/letters")
    shutil.copytree(demo / "output", demo / "releases/1.0.0")
    problems, suggestions = look(demo)
    assert "kzlod.toml: sources does not name facts/letters: nothing of it is read [sources]" in suggestions
    assert any("this is no whole release" in problem for problem in problems)


@pytest.mark.slow
def test_this_repository_has_no_problem() -> None:
    assert list(examine_publication(load_project(ROOT))) == []
    assert [str(f.problem) for f in examine(ROOT) if f.is_wrong] == []
