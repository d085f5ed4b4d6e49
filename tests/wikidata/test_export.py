"""``kzlod export quickstatements`` of an invented register, whose commands and report are written down in ``cases``."""

from __future__ import annotations

import bz2
import csv
import gzip
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.wikidata.conftest import CASES, PROJECT
from tests.wikidata.grammar import Command, read_commands
from tests.wikidata.rdf import write_triples

from kzlod.cli import main
from kzlod.dataset import Dataset
from kzlod.errors import DataError
from kzlod.wikidata.export import Export, Options, export_statements
from kzlod.wikidata.rules import WikidataMapping
from kzlod.wikidata.statements import Statement
from kzlod.wikidata.syntax import Syntax

SNAPSHOT = CASES / "snapshot.json"
LACKING = tuple((CASES / "lacking.qs").read_text(encoding="utf-8").splitlines())
WRONG_NUMBER = (
    b"<http://www.wikidata.org/entity/Q1001> <http://www.wikidata.org/prop/direct/P39> "
    b'"many"^^<http://www.w3.org/2001/XMLSchema#decimal> .\n'
)
Loaded = tuple[Dataset, WikidataMapping]


def call(*words: str | Path, folder: Path = PROJECT) -> Result:
    return CliRunner().invoke(main, ["export", "quickstatements", "--project", str(folder), *map(str, words)])


DONE: dict[tuple[int, Options], Export] = {}


def export(loaded: Loaded, options: Options | None = None) -> Export:
    """What is exported, made once for all tests that ask the same."""
    dataset, mapping = loaded
    options = options or Options()
    key = id(dataset), options
    if key not in DONE:
        DONE[key] = export_statements(dataset, mapping, options)
    return DONE[key]


def compare(loaded: Loaded, *snapshots: Path) -> Export:
    return export(loaded, Options(snapshots=snapshots))


def keep(command: Command) -> Command:
    """A command without its comment, which is tested by itself."""
    return replace(command, comment="")


def expect(statement: Statement) -> Command:
    """What a parser is to make of the commands of a statement."""
    qualifiers = tuple((snak.property, snak.value) for snak in statement.qualifiers)
    references = tuple(tuple((snak.property, snak.value) for snak in reference) for reference in statement.references)
    return Command(statement.item, statement.property.id, statement.value, qualifiers, references, statement.is_new)


def join_lines(commands: list[Command]) -> list[Command]:
    """The statements of version 2, which repeats a statement for each further reference."""
    joined: list[Command] = []
    for command in map(keep, commands):
        is_bare = bool(command.references) and not command.qualifiers and not command.is_new
        last = joined[-1] if joined else None
        if last and is_bare and (last.item, last.property, last.value) == (command.item, command.property, command.value):
            joined[-1] = replace(last, references=last.references + command.references)
        else:
            joined.append(command)
    return joined


CALLS = {
    "v3.qs": ["--new-items"],
    "v1.qs": ["--syntax", "v1", "--from-wikidata", "--new-items"],
    "lacking.qs": ["--snapshot", str(SNAPSHOT)],
    "report.txt": ["--dry-run", "--new-items"],
}


@pytest.mark.parametrize(("name", "words"), CALLS.items(), ids=list(CALLS))
def test_the_register_is_written_as_written_down(name: str, words: list[str]) -> None:
    result = call(*words)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == (CASES / name).read_text(encoding="utf-8")


