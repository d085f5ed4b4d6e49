"""What two data sets do not share."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.validation.turtle import read_data_text

from kzlod.validation.changes import find_changes

# Old and new data, and how many triples of each are not in the other.
CASES = {
    "nothing": ("ex:a ex:p 1 .", "ex:a ex:p 1 .", 0, 0),
    "another spelling": ("ex:a ex:p 1 .", 'ex:a ex:p "01"^^xsd:integer .', 1, 1),
    "another order and other labels": ("ex:a ex:p [ ex:q 1 ] , [ ex:q 2 ] .", "ex:a ex:p [ ex:q 2 ] , [ ex:q 1 ] .", 0, 0),
    "list": ("ex:a ex:p ( 1 2 ) .", "ex:a ex:p ( 1 3 ) .", 5, 5),
    "one of two in brackets": ("ex:a ex:p [ ex:q 1 ] , [ ex:q 2 ] .", "ex:a ex:p [ ex:q 1 ] , [ ex:q 3 ] .", 2, 2),
    "one more that is like the others": ("ex:a ex:p [ ex:q 1 ] .", "ex:a ex:p [ ex:q 1 ] , [ ex:q 1 ] .", 2, 4),
    "nothing uses it": ("[] ex:q 1 . [] ex:q 2 .", "[] ex:q 2 . [] ex:q 1 .", 0, 0),
    "used twice": ("ex:a ex:p _:x . ex:b ex:p _:x .", "ex:a ex:p _:x . ex:b ex:p _:x .", 2, 2),
    "one of two or the same": ("ex:a ex:p _:x . ex:b ex:p _:x .", "ex:a ex:p _:x . ex:b ex:p _:y .", 2, 2),
    "circle": ("_:x ex:p _:y . _:y ex:p _:x .", "_:x ex:p _:y . _:y ex:p _:x .", 2, 2),
    "a text like a label": ('ex:a ex:p "_:x" .', 'ex:a ex:p "_:y" .', 1, 1),
}


@pytest.mark.parametrize("name", CASES)
def test_a_difference(name: str) -> None:
    old, new, removed, added = CASES[name]
    changes = find_changes(read_data_text(old), read_data_text(new))
    assert (len(changes.removed), len(changes.added)) == (removed, added)


@given(st.integers(0, 10**9))
def test_trees_in_another_order_are_the_same(seed: int) -> None:
    dice = random.Random(seed)

    def write_node(depth: int) -> tuple[str, str]:
        """A node twice, its properties in another order."""
        if depth > 3 or dice.random() < 0.3:
            term = dice.choice(["1", "ex:a", '"_:x"@en'])
            return term, term
        parts = [(dice.choice(["ex:p", "ex:q"]), *write_node(depth + 1)) for _ in range(dice.randint(0, 3))]
        one = " ; ".join(f"{name} {value}" for name, value, _ in parts)
        dice.shuffle(parts)
        return f"[ {one} ]", f"[ {' ; '.join(f'{name} {value}' for name, _, value in parts)} ]"

    nodes = [write_node(0) for _ in range(dice.randint(1, 4))]
    old = "".join(f"ex:s ex:p {one} . " for one, _ in nodes)
    dice.shuffle(nodes)
    new = "".join(f"ex:s ex:p {other} . " for _, other in nodes)
    assert find_changes(read_data_text(old), read_data_text(new)) == ((), ())


def test_a_long_list_is_no_deep_recursion() -> None:
    items = " ".join(map(str, range(20_000)))
    changes = find_changes(read_data_text(f"ex:a ex:p ( {items} ) ."), read_data_text(f"ex:a ex:p ( {items} 1 ) ."))
    assert len(changes.added) == 40_003
