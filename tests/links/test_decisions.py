"""Decisions: all of a file or none, sorted, never in contradiction; and the forms in which they come in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzlod.errors import ConfigurationError, DataError
from kzlod.links.curies import Curies
from kzlod.links.decisions import Decision, Decisions, Source, Verdict, load_decisions
from kzlod.links.ids import Ids
from kzlod.links.imports import Form, read_import
from kzlod.project import Project, load_project

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
BASE = "https://w3id.org/kzlod/"
WIKIDATA = "http://www.wikidata.org/entity/"
PREFIXES = Curies({"wd": WIKIDATA})
ACCEPTED, REJECTED, UNSURE = Verdict


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copy(ROOT / "kzlod.toml", tmp_path)
    return load_project(tmp_path)


def make(subject: str, item: str, verdict: Verdict, line: int = 1) -> Decision:
    return Decision(f"{BASE}{subject}", f"{WIKIDATA}{item}", verdict, Source("x.csv", line), subject, item, comment="why")


def read_files(project: Project) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((project.facts / "links").glob("*"))}


MADE = [
    make("person/b", "Q2", ACCEPTED),
    make("person/a", "Q1", ACCEPTED),
    make("person/a", "Q3", REJECTED),
    make("post/a", "Q4", UNSURE),
]


def test_the_order_in_which_they_are_made_does_not_show(project: Project, tmp_path: Path) -> None:
    written = set()
    for order in permutations(MADE):
        shutil.rmtree(tmp_path / "facts", ignore_errors=True)
        for decision in order:
            decisions = load_decisions(project)
            assert decisions.add([decision]) == 1
            decisions.save()
        written.add(json.dumps(read_files(project)))
    assert len(written) == 1
    again = load_decisions(project)
    assert again.add(MADE) == 0
    assert {pair: each.verdict for pair, each in again.known.items()} == {each.pair: each.verdict for each in MADE}


def test_files_are_as_expected(project: Project) -> None:
    decisions = load_decisions(project)
    decisions.add(MADE)
    decisions.save()
    expected = {path.name: path.read_text(encoding="utf-8") for path in sorted((CASES / "written").iterdir())}
    assert read_files(project) == expected


def test_what_is_unsure_can_be_decided(project: Project) -> None:
    for verdict in (UNSURE, REJECTED):
        decisions = load_decisions(project)
        decisions.add([make("person/a", "Q1", verdict)])
        decisions.save()
    (known,) = load_decisions(project).known.values()
    assert known.verdict is REJECTED
    assert "Q1" not in read_files(project)["unsure.sssom.tsv"]


CONFLICTS = {
    "another object": ([make("person/a", "Q1", ACCEPTED)], make("person/a", "Q2", ACCEPTED, 2), "Q1 are one"),
    "another subject": ([make("person/a", "Q1", ACCEPTED)], make("person/b", "Q1", ACCEPTED, 2), "person/a and"),
    "rejected before": ([make("person/a", "Q1", REJECTED)], make("person/a", "Q1", ACCEPTED, 2), "are not one"),
    "accepted before": ([make("person/a", "Q1", ACCEPTED)], make("person/a", "Q1", REJECTED, 2), "are one"),
    "known before": ([make("person/a", "Q1", ACCEPTED)], make("person/a", "Q1", UNSURE, 2), "are one"),
}


@pytest.mark.parametrize(("before", "decision", "words"), CONFLICTS.values(), ids=CONFLICTS)
@pytest.mark.parametrize("is_saved", [True, False])
def test_contradictions_are_told_with_both_places(
    project: Project, before: list[Decision], decision: Decision, words: str, is_saved: bool
) -> None:
    decisions = load_decisions(project)
    if is_saved:
        decisions.add(before)
        decisions.save()
        decisions, before = load_decisions(project), []
    files = read_files(project)
    with pytest.raises(DataError) as raised:
        decisions.add([make("post/new", "Q9", ACCEPTED), *before, decision])
    (problem,) = raised.value.problems
    assert (problem.file, problem.line, problem.rule) == ("x.csv", 2, "conflict")
    assert words in problem.message
    assert ("facts/links/" if is_saved else "x.csv:1") in problem.message
    decisions.save()
    assert read_files(project) == files


def test_one_thing_may_be_linked_to_several_datasets(project: Project) -> None:
    decisions = load_decisions(project)
    elsewhere = Decision(f"{BASE}person/a", "https://d-nb.info/gnd/1", ACCEPTED, Source("x", 1))
    assert decisions.add([make("person/a", "Q1", ACCEPTED), elsewhere]) == 2


def test_files_that_contradict_each_other_are_told(project: Project) -> None:
    decisions = load_decisions(project)
    decisions.add([make("person/a", "Q1", ACCEPTED)])
    decisions.save()
    folder = project.facts / "links"
    text = (folder / "accepted.sssom.tsv").read_text(encoding="utf-8")
    (folder / "rejected.sssom.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"accepted\.sssom\.tsv:\d+: .* are one, but facts/links/rejected\.sssom\.tsv:\d+ says"):
        load_decisions(project)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("accepted", ("skos:exactMatch", "skos:broadMatch"), "column 'predicate_id': 'skos:broadMatch' is not skos:exactMatch"),
        ("rejected", ("\tNot\t", "\t\t"), "column 'predicate_modifier': of what was rejected it says 'Not', not ''"),
    ],
)
def test_a_row_that_says_something_else_than_its_file_is_told(
    project: Project, name: str, change: tuple[str, str], message: str
) -> None:
    decisions = load_decisions(project)
    decisions.add(MADE)
    decisions.save()
    path = project.facts / f"links/{name}.sssom.tsv"
    path.write_text(path.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")
    with pytest.raises(DataError) as raised:
        load_decisions(project)
    (problem,) = raised.value.problems
    assert problem.line == len(path.read_text(encoding="utf-8").splitlines()) - (name == "accepted")
    assert problem.message.startswith(message)


def test_a_prefix_that_nobody_declares_is_told(project: Project) -> None:
    folder = project.facts / "links"
    folder.mkdir(parents=True)
    row = "k:a\tskos:exactMatch\twd:Q1\tsemapv:ManualMappingCuration\n"
    (folder / "accepted.sssom.tsv").write_text(f"subject_id\tpredicate_id\tobject_id\tmapping_justification\n{row}")
    with pytest.raises(DataError) as raised:
        load_decisions(project)
    assert {(problem.line, problem.value) for problem in raised.value.problems} == {(2, "k:a"), (2, "wd:Q1")}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 3), st.sampled_from(Verdict)), max_size=12))
def test_no_sequence_of_decisions_contradicts_itself(steps: list[tuple[str, int, Verdict]]) -> None:
    decisions = Decisions(load_project(ROOT), {})
    for subject, item, verdict in steps:
        try:
            decisions.add([make(f"person/{subject}", f"Q{item}", verdict)])
        except DataError:
            assert decisions.find_conflict(make(f"person/{subject}", f"Q{item}", verdict))
    accepted = [pair for pair, each in decisions.known.items() if each.verdict is ACCEPTED]
    assert len({subject for subject, _ in accepted}) == len({item for _, item in accepted}) == len(accepted)


def read(file: Path, **columns: str) -> tuple[dict[tuple[str, str], Verdict], int]:
    form = Form(BASE, Ids(PREFIXES, BASE), Ids(PREFIXES, WIKIDATA), **columns)
    found = read_import(file, file.name, form)
    pairs = {(each.subject.removeprefix(BASE), each.object.removeprefix(WIKIDATA)): each.verdict for each in found.decisions}
    assert all(each.comment for each in found.decisions)
    return pairs, found.undecided


REFINED = {"subject": "entity", "object": "wikidata"}
FORMS: Mapping[str, tuple[dict[str, str], int]] = {
    "review.csv": ({}, 2),
    "proposals.sssom.tsv": ({}, 1),
    "plain.sssom.tsv": ({}, 0),
    "turned.sssom.tsv": ({}, 0),
    "refine.csv": ({**REFINED, "judgment": "judgment"}, 3),
    "refine-pages.tsv": (REFINED, 2),
    "refine.json": ({**REFINED, "judgment": "judgment"}, 2),
}


@pytest.mark.parametrize(("name", "columns", "undecided"), [(name, *how) for name, how in FORMS.items()], ids=FORMS)
def test_each_form_is_read(name: str, columns: dict[str, str], undecided: int) -> None:
    pairs, left = read(CASES / "imports" / name, **columns)
    expected = {("person/abzal-saparbekuly", "Q1"): ACCEPTED}
    if not columns:
        expected |= {("person/abzal-saparbekuly", "Q2"): REJECTED}
    if name in {"review.csv", "proposals.sssom.tsv"}:
        expected |= {("person/aida-balaeva", "Q3"): UNSURE}
    assert (pairs, left) == (expected, undecided)


WRONG = {path.name for path in (CASES / "wrong").iterdir() if path.suffix != ".txt"}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_what_says_no_decision_is_told(name: str) -> None:
    columns = {name: name for name in ("subject", "object", "judgment")} if name.endswith(".json") else {}
    with pytest.raises(DataError) as raised:
        read(CASES / "wrong" / name, **columns)
    assert f"{raised.value}\n" == (CASES / "wrong" / f"{name}.txt").read_text()


def test_a_table_that_says_nothing_needs_its_columns(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ConfigurationError, match="name the columns of ids with --subject and --object"):
        read(tmp_path / "t.csv")
