"""The shapes themselves are checked first."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.validation.turtle import PREFIXES, read_data_text

from kzlod.errors import ConfigurationError
from kzlod.services import find_services
from kzlod.validation.checks import check_shapes, find_unused
from kzlod.validation.engines import Engine
from kzlod.validation.engines.choice import FAST, create_engine
from kzlod.validation.shapes import Shapes, load_shapes

LINE = PREFIXES.count("\n") + 2


def load(text: str, tmp_path: Path) -> Shapes:
    path = tmp_path / "shapes.ttl"
    path.write_text(f"{PREFIXES}\n{text}", encoding="utf-8")
    return load_shapes([path])


BAD = {
    "pattern that is a number": ("sh:property [ sh:path ex:p ; sh:pattern 5 ]", "the value is not of the datatype xsd:string"),
    "minCount that is no number": ('sh:property [ sh:path ex:p ; sh:minCount "one" ]', "one"),
    "or without a list": ("sh:or ex:Other", "sh:or"),
    "slip of the pen": (
        "sh:property [ sh:path ex:p ; sh:minCuont 1 ]",
        "sh:minCuont is no term of SHACL",
    ),
    "JavaScript": ('sh:js [ sh:jsFunctionName "f" ]', "sh:js is of SHACL-JS"),
    "target of a query": ("sh:target [ a sh:SPARQLTarget ]", "sh:target is of SHACL Advanced Features"),
    "rule": ("sh:rule [ a sh:TripleRule ]", "sh:rule is of SHACL Advanced Features"),
    "service": (
        'sh:sparql [ sh:select "SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ]',
        "SERVICE calls another endpoint",
    ),
    "hidden service": ('sh:sparql [ sh:ask "ASK { SERV\\\\u0049CE SILENT ?x {} }" ]', "SERVICE calls another endpoint"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_shape_is_named_with_its_line(name: str, engine: Engine, tmp_path: Path) -> None:
    text, expected = BAD[name]
    with pytest.raises(ConfigurationError) as error:
        check_shapes(engine, load(f"ex:S a sh:NodeShape ; sh:targetNode ex:a ;\n {text} .", tmp_path))
    problem = error.value.problems[0]
    assert (problem.file, problem.line) == ((tmp_path / "shapes.ttl").as_posix(), LINE + 1)
    assert any(expected in problem.message for problem in error.value.problems)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("sh:node ex:Nowhere", 10),
        ("sh:property ex:Nowhere", 14),
        ("sh:not ex:Nowhere", 9),
        ("sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:Nowhere ]", 95),
        ("sh:and ( ex:There ex:Nowhere )", 20),
        ("sh:or ( ex:Nowhere )", 10),
        ("sh:xone ( [ sh:not ex:Nowhere ] )", 21),
    ],
)
def test_a_reference_to_no_shape_is_named_where_it_stands(text: str, column: int, tmp_path: Path) -> None:
    shapes = load(f"ex:S a sh:NodeShape ; sh:targetNode ex:a ;\n {text} .\nex:There sh:nodeKind sh:IRI .", tmp_path)
    with pytest.raises(ConfigurationError) as error:
        check_shapes(create_engine(FAST), shapes)
    found = [(problem.line, problem.column, problem.message) for problem in error.value.problems if problem.rule == "missing-shape"]
    assert found == [(LINE + 1, column, "no such shape: <https://example.org/Nowhere>")]


@pytest.mark.parametrize(
    ("text", "column", "term"),
    [
        ("a sh:Nodeshape", 4, "sh:Nodeshape"),
        ("sh:nodeKind sh:Iri", 14, "sh:Iri"),
        ("sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:severity sh:Warn ]", 59, "sh:Warn"),
    ],
)
def test_a_slip_in_an_object_is_named_where_it_stands(text: str, column: int, term: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as error:
        check_shapes(create_engine(FAST), load(f"ex:S sh:targetNode ex:a ;\n {text} .", tmp_path))
    found = [(problem.line, problem.column, problem.message) for problem in error.value.problems if problem.rule == "unknown-term"]
    assert found == [(LINE + 1, column, f"{term} is no term of SHACL")]


@pytest.mark.parametrize(
    ("text", "column", "name"),
    [
        ("sh:datatype xsd:integr", 14, "integr"),
        ('sh:in ( "1"^^xsd:Integer 2 )', 10, "Integer"),
        ('sh:datatype xsd:dateTimeStamp ; sh:in ( 1 "1"^^ex:integr )', None, ""),
        ('rdfs:comment "<http://www.w3.org/2001/XMLSchema#integr>"', None, ""),
        ("rdfs:isDefinedBy xsd:", None, ""),
    ],
)
def test_a_datatype_that_is_none_is_warned_of(text: str, column: int | None, name: str, tmp_path: Path) -> None:
    shapes = load(f"ex:S sh:targetNode ex:a ;\n {text} .", tmp_path)
    found = [(problem.line, problem.column, problem.message) for problem in find_unused(shapes, "")]
    assert found == ([(LINE + 1, column, f"warning: xsd:{name} is no datatype of XML Schema")] if name else [])


def test_a_list_of_shapes_that_goes_round_ends(tmp_path: Path) -> None:
    text = "ex:S sh:targetNode ex:a ; sh:or _:l . _:l rdf:first ex:Nowhere ; rdf:rest _:l ."
    with pytest.raises(ConfigurationError, match="Cyclic RDF list"):
        check_shapes(create_engine(FAST), load(text, tmp_path))


def test_every_bad_shape_is_named_at_once(tmp_path: Path) -> None:
    text = "ex:S a sh:NodeShape ; sh:minCuont 1 .\nex:T a sh:NodeShape ; sh:nodeKind ex:Any ; sh:js [] ."
    with pytest.raises(ConfigurationError) as error:
        check_shapes(create_engine(FAST), load(text, tmp_path))
    assert [problem.line for problem in error.value.problems] == [LINE, LINE + 1, LINE + 1]


def test_good_shapes_pass(engine: Engine, tmp_path: Path) -> None:
    check_shapes(
        engine, load('ex:S sh:targetNode ex:a ; sh:sparql [ sh:select "SELECT $this { $this ?service :SERVICE }" ] .', tmp_path)
    )


UNUSED = {
    "without target": ("ex:S a sh:NodeShape ; sh:nodeKind sh:IRI .", "has no target, and no other shape refers to it"),
    "referred to": ("ex:S sh:targetClass ex:C ; sh:node ex:T . ex:T a sh:NodeShape .", ""),
    "class that is there": ("ex:S sh:targetClass ex:C .", ""),
    "class by subclass": ("ex:S sh:targetClass ex:Top .", ""),
    "class that is not there": (
        "ex:S sh:targetClass ex:Nothing .",
        "finds no node in the data; its targets are <https://example.org/Nothing>",
    ),
    "one of two targets": ("ex:S sh:targetClass ex:Nothing ; sh:targetSubjectsOf ex:p .", ""),
    "property": ("ex:S sh:targetObjectsOf ex:p .", ""),
    "property that is not there": ("ex:S sh:targetObjectsOf ex:q .", "finds no node"),
    "node": ("ex:S sh:targetNode ex:nowhere .", ""),
    "implicit class": ("ex:C a rdfs:Class, sh:NodeShape .", ""),
    "implicit class that is not there": ("ex:D a rdfs:Class, sh:NodeShape .", "finds no node"),
    "implicit class that is a shape by its property": ("ex:C a rdfs:Class ; sh:property [ sh:path ex:p ] .", ""),
    "implicit class of a class of classes": ("ex:C a ex:Kind, sh:NodeShape . ex:Kind rdfs:subClassOf rdfs:Class .", ""),
    "no name and no target": ("[] a sh:NodeShape ; sh:nodeKind sh:IRI .", "warning: a shape without a name has no target, and no"),
    "no name and a property alone": ("[ sh:property [ sh:path ex:p ] ] .", "a shape without a name has no target"),
    "no name and a class that is not there": (
        "[ sh:targetClass ex:Nothing ] .",
        "a shape without a name finds no node in the data; its targets are <https://example.org/Nothing>",
    ),
    "no name and a class that is there": ("[ a sh:NodeShape ; sh:targetClass ex:C ] .", ""),
    "no name and part of a shape": (
        "ex:S sh:targetClass ex:C ; sh:or ( [ a sh:NodeShape ] [ sh:property [] ] ) .",
        "",
    ),
    "deactivated": ("ex:S sh:targetClass ex:Nothing ; sh:deactivated true .", ""),
}


@pytest.mark.parametrize("name", UNUSED)
def test_shapes_that_see_nothing_are_warned_of(name: str, tmp_path: Path) -> None:
    text, expected = UNUSED[name]
    data = read_data_text("ex:a a ex:C ; ex:p ex:b . ex:C rdfs:subClassOf ex:Middle . ex:Middle rdfs:subClassOf ex:Top .")
    problems = list(find_unused(load(text, tmp_path), data))
    assert len(problems) == bool(expected)
    for problem in problems:
        assert problem.line == LINE
        assert problem.message.startswith("warning: ")
        assert expected in problem.message


QUIET = [
    *(
        '"SERVICE"',
        "'SERVICE'",
        '"""a " SERVICE"""',
        "'''SERVICE'''",
        "<http://example.org/SERVICE>",
        "?service",
        "$SERVICE",
        "ex:SERVICE",
    ),
    *(
        "SERVICE:x",
        "# SERVICE\n",
        '"\\"SERVICE"',
        '"x"@service',
        "_:SERVICE",
        "ex:a.SERVICE",
        "ex:\\-SERVICE",
    ),
]


TOUCHING = [
    "5SERVICE<a:a>{}",
    "trueSERVICE <a:a> {}",
    "SERVICESILENT<a:a>{}",
    "SERVICEa:a{}",
    "SERVICE:a #\n {}",
    '#\\u000A"\nSERVICE<a:a>{}#"',
]


@pytest.mark.parametrize("query", TOUCHING)
def test_service_is_found_where_it_touches_something(query: str) -> None:
    assert find_services(f"SELECT * {{ {query} }}")


@given(st.lists(st.sampled_from(QUIET)), st.lists(st.sampled_from(QUIET)), st.sampled_from(["SERVICE", "service", "SeRvIcE"]))
def test_service_is_found_and_nothing_else(before: list[str], after: list[str], word: str) -> None:
    assert find_services(f"{' '.join(before)} {' '.join(after)}") == []
    assert len(find_services(f"{' '.join(before)} {word} {' '.join(after)}")) == 1
