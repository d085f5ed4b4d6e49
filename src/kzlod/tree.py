"""YAML and JSON files read with the place of every node, so that an error can name the line it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import yaml

from kzlod.errors import ConfigurationError, Problem, quote

# Aliases make a small file describe a huge tree; no honest mapping or table description comes near this.
MAX_NODES: Final = 200_000
_DEEPEST: Final = 100
_SUSPICIOUS: Final = 1_000


class Place(NamedTuple):
    """Where something stands: file as messages name it, 1-based line and column."""

    file: str
    line: int
    column: int

    def problem(self, message: str, rule: str, value: str | None = None) -> Problem:
        """A problem at this place."""
        return Problem(self.file, self.line, self.column, message, rule, value)


@dataclass(frozen=True)
class Scalar:
    """A text, number, truth value or null, as it is written.

    Args:
        text: the characters, with quotes and escapes resolved.
        tag: ``str``, ``int``, ``float``, ``bool``, ``null`` or ``timestamp``, by YAML's core rules.
        place: of its first character; in a block (``|``) that is on the line after the bar.
    """

    place: Place
    text: str
    tag: str


@dataclass(frozen=True)
class Sequence:
    """A list of nodes."""

    place: Place
    items: tuple[Node, ...]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


@dataclass(frozen=True)
class Mapping:
    """Nodes by name; ``keys`` holds the place of each name."""

    place: Place
    entries: dict[str, Node]
    keys: dict[str, Place] = field(repr=False)

    def get(self, *names: str) -> Node | None:
        """The node of the first of these names that is there."""
        return next((self.entries[name] for name in names if name in self.entries), None)


Node = Scalar | Sequence | Mapping


def load_tree(path: Path, shown: str) -> Node:
    """Read a YAML or JSON file in UTF-8.

    Args:
        path: the file.
        shown: its name in messages.

    Raises:
        ConfigurationError: it is missing, not UTF-8, not YAML, says a name twice, or is too large once its aliases are followed.
    """
    return parse_tree(read_text(path, shown), shown)


def read_text(path: Path, shown: str) -> str:
    """Read a file of the configuration, named ``shown`` in messages.

    Raises:
        ConfigurationError: it is missing, or no text in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError([Problem(shown, None, None, "there is no such file", "file")]) from None
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise ConfigurationError([Problem(shown, None, None, f"not a text file in UTF-8: {error}", "encoding")]) from None


def parse_tree(text: str, shown: str) -> Node:
    """Read YAML or JSON from the text of a file that messages call ``shown``, or from its beginning.

    Raises:
        ConfigurationError: as ``load_tree``.

    >>> tree = parse_tree("a: [1, x]", "m.yml")
    >>> tree.entries["a"].items[1]
    Scalar(place=Place(file='m.yml', line=1, column=8), text='x', tag='str')
    """
    _refuse_depth(text, shown)
    language = "JSON" if shown.endswith((".json", ".jsonld")) else "YAML"
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        message = f"not {language}: {error.problem or error.context}"
        raise ConfigurationError([Problem(shown, line, column, message, language.lower())]) from None
    except yaml.YAMLError as error:
        raise ConfigurationError([Problem(shown, None, None, f"not {language}: {error}", language.lower())]) from None
    if root is None:
        raise ConfigurationError([Problem(shown, None, None, "the file is empty", "yaml")])
    return _Reader(text, shown).read(root)


def _refuse_depth(text: str, shown: str) -> None:
    """Refuse what libyaml would follow, node inside node, until the process has no stack left; it cannot be caught later."""
    if max(text.count("["), text.count("{"), text.count("- "), len(max(text.split("\n"), key=len))) < _SUSPICIOUS:
        return
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST and event.start_mark is not None:
                place = Place(shown, event.start_mark.line + 1, event.start_mark.column + 1)
                raise ConfigurationError([place.problem(f"more than {_DEEPEST} levels inside one another", "yaml")])
    except yaml.YAMLError:
        return  # What composes the tree says what is wrong.


class _Reader:
    def __init__(self, text: str, shown: str) -> None:
        self.lines = text.splitlines()
        self.shown = shown
        self.count = 0

    def read(self, node: yaml.Node, depth: int = 0) -> Node:
        place = Place(self.shown, node.start_mark.line + 1, node.start_mark.column + 1)
        self.count += 1
        if self.count > MAX_NODES or depth > _DEEPEST:
            raise ConfigurationError([place.problem("the file is too large or too deep once its aliases are followed", "yaml")])
        if isinstance(node, yaml.ScalarNode):
            start = self._find_block(node.start_mark.line + 1) if node.style == "|" else place
            return Scalar(start, node.value, node.tag.rpartition(":")[2])
        if isinstance(node, yaml.SequenceNode):
            return Sequence(place, tuple(self.read(item, depth + 1) for item in node.value))
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for key_node, value_node in node.value:
            key = self.read(key_node, depth + 1)
            if not isinstance(key, Scalar):
                raise ConfigurationError([key.place.problem("a name must be a text", "yaml")])
            if key.text in entries:
                raise ConfigurationError([key.place.problem(f"{quote(key.text)} stands here a second time", "yaml", key.text)])
            entries[key.text] = self.read(value_node, depth + 1)
            keys[key.text] = key.place
        return Mapping(place, entries, keys)

    def _find_block(self, number: int) -> Place:
        """Where the text of a block starts: its first line that is not blank gives the indentation of all."""
        line = next((line for line in self.lines[number:] if line.strip()), "")
        return Place(self.shown, number + 1, len(line) - len(line.lstrip(" ")) + 1)