def test_the_table_of_the_report_is_as_written_down(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    result = call("--snapshot", SNAPSHOT, "--dry-run", "--report", path)
    assert result.exit_code == 0
    assert path.read_text(encoding="utf-8") == (CASES / "lacking.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("syntax", ["v1", "v3"])
@pytest.mark.parametrize("source", ["register", "published"])
def test_the_commands_are_read_back_as_the_same_statements(source: str, syntax: Syntax, request: pytest.FixtureRequest) -> None:
    done = export(request.getfixturevalue(source), Options(syntax, from_wikidata=True, new_items=True))
    commands = read_commands("".join(f"{command}\n" for command in done.commands), syntax)
    statements = [keep(command) for command in commands if command.property.startswith("P")]
    if syntax == "v1":
        statements = join_lines(statements)
    assert statements == [expect(statement) for statement in done.report.statements]
    made = [command for command in commands if command.item == "CREATE"]
    assert len(made) == len(done.report.new_items)


def test_each_command_names_its_facts_and_where_they_stand(published: Loaded) -> None:
    done = export(published)
    for command, statement in zip(read_commands("\n".join(done.commands), "v3"), done.report.statements, strict=True):
        assert all(fact[1:-1] in command.comment for fact in statement.facts)
        assert "(characters " in command.comment


def test_two_terms_in_one_post_do_not_merge(published: Loaded) -> None:
    done = export(published, Options(from_wikidata=True))
    terms: dict[tuple[str, object], list[Statement]] = {}
    for statement in done.report.statements:
        if statement.property.id == "P39":
            terms.setdefault((statement.item, statement.value), []).append(statement)
    several = [group for group in terms.values() if len(group) > 1]
    assert len(several) >= 8
    assert all(statement.is_new for group in several for statement in group)
    # One of a single term is new only where another term is in a conflict, and left out.
    alone = [group[0] for group in terms.values() if len(group) == 1 and group[0].is_new]
    assert [statement.item for statement in alone] == ["Q1046192"]


def test_what_was_taken_from_wikidata_stays_there(published: Loaded) -> None:
    done = export(published)
    assert 0 < len(done.commands) < 20
    assert not any("/fact/office-holders/" in command or "/fact/missions/" in command for command in done.commands)
    reasons = {omission.reason for omission in done.report.omissions}
    assert "it was taken from Wikidata" in reasons
    assert len([one for one in done.report.omissions if one.reason == "it was taken from Wikidata"]) > 900


def test_what_wikidata_has_no_more_is_written_with_a_warning(published: Loaded, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot.json"
    snapshot.write_text(json.dumps({"entities": {"Q58203": {"id": "Q58203", "claims": {}}}}), encoding="utf-8")
    done = compare(published, snapshot)
    commands = read_commands("\n".join(done.commands), "v3")
    assert {command.item for command in commands} == {"Q58203"}
    assert [command.property for command in commands] == ["P39", "P39", "P569"]
    (warning,) = done.report.warnings
    assert warning.startswith("3 of these statements were taken from Wikidata once")
    assert done.report.describe().startswith("3 statements of 1 item, 0 new items; ")


def test_who_follows_whom_is_said_only_where_days_touch(published: Loaded) -> None:
    done = export(published, Options(from_wikidata=True))
    ends = {
        (statement.value, statement.item, snak.value): statement
        for statement in done.report.statements
        for snak in statement.qualifiers
        if snak.property == "P1366"
    }
    assert len(ends) > 30
    for (post, item, successor), statement in ends.items():
        others = [other for other in done.report.statements if (other.item, other.value) == (getattr(successor, "id", ""), post)]
        for other in others:
            back = [snak for snak in other.qualifiers if snak.property == "P1365" and getattr(snak.value, "id", "") == item]
            if back:
                assert statement.span.end
                assert other.span.start
                assert 0 <= (other.span.start[0] - statement.span.end[0]).days <= 1


def test_a_snapshot_in_triples_says_the_same(register: Loaded, tmp_path: Path) -> None:
    path = tmp_path / "snapshot.nt"
    lines = write_triples(json.loads(SNAPSHOT.read_text(encoding="utf-8")))
    path.write_text("\n".join(reversed(lines)) + "\n", encoding="utf-8")
    assert compare(register, path).commands == LACKING


@pytest.mark.parametrize("form", ["dump", "lines", "array", "single", "gz", "bz2"])
def test_a_snapshot_comes_in_many_forms(form: str, register: Loaded, tmp_path: Path) -> None:
    entities = json.loads(SNAPSHOT.read_text(encoding="utf-8"))["entities"]
    lines = [json.dumps(entity) for entity in entities.values()]
    texts = {
        "dump": {"s.json": "[\n" + ",\n".join(lines) + "\n]\n"},
        "lines": {"s.json": "\n".join(lines)},
        "array": {"s.json": json.dumps(list(entities.values()))},
        "single": {f"{name}.json": json.dumps({"entities": {name: entity}}) for name, entity in entities.items()},
        "gz": {"s.json.gz": json.dumps({"entities": entities})},
        "bz2": {"s.json.bz2": json.dumps({"entities": entities})},
    }
    packers: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress}
    for name, text in texts[form].items():
        (tmp_path / name).write_bytes(packers.get(form, bytes)(text.encode()))
    assert compare(register, *(tmp_path / name for name in texts[form])).commands == LACKING


def test_special_entity_data_of_a_redirect_is_known_by_its_name(register: Loaded, tmp_path: Path) -> None:
    entity = json.loads(SNAPSHOT.read_text(encoding="utf-8"))["entities"]["Q1003"]
    del entity["redirects"]
    (tmp_path / "Q1003.json").write_text(json.dumps({"entities": {"Q1013": entity}}))
    moved = [(one.value, one.detail) for one in compare(register, tmp_path / "Q1003.json").report.omissions]
    assert ("Q1003", "now Q1013") in moved


def test_a_truthy_snapshot_tells_only_that_something_is_there(register: Loaded, tmp_path: Path) -> None:
    path = tmp_path / "truthy.nt"
    wd, wdt = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/"
    path.write_text(f"<{wd}Q1002> <{wdt}P39> <{wd}Q2001> .\n")
    reasons = {one.reason for one in compare(register, path).report.omissions if one.thing == "<https://example.org/thing/bela>"}
    assert "it is there, and the snapshot does not tell with what qualifiers" in reasons


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("s.json", b'{"entities": ', "s.json: not JSON"),
        ("s.json", b'[\n{"id": "Q1001", "claims": {}},\n{"id": "Q1002", oops},\n]', "s.json:3: not JSON"),
        ("s.json", b'{"entities": {"Q1001": {"id": "Q1001", "claims": {"P39": [{}]}}}}', "Q1001 is not as Wikidata writes it"),
        ("s.json", b"null", "neither an item nor a list of items"),
        ("s.json", b'{"entities": null}', "neither an item nor a list of items"),
        ("s.json", b'{"entities": {"Q1001": null}}', "an entity is not as Wikidata writes it"),
        ("s.json", b"[" * 100_000, "s.json: not JSON"),
        ("Q1001.json", b'{"error": {"code": "no-such-entity"}}', "an error of Wikidata"),
        ("Q1001.json", b'{"warnings": {}}', "'warnings' is no id"),
        ("s.nt", WRONG_NUMBER, "<http://www.wikidata.org/entity/Q1001> is not as Wikidata writes it"),
        ("s.json", b"[1, 2]", "an entity is not as Wikidata writes it"),
        ("s.nt", b"<http://a> <http://b> <http://c> .\n<http://a> oops\n", "s.nt:2: no N-Triples"),
        ("s.nt.gz", b"no gzip", "s.nt.gz: it cannot be read"),
        ("s.json.bz2", b"no bzip2", "s.json.bz2: it cannot be read"),
    ],
)
def test_a_broken_snapshot_is_a_fault_of_data(name: str, content: bytes, message: str, register: Loaded, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=re.escape(message)):
        compare(register, tmp_path / name)


