"""Where the results of anyone's data stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.validation.turtle import PREFIXES, read_shapes_text

from kzlod.validation.data import list_files, read_data
from kzlod.validation.engine import validate
from kzlod.validation.engines import Engine
from kzlod.validation.places import locate_results

# The data, the rules of ex:S for ex:a and where | marks the places that are expected, in their order in the file.
CASES = {
    "value": ("ex:a ex:p 1 , |2 .", "sh:property [ sh:path ex:p ; sh:in ( 1 ) ]"),
    "missing value": ("ex:b ex:p 1 . |ex:a ex:q 1 .", "sh:property [ sh:path ex:p ; sh:minCount 1 ]"),
    "too many values": ("ex:b ex:p 1 . ex:a |ex:p 1 , 2 .", "sh:property [ sh:path ex:p ; sh:maxCount 1 ]"),
    "value that is a node": ("ex:a ex:p |ex:b . |ex:b ex:q 1 .", "sh:property [ sh:path ex:p ; sh:class ex:C ]"),
    "value in brackets": ("ex:a ex:p |[ ex:q 1 ] .", "sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ]"),
    "inverse path": ("|ex:a ex:q 1 . ex:b ex:p |ex:a .", "sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:class ex:C ]"),
    "sequence": ("ex:a ex:r 1 ; |ex:p ex:b . ex:b ex:q 1 .", "sh:property [ sh:path ( ex:p ex:q ) ; sh:in ( 2 ) ]"),
    "node": ("ex:b ex:p ex:a . |ex:a ex:p 1 .", "sh:class ex:C"),
    "node that is only mentioned": ("ex:b ex:p 1 , |ex:a .", "sh:class ex:C"),
    "closed": ('ex:a ex:q 1 ; ex:p |"x"@en .', "sh:closed true ; sh:property [ sh:path ex:q ]"),
    "query": (
        "|ex:a ex:p ex:b . |ex:b ex:q 1 .",
        'sh:sparql [ sh:select "SELECT $this ?value { $this <https://example.org/p> ?value }" ]',
    ),
}


def list_marks(text: str) -> list[tuple[int, int]]:
    """Line and column of each mark, as the text is without them."""
    lines = text.split("\n")
    return [
        (number, column - line[:column].count("|") + 1)
        for number, line in enumerate(lines, 1)
        for column, character in enumerate(line)
        if character == "|"
    ]


@pytest.mark.parametrize("name", CASES)
def test_a_result_stands_where_its_triple_is_written(name: str, engine: Engine, tmp_path: Path) -> None:
    data, rules = CASES[name]
    text = PREFIXES + data.replace(" . ", " .\n")
    (tmp_path / "a.ttl").write_text(PREFIXES + "[] ex:other [] .", encoding="utf-8")
    (tmp_path / "b.ttl").write_text(text.replace("|", ""), encoding="utf-8")
    report = validate(engine, read_data([tmp_path]), read_shapes_text(f"ex:S sh:targetNode ex:a ; {rules} ."))
    (result,) = locate_results(report, list_files([tmp_path])).results
    assert sorted((place.line, place.column) for place in result.locations) == list_marks(text)
    assert {place.file for place in result.locations} == {(tmp_path / "b.ttl").as_posix()}


def test_a_literal_that_is_a_focus_node_is_found(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text('@prefix ex: <https://example.org/> .\nex:a ex:p "x"@EN , 1 .', encoding="utf-8")
    shapes = read_shapes_text("ex:S sh:targetObjectsOf ex:p ; sh:nodeKind sh:IRI .")
    report = locate_results(validate(engine, read_data([tmp_path]), shapes), list_files([tmp_path]))
    assert sorted((place.line, place.column) for result in report.results for place in result.locations) == [(2, 11), (2, 20)]


def test_details_are_located_as_well(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("<https://example.org/a> <https://example.org/p> <https://example.org/b> .\n", encoding="utf-8")
    shapes = read_shapes_text("ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:node [ sh:class ex:C ] ] .")
    (result,) = locate_results(validate(engine, read_data([tmp_path]), shapes), list_files([tmp_path])).results
    assert [place.column for detail in result.details for place in detail.locations] == [49]
