"""Cycles: walks the relation of child and parent of a table, yields each cycle it meets."""

from __future__ import annotations

from collections.abc import Iterator

from kzlod.dataset import Dataset
from kzlod.errors import quote
from kzlod.facts.cells import split_cells
from kzlod.facts.places import Finding
from kzlod.facts.tables import Pair, Table

Edges = dict[str, dict[str, int]]
"""The parents of each child, each with the number of the row that says so first, in the order of the file."""

_SHOWN = 12


def find_cycles(dataset: Dataset, table: Table) -> Iterator[Finding]:
    """Yield each cycle once, at its last row in the file, which closes it."""
    pair = table.acyclic
    if pair is None:
        return
    for rows, members in iter_cycles(_read_edges(dataset, table, pair)):
        # The members are named from the child of the row that closes the cycle, and that one again at the end.
        turn = rows.index(max(rows))
        around = [*members[turn:], *members[:turn], members[turn]]
        shown = around if len(around) <= _SHOWN else [*around[: _SHOWN - 1], "…", around[-1]]
        path = " -> ".join(quote(member) for member in shown)
        message = f"the relation of {pair.first} to {pair.second} goes in a circle: {path}"
        yield Finding(max(rows), pair.second, message, "acyclic", around[1])


def _read_edges(dataset: Dataset, table: Table, pair: Pair) -> Edges:
    child, parent = table.get_column(pair.first), table.get_column(pair.second)
    edges: Edges = {}
    query = f"""
        SELECT * FROM (
          SELECT number, child, unnest(parents) AS parent FROM (
            SELECT rowid AS number, unnest({split_cells(child)}) AS child, {split_cells(parent)} AS parents FROM {table.relation}))
        WHERE child IS NOT NULL AND parent IS NOT NULL ORDER BY number"""
    for number, below, above in dataset.iter_rows(query):
        edges.setdefault(below, {}).setdefault(above, int(number))
    return edges


def iter_cycles(edges: Edges) -> Iterator[tuple[list[int], list[str]]]:
    """Walk depth first and yield a cycle wherever the walk meets its own path.

    Yields:
        The rows of the cycle and its members; row ``i`` leads from member ``i`` to the next, the last row to the first.

    >>> list(iter_cycles({"a": {"b": 0}, "b": {"c": 1, "a": 2}}))
    [([0, 2], ['a', 'b'])]
    """
    done: set[str] = set()
    for root in edges:
        if root in done:
            continue
        path = {root: 0}
        stack = [(root, -1, iter(edges[root].items()))]
        while stack:
            member, _, parents = stack[-1]
            for parent, row in parents:
                if parent in path:
                    first = path[parent]
                    yield [*(row for _, row, _ in stack[first + 1 :]), row], [member for member, _, _ in stack[first:]]
                elif parent not in done and parent in edges:
                    path[parent] = len(stack)
                    stack.append((parent, row, iter(edges[parent].items())))
                    break
            else:
                stack.pop()
                del path[member]
                done.add(member)
