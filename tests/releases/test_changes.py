"""What a difference means, of dumps with and without facts."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from kzlod.cli import main

NAME = "<http://schema.org/name>"
FACT = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/kzlod/ns#Fact> <a:graph/evidence>"
STATUS = "<https://w3id.org/kzlod/ns#status>"


def tell(folder: Path, old: str, new: str, *options: str) -> str:
    for name, text in (("old.nq", old), ("new.nq", new)):
        (folder / name).write_text("".join(sorted(text.splitlines(keepends=True))), encoding="utf-8")
    result = CliRunner().invoke(main, ["diff", str(folder / "old.nq"), str(folder / "new.nq"), *options])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_without_facts_all_subjects_are_entities(tmp_path: Path) -> None:
    old = f'<a:1> {NAME} "Один"@ru .\n<a:1> {NAME} "One"@en .\n<a:2> {NAME} "Two" .\n'
    new = f'<a:1> {NAME} "Один"@ru .\n<a:1> {NAME} "The one"@en .\n<a:3> {NAME} "::error::\\u001B[2J" .\n'
    assert tell(tmp_path, old, new, "--format", "summary").splitlines() == [
        "statements  2 added, 2 deleted",
        "",
        "entities      added    changed     merged  withdrawn",
        "together          1          1          0          1",
        "",
        "entities added (1)",
        "  a:3  “::error::\\x1b[2J”",
        "",
        "entities changed (1)",
        "  a:1  “The one”  +1 -1",
        "",
        "entities withdrawn (1)",
        "  a:2  “Two”  without a trace",
    ]


def test_long_lists_are_cut_unless_all_is_asked_for(tmp_path: Path) -> None:
    new = "".join(f"<a:{number:02}> <a:p> <a:o> .\n" for number in range(25))
    lines = tell(tmp_path, "", new, "--format", "summary").splitlines()
    assert (lines[-2:], len(lines)) == (["  a:19", "  and 5 more"], 4 + 2 + 21)
    assert tell(tmp_path, "", new, "--format", "summary", "--all").splitlines()[-1] == "  a:24"


def test_a_fact_has_changed_where_it_says_something_else_or_has_another_status(tmp_path: Path) -> None:
    def write(name: str, status: str, row: int) -> str:
        return (
            f'<a:1> {NAME} "{name}" <a:fact/s/t/1> .\n<a:fact/s/t/1> {FACT} .\n<a:fact/s/t/2> {FACT} .\n<a:fact/s/t/3> {FACT} .\n'
            f'<a:fact/s/t/2> {STATUS} <{status}> <a:graph/evidence> .\n<a:fact/s/t/3#row> <a:row> "{row}" <a:graph/evidence> .\n'
        )

    old, new = write("A", "k:accepted", 2), write("B", "k:disputed", 3)
    found = json.loads(tell(tmp_path, old, new, "--format", "json"))
    assert (found["base"], found["facts"]) == ("a:", {"s": {"changed": 2, "moved": 1}})
    assert [item["iri"] for item in found["items"] if item["is_fact"]] == ["a:fact/s/t/1", "a:fact/s/t/2"]


def test_a_statement_that_another_fact_makes_changes_no_entity(tmp_path: Path) -> None:
    facts = f"<a:fact/s/t/1> {FACT} .\n<a:fact/s/t/2> {FACT} .\n"
    old, new = (f'{facts}<a:1> {NAME} "A" <a:fact/s/t/{number}> .\n<a:1> {NAME} "A" .\n' for number in (1, 2))
    found = json.loads(tell(tmp_path, old, new, "--format", "json"))
    assert (found["entities"], found["facts"]) == ({}, {"s": {"changed": 2}})


def test_equal_dumps_have_nothing_to_tell(tmp_path: Path) -> None:
    assert (
        tell(tmp_path, "<a:1> <a:p> <a:o> .\n", "<a:1> <a:p> <a:o> .\n", "--format", "summary")
        == "statements  0 added, 0 deleted\n"
    )
