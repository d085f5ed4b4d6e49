"""``kzlod match --review`` and ``--import``: what a person decides, here or elsewhere, is kept, once and whole."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.proposals.decided import ABZAL, BASE, Run, list_decided, read

from kzlod.cli import main


def write_review(path: Path, *items: str) -> Path:
    head = "value,subject_id,object_id,candidate_id,candidate_name,reasons,decision,note\n"
    subject = f"Abzal,{ABZAL}"
    rows = "".join(f'{subject},http://www.wikidata.org/entity/{item},{item},Name of {item},why,,"a, b"\n' for item in items)
    path.write_text(head + rows)
    return path


def test_a_review_that_is_quit_goes_on_where_it_was(run: Run, project: Path, tmp_path: Path) -> None:
    review = write_review(tmp_path / "r.csv", "Q1", "Q2", "Q3", "Q4")
    first = run("--review", review, answers="n\nq\n")
    assert (first.exit_code, first.output.rstrip().splitlines()[-1]) == (0, "0 accepted, 1 rejected, 0 unsure; 3 open")
    assert [row["decision"] for row in read(review)] == ["rejected", "", "", ""]
    # The input ends: so does the review, and nothing is lost.
    second = run("--review", review, answers="what\ns\nu\n")
    assert "1 of 3: Abzal" in second.output
    assert second.output.rstrip().endswith("0 accepted, 0 rejected, 1 unsure; 2 open")
    third = run("--review", review, answers="y\n")
    assert third.output.rstrip().endswith("1 accepted, 0 rejected, 0 unsure; 0 open")
    assert [row["decision"] for row in read(review)] == ["rejected", "accepted", "unsure", ""]
    assert {row["note"] for row in read(review)} == {"a, b"}
    assert (ABZAL.replace(BASE, "kzlod:"), "wd:Q2") in list_decided(project, "accepted")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_review_that_a_spreadsheet_saved_stays_as_it_is(run: Run, tmp_path: Path, delimiter: str) -> None:
    review = write_review(tmp_path / "r.csv", "Q1")
    rows = list(csv.reader(io.StringIO(review.read_text(encoding="utf-8"))))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    review.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    found = run("--review", review, answers="y\n")
    assert found.exit_code == 0, found.output
    (row,) = csv.DictReader(io.StringIO(review.read_text(encoding="utf-8")), delimiter=delimiter)
    assert (row["decision"], row["note"]) == ("accepted", "a, b")


def test_a_decision_that_contradicts_another_is_asked_again(run: Run, project: Path, tmp_path: Path) -> None:
    subject, item = list_decided(project, "accepted")[0]
    review = write_review(tmp_path / "r.csv", "Q1")
    review.write_text(review.read_text().replace(ABZAL, "https://w3id.org/kzlod/person/nobody"))
    found = run("--review", review, answers="y\nq\n")
    assert "the dataset has no thing 'https://w3id.org/kzlod/person/nobody'" in found.output
    assert found.output.rstrip().endswith("0 accepted, 0 rejected, 0 unsure; 1 open")
    assert len(list_decided(project, "accepted")) == 379
    assert (subject, item) in list_decided(project, "accepted")


def test_a_review_shows_no_character_that_steers_a_terminal(run: Run, tmp_path: Path) -> None:
    review = write_review(tmp_path / "r.csv", "Q1")
    review.write_text(review.read_text().replace("Name of Q1", "\x1b[2Jname\u202e"))
    found = run("--review", review, answers="q\n")
    assert "\x1b" not in found.output
    assert "\\x1b[2Jname\\u202e" in found.output


def test_what_was_decided_elsewhere_is_taken_up_once(run: Run, project: Path, tmp_path: Path) -> None:
    rows = "person/abzal-saparbekuly,A,Q4200004,matched\nperson/aida-balaeva,B,,new\n"
    (tmp_path / "refined.csv").write_text(f"id,name,item,judgment\n{rows}")
    words = ("--import", tmp_path / "refined.csv", "--subject", "id", "--object", "item", "--judgment", "judgment", "--space", "wd")
    assert run(*words).output == "new  1 accepted, 0 rejected, 0 unsure\nknown  0; undecided  1\n"
    assert run(*words).output == "new  0 accepted, 0 rejected, 0 unsure\nknown  1; undecided  1\n"
    row = next(row for row in read(project / "facts/links/accepted.sssom.tsv") if row["object_id"] == "wd:Q4200004")
    assert (row["subject_label"], row["comment"]) == ("Abzal Saparbekuly", "Decided by a person, taken from refined.csv.")
    assert CliRunner().invoke(main, ["check", "--project", str(project)]).exit_code == 0


def test_an_import_with_contradictions_takes_nothing_up(run: Run, project: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in (project / "facts/links").iterdir()}
    taken = "kassym-jomart-tokayev"
    (tmp_path / "d.csv").write_text(f"id,item\nperson/abzal-saparbekuly,Q1\nperson/madina-jarbussynova,Q1\nperson/{taken},Q2\n")
    words = ("--import", tmp_path / "d.csv", "--subject", "id", "--object", "item", "--space", "wd")
    found = run(*words)
    assert found.exit_code == 1
    first, second, *_ = found.stderr.splitlines()
    assert "d.csv:3: " in first
    assert "d.csv:2 says: " in first
    assert "d.csv:4: " in second
    assert "but facts/links/accepted.sssom.tsv:" in second
    assert {path.name: path.read_bytes() for path in (project / "facts/links").iterdir()} == before
    (tmp_path / "d.csv").write_text("id,item\nperson/nobody,wd:Q1\nperson/madina-jarbussynova,person/abzal-saparbekuly\n")
    found = run(*words[:-2], "--space", BASE)
    assert [line.partition(": ")[2].split("'")[0] for line in found.stderr.splitlines()[:2]] == ["the dataset has no thing ", ""]
    assert "person/abzal-saparbekuly' is of the dataset, too" in found.stderr
    assert {path.name: path.read_bytes() for path in (project / "facts/links").iterdir()} == before


def test_a_table_without_ids_is_decided_on_in_the_review_file_alone(run: Run, project: Path, table: Path, tmp_path: Path) -> None:
    review, before = tmp_path / "review.csv", (project / "facts/links/accepted.sssom.tsv").read_bytes()
    assert run(table, "--column", "who", "--limit", 2, "-o", review).exit_code == 0
    found = run("--review", review, answers="y\nn\ny\n")
    assert found.output.rstrip().splitlines()[-1].startswith("2 accepted, 1 rejected, 0 unsure; ")
    rows = read(review)
    # The second candidate of the first row is not asked for: the first is accepted.
    assert [row["decision"] for row in rows[:4]] == ["accepted", "", "rejected", "accepted"]
    assert (project / "facts/links/accepted.sssom.tsv").read_bytes() == before
    assert "match the table with --id COLUMN" in run("--import", review).stderr
