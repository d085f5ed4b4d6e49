"""Annotations: how many, of which rules, and with which properties."""

from __future__ import annotations

import pytest
from tests.validation.formats.samples import HERE, make_result, make_sample
from tests.validation.outcomes import NO_SHAPES

from kzlod.errors import ConfigurationError, Problem
from kzlod.validation.formats.github import write_github
from kzlod.validation.outcome import Outcome
from kzlod.validation.report import Location, Severity


def test_ten_of_a_kind_and_each_rule_before_the_second_of_any() -> None:
    results = [make_result("born", "Node", f"<https://example.org/{number:02}>") for number in range(30)]
    results += [make_result("name", "MinCount", "<https://example.org/00>")]
    results += [make_result("home", "NodeKind", "<https://example.org/00>", severity=Severity.WARNING)]
    *lines, last = write_github(make_sample(results)).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error"] * 10 + ["::warning"]
    assert ["title=Node " in lines[0], "title=MinCount " in lines[1]] == [True, True]
    assert last == "kzlod validate: 21 of 32 results have no annotation here: GitHub shows 10 of a kind for a step"


def test_columns_only_within_a_line() -> None:
    places = [Location("a.ttl", 1, 2, 1, 5), Location("a.ttl", 1, 2, 3, 4)]
    lines = [write_github(make_sample([make_result("name", "MinCount", "<a:a>", locations=(place,))])) for place in places]
    assert lines[0].startswith("::error file=a.ttl,line=1,endLine=1,col=2,endColumn=5,title=")
    assert lines[1].startswith("::error file=a.ttl,line=1,endLine=3,title=")


@pytest.mark.parametrize(
    ("file", "written"),
    [
        ("50%, a:b.ttl", "50%25%2C a%3Ab.ttl"),
        ("a\r\nb.ttl", "a%0D%0Ab.ttl"),
        ("::error::.ttl", "%3A%3Aerror%3A%3A.ttl"),
        ("ә/é.ttl", "ә/é.ttl"),
        ("a\udcff.ttl", "a?.ttl"),
        ("\x1b[2J.ttl", "\\x1b[2J.ttl"),
    ],
)
def test_names_of_files_are_as_the_runner_decodes_them(file: str, written: str) -> None:
    text = write_github(make_sample([make_result("name", "MinCount", "<a:a>", locations=(Location(file, 1),))]))
    assert text.startswith(f"::error file={written},line=1,title=")


@pytest.mark.parametrize(
    ("file", "line", "start"),
    [
        ("shapes.ttl", None, "::error file=shapes.ttl,title=kzlod rule::"),
        ("gone.ttl", 3, "::error file=gone.ttl,line=3,title=kzlod rule::"),
        ("--focus", None, "::error title=kzlod rule::"),
        ("conforms", None, "::error title=kzlod rule::"),
        ("https://example.org/shapes.ttl", None, "::error title=kzlod rule::"),
        ("a" * 5000, None, "::error title=kzlod rule::"),
        ("\0", None, "::error title=kzlod rule::"),
    ],
)
def test_only_files_are_named_as_files(file: str, line: int | None, start: str) -> None:
    error = ConfigurationError([Problem(file, line, None, "wrong", "rule")])
    assert write_github(Outcome((), NO_SHAPES, folder=HERE, error=error)) == f"{start}wrong\n"
