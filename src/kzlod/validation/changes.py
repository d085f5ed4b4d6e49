"""What two data sets do not share: reads N-Triples of both, yields the triples that only one of them has.

Terms are compared as they are written. A blank node has no name to be known by: one that is used once at most, as most are that
are written in brackets, is known by all that is said of it; any other counts as changed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from kzlod.terms import Triple
from kzlod.validation.statements import parse_line


class Changes(NamedTuple):
    """The difference of two data sets.

    Args:
        removed: triples of the old one; their blank nodes are not those of the new one.
        added: triples of the new one.
    """

    removed: tuple[Triple, ...]
    added: tuple[Triple, ...]


NO_CHANGES: Final = Changes((), ())


def find_changes(old: str, new: str) -> Changes:
    """Compare two data sets.

    Args:
        old, new: N-Triples, as ``read_data`` reads it.

    >>> find_changes("<a:a> <a:p> _:b1 .\\n_:b1 <a:p> <a:b> .\\n", "<a:a> <a:p> _:b2 .\\n_:b2 <a:p> <a:c> .\\n").removed[0]
    Triple(subject='<a:a>', predicate='<a:p>', object='_:b1')
    """
    before, after = set(old.split("\n")), set(new.split("\n"))
    if "_:" not in old and "_:" not in new:
        return Changes(_parse_all(before - after), _parse_all(after - before))
    named_before, trees_before = _divide(before)
    named_after, trees_after = _divide(after)
    counts, others = Counter(trees_after.keys), Counter(trees_before.keys)
    removed = trees_before.list_changed(others - counts | counts - others)
    added = trees_after.list_changed(others - counts | counts - others)
    return Changes(
        (*_parse_all(named_before - named_after), *removed),
        (*_parse_all(named_after - named_before), *added),
    )


def _parse_all(lines: Iterable[str]) -> tuple[Triple, ...]:
    return tuple(Triple(*parse_line(line)) for line in sorted(lines) if line)


def _divide(lines: set[str]) -> tuple[set[str], _Trees]:
    """The lines without blank nodes, and those with them."""
    suspects = {line: Triple(*parse_line(line)) for line in sorted(lines) if "_:" in line}
    blank = {line: triple for line, triple in suspects.items() if "_" in {triple.subject[0], triple.object[0]}}
    return lines - blank.keys(), _Trees(list(blank.values()))


@dataclass
class _Trees:
    """Triples with blank nodes, and the trees among them: what hangs together by blank nodes that are used once.

    Args:
        triples: each once.
        keys: a text for each root of a tree, which tells all that is in it.
    """

    triples: list[Triple]
    keys: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._children: dict[str, list[Triple]] = {}
        for triple in self.triples:
            self._children.setdefault(triple.subject, []).append(triple)
        self._texts = _describe_nodes(self.triples, self._children)
        used = {triple.object for triple in self.triples}
        # A root is a triple of a named node, or a node that nothing uses.
        self._roots: list[tuple[str, list[Triple]]] = [
            (f"{triple.subject} {triple.predicate} {self._texts[triple.object]}", [triple])
            for triple in self.triples
            if triple.subject[0] != "_" and triple.object in self._texts
        ]
        self._roots += [
            (self._texts[node], self._children[node])
            for node in self._children
            if node[0] == "_" and node not in used and node in self._texts
        ]
        self.keys = [key for key, _ in self._roots]

    def list_changed(self, keys: Counter[str]) -> list[Triple]:
        """The triples of the trees with one of these keys, and all that are in no tree."""
        unchanged = {
            triple for key, triples in self._roots if key not in keys for top in triples for triple in self._iter_tree(top)
        }
        return [triple for triple in self.triples if triple not in unchanged]

    def _iter_tree(self, top: Triple) -> Iterator[Triple]:
        waiting = [top]
        while waiting:
            triple = waiting.pop()
            yield triple
            if triple.object[0] == "_":
                waiting += self._children.get(triple.object, [])


def _describe_nodes(triples: list[Triple], children: dict[str, list[Triple]]) -> dict[str, str]:
    """A text for each blank node that is the root of a tree: equal for two nodes of which the same is said."""
    users: dict[str, list[str]] = {}
    for triple in triples:
        if triple.object[0] == "_":
            users.setdefault(triple.object, []).append(triple.subject)
    nodes = [node for node in children.keys() | users.keys() if node[0] == "_"]
    missing = {node: sum(triple.object[0] == "_" for triple in children.get(node, [])) for node in nodes}
    texts: dict[str, str] = {}
    ready = [node for node in nodes if not missing[node]]
    for node in ready:  # which grows while it is read
        if len(users.get(node, [])) > 1:
            continue
        said = sorted(f"{triple.predicate} {texts.get(triple.object, triple.object)}" for triple in children.get(node, []))
        texts[node] = f"_:{hashlib.sha256(chr(10).join(said).encode()).hexdigest()}"
        for user in users.get(node, []):
            if user[0] == "_":
                missing[user] -= 1
                ready += [user] if not missing[user] else []
    return texts
