r"""JSON paths: reads a reference or an iterator, yields the steps it takes and the path as DuckDB writes it.

Source: RFC 9535 without filters, slices and functions. RML's references may leave out ``$`` and write names with spaces bare.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kzlod.errors import ConfigurationError, quote
from kzlod.tree import Place


class Wildcard(Enum):
    """A step to all that something holds."""

    ELEMENTS = "[*]"
    MEMBERS = ".*"


@dataclass(frozen=True)
class Descendant:
    """A step to the members of this name at any depth."""

    name: str


Step = str | int | Wildcard | Descendant
Steps = tuple[Step, ...]

_BARE: Final = re.compile(r"[^.\[\]]+")
_QUOTED: Final = re.compile(r"""\[\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\]""", re.DOTALL)
_INDEX: Final = re.compile(r"\[\s*(-?\d+)\s*\]")
_STAR: Final = re.compile(r"\[\s*\*\s*\]")
_REFUSED: Final = (
    (re.compile(r"\[\s*\?"), "a filter"),
    (re.compile(r"\[\s*\("), "a script"),
    (re.compile(r"\[[^\]'\"]*:"), "a slice"),
    (re.compile(r"\[[^\]]*,"), "a choice of several"),
)


def parse_path(text: str, place: Place) -> Steps:
    """The steps of a path.

    Raises:
        ConfigurationError: it is none, or asks for what is not supported, which is named.

    >>> place = Place("m.yml", 1, 1)
    >>> parse_path("$.people[*]['odd name'].tags[0]", place)
    ('people', <Wildcard.ELEMENTS: '[*]'>, 'odd name', 'tags', 0)
    >>> parse_path("Country Code", place), parse_path("@", place), parse_path("$..id", place)
    (('Country Code',), (), (Descendant(name='id'),))
    """
    return _Parser(text, place).parse()


def write_path(steps: Steps, place: Place) -> str:
    """A path as DuckDB's JSON functions want it.

    Raises:
        ConfigurationError: a name that DuckDB cannot be asked for behind a wildcard.
    """
    if any(step in ("", "*") for step in steps):
        if not all(isinstance(step, str) for step in steps):
            raise ConfigurationError(
                [place.problem("a path with the name '*' or an empty one can have no other steps", "json-path")]
            )
        # DuckDB takes "*" in quotes for the wildcard still; JSON's pointers know none.
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return "$" + "".join(_write_step(step) for step in steps)


def is_multiple(steps: Steps) -> bool:
    """Whether a path may lead to several values."""
    return any(isinstance(step, Wildcard | Descendant) for step in steps)


def _write_step(step: Step) -> str:
    if isinstance(step, Wildcard):
        return step.value
    if isinstance(step, int):
        return f"[{step}]"
    name, dots = (step.name, "..") if isinstance(step, Descendant) else (step, ".")
    return dots + '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Parser:
    def __init__(self, text: str, place: Place) -> None:
        self.text = text
        self.place = place
        self.position = 0

    def parse(self) -> Steps:
        if not self.text.strip():
            raise self._error("the path is empty")
        steps: list[Step] = []
        if re.match(r"[$@]($|[.\[])", self.text):
            self.position = 1
        elif not self.text.startswith(("[", ".")):
            steps.append(self._bare_name())
        while self.position < len(self.text):
            steps.append(self._step())
        return tuple(steps)

    def _step(self) -> Step:
        if self.text.startswith("..", self.position):
            self.position += 2
            return Descendant(self._bare_name())
        if self.text[self.position] == ".":
            self.position += 1
            if self.text.startswith("*", self.position) and self.text[self.position + 1 : self.position + 2] in ("", ".", "["):
                self.position += 1
                return Wildcard.MEMBERS
            if not self.text.startswith("[", self.position):
                return self._bare_name()
        return self._bracket()

    def _bracket(self) -> Step:
        if _STAR.match(self.text, self.position):
            self._take(_STAR)
            return Wildcard.ELEMENTS
        if _INDEX.match(self.text, self.position):
            return int(self._take(_INDEX)[1])
        if _QUOTED.match(self.text, self.position):
            return self._read_quoted(self._take(_QUOTED)[1])
        for pattern, what in _REFUSED:
            if pattern.match(self.text, self.position):
                raise self._error(f"{what} is not supported; a query over the file can select items by SQL")
        raise self._error(f"{quote(self.text[self.position :])} is no step of a path")

    def _bare_name(self) -> str:
        found = _BARE.match(self.text, self.position)
        if found is None:
            raise self._error("a name is missing")
        self.position = found.end()
        if found[0].endswith("()"):
            raise self._error(f"{quote(found[0])} is a function, which is not supported")
        return found[0]

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.text, self.position)
        assert found is not None  # noqa: S101 - the caller has looked
        self.position = found.end()
        return found

    def _read_quoted(self, written: str) -> str:
        inner = written[1:-1]
        if written[0] == "'":
            # In single quotes only those are escaped; JSON has double ones.
            inner = re.sub(r"\\.|\"", lambda found: {"\\'": "'", '"': '\\"'}.get(found[0], found[0]), inner, flags=re.DOTALL)
        try:
            return str(json.loads(f'"{inner}"', strict=False))
        except ValueError as error:
            raise self._error(f"{quote(written)} is no name: {error}") from None

    def _error(self, message: str) -> ConfigurationError:
        return ConfigurationError([self.place.problem(f"JSONPath {quote(self.text)}: {message}", "json-path", self.text)])
