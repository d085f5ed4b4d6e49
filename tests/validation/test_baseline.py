"""Fingerprints and the baseline: known findings do not fail, whatever moves around them; new ones do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from tests.validation.formats.samples import make_result, make_sample
from tests.validation.turtle import PREFIXES

from kzlod.cli import main
from kzlod.errors import ConfigurationError
from kzlod.terms import write_literal
from kzlod.validation.baseline import load_baseline, write_baseline
from kzlod.validation.fingerprints import NodeNames
from kzlod.validation.report import Severity

SHAPES = """ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:maxLength 2 ] .
ex:A sh:targetObjectsOf ex:address ; sh:property [ sh:path ex:street ; sh:minCount 1 ] .
ex:N sh:targetClass ex:Note ; sh:property [ sh:path ex:text ; sh:minCount 1 ] .
"""
DATA = """ex:a a ex:C .
ex:b a ex:C ; ex:p 'long' .
ex:c a ex:C ; ex:p 'ok' ; ex:address [ ex:town 'x' ] .
[] a ex:Note ; ex:by ex:a .
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shapes.ttl").write_text(PREFIXES + SHAPES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def validate(data: str, *options: str) -> Result:
    Path("data.ttl").write_text(PREFIXES + data, encoding="utf-8")
    return CliRunner().invoke(main, ["validate", "data.ttl", "-s", "shapes.ttl", "--baseline", "known.jsonl", *options])


def test_what_is_known_does_not_fail() -> None:
    written = validate(DATA, "--update-baseline")
    assert (written.exit_code, written.stdout) == (0, "nothing new: the baseline knows 4 results\n")
    again = validate(DATA)
    assert (again.exit_code, again.stdout, again.stderr) == (0, written.stdout, "")


@pytest.mark.parametrize(
    "moved",
    [
        f"\n\n# moved\n{DATA}",
        f"ex:z ex:address [ ex:street 'y' ] .\n[] ex:q [] .\n{DATA}",
        "\n".join(reversed(DATA.splitlines())),
        DATA.replace("'x'", "'another'"),
    ],
    ids=["lines", "blank nodes before", "order", "a change beside"],
)
def test_fingerprints_survive(moved: str) -> None:
    validate(DATA, "--update-baseline")
    before = Path("known.jsonl").read_bytes()
    found = validate(moved)
    assert (found.exit_code, found.stderr) == (0, "")
    validate(moved, "--update-baseline")
    fingerprints = [
        [json.loads(line)["fingerprint"] for line in text.splitlines()] for text in (before, Path("known.jsonl").read_bytes())
    ]
    assert fingerprints[0] == fingerprints[1]


@pytest.mark.parametrize(
    ("data", "node"),
    [
        (f"{DATA}ex:d a ex:C .\n", "<https://example.org/d>"),
        (DATA.replace("'long'", "'long', 'longer'"), '"longer"'),
        (f"{DATA}ex:c ex:address [ ex:town 'y' ] .\n", "_:b"),
        (f"{DATA}[] a ex:Note ; ex:by ex:b .\n", "_:b"),
    ],
)
def test_what_is_new_fails(data: str, node: str) -> None:
    validate(DATA, "--update-baseline")
    found = validate(data)
    assert found.exit_code == 1
    assert "does not conform: 1 new result (1 violation); the baseline knows 4 more" in found.stdout
    assert node in found.stdout
    report = json.loads(validate(data, "--format", "json").stdout)
    assert sorted(result["known"] for result in report["results"]) == [False, True, True, True, True]


def test_what_is_gone_is_told_and_taken_out() -> None:
    validate(DATA, "--update-baseline")
    mended = DATA.replace("ex:a a ex:C", "ex:a ex:p ex:C")
    found = validate(mended)
    assert found.exit_code == 0
    first, last = found.stderr.splitlines()
    assert first.startswith("known.jsonl:")
    assert first.endswith("warning: found 0 of 1: MinCount <https://example.org/p> <https://example.org/a> [baseline]")
    assert last.startswith("known.jsonl: warning: 1 known finding is there no longer, or less often; ")
    validate(mended, "--update-baseline")
    assert (validate(mended).stderr, len(Path("known.jsonl").read_text().splitlines())) == ("", 3)


def test_findings_that_nobody_can_tell_apart_are_counted() -> None:
    twice = DATA.replace("[ ex:town 'x' ]", "[ ex:town 'x' ], [ ex:town 'y' ]")
    validate(twice, "--update-baseline")
    assert sorted(json.loads(line)["count"] for line in Path("known.jsonl").read_text().splitlines()) == [1, 1, 1, 2]
    assert validate(twice).exit_code == 0
    assert "found 1 of 2" in validate(DATA).stderr


