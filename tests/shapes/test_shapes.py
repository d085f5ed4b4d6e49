"""Every shape has an example that it accepts and one that it refuses; and whoever breaks any one of its rules is told so."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyshacl
import pytest
import rdflib
from rdflib import SH, XSD, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDF, RDFS

from kzlod.validation.data import read_data
from kzlod.validation.engine import validate
from kzlod.validation.engines.choice import FAST, create_engine
from kzlod.validation.engines.graphs import parse_ntriples, write_ntriples
from kzlod.validation.report import Result
from kzlod.validation.shapes import load_shapes

HERE = Path(__file__).parent
SHAPES = [*sorted((HERE.parents[1] / "shapes").glob("*.ttl")), HERE.parents[1] / "src/kzlod/validation/evidence.ttl"]

# What a shape says besides its constraints.
NO_CONSTRAINTS = {
    RDF.type,
    RDFS.label,
    SH.targetClass,
    SH.targetSubjectsOf,
    SH.targetObjectsOf,
    SH.targetNode,
    SH.property,
    SH.path,
    SH.message,
}


@cache
def load_shapes_file(path: Path) -> rdflib.Graph:
    return parse_ntriples(read_data([path]))


def find_shapes() -> dict[str, Path]:
    """The file of each node shape that has a name, by its IRI."""
    return {
        str(shape): path
        for path in SHAPES
        for shape in sorted(load_shapes_file(path).subjects(RDF.type, SH.NodeShape), key=str)
        if isinstance(shape, URIRef)
    }


FILES = find_shapes()


def local_name(iri: object) -> str:
    return str(iri).rpartition("#")[2].rpartition("/")[2]


def load_example(shape: str, name: str) -> rdflib.Graph:
    return parse_ntriples(read_data([HERE / local_name(shape) / f"{name}.ttl"]))


def find_results(data: rdflib.Graph, shape: str) -> list[Result]:
    report = validate(create_engine(FAST), write_ntriples(data), load_shapes([FILES[shape]]).text)
    return [result for result in report.results if result.source_shape == shape]


def find_focus_nodes(data: rdflib.Graph, shape: str) -> list[URIRef]:
    shapes, node = load_shapes_file(FILES[shape]), URIRef(shape)
    found = {focus for kind in shapes.objects(node, SH.targetClass) for focus in data.subjects(RDF.type, kind)}
    found |= {focus for path in shapes.objects(node, SH.targetSubjectsOf) for focus in data.subjects(path, None)}
    found |= {focus for path in shapes.objects(node, SH.targetObjectsOf) for focus in data.objects(None, path)}
    found |= {focus for focus in shapes.objects(node, SH.targetNode) if (None, focus, None) in data}
    return sorted(focus for focus in found if isinstance(focus, URIRef))


def test_every_shape_has_its_examples_and_no_example_is_left_over() -> None:
    folders = {folder.name for folder in HERE.iterdir() if (folder / "pass.ttl").exists() and (folder / "fail.ttl").exists()}
    assert folders == {local_name(shape) for shape in FILES}


@pytest.mark.parametrize("shape", FILES, ids=local_name)
def test_pass_conforms_and_has_a_node_that_the_shape_sees(shape: str) -> None:
    data = load_example(shape, "pass")
    report = validate(create_engine(FAST), write_ntriples(data), load_shapes([FILES[shape]]).text)
    assert report.results == ()
    assert find_focus_nodes(data, shape)


@pytest.mark.parametrize("shape", FILES, ids=local_name)
def test_fail_is_refused_and_breaks_every_rule_of_the_node_itself(shape: str) -> None:
    results = find_results(load_example(shape, "fail"), shape)
    assert results
    own = {local_name(parameter) for parameter in load_shapes_file(FILES[shape]).predicates(URIRef(shape))}
    own -= {local_name(parameter) for parameter in NO_CONSTRAINTS}
    assert own <= {result.rule.lower() for result in results if not result.path}


def test_every_wrong_bound_is_found() -> None:
    data = load_example("https://w3id.org/kzlod/shapes#Bounds", "fail")
    results = find_results(data, "https://w3id.org/kzlod/shapes#Bounds")
    assert sorted(result.value for result in results) == sorted(f"<{node}>" for node in set(data.subjects()))


def test_the_dataset_has_nodes_for_every_shape(built: Path) -> None:
    data = parse_ntriples(read_data([built / "kzlod.nq"]))
    assert [shape for shape in FILES if not find_focus_nodes(data, shape)] == []


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.name)
def test_the_shapes_are_well_formed(path: Path) -> None:
    shapes = load_shapes_file(path)
    conforms, _, text = pyshacl.validate(shapes, shacl_graph=shapes, meta_shacl=True, inference="none")
    assert conforms, text


@pytest.mark.parametrize("shape", FILES, ids=local_name)
def test_every_rule_says_in_words_what_is_wrong(shape: str) -> None:
    shapes, node = load_shapes_file(FILES[shape]), URIRef(shape)
    speakers = [*shapes.objects(node, SH.property), *shapes.objects(node, SH.sparql)]
    if (node, SH["or"], None) in shapes:
        speakers.append(node)
    assert [speaker for speaker in speakers if not list(shapes.objects(speaker, SH.message))] == []


class Rule(NamedTuple):
    """A constraint of a property shape: its parameter and value, such as sh:minCount 1."""

    shape: str
    property: rdflib.term.Node
    predicate: URIRef
    inverse: bool
    parameter: URIRef
    value: rdflib.term.Node
    before: tuple[tuple[URIRef, bool], ...] = ()
    """The steps of the path before the last, each with whether it is inverse; the rest of a rule is of the last."""

    def reach(self, data: rdflib.Graph, focus: URIRef) -> URIRef:
        """The node from which the last step of the path starts."""
        for predicate, inverse in self.before:
            focus = URIRef(str(data.value(None, predicate, focus) if inverse else data.value(focus, predicate)))
        return focus

    def find_values(self, data: rdflib.Graph, focus: URIRef) -> list[rdflib.term.Node]:
        found = data.subjects(self.predicate, focus) if self.inverse else data.objects(focus, self.predicate)
        return sorted(found, key=str)

    def applies_to(self, data: rdflib.Graph, focus: URIRef) -> bool:
        """Whether the node has the property, and the one that it is compared with where it is."""
        compared = self.parameter in {SH.lessThan, SH.lessThanOrEquals}
        is_forbidden = self.parameter == SH.maxCount and int(str(self.value)) == 0
        return (is_forbidden or bool(self.find_values(data, focus))) and (
            not compared or (focus, URIRef(str(self.value)), None) in data
        )

    def write_path(self) -> str:
        if self.before:
            steps = (*self.before, (self.predicate, self.inverse))
            return "/".join(f"(^<{step}>)" if inverse else f"<{step}>" for step, inverse in steps)
        return f"{'^' if self.inverse else ''}<{self.predicate}>"


def find_rules() -> list[Rule]:
    rules = []
    for shape, path in FILES.items():
        shapes = load_shapes_file(path)
        for node in shapes.objects(URIRef(shape), SH.property):
            whole = shapes.value(node, SH.path)
            steps = Collection(shapes, whole) if whole is not None and (whole, RDF.first, None) in shapes else [whole]
            *before, (predicate, inverse) = [read_step(shapes, step) for step in steps]
            rules += [
                Rule(shape, node, predicate, inverse, URIRef(str(parameter)), value, tuple(before))
                for parameter, value in shapes.predicate_objects(node)
                if parameter not in NO_CONSTRAINTS
            ]
    return sorted(rules, key=name_rule)


def read_step(shapes: rdflib.Graph, step: rdflib.term.Node | None) -> tuple[URIRef, bool]:
    inverse = shapes.value(step, SH.inversePath)
    predicate = step if inverse is None else inverse
    assert isinstance(predicate, URIRef), "these tests know predicates, their inverses and sequences of these"
    return predicate, inverse is not None


def name_rule(rule: Rule) -> str:
    # Lists and shapes in brackets have another label in every process, and each at most one place in its property shape.
    value = local_name(rule.value) if isinstance(rule.value, URIRef | Literal) else ""
    steps = "-".join(local_name(predicate) for predicate, _ in (*rule.before, (rule.predicate, False)))
    return f"{local_name(rule.shape)}-{steps}-{local_name(rule.parameter)}-{value}"


def remove_values(data: rdflib.Graph, focus: URIRef, rule: Rule) -> None:
    data.remove((None, rule.predicate, focus) if rule.inverse else (focus, rule.predicate, None))


def add_value(data: rdflib.Graph, focus: URIRef, rule: Rule) -> None:
    other = change_term(rule.find_values(data, focus)[0])
    data.add((other, rule.predicate, focus) if rule.inverse else (focus, rule.predicate, other))


def change_term(term: rdflib.term.Node) -> rdflib.term.Node:
    """Another term of the same kind."""
    if not isinstance(term, Literal):
        return URIRef(f"{term}-2")
    if term.datatype in {XSD.date, XSD.gYear, XSD.gYearMonth, XSD.gMonthDay}:
        return Literal(f"{term}Z", datatype=term.datatype, normalize=False)
    return Literal(f"{term}0", lang=term.language, datatype=term.datatype, normalize=False)


def put_text(data: rdflib.Graph, focus: URIRef, rule: Rule) -> None:
    """The value becomes the text "x", which is neither an IRI nor a number nor a date; nor a plain string, in English."""
    remove_values(data, focus, rule)
    data.add((focus, rule.predicate, Literal("x", lang="en" if rule.value == XSD.string else None)))


def exceed_count(data: rdflib.Graph, focus: URIRef, rule: Rule) -> None:
    if rule.find_values(data, focus):
        add_value(data, focus, rule)
    else:
        data.add((focus, rule.predicate, Literal("forbidden")))


def empty_value(data: rdflib.Graph, focus: URIRef, rule: Rule) -> None:
    remove_values(data, focus, rule)
    data.add((focus, rule.predicate, Literal("")))


def exceed_other(data: rdflib.Graph, focus: URIRef, rule: Rule) -> None:
    """The value becomes too great for the one property that it is compared with here."""
    for other in load_shapes_file(FILES[rule.shape]).objects(rule.property, rule.parameter):
        if other != rule.value:
            data.remove((focus, other, None))
    (value,) = rule.find_values(data, focus)
    assert isinstance(value, Literal)
    remove_values(data, focus, rule)
    great = "9999-12-31" if value.datatype == XSD.date else "999999"
    data.add((focus, rule.predicate, Literal(great, datatype=value.datatype)))


def speak_otherwise(data: rdflib.Graph, focus: URIRef, rule: Rule) -> None:
    data.add((focus, rule.predicate, Literal("nomen", lang="la")))


def exceed_limit(data: rdflib.Graph, focus: URIRef, rule: Rule) -> None:
    beyond = int(str(rule.value)) + (1 if rule.parameter == SH.maxInclusive else -1)
    remove_values(data, focus, rule)
    data.add((focus, rule.predicate, Literal(str(beyond), datatype=XSD.decimal)))


def copy_other(data: rdflib.Graph, focus: URIRef, rule: Rule) -> None:
    """A value of the property that must have none in common becomes a value of this one."""
    other = next(data.objects(focus, URIRef(str(rule.value))))
    data.add((focus, rule.predicate, other))


def strip_value(data: rdflib.Graph, focus: URIRef, rule: Rule) -> None:
    """Nothing is said of the value any more but that it is one."""
    for value in rule.find_values(data, focus):
        for predicate in set(data.predicates(value)) - {rule.predicate}:
            data.remove((value, predicate, None))


MUTATIONS: dict[URIRef, Callable[[rdflib.Graph, URIRef, Rule], None]] = {
    SH.minCount: remove_values,
    SH.maxCount: exceed_count,
    SH.uniqueLang: add_value,
    SH.datatype: put_text,
    SH["class"]: put_text,
    SH["in"]: put_text,
    SH.nodeKind: put_text,
    SH["or"]: put_text,
    SH.pattern: put_text,
    SH.minLength: empty_value,
    SH.languageIn: speak_otherwise,
    SH.minInclusive: exceed_limit,
    SH.maxInclusive: exceed_limit,
    SH.disjoint: copy_other,
    SH.lessThan: exceed_other,
    SH.lessThanOrEquals: exceed_other,
    SH.node: strip_value,
}


@pytest.mark.parametrize("rule", find_rules(), ids=name_rule)
def test_a_broken_rule_is_reported(rule: Rule) -> None:
    data = load_example(rule.shape, "pass")
    focus = next(node for node in find_focus_nodes(data, rule.shape) if rule.applies_to(data, rule.reach(data, node)))
    MUTATIONS[rule.parameter](data, rule.reach(data, focus), rule)
    found = {(result.focus_node, result.path, result.rule.lower()) for result in find_results(data, rule.shape)}
    assert (f"<{focus}>", rule.write_path(), local_name(rule.parameter).lower()) in found
