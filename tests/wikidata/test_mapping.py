"""The mapping to Wikidata: the repository's own uses only known properties, and whatever is wrong in one is told with its line."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.wikidata.conftest import PROJECT, ROOT

from kzlod.errors import ConfigurationError
from kzlod.project import load_project
from kzlod.tree import Mapping, load_tree
from kzlod.wikidata.mapping import load_wikidata_mapping

OWN = ROOT / "ontology" / "wikidata.yml"


def test_the_properties_are_those_of_the_list(shared: Path) -> None:
    with (shared / "data" / "wikidata-properties.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["id"]: row["label"] for row in csv.DictReader(file)}
    project = load_project(ROOT)
    mapping = load_wikidata_mapping(OWN, "wikidata.yml", project.prefixes.namespaces, project.base)
    tree = load_tree(OWN, "wikidata.yml")
    assert isinstance(tree, Mapping)
    left_out = tree.entries["left_out"]
    assert isinstance(left_out, Mapping)
    assert {id_: one.label for id_, one in mapping.properties.items()} == {
        id_: label for id_, label in labels.items() if id_ not in left_out.entries
    }
    assert set(left_out.entries) | set(mapping.properties) == set(labels)


def test_the_files_name_no_item() -> None:
    # What stands for a thing is a link's to say, and links have reasons of their own.
    text = OWN.read_text(encoding="utf-8")
    assert "Q" not in {word[0] for word in text.split() if word[1:].strip(",}").isdigit()}


def read(text: str, tmp_path: Path) -> list[str]:
    path = tmp_path / "wikidata.yml"
    path.write_text(text, encoding="utf-8")
    project = load_project(PROJECT)
    with pytest.raises(ConfigurationError) as caught:
        load_wikidata_mapping(path, "wikidata.yml", project.prefixes.namespaces, project.base)
    return [str(problem) for problem in caught.value.problems]


FAULTS = {
    "property": ("P2715, value", "P39x, value", "'P39x' is not among the properties of this file"),
    "prefix": ("item: org:member", "item: orgs:member", "the prefix 'orgs' is not in kzlod.toml"),
    "kind": ("start time, kind: time}", "start time, kind: date}", "'date' is none of item, time, "),
    "id": ("  P304: {label", "  X304: {label", "'X304' is no property of Wikidata"),
    "unused": ("  P304: {", "  P305: {label: x, kind: text}\n  P304: {", "P305 is used nowhere: give the reason in left_out"),
    "reason": ("value: ex:birth, reason: The same.}", "value: ex:birth}", "reason is missing"),
    "unknown": ("    item: org:member\n", "    item: org:member\n    itm: x\n", "'itm' is none of property, of, "),
    "part": ("part: start, reason", "part: begin, reason", "'begin' is none of start, end, point"),
    "flag": ("tells_apart: true", "tells_apart: sometimes", "tells_apart is true or false"),
    "coordinates": ("latitude: schema:latitude, ", "", "P625 has coordinates as values: latitude and longitude are missing"),
    "no part": (" part: point,", "", "a qualifier without a property must say which part"),
    "text": ("link: schema:sameAs", "link: [schema:sameAs]", "here must be a text"),
    "list": ("needs: [P39]", "needs: P39", "needs must be a list"),
    "name": ("of: org:Membership", "of: org:Member ship", "'org:Member ship' is no name of a thing"),
    "language": ("{en: en, kk: kk", '{en: en, kk: "k k"', "'k k' is no language code"),
    "items": (
        "items: http://www.wikidata.org/entity/",
        "items: http://www.wikidata.org/wiki/",
        "is not what IRIs of items start with",
    ),
    "step": ("item: org:member\n", "item: org:member/^\n", "a step of 'org:member/^' is empty"),
    "mapping": ("languages: {en: en, kk: kk, ru: ru}", "languages: en", "languages must be a mapping"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_wrong_is_told_with_its_line(name: str, tmp_path: Path) -> None:
    right, wrong, message = FAULTS[name]
    text = (PROJECT / "ontology" / "wikidata.yml").read_text(encoding="utf-8")
    assert right in text
    problems = read(text.replace(right, wrong, 1), tmp_path)
    lines = [int(problem.split(":")[1]) for problem in problems if message in problem]
    assert lines, problems
    assert abs(lines[0] - text[: text.index(right)].count("\n") - 1) <= 1


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = (PROJECT / "ontology" / "wikidata.yml").read_text(encoding="utf-8")
    assert len(read(text.replace("org:", "orgs:").replace("kind: time", "kind: date"), tmp_path)) == 8


def test_a_property_is_not_used_and_left_out_at_once(tmp_path: Path) -> None:
    text = (PROJECT / "ontology" / "wikidata.yml").read_text(encoding="utf-8")
    (problem,) = read(f"{text}left_out:\n  P39: not at all\n", tmp_path)
    assert "P39 is among the properties as well" in problem
