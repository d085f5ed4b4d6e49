"""Golden cases: what others have becomes these statements, and what is wrong with it is told at its place."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from kzlod.build import build
from kzlod.cli import main
from kzlod.exchange import replace_file
from kzlod.project import load_project

CASES = Path(__file__).parent / "cases"
GOOD = {
    "parliament": ("import", "popolo", "ep-popolo-v1.0.json"),
    "folder": ("import", "popolo", "."),
    "holders": ("import", "wikidata-csv", "ministers-of-tarn.csv"),
    "mission": ("import", "wikidata-csv", "embassies.csv"),
    "planets": ("new", "--from", "planets.csv"),
}
OFFICES = "name,id,office,since\nAda Ember,Q900001,Keeper,2019\n"


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, str]:
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    return result.exit_code, result.output


@pytest.mark.parametrize("case", GOOD)
def test_it_becomes_these_statements(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(CASES / case, tmp_path / "in", ignore=shutil.ignore_patterns("expected*"))
    words = (
        [*GOOD[case], str(tmp_path / "out")] if case == "planets" else [*GOOD[case], "-o", str(tmp_path / "out"), "--source", "in"]
    )
    assert run(tmp_path / "in", monkeypatch, *words)[0] == 0
    build(load_project(tmp_path / "out"), tmp_path / "out" / "output")
    made = (tmp_path / "out" / "output" / "kzlod.nt").read_text(encoding="utf-8")
    assert made == (CASES / case / "expected.nt").read_text(encoding="utf-8")
    for data, code in (("pass", 0), ("fail", 1)) if case == "mission" else ():
        assert run(tmp_path / "out", monkeypatch, "validate", f"shapes/tests/{data}.ttl", "-s", "shapes")[0] == code


def test_what_is_not_known_is_kept_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(CASES / "parliament/ep-popolo-v1.0.json", tmp_path / "p.json")
    code, shown = run(tmp_path, monkeypatch, "import", "popolo", "p.json", "-o", "out", "--source", "p")
    assert code == 0
    assert "warning: p.json#/persons/0/twitter is not read" in shown
    unread = (tmp_path / "out/facts/p/unread.txt").read_text(encoding="utf-8")
    assert unread == 'p.json#/meta\t{"sources": ["https://assembly.example/"]}\np.json#/persons/0/twitter\t"@lenka"\n'


EMBEDDED = """{
  "memberships": [
    {"person": {"id": 1, "name": "Ada Ember", "twitter": "@ada"}, "organization_id": null,
     "organization": {"id": "o", "name": "Assembly", "founding_date": "1990", "area": {"name": "Tarn"}}},
    {"member": {"@type": "Organization", "id": "o"}, "organization": {"id": "league", "name": "League"}},
    {"member_id": "league", "organization_id": "o", "role": ["chair"]}
  ],
  "persons": [{"id": 1, "name": "Ada Ember"}],
  "organizations": [{"id": "o", "name": "Assembly"}]
}"""


def test_what_stands_in_the_place_of_an_id_is_one_thing_with_what_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "p.json").write_text(EMBEDDED, encoding="utf-8")
    code, shown = run(tmp_path, monkeypatch, "import", "popolo", "p.json", "-o", "out")
    assert code == 0, shown
    facts = tmp_path / "out/facts/p"
    rows = list(csv.DictReader((facts / "memberships.csv").read_text(encoding="utf-8").splitlines()))
    assert [(row["person_id_entity"], row["member_id_entity"], row["organization_id_entity"]) for row in rows] == [
        ("person/ada-ember", "", "organization/assembly"),
        ("", "organization/assembly", "organization/league"),
        ("", "organization/league", "organization/assembly"),
    ]
    assert [len((facts / f"{name}.csv").read_text().splitlines()) for name in ("persons", "organizations")] == [2, 3]
    # What differs from what is listed, or is no text where there should be one, is not lost.
    assert (facts / "unread.txt").read_text(encoding="utf-8").splitlines() == [
        'p.json#/memberships/0/person/twitter\t"@ada"',
        'p.json#/memberships/0/organization/founding_date\t"1990"',
        'p.json#/memberships/0/organization/area\t{"name": "Tarn"}',
        'p.json#/memberships/1/member/@type\t"Organization"',
        'p.json#/memberships/2/role\t["chair"]',
    ]


def test_a_page_of_an_api_is_read_and_what_is_around_it_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "persons.json").write_text('{"has_more": true, "result": [{"id": "a", "name": "Ada"}]}', encoding="utf-8")
    code, shown = run(tmp_path, monkeypatch, "import", "popolo", "persons.json", "-o", "out")
    assert (code, "warning: persons.json#/has_more is not read" in shown) == (0, True)


POPOLO = {
    '{"persons": [}': "p.json:1:14: not JSON: Expecting value [json]",
    '{"persons": {}}': "p.json#/persons: persons must be a list [popolo]",
    '{"persons": [1]}': "p.json#/persons/0: an item of persons must be an object [popolo]",
    '{"people": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]}': "p.json#/people/1: the id 'a' stands twice in persons [id]",
    '{"memberships": [{"person_id": "x", "role": "r"}]}': "p.json#/memberships/0/person_id: 'x' is no id of persons [reference]",
    '{"persons": [{"name": "A", "birth_date": "1970-13"}]}': "p.json#/persons/0/birth_date: '1970-13' is no date",
    '{"persons": [{"name": "A", "name": "B"}]}': "p.json: not JSON in UTF-8: the member 'name' stands twice in an object [json]",
    '{"a/b": []}': "p.json: there is nothing of Popolo here",
    '{"persons": [{"name": "A", "links": ["x"]}]}': "p.json#/persons/0/links/0: an item of links must be an object [popolo]",
    '{"persons": [{"name": "A", "memberships": {"role": "r"}}]}': "p.json#/persons/0/memberships: memberships must be",
    '{"memberships": [{"person_id": "x", "person": {"id": "y"}}]}': "p.json#/memberships/0/person: the id 'y' is not that",
    '[{"id": "a"}]': "p.json: there is nothing of Popolo here",
    '{"events": [{"name": "A", "start_date": "2020", "end_date": "2019"}]}': "p.json#/events/0: ",
}


@pytest.mark.parametrize(("text", "message"), POPOLO.items())
def test_bad_popolo_is_refused_at_its_place(text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    code, shown = run(tmp_path, monkeypatch, "import", "popolo", "p.json", "-o", "out")
    assert code == 1
    assert shown.startswith(message)
    assert [path.name for path in tmp_path.iterdir()] == ["p.json"]


TABLES = {
    "name,office,start\nAda,Keeper,soon\nIda,Keeper,later\n": "t.csv:2: column 'start': 'soon' is no date",
    "name,office,start,end\nAda,Keeper,2020,2019\n": "t.csv:2: ",
    "name,lat\nA,91.5\n": "t.csv:2: column 'lat': '91.5' is no latitude",
    "name,office\nAda\n": "t.csv:2: the row has 1 cells, but there are 2 columns",
    "name,office\n": "t.csv: the table has no rows",
    "colour,size\nred,2\n": "t.csv:1: it is not clear what a row is about",
    "operator,jurisdictions,jurisdictionQIDs\nTarn,a|b,Q1\n": "t.csv:2: column 'jurisdictionQIDs': there are not as many",
}


@pytest.mark.parametrize(("text", "message"), TABLES.items())
def test_a_bad_table_is_refused_at_its_place(text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    code, shown = run(tmp_path, monkeypatch, "import", "wikidata-csv", "t.csv", "-o", "out")
    assert code == 1
    assert shown.startswith(message), shown
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


def test_a_source_is_added_to_a_project_and_an_item_is_one_thing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, text in enumerate((OFFICES, OFFICES.replace("Ada Ember", "A. Ember").replace("Keeper", "Warden"))):
        (tmp_path / f"offices-{number}.csv").write_text(text, encoding="utf-8")
    assert run(tmp_path, monkeypatch, "new", "demo")[0] == 0
    for number in (0, 1):
        words = ("import", "wikidata-csv", f"offices-{number}.csv", "--project", "demo")
        assert run(tmp_path, monkeypatch, *words)[0] == 0
    project = load_project(tmp_path / "demo")
    assert project.sources == ("gazette", "offices-0", "offices-1")
    build(project, tmp_path / "output")
    data = (tmp_path / "output/kzlod.nt").read_text(encoding="utf-8")
    assert '<https://example.org/data/person/ada-ember> <http://schema.org/name> "A. Ember"@en' in data
    assert "person/a-ember" not in data
    code, shown = run(tmp_path, monkeypatch, "import", "wikidata-csv", "offices-0.csv", "--project", "demo")
    assert code == 2
    assert "the project has a source 'offices-0'" in shown


def test_rows_of_the_query_service_may_lack_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [f"http://www.wikidata.org/entity/Q90000{number}" for number in range(3)]
    text = f"start,person,personLabel,position,positionLabel\n+2019-03-20T00:00:00Z,{items[0]},,{items[1]},Keeper\n"
    (tmp_path / "t.csv").write_text(f"{text}20.03.2019,{items[2]},Ada Ember,{items[1]},\n", encoding="utf-8")
    code, shown = run(tmp_path, monkeypatch, "import", "wikidata-csv", "t.csv", "-o", "out")
    assert code == 0, shown
    rows = list(csv.DictReader((tmp_path / "out/facts/t/t.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["entity"] for row in rows] == ["membership/keeper-2019", "membership/ada-ember-2019"]
    assert [row["personlabel_entity"] for row in rows] == ["person/q900000", "person/ada-ember"]
    assert {row["positionlabel_entity"] for row in rows} == {"post/keeper"}
    build(load_project(tmp_path / "out"), tmp_path / "output")
    data = (tmp_path / "output/kzlod.nt").read_text(encoding="utf-8")
    assert f"<https://example.org/data/person/q900000> <http://schema.org/sameAs> <{items[0]}>" in data


def test_a_name_alone_is_no_reason_to_merge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("name,office\nMira Talvane,Minister of Salt\n", encoding="utf-8")
    run(tmp_path, monkeypatch, "new", "demo")
    assert run(tmp_path, monkeypatch, "import", "wikidata-csv", "t.csv", "--project", "demo")[0] == 0
    assert ",person/mira-talvane-2\n" in (tmp_path / "demo/facts/t/t.csv").read_text(encoding="utf-8").replace(",Minister", "\n")


def test_roles_are_given_where_they_are_not_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("Wer,Was,Ab\nAda Ember,Keeper,2019\n", encoding="utf-8")
    given = ("--column", "person=Wer", "--column", "post=Was", "--column", "start=Ab")
    code, shown = run(tmp_path, monkeypatch, "import", "wikidata-csv", "t.csv", "-o", "out", *given)
    assert code == 0
    assert "Wer: org:member" in shown
    code, shown = run(
        tmp_path, monkeypatch, "import", "wikidata-csv", "t.csv", "-o", "x", "--column", "king=Wer", "--column", "end=Bis"
    )
    assert code == 2
    assert "'king=Wer' is no ROLE=NAME" in shown
    assert "there is no column 'Bis': t.csv: Wer, Was, Ab" in shown


def test_a_failed_import_leaves_the_project_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, monkeypatch, "new", "demo")
    before = {path: path.read_bytes() for path in (tmp_path / "demo").rglob("*") if path.is_file()}
    (tmp_path / "t.csv").write_text("name,office,start,end\nAda,Keeper,2020,2019\n", encoding="utf-8")
    assert run(tmp_path, monkeypatch, "import", "wikidata-csv", "t.csv", "--project", "demo")[0] == 1
    assert {path: path.read_bytes() for path in (tmp_path / "demo").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("path", ["mappings/t.yml", "ontology/t.ttl", "facts/t/letter.txt"])
def test_no_file_of_the_project_is_replaced(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, monkeypatch, "new", "demo")
    file = tmp_path / "demo" / path
    file.parent.mkdir(exist_ok=True)
    file.write_text("# mine\n")
    (tmp_path / "t.csv").write_text(OFFICES, encoding="utf-8")
    code, shown = run(tmp_path, monkeypatch, "import", "wikidata-csv", "t.csv", "--project", "demo")
    assert (code, "would be replaced: name another source with --source" in shown) == (2, True)
    assert file.read_text() == "# mine\n"


def test_an_import_that_dies_between_two_files_is_told_and_the_next_one_removes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path, monkeypatch, "new", "demo")
    (tmp_path / "t.csv").write_text(OFFICES, encoding="utf-8")
    words = ("import", "wikidata-csv", "t.csv", "--project", "demo")

    def die(target: Path, content: bytes) -> None:
        if target.name == "kzlod.toml":
            raise KeyboardInterrupt
        replace_file(target, content)

    with monkeypatch.context() as patch:
        patch.setattr("kzlod.importer.replace_file", die)
        run(tmp_path, monkeypatch, *words)
    assert (tmp_path / "demo/mappings/t.yml").exists()
    assert "facts/t: an import was killed here" in run(tmp_path, monkeypatch, "doctor", "--project", "demo")[1]
    assert run(tmp_path, monkeypatch, *words, "--source", "u")[0] == 0
    assert not (tmp_path / "demo/mappings/t.yml").exists()
    assert not (tmp_path / "demo/facts/t").exists()
    assert load_project(tmp_path / "demo").sources == ("gazette", "u")
    assert run(tmp_path, monkeypatch, "build", "--project", "demo")[0] == 0


@pytest.mark.slow
def test_an_import_that_is_killed_leaves_a_project_that_builds_or_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, monkeypatch, "new", "demo")
    (tmp_path / "t.csv").write_text(OFFICES, encoding="utf-8")
    words = [sys.executable, "-m", "kzlod", "import", "wikidata-csv", "t.csv"]
    for target, milliseconds in ((target, moment) for moment in range(200, 3000, 350) for target in ("demo", "out")):
        option = ["--project", target] if target == "demo" else ["-o", target]
        with subprocess.Popen([*words, *option], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(milliseconds / 1000)
            os.kill(process.pid, signal.SIGKILL)
        assert target == "demo" or not (tmp_path / target).exists() or (tmp_path / target / "kzlod.toml").is_file()
    if "t" not in load_project(tmp_path / "demo").sources:
        assert run(tmp_path, monkeypatch, *words[3:], "--project", "demo")[0] == 0
    assert (tmp_path / "out").exists() or run(tmp_path, monkeypatch, *words[3:], "-o", "out")[0] == 0
    assert {path.name for path in tmp_path.iterdir()} == {"demo", "out", "t.csv"}
    for target in ("demo", "out"):
        assert run(tmp_path, monkeypatch, "build", "--project", target)[0] == 0


def test_a_draft_is_written_though_shapes_refuse_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, monkeypatch, "new", "demo")
    shape = tmp_path / "demo/shapes/person.ttl"
    shape.write_text(shape.read_text().replace("schema:birthDate ; sh:maxCount 1", "schema:birthDate ; sh:minCount 1"))
    gazette = tmp_path / "demo/facts/gazette/persons.csv"
    gazette.write_text(gazette.read_text().replace("Halloway,en,", "Halloway,en,1960"))
    (tmp_path / "t.csv").write_text("name,office\nAda Ember,Keeper\n", encoding="utf-8")
    words = ("import", "wikidata-csv", "t.csv", "--project", "demo")
    assert run(tmp_path, monkeypatch, *words)[1].startswith("t.csv:2: a person was born once")
    assert not (tmp_path / "demo/facts/t").exists()
    assert run(tmp_path, monkeypatch, *words, "--draft")[0] == 0
    assert (tmp_path / "demo/facts/t/t.csv").is_file()
