from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from hypothesis import given
from hypothesis import strategies as st

from kzlod.facts.cycles import iter_cycles

names = st.sampled_from("abcdef")


@given(st.lists(st.tuples(names, names), unique=True, max_size=12))
def test_cycles_are_found_where_no_order_is(pairs: list[tuple[str, str]]) -> None:
    edges: dict[str, dict[str, int]] = {}
    for row, (child, parent) in enumerate(pairs):
        edges.setdefault(child, {})[parent] = row
    found = list(iter_cycles(edges))
    try:
        TopologicalSorter({child: list(parents) for child, parents in edges.items()}).prepare()
    except CycleError:
        assert found
    else:
        assert not found
    for rows, members in found:
        assert [pairs[row] for row in rows] == list(zip(members, [*members[1:], members[0]], strict=True))
        assert len(set(members)) == len(members)
    assert len({tuple(rows) for rows, _ in found}) == len(found)


def test_a_long_chain_is_no_recursion() -> None:
    edges = {str(number): {str(number + 1): number} for number in range(50_000)}
    assert not list(iter_cycles(edges))
