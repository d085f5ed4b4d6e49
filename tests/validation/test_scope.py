"""Only what has changed is validated, and its results are those of the whole."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.validation.random_cases import RandomCase
from tests.validation.turtle import read_data_text, read_shapes_text

from kzlod.validation.changes import find_changes
from kzlod.validation.engine import validate
from kzlod.validation.engines import Engine
from kzlod.validation.engines.choice import FAST, REFERENCE, create_engine
from kzlod.validation.report import Result
from kzlod.validation.scope import Scope, find_scope, validate_scope
from kzlod.validation.statements import Statements

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


def assert_equal_to_the_whole(engine: Engine, old: str, new: str, shapes: str) -> Scope:
    """Compare with the whole run: the results of the scope, and that no other node has other results than before."""
    scope = find_scope(new, Statements(shapes), find_changes(old, new))
    before, after = (validate(engine, data, shapes).results for data in (old, new))
    assert validate_scope(engine, new, scope).results == tuple(result for result in after if result.focus_node in scope.nodes)

    def list_others(results: tuple[Result, ...]) -> list[tuple[str, ...]]:
        # A blank node has another label in the other data.
        return sorted(
            (result.focus_node, result.shape, result.component, result.path, result.value.partition("_:")[0])
            for result in results
            if result.focus_node not in scope.nodes and result.focus_node[0] != "_"
        )

    assert list_others(before) == list_others(after)
    return scope


@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 10**9), name=st.sampled_from([REFERENCE, FAST]))
def test_random_edits_of_random_data(seed: int, name: str) -> None:
    case = RandomCase(seed)
    edited = edit(case.data, random.Random(seed), RandomCase(seed + 1).data)
    old, new = read_data_text(case.data), read_data_text(edited)
    assert_equal_to_the_whole(ENGINES[name], old, new, read_shapes_text(case.shapes))
