"""Names for results that they keep while lines move and blank nodes get other labels: reads results, yields fingerprints."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from kzlod.validation.report import Result
from kzlod.validation.shapes import Shapes
from kzlod.validation.statements import FIRST, PATH, REST, Statements

_DEPTH: Final = 3
"""So many blank nodes deep is what a node says, where nothing with a name leads to it."""


class NodeNames:
    """Texts for nodes that hang on no label of a blank node.

    A blank node is named by the nearest IRI around it and the properties from there, so that a change beside what is wrong makes no
    other finding of it; nodes that are reached in the same way share a name. One that no IRI leads to is named by what it says.

    Args:
        data: N-Triples, as ``read_data`` reads it.

    >>> NodeNames('<a:a> <a:p> _:b7 .\\n_:b7 <a:q> _:b8 .\\n').find("_:b8")
    '<a:a> <a:p>/<a:q>'
    >>> NodeNames('_:b7 <a:q> "1" .\\n').find("_:b7")
    '[<a:q> "1"]'
    """

    def __init__(self, data: str) -> None:
        self._data = data
        self._statements: Statements | None = None
        self._names: dict[str, str] = {}

    def find(self, term: str) -> str:
        """The name of a node; an IRI, a literal or "" is its own."""
        if not term.startswith("_"):
            return term
        if term not in self._names:
            self._names[term] = self._find_around(term) or self._describe(term, _DEPTH)
        return self._names[term]

    @property
    def _blank(self) -> Statements:
        """The statements of blank nodes: of all data, only these are ever needed, and only if one of them is wrong."""
        if self._statements is None:
            lines = (line for line in self._data.split("\n") if line.startswith("_:") or "> _:" in line)
            self._statements = Statements("\n".join(lines))
        return self._statements

    def _find_around(self, node: str) -> str:
        level: dict[str, tuple[str, ...]] = {node: ()}
        seen = set(level)
        while level:
            users = sorted(
                (subject, step if predicate in {FIRST, REST} else (predicate, *step))
                for term, step in level.items()
                for subject, predicate in self._blank.iter_users(term)
            )
            for subject, steps in users:
                if subject.startswith("<"):
                    return f"{subject} {'/'.join(steps)}"
            level = {}
            for subject, steps in users:
                if subject not in seen:
                    level[subject] = steps
                    seen.add(subject)
        return ""

    def _describe(self, node: str, depth: int) -> str:
        if not depth:
            return "[]"
        said = sorted(
            f"{predicate} {self._describe(term, depth - 1) if term.startswith('_') else term}"
            for predicate, terms in self._blank.by_subject.get(node, {}).items()
            for term in terms
        )
        return f"[{' ; '.join(said)}]"


def write_fingerprint(result: Result, names: NodeNames, shapes: Shapes) -> str:
    """A hash of what is wrong: shape, its path, component, focus node, path and value; not of places, severity and words.

    Args:
        result: the finding.
        names: of the data's nodes.
        shapes: whose path the violated shape has.

    Returns:
        32 hexadecimal digits.
    """
    own_path = shapes.statements.write_path(shapes.statements.find_object(result.shape, PATH))
    nodes = (names.find(result.focus_node), result.path, names.find(result.value))
    text = json.dumps([result.source_shape, own_path, result.component, *nodes], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
