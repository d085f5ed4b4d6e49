"""Entities nest in a forest, and no more stand outside than must."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from kzlod.dataset import Dataset
from kzlod.dumps.context import Term
from kzlod.dumps.nesting import DEEPEST, Nest, find_nests, iter_trees
from kzlod.terms import ACCEPTED, FACT_STATUS, Quad, evidence_graph

MakeDataset = Callable[..., Dataset]

BASE = "https://example.org/"
FACT = f"<{BASE}fact/1>"
PARTS = Term("parts", f"{BASE}part")
WHOLE = Term("wholes", f"{BASE}whole", reverse=True)


def name_entity(number: int) -> str:
    return f"<{BASE}{number:03}>"


def state_links(forward: set[tuple[int, int]], backward: set[tuple[int, int]]) -> list[Quad]:
    """Pairs are (holder, child); every entity also has a name."""
    entities = {number for pair in forward | backward for number in pair}
    return [
        Quad(FACT, FACT_STATUS, ACCEPTED, evidence_graph(BASE)),
        *(Quad(name_entity(number), f"<{BASE}name>", f'"{number}"', FACT) for number in entities),
        *(Quad(name_entity(holder), f"<{PARTS.iri}>", name_entity(child), FACT) for holder, child in forward),
        *(Quad(name_entity(child), f"<{WHOLE.iri}>", name_entity(holder), FACT) for holder, child in backward),
    ]


LINKS = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12)


@settings(max_examples=50, deadline=None)
@given(forward=LINKS, backward=LINKS)
def test_nests_are_a_forest_of_first_holders(
    make_dataset: MakeDataset, forward: set[tuple[int, int]], backward: set[tuple[int, int]]
) -> None:
    dataset = make_dataset(state_links(forward, backward))
    first: dict[str, Nest] = {}
    for holder, child in sorted(forward | backward):
        if holder != child:
            term = PARTS if (holder, child) in forward else WHOLE
            first.setdefault(name_entity(child), Nest(name_entity(holder), term))
    nests = find_nests(dataset, [PARTS, WHOLE])
    assert nests.items() <= first.items()
    for entity in first:
        walk = [entity]
        while walk[-1] in nests:
            walk.append(nests[walk[-1]].holder)
            assert len(walk) <= len(first) + 1
        # What stands outside though it has a holder would come round to itself.
        if (root := walk[-1]) in first:
            node = first[root].holder
            for _ in first:
                node = node if node == root else first[node].holder
            assert node == root


def test_a_long_chain_is_cut(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(state_links({(number, number + 1) for number in range(100)}, set()))
    nests = find_nests(dataset, [PARTS])
    sizes = [len({triple.subject for triple in triples}) for _, triples in iter_trees(dataset, nests)]
    assert max(sizes) == DEEPEST + 1
    assert sum(sizes) == 101


def test_a_holder_without_statements_holds_nothing(make_dataset: MakeDataset) -> None:
    quads = [quad for quad in state_links(set(), {(1, 2)}) if quad.subject != name_entity(1)]
    assert find_nests(make_dataset(quads), [WHOLE]) == {}
