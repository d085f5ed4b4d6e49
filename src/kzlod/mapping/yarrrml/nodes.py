"""Nodes of a YARRRML file: whatever has the wrong form becomes a problem at its place, and the reading goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kzlod.errors import Problem, quote
from kzlod.tree import Mapping, Node, Scalar, Sequence


class NodeReader:
    """Reads nodes; ``problems`` is what was wrong so far.

    Args:
        aliases: groups of names for one thing, of which a node may have one.
    """

    def __init__(self, aliases: Iterable[tuple[str, ...]]) -> None:
        self.aliases = tuple(aliases)
        self.problems: list[Problem] = []

    def complain(self, node: Node, message: str, rule: str) -> None:
        """Note a problem."""
        self.problems.append(node.place.problem(message, rule, node.text if isinstance(node, Scalar) else None))

    def refuse_others(self, node: Mapping, known: tuple[str, ...]) -> None:
        """Note each name that is not known here, and each second name for one thing."""
        for names in self.aliases:
            given = [name for name in names if name in node.entries]
            if len(given) > 1:
                message = f"{quote(given[0])} and {quote(given[1])} are two names for one thing: keep one"
                self.problems.append(node.keys[given[1]].problem(message, "yarrrml"))
        for name in node.entries.keys() - set(known):
            message = f"{quote(name)} is not supported here; known are {', '.join(known)}"
            self.problems.append(node.keys[name].problem(message, "yarrrml"))

    def entries(self, node: Node | None) -> Iterator[tuple[str, Node]]:
        """Names and nodes of a table that may be absent."""
        return iter(self.mapping(node, "a table of names").entries.items()) if node else iter(())

    def mapping(self, node: Node, what: str) -> Mapping:
        """A node that must be a table of names."""
        if isinstance(node, Mapping):
            return node
        self.complain(node, f"{what} is expected here", "yarrrml")
        return Mapping(node.place, {}, {})

    def items(self, node: Node | None) -> list[Node]:
        """The items of a list, or the one item that stands in place of a list, or none."""
        if node is None:
            return []
        return list(node.items) if isinstance(node, Sequence) else [node]

    def scalar(self, node: Node) -> Scalar:
        """A node that must be a text."""
        if isinstance(node, Scalar):
            return node
        self.complain(node, "a text is expected here", "yarrrml")
        return Scalar(node.place, "urn:missing", "str")

    def text(self, node: Node) -> str:
        """The text of a node that must be one."""
        return self.scalar(node).text
