"""Annotations: how many, of which rules, and with which properties."""

from __future__ import annotations

from tests.validation.formats.samples import make_result, make_sample

from kzlod.validation.formats.github import write_github
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