def test_a_snapshot_of_no_form_is_a_wrong_call(tmp_path: Path) -> None:
    (tmp_path / "s.xml").write_text("<a/>")
    result = call("--snapshot", tmp_path / "s.xml")
    assert result.exit_code == 2
    assert "its name ends in .nt or .json" in result.stderr


IMPOSSIBLE = {
    "2016-13": "there is no month 13",
    "2016-00-10": "there is no month 00",
    "2015-02-29/2016": "there is no day 29 in 2015-02",
    "May 2016": "it is no date",
    "44 BC": "it is no date",
    "2016-05/2015": "it ends before it starts",
    "２０１６": "it is no date",
}


def test_impossible_values_are_refused_all_at_once_with_their_places(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PROJECT, tmp_path / "project"))
    table = folder / "facts/register/holdings.csv"
    line = table.read_text().count("\n") + 1
    with table.open("a", encoding="utf-8") as file:
        file.writelines(f"wrong-{number},bela,scribe,{written},,letter,\n" for number, written in enumerate(IMPOSSIBLE))
    things = folder / "facts/register/things.csv"
    things.write_text(things.read_text().replace("50.0,71.25", "500.0,71.25"), encoding="utf-8")
    output = tmp_path / "out.qs"
    result = call("-o", output, folder=folder)
    assert result.exit_code == 1
    told = result.stderr.splitlines()
    for number, message in enumerate(IMPOSSIBLE.values()):
        place = f"facts/register/holdings.csv:{line + number}: "
        fact = f"https://example.org/fact/register/holdings/wrong-{number})"
        assert any(each.startswith(place) and message in each and fact in each for each in told), result.stderr
    assert any(each.startswith("facts/register/things.csv:13: ") and "is no place on Earth" in each for each in told)
    assert not output.exists()


@pytest.mark.parametrize("name", ["ontology/wikidata.yml", "facts/register/things.csv", "kzlod.toml"])
@pytest.mark.parametrize("option", ["-o", "--report"])
def test_a_file_of_the_project_is_not_written_over(name: str, option: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PROJECT, tmp_path / "project"))
    before = (folder / name).read_bytes()
    result = call(option, folder / name, folder=folder)
    assert result.exit_code == 2
    assert (folder / name).read_bytes() == before


def test_the_snapshot_and_the_report_are_not_written_over(tmp_path: Path) -> None:
    snapshot = Path(shutil.copy(SNAPSHOT, tmp_path / "snapshot.json"))
    before = snapshot.read_bytes()
    for options in (("--snapshot", snapshot, "-o", snapshot), ("-o", tmp_path / "one", "--report", tmp_path / "one")):
        result = call(*options)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "name another file" in result.stderr
    assert snapshot.read_bytes() == before
    assert not (tmp_path / "one").exists()


def test_the_output_is_a_file_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out.qs"
    result = call("-o", path, "--snapshot", SNAPSHOT)
    assert (result.exit_code, result.stdout) == (0, "")
    assert tuple(path.read_text(encoding="utf-8").splitlines()) == LACKING
    assert result.stderr.splitlines()[0].endswith("left out: see --dry-run")


def test_a_project_without_a_mapping_says_so(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PROJECT, tmp_path / "project"))
    (folder / "ontology/wikidata.yml").unlink()
    result = call(folder=folder)
    assert result.exit_code == 2
    assert "ontology/wikidata.yml: there is no such file" in result.stderr


def test_every_row_of_the_report_names_facts_or_says_more(published: Loaded) -> None:
    done = export(published, Options(new_items=True))
    rows = list(csv.DictReader(done.report.write_csv().splitlines()))
    assert len(rows) == len(done.report.omissions) + len(done.report.statements) + len(done.report.new_items)
    assert [row for row in rows if row["outcome"] == "left out" and not row["facts"] and not row["detail"]] == []
    assert {row["outcome"] for row in rows} == {"new item", "written", "left out"}
