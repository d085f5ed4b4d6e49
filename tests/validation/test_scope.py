"""Only what has changed is validated, and its results are those of the whole."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.validation.random_cases import RandomCase
from tests.validation.turtle import read_data_text, read_shapes_text

from kzlod.validation.changes import find_changes
from kzlod.validation.engine import validate
from kzlod.validation.engines import Engine
from kzlod.validation.engines.choice import FAST, REFERENCE, create_engine
from kzlod.validation.report import Result
from kzlod.validation.scope import Scope, find_scope, validate_scope
from kzlod.validation.shapes import load_shapes
from kzlod.validation.statements import Statements

ROOT = Path(__file__).parents[2]
ENGINES = {name: create_engine(name) for name in (REFERENCE, FAST)}


def edit(data: str, dice: random.Random, others: str) -> str:
    """Data with one to three lines less or more."""
    lines = data.split("\n")
    for _ in range(dice.randint(1, 3)):
        if dice.random() < 0.5 and lines:
            del lines[dice.randrange(len(lines))]
        else:
            lines.append(dice.choice(others.split("\n")))
    return "\n".join(lines)


def assert_equal_to_the_whole(engine: Engine, old: str, new: str, shapes: str, whole: Engine | None = None) -> Scope:
    """Compare with the whole run: the results of the scope, and that no other node has other results than before."""
    whole = whole or engine
    scope = find_scope(new, Statements(shapes), find_changes(old, new))
    before, after = (validate(whole, data, shapes).results for data in (old, new))
    unbounded = set(validate(whole, new, scope.unbounded).results) if scope.unbounded else set()
    assert unbounded <= set(after)
    found = validate_scope(engine, new, scope).results
    assert set(found) == {result for result in after if result.focus_node in scope.nodes or result in unbounded}

    def list_others(results: tuple[Result, ...]) -> list[tuple[str, ...]]:
        # A blank node has another label in the other data.
        return sorted(
            (result.focus_node, result.shape, result.component, result.path, result.value.partition("_:")[0])
            for result in results
            if result.focus_node not in scope.nodes and result.focus_node[0] != "_" and result not in unbounded
        )

    assert list_others(before) == list_others(after)
    return scope


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 10**9), name=st.sampled_from([REFERENCE, FAST]))
def test_random_edits_of_random_data(seed: int, name: str) -> None:
    case = RandomCase(seed)
    edited = edit(case.data, random.Random(seed), RandomCase(seed + 1).data)
    old, new = read_data_text(case.data), read_data_text(edited)
    assert_equal_to_the_whole(ENGINES[name], old, new, read_shapes_text(case.shapes))


@pytest.mark.slow
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_random_edits_of_the_dataset(seed: int, built: Path) -> None:
    dice = random.Random(seed)
    old = (built / "kzlod.nt").read_text(encoding="utf-8")
    lines = old.splitlines(keepends=True)
    for _ in range(dice.randint(1, 5)):
        line, other = dice.choice(lines), dice.choice(lines)
        lines.remove(line)
        # Half of the time with the end of another statement.
        lines += [f"{line.split(' ', 1)[0]} {other.split(' ', 1)[1]}"] if dice.random() < 0.5 else []
    shapes = load_shapes([ROOT / "shapes"]).text
    scope = assert_equal_to_the_whole(ENGINES[REFERENCE], old, "".join(lines), shapes, ENGINES[FAST])
    assert scope.data.count("\n") < len(lines) / 2


# Shapes, data that stays, and a triple that comes and changes the results of another node than its own.
SIBLING = (
    "sh:property [ sh:path ex:p ; sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ {} ] ]"
)
FAR = {
    "class of a value": (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:class ex:C ] .",
        "ex:a ex:p ex:b .",
        "ex:b a ex:C .",
    ),
    "superclass of a value's": (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:class ex:C ] .",
        "ex:a ex:p ex:b . ex:b a ex:E . ex:E rdfs:subClassOf ex:D .",
        "ex:D rdfs:subClassOf ex:C .",
    ),
    "superclass of a target's": (
        "ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
        "ex:a a ex:E . ex:E rdfs:subClassOf ex:D .",
        "ex:D rdfs:subClassOf ex:C .",
    ),
    "implicit class": (
        "ex:C a rdfs:Class, sh:NodeShape ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
        "ex:a a ex:D .",
        "ex:D rdfs:subClassOf ex:C .",
    ),
    "object of": ("ex:S sh:targetObjectsOf ex:p ; sh:nodeKind sh:Literal .", "ex:a ex:q ex:b .", "ex:a ex:p ex:b ."),
    "inverse path": (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:maxCount 0 ] .",
        "ex:a ex:q 1 .",
        "ex:b ex:p ex:a .",
    ),
    "sibling": (
        f"ex:S sh:targetNode ex:a ; {SIBLING.format('sh:nodeKind sh:IRI')} , "
        f"{SIBLING.format('sh:property [ sh:path ex:q ; sh:minCount 1 ]').removeprefix('sh:property ')} .",
        "ex:a ex:p ex:b , ex:c . ex:c ex:q 1 .",
        "ex:b ex:q 1 .",
    ),
    "pair": (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:node [ sh:disjoint ex:q ] ] .",
        "ex:a ex:p ex:b .",
        "ex:b ex:q ex:b .",
    ),
    "closed": (
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:node [ sh:closed true ] ] .",
        "ex:a ex:p ex:b .",
        "ex:b ex:q 1 .",
    ),
    "logical": (
        """ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ;
           sh:not [ sh:xone ( [ sh:path ex:q ; sh:minCount 1 ] [ sh:nodeKind sh:Literal ] ) ] ] .""",
        "ex:a ex:p ex:b .",
        "ex:b ex:q 1 .",
    ),
    "result about a value": (
        "ex:S sh:targetSubjectsOf ex:q ; sh:property [ sh:path ex:p ; sh:property [ sh:path ex:r ; sh:minCount 1 ] ] .",
        "ex:a ex:p ex:b .",
        "ex:a ex:q 1 .",
    ),
    "list in the data": (
        """ex:S sh:targetNode ex:a ;
           sh:property [ sh:path ( ex:p [ sh:zeroOrMorePath rdf:rest ] rdf:first ) ; sh:nodeKind sh:Literal ] .""",
        "ex:a ex:p ex:l . ex:l rdf:rest ex:m . ex:m rdf:rest ex:n .",
        "ex:n rdf:first ex:b .",
    ),
    "query with a footprint": (
        """ex:S sh:targetNode ex:a ; sh:sparql [ k:footprint ( ex:p ex:q ) ;
           sh:select "SELECT $this { $this <https://example.org/p>/<https://example.org/q> 1 }" ] .""",
        "ex:a ex:p ex:b .",
        "ex:b ex:q 1 .",
    ),
}


@pytest.mark.parametrize("name", FAR)
def test_a_change_that_is_far_from_its_results(name: str, engine: Engine) -> None:
    shapes, data, triple = (FAR[name][0], FAR[name][1] + " ex:x ex:p ex:y .", FAR[name][2])
    old, new = read_data_text(data), read_data_text(f"{data} {triple}")
    text = read_shapes_text(shapes)
    assert validate(engine, old, text).results != validate(engine, new, text).results
    assert_equal_to_the_whole(engine, old, new, text)
    assert_equal_to_the_whole(engine, new, old, text)
    # What the change does not concern is not validated.
    assert "<https://example.org/x>" not in find_scope(new, Statements(text), find_changes(old, new)).nodes


QUERY = """ sh:sparql [ {} sh:select "SELECT $this ?value {{ ?value <https://example.org/p>/<https://example.org/q> $this }}" ] ."""
DATA = "ex:a ex:p ex:b . ex:b ex:q ex:c . ex:c ex:r ex:d . ex:d ex:p ex:e . ex:e ex:q ex:f ."
FOOTPRINTS = {
    "none": ("", {}),
    "steps": ("k:footprint 2 ;", {"ex:c"}),
    "too few steps for the query": ("k:footprint 1 ;", {}),
    "path": ("k:footprint [ sh:inversePath ( ex:p ex:q ) ] ;", {"ex:c"}),
}


@pytest.mark.parametrize("name", FOOTPRINTS)
def test_footprints_of_queries(name: str, engine: Engine) -> None:
    footprint, expected = FOOTPRINTS[name]
    shapes = read_shapes_text(f"ex:S sh:targetNode ex:c, ex:f ; {QUERY.format(footprint)}")
    old, new = (read_data_text(data) for data in (DATA.replace("ex:a ex:p ex:b .", ""), DATA))
    scope = find_scope(new, Statements(shapes), find_changes(old, new))
    assert bool(scope.unbounded) == (name == "none")
    assert {node for node in scope.nodes if node in {"<https://example.org/c>", "<https://example.org/f>"}} == {
        node.replace("ex:", "<https://example.org/") + ">" for node in expected
    }
    results = validate_scope(engine, new, scope).results
    assert len(results) == (2 if name == "none" else len(expected))


CHAIN = "ex:a ex:p ex:b . ex:b ex:p ex:c . ex:c ex:q 1 . ex:o ex:p ex:a . ex:x ex:p ex:y ."
NAMED = "sh:node [ sh:property [ sh:path ex:q ; sh:maxCount 1 ] ]"
PATHS = {
    "property": ("ex:p", {"b"}),
    "two steps": ("( ex:p ex:p )", {"a", "b"}),
    "what is read of the value": (f"ex:p ; sh:node [ sh:property [ sh:path ( ex:p ex:q ) ; {NAMED} ] ]", {"a", "b"}),
    "repeated": (f"[ sh:zeroOrMorePath ex:p ] ; {NAMED}", {"a", "b", "o"}),
    "inverse": (f"[ sh:inversePath ex:p ] ; {NAMED}", set[str]()),
    "class": ("ex:p ; sh:class ex:C", {"b"}),
}


@pytest.mark.parametrize("name", PATHS)
def test_a_focus_reaches_as_far_as_the_paths(name: str) -> None:
    path, expected = PATHS[name]
    shapes = Statements(read_shapes_text(f"ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path {path} ] ."))
    scope = find_scope(read_data_text(CHAIN), shapes, focus=["<https://example.org/c>"])
    assert {node.rpartition("/")[2][:-1] for node in scope.nodes} - {"c"} == expected


def test_nothing_is_validated_where_nothing_has_changed(engine: Engine) -> None:
    data = read_data_text(DATA)
    scope = find_scope(data, Statements(read_shapes_text("ex:S sh:targetNode ex:a ; sh:class ex:C .")), find_changes(data, data))
    assert (scope.nodes, scope.data) == (frozenset(), "")
    assert validate_scope(engine, data, scope).conforms
