"""Nodes of a JSON tree as values: a wrong one becomes a problem at its place, and the reading goes on."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from kzlod.errors import Problem, quote
from kzlod.terms import NS, is_iri
from kzlod.tree import Mapping, Node, Place, Scalar, Sequence

# Prefixes that CSVW's own context knows and that say nothing about the reading of a table.
_COMMON: Final = re.compile(r"(cc|dc|dc11|dcat|dcterms|dctypes|foaf|org|owl|prov|rdf|rdfs|schema|skos|void|xsd):\S+")
_IGNORED: Final = ("@id", "@type", "notes", "lang", "textDirection", "aboutUrl", "propertyUrl", "valueUrl", "rowTitles")


class NodeReader:
    """Reads nodes; ``problems`` is what was wrong so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def complain(self, place: Place, message: str, value: str | None = None) -> None:
        """Note a problem."""
        self.problems.append(place.problem(message, "tables", value))

    def read_object(self, node: Node, what: str, known: Collection[str]) -> Mapping | None:
        """An object whose names are all known, or common properties such as ``dc:title``, which are ignored."""
        if not isinstance(node, Mapping):
            self.complain(node.place, f"{what} must be an object")
            return None
        for key, place in node.keys.items():
            foreign = key in _IGNORED or _COMMON.fullmatch(key) or ("://" in key and is_iri(key) and not key.startswith(NS))
            if key not in known and not foreign:
                self.complain(place, f"{quote(key)} is no property of {what}; it has {', '.join(known)}", key)
        return node

    def read_items(self, parent: Mapping, name: str) -> tuple[Node, ...]:
        """The items of a list that may be absent."""
        node = parent.get(name)
        if node is None:
            return ()
        if isinstance(node, Sequence):
            return node.items
        self.complain(node.place, f"{name} must be a list")
        return ()

    def read_text(self, parent: Mapping, name: str, what: str) -> str | None:
        """A text that must be there and not be empty."""
        node = parent.get(name)
        if node is None:
            self.complain(parent.place, f"{what} has no {name}")
            return None
        return self.read_string(node, name)

    def read_string(self, node: Node, name: str) -> str | None:
        """A node that must be a text of visible characters."""
        if isinstance(node, Scalar) and node.tag == "str" and node.text and node.text.isprintable():
            return node.text
        self.complain(node.place, f"{name} must be a text of printable characters")
        return None

    def read_texts(self, node: Node | None, name: str) -> tuple[str, ...]:
        """One text or a list of texts; nothing where the node is absent."""
        if node is None:
            return ()
        nodes = node.items if isinstance(node, Sequence) else (node,)
        return tuple(text for item in nodes if (text := self.read_string(item, name)) is not None)

    def read_truth(self, parent: Mapping, name: str) -> bool:
        """A truth value; false where it is absent."""
        node = parent.get(name)
        if node is None:
            return False
        if isinstance(node, Scalar) and node.text in ("true", "false"):
            return node.text == "true"
        self.complain(node.place, f"{name} must be true or false")
        return False

    def read_number(self, parent: Mapping, name: str) -> int | None:
        """A number of 0 or more, or None where it is absent."""
        node = parent.get(name)
        if node is None:
            return None
        if isinstance(node, Scalar) and re.fullmatch("[0-9]{1,9}", node.text):
            return int(node.text)
        self.complain(node.place, f"{name} must be a number of 0 or more")
        return None

    def read_pair(self, node: Node, name: str) -> tuple[str, str] | None:
        """A list of two texts."""
        texts = self.read_texts(node, name) if isinstance(node, Sequence) else ()
        if len(texts) == 2:
            return texts
        self.complain(node.place, f"{name} must name two columns: [first, second]")
        return None
