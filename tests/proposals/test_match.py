"""``kzlod match``: from a table to proposals, from proposals to decisions, from decisions to statements."""

from __future__ import annotations

import csv
import json
import math
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tests.proposals.decided import ABZAL, BASE, Run, list_decided, read
from tests.proposals.servers import Answer, Batch, open_service, write_manifest

from kzlod.build import assemble
from kzlod.cli import main
from kzlod.project import load_project
from kzlod.proposals.candidates import read_candidate

WIKIDATA = "http://www.wikidata.org/entity/"
CASES = Path(__file__).parent / "cases"


def test_a_table_is_matched_with_the_dataset(run: Run, table: Path, tmp_path: Path) -> None:
    output = tmp_path / "review.csv"
    words = (table, "--column", "who", "--type", "schema:Person", "--property", "schema:birthDate=born", "--limit", 2)
    found = run(*words, "-o", output)
    assert (found.exit_code, found.stdout) == (0, "")
    rows = read(output)
    with table.open(encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    seen = {row["row"]: {name: row[name] for name in ("who", "born", "note", "type")} for row in rows}
    assert list(seen.values()) == given
    best = {row["row"]: row for row in reversed(rows)}
    assert [best[number]["candidate_id"] for number in "1235"] == [
        "person/kassym-jomart-tokayev",
        "person/madina-jarbussynova",
        "",
        "person/erlan-idrissov",
    ]
    first = best["1"]
    assert (first["match"], first["subject_id"], first["object_id"], first["decision"]) == (
        "yes",
        f"{BASE}person/kassym-jomart-tokayev",
        "",
        "",
    )
    assert "names 1 " in first["reasons"]
    assert "born 1 " in first["reasons"] or "birthDate 1 " in first["reasons"]
    assert "rows      5, of which 0 are linked already\n" in found.stderr
    assert "names     4: 4 asked" in found.stderr


def test_the_same_input_gives_the_same_bytes(run: Run, table: Path) -> None:
    written = {run(table, "--column", "who").stdout_bytes for _ in range(2)}
    assert len(written) == 1
    assert written.pop().startswith(b"row,value,")


def test_things_of_the_dataset_are_matched_with_a_service(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "review.csv"
    with open_service() as (url, asked):
        found = run("--entities", "person", "--service", url, "--property", "P569=schema:birthDate", "-o", output)
    assert found.exit_code == 0, found.stderr
    rows = read(output)
    abzal = next(row for row in rows if row["subject_id"] == ABZAL)
    assert (abzal["object_id"], abzal["candidate_type"]) == ("http://www.wikidata.org/entity/Q4200004", "human")
    assert abzal["link"] == "https://www.wikidata.org/wiki/Q4200004"
    linked = {subject.partition(":")[2] for subject, _ in list_decided(tmp_path / "project", "accepted")}
    assert not linked & {row["id"] for row in rows}
    assert asked.names
    assert not any(BASE + name in row["subject_id"] for name in linked for row in rows)
    assert f"rows      135, of which {len([name for name in linked if name.startswith('person/')])} are linked" in found.stderr


def test_a_table_of_another_dataset_finds_links(run: Run, project: Path, tmp_path: Path) -> None:
    (tmp_path / "items.tsv").write_text("item\tname\nQ777\tAbzal Saparbekuly\nQ17195436\tKassym-Jomart Tokayev\n")
    output = tmp_path / "links.sssom.tsv"
    words = (tmp_path / "items.tsv", "--column", "name", "--id", "item", "--space", "wd", "--type", "schema:Person", "-o", output)
    assert run(*words).exit_code == 0
    first = read(output)[0]
    assert (first["subject_id"], first["object_id"]) == ("kzlod:person/abzal-saparbekuly", "wd:Q777")
    assert (first["mapping_justification"], first["similarity_score"]) == ("semapv:LexicalMatching", "1")
    found = run("--review", output, answers="y\n" + "s\n" * 20)
    assert found.exit_code == 0, found.output
    assert ("kzlod:person/abzal-saparbekuly", "wd:Q777") in list_decided(project, "accepted")
    again = run(*words)
    assert "of which 1 are linked already" in again.stderr
    assert not [row for row in read(output) if row["object_id"] == "wd:Q777"]


def test_what_is_decided_is_never_proposed_again_and_becomes_statements(run: Run, project: Path, tmp_path: Path) -> None:
    review = tmp_path / "review.csv"
    with open_service() as (url, _):
        words = ("--entities", "person", "--service", url, "--limit", 2, "-o", review)
        assert run(*words).exit_code == 0
        proposed = [(row["subject_id"], row["object_id"]) for row in read(review) if row["candidate_id"]]
        # Once one of the two is accepted, the other is not asked.
        kept = [pair for pair in proposed if pair != (ABZAL, f"{WIKIDATA}Q4200005")]
        keys = ["y" if pair == (ABZAL, f"{WIKIDATA}Q4200004") else "n" for pair in kept]
        keys[-1] = "u"
        found = run("--review", review, "--date", "2026-11-22", answers="".join(f"{key}\n" for key in keys))
        assert found.exit_code == 0, found.output
        assert found.output.rstrip().endswith(f"1 accepted, {keys.count('n')} rejected, 1 unsure; 0 open"), found.output[-300:]
        again = run(*words)
        assert again.exit_code == 0
        assert not [row for row in read(review) if row["candidate_id"]]
        assert "proposed  0 for 0 rows" in again.stderr
    accepted = next(row for row in read(project / "facts/links/accepted.sssom.tsv") if row["object_id"] == "wd:Q4200004")
    assert accepted == {
        "id": "person-abzal-saparbekuly-q4200004",
        "subject_id": "kzlod:person/abzal-saparbekuly",
        "subject_label": "Abzal Saparbekuly",
        "predicate_id": "skos:exactMatch",
        "object_id": "wd:Q4200004",
        "object_label": accepted["object_label"],
        "mapping_justification": "semapv:ManualMappingCuration",
        "mapping_date": "2026-11-22",
        "comment": accepted["comment"],
    }
    assert accepted["comment"].startswith("Decided by a person, shown names 1; ")
    statements = set(assemble(load_project(project)).iter_triples())
    for predicate in ("http://schema.org/sameAs", "http://www.w3.org/2004/02/skos/core#exactMatch"):
        linked = {item for subject, link, item in statements if (subject, link) == (f"<{ABZAL}>", f"<{predicate}>")}
        assert linked == {f"<{WIKIDATA}Q4200004>"}


def test_what_is_left_out_is_told_with_the_reason(run: Run, project: Path, tmp_path: Path) -> None:
    linked = dict(list_decided(project, "accepted"))["kzlod:person/kassym-jomart-tokayev"].replace("wd:", WIKIDATA)
    table, output = tmp_path / "items.csv", tmp_path / "review.csv"
    table.write_text("item,name\nQ1,Kassym-Jomart Tokayev\nQ4200004,Abzal Saparbekuly\n")
    words = (table, "--column", "name", "--id", "item", "--space", "wd", "--type", "schema:Person", "--limit", 1, "-o", output)
    assert run(*words).exit_code == 0
    assert next((row["candidate_id"], row["reasons"]) for row in read(output)) == (
        "",
        f"left out: Kassym-Jomart Kemelevich Tokayev (linked to {linked})",
    )
    assert run("--review", output, answers="n\n").exit_code == 0
    again = run(*words)
    assert read(output)[1]["reasons"] == "left out: Abzal Saparbekuly (rejected)"
    assert "left out  2 that were decided on before, or are linked to something else\n" in again.stderr


def test_types_and_properties_that_the_dataset_does_not_have_are_told(run: Run, table: Path) -> None:
    words = ("--type", "schema:Persona", "--property", "birthDate=born", "--property", "schema:birthPlace=born")
    found = run(table, "--column", "who", *words, "--property", "schema:birthDate=born")
    assert (found.exit_code, found.stdout) == (2, "")
    assert [line.partition(": /reconcile")[0] for line in found.stderr.splitlines()[:3]] == [
        "--property: the dataset has no property 'birthDate'",
        "--property: the dataset has no property 'schema:birthPlace'",
        "--type: the dataset has no type 'schema:Persona'",
    ]
    assert "schema:birthDate" not in found.stderr


def test_a_service_that_answers_too_much_is_cut_short(run: Run, table: Path, tmp_path: Path) -> None:
    candidate = {"id": "Q5", "name": "One"}
    result = {"result": [candidate, candidate, *({"id": f"Q{number}", "name": "Many"} for number in range(100))]}

    def flood(queries: Batch, _: int) -> Answer:
        return Answer(200, json.dumps(dict.fromkeys(queries, result)).encode())

    manifest = write_manifest(name="\x1b[2JBad", view={"url": "javascript:alert('{{id}}')"})
    with open_service(flood, manifest) as (url, _):
        found = run(table, "--column", "who", "--service", url, "--limit", 3, "-o", tmp_path / "review.csv")
    assert found.exit_code == 0
    assert "service   \\x1b[2JBad\n" in found.stderr
    rows = [row for row in read(tmp_path / "review.csv") if row["row"] == "1"]
    assert [(row["candidate_id"], row["link"]) for row in rows] == [("Q5", ""), ("Q0", ""), ("Q1", "")]


def test_types_are_called_as_the_server_calls_them(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("name\nEmbassy of Kazakhstan in Russia\n")
    found = run(tmp_path / "m.csv", "--column", "name", "--type", "diplomatic mission", "--property", "^k:forPost/org:member=name")
    assert found.exit_code == 0, found.stderr
    assert "diplomatic mission, state body, organisation" in found.stdout


def test_names_without_an_answer_are_told_and_the_others_kept(run: Run, table: Path, tmp_path: Path) -> None:
    def refuse(queries: Batch, _: int) -> Answer | None:
        return Answer(500, b"boom") if any("Madina" in query["query"] for query in queries.values()) else None

    output = tmp_path / "review.csv"
    with open_service(refuse) as (url, _):
        found = run(table, "--column", "who", "--service", url, "-o", output)
    assert found.exit_code == 3
    assert "People of Wikidata: 'Jarbussynova, Madina': 500 Internal Server Error: 'boom' [service]" in found.stderr
    rows = {row["row"]: row for row in reversed(read(output))}
    assert rows["2"]["reasons"].startswith("no answer: 500")
    assert rows["1"]["candidate_id"] == "Q17195436"
    with open_service() as (other, asked):
        assert run(table, "--column", "who", "--service", other, "-o", output).exit_code == 0
    assert len(asked.names) == 4


WRONG = {
    "column": (("{table}", "--column", "name"), 1, "people.csv:1: there is no column 'name': there are who, born, note"),
    "property": (("{table}", "--column", "who", "--property", "P569"), 2, "'P569' is not ID=COLUMN"),
    "column of a property": (("{table}", "--column", "who", "--property", "P569=x"), 1, "there is no column 'x'"),
    "id": (("{table}", "--column", "who", "--id", "note"), 1, "column 'note': 'kept, with a comma' is no id of a thing"),
    "space": (("{table}", "--column", "who", "--id", "who", "--space", "what"), 2, "'what' is no IRI, and no prefix of kzlod.toml"),
    "sssom": (("{table}", "--column", "who", "-o", "{table}.sssom.tsv"), 2, "SSSOM needs ids on both sides"),
    "kind": (("--entities", "martian"), 2, "there are no things of the kind 'martian': there are "),
    "predicate": (("--entities", "person", "--property", "P569=born"), 2, "'born' is no property by a prefix of kzlod.toml"),
    "service": (("{table}", "--column", "who", "--service", "ftp://x"), 2, "--service: an endpoint is an http or https URL"),
    "nobody": (("{table}", "--column", "who", "--service", "http://127.0.0.1:9/"), 3, "no answer"),
    "output": (("{table}", "--column", "who", "-o", "{table}"), 2, "this is an input of the call"),
    "own file": (("{table}", "--column", "who", "-o", "{project}/facts/links/accepted.sssom.tsv"), 2, "would be overwritten"),
    "nothing": ((), 2, "one of FILE, --entities, --review and --import is needed"),
    "two": (("{table}", "--entities", "person"), 2, "not FILE and --entities"),
    "idle": (("{table}", "--column", "who", "--date", "2026-01-01"), 2, "--date says nothing with FILE"),
    "no column": (("{table}",), 2, "name the column of the names with --column"),
    "no release": (("{table}", "--column", "who", "--release", "{project}/facts"), 2, "there is no dump: run kzlod build first"),
    "no review": (("--review", "{table}"), 2, "this is no review file"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), WRONG.values(), ids=WRONG)
def test_wrong_calls_are_told(  # noqa: PLR0917 - fixtures
    run: Run, table: Path, project: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    found = run(*(word.format(table=table, project=project) for word in words))
    assert found.exit_code == code, found.output
    assert message in found.stderr


def test_a_run_that_is_killed_goes_on_where_it_was(project: Path, tmp_path: Path) -> None:
    names = [f"Name Number {chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(60)]
    (tmp_path / "names.csv").write_text("name\n" + "".join(f"{name}\n" for name in names))

    ended = threading.Event()

    def wait(_: Batch, number: int) -> Answer | None:
        if number != 4:
            return None
        ended.wait(60)
        return Answer(0, b"")

    with open_service(wait) as (url, asked):
        words = ["match", str(tmp_path / "names.csv"), "--column", "name", "--service", url, "--project", str(project)]
        words = [sys.executable, "-m", "kzlod", *words, "--cache", str(tmp_path / "cache"), "-o", str(tmp_path / "review.csv")]
        with subprocess.Popen(words, stderr=subprocess.DEVNULL) as process:
            while len(asked.batches) < 4:
                time.sleep(0.02)
            os.kill(process.pid, signal.SIGKILL)
        assert sum(asked.names.values()) == 30
        assert not (tmp_path / "review.csv").exists()
        finished = subprocess.run(words, check=True, capture_output=True, text=True)
        ended.set()
    assert asked.names == dict.fromkeys(names, 1)
    assert "names     60: 30 asked, 30 known from an earlier run\n" in finished.stderr
    assert len(read(tmp_path / "review.csv")) >= 60


def test_the_accepted_links_are_exported(project: Path, tmp_path: Path) -> None:
    words = ["export", "sssom", "--project", str(project)]
    accepted = (project / "facts/links/accepted.sssom.tsv").read_bytes()
    assert CliRunner().invoke(main, words).stdout_bytes == accepted
    assert CliRunner().invoke(main, [*words, "-o", str(tmp_path / "x.sssom.tsv")]).exit_code == 0
    assert (tmp_path / "x.sssom.tsv").read_bytes() == accepted


def test_wikidata_is_the_service_where_none_is_named(run: Run, table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    found = run(table, "--column", "who", "--service")
    assert found.exit_code == 3
    assert found.stderr.startswith("https://wikidata.reconci.link/en/api: no answer: ")


@pytest.mark.parametrize("name", ["review.csv", "proposals.sssom.tsv"])
def test_answers_as_wikidata_gives_them_are_told_as_expected(run: Run, tmp_path: Path, name: str) -> None:
    case = CASES / "wikidata"
    answers = json.loads((case / "answers.json").read_text(encoding="utf-8"))
    if name.endswith(".tsv"):
        answers["Abzal Saparbekuly"]["result"].pop()

    def replay(queries: Batch, _: int) -> Answer:
        return Answer(200, json.dumps({key: answers[query["query"]] for key, query in queries.items()}).encode())

    words = ("--column", "name", "--id", "id", "--property", "P569=born", "--type", "Q5", "-o", tmp_path / name)
    with open_service(replay) as (url, _):
        found = run(case / "table.csv", *words, "--service", url)
    assert found.exit_code == 0, found.stderr
    assert (tmp_path / name).read_text(encoding="utf-8") == (case / name).read_text(encoding="utf-8")


def test_progress_is_shown_on_a_terminal_and_gone_afterwards(project: Path, table: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with open_service() as (url, _):
        places = ["--project", str(project), "--cache", str(tmp_path / "c"), "-o", str(tmp_path / "r.csv")]
        words = ["match", str(table), "--column", "who", "--service", url, "--batch", "2", *places]
        subprocess.run([sys.executable, "-m", "kzlod", *words], check=True, stderr=theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert "\r0 of 4 names\r2 of 4 names\r4 of 4 names\r            \r" in shown


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "value", "query", "points"]), inner),
    max_leaves=6,
)


@given(st.fixed_dictionaries({"id": st.text()}, optional=dict.fromkeys(["name", "type", "score", "match", "features"], values)))
def test_whatever_a_service_says_of_a_candidate_is_told_in_lines(found: dict[str, object]) -> None:
    candidate = read_candidate(found)
    assert candidate.score is None or math.isfinite(candidate.score)
    for text in (candidate.name, candidate.types, candidate.description, candidate.reasons):
        assert text == " ".join(text.split())