def test_what_has_become_worse_is_new() -> None:
    def rewrite(severity: str) -> None:
        shapes = SHAPES.replace("sh:path ex:p", f"sh:path ex:p ; sh:severity sh:{severity}")
        Path("shapes.ttl").write_text(PREFIXES + shapes, encoding="utf-8")

    rewrite("Warning")
    assert validate(DATA, "--update-baseline").exit_code == 0
    rewrite("Violation")
    found = validate(DATA)
    assert (found.exit_code, found.stderr) == (1, "")
    assert "2 new results (2 violations); the baseline knows 2 more" in found.stdout
    rewrite("Info")
    assert (validate(DATA, "--fail-on", "info").exit_code, validate(DATA).stderr) == (0, "")


def test_the_worst_of_those_that_share_a_fingerprint_is_accepted() -> None:
    node = "<https://example.org/a>"
    findings = make_sample([make_result("name", "MinCount", node, severity=severity) for severity in Severity]).findings
    assert len({finding.fingerprint for finding in findings}) == 1
    Path("known.jsonl").write_text(write_baseline(findings, ""), encoding="utf-8")
    assert all(finding.known for finding in load_baseline(Path("known.jsonl")).mark(findings))


def test_the_file_is_sorted_and_readable() -> None:
    validate(DATA, "--update-baseline")
    lines = [json.loads(line) for line in Path("known.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["rule"], line["focusNode"]) for line in lines] == [
        ("MinCount", "<https://example.org/c> <https://example.org/address>"),
        (
            "MinCount",
            "[<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/Note> ; <https://example.org/by> <https://example.org/a>]",
        ),
        ("MaxLength", "<https://example.org/b>"),
        ("MinCount", "<https://example.org/a>"),
    ]
    assert all(line["message"] and line["severity"] == "violation" for line in lines)


def test_without_a_file() -> None:
    found = validate(DATA)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr == "known.jsonl: there is no baseline here: write one with --update-baseline [baseline]\n"


def test_an_update_needs_a_file() -> None:
    result = CliRunner().invoke(main, ["validate", "shapes.ttl", "-s", "shapes.ttl", "--update-baseline"])
    assert (result.exit_code, result.stderr.startswith("--update-baseline: ")) == (2, True)


def test_an_update_overwrites_only_a_baseline() -> None:
    Path("known.jsonl").write_text("my notes\nof a year\n", encoding="utf-8")
    found = validate(DATA, "--update-baseline")
    assert (found.exit_code, Path("known.jsonl").read_text(encoding="utf-8")) == (2, "my notes\nof a year\n")
    assert found.stderr.startswith("known.jsonl:1: --update-baseline would overwrite what is no baseline")
    Path("known.jsonl").write_text("", encoding="utf-8")
    assert validate(DATA, "--update-baseline").exit_code == 0


@pytest.mark.parametrize(
    "line",
    [
        "<<<<<<< ours",
        "[]",
        "{}",
        '{"fingerprint": 1}',
        '{"fingerprint": "a", "count": 0}',
        '{"fingerprint": "a", "count": true}',
        '{"fingerprint": "a", "severity": "bad"}',
        '{"fingerprint": "a", "severity": []}',
        "[" * 10_000,
    ],
)
def test_a_bad_line_is_named(line: str) -> None:
    Path("known.jsonl").write_text(f'{{"fingerprint": "b"}}\n{line}\n', encoding="utf-8")
    found = validate(DATA)
    assert found.exit_code == 2
    assert found.stderr.startswith("known.jsonl:2: no line of a baseline: ")


def test_a_finding_twice_is_a_merge_gone_wrong() -> None:
    Path("known.jsonl").write_text('{"fingerprint": "b"}\n\n{"fingerprint": "b"}\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"known\.jsonl:3: the finding of line 1 once more"):
        load_baseline(Path("known.jsonl"))


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts, texts)
def test_a_baseline_reads_back(focus: str, value: str) -> None:
    outcome = make_sample([make_result("name", "Pattern", write_literal(text), write_literal(value)) for text in (focus, "b")])
    path = Path("read-back.jsonl")
    path.write_text(write_baseline(outcome.findings, ""), encoding="utf-8", newline="")
    baseline = load_baseline(path)
    assert all(finding.known for finding in baseline.mark(outcome.findings))
    assert baseline.find_gone(outcome.findings) == []


def test_names_of_nodes_end() -> None:
    names = NodeNames("_:b1 <a:p> _:b2 .\n_:b2 <a:p> _:b1 .\n<a:a> <a:q> _:b3 .\n_:b3 <a:p> _:b3 .\n")
    assert names.find("_:b1") == names.find("_:b2") == "[<a:p> [<a:p> [<a:p> []]]]"
    assert names.find("_:b3") == "<a:a> <a:q>"


def test_the_place_in_a_list_is_no_part_of_a_name() -> None:
    rdf = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#%s>"
    lines = ["<a:a> <a:p> _:b1 .", f"_:b1 {rdf % 'first'} _:b2 .", f"_:b1 {rdf % 'rest'} _:b3 .", f"_:b3 {rdf % 'first'} _:b4 ."]
    names = NodeNames("\n".join(lines))
    assert names.find("_:b2") == names.find("_:b4") == "<a:a> <a:p>"
