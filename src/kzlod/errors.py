"""What can go wrong, as data: stages collect problems and raise them once; only the command line turns them into text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

# GitHub's runner takes a line that begins with "::" for a command to it, and "##[" anywhere in a line; Azure's "##vso[".
_RUNNER_COMMAND: Final = re.compile(r"^ *:(?=:)|#(?=#(?:\[|vso\[))")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where.

    Args:
        file: path as the user knows it (relative to the project where it lies inside).
        line: 1-based line, or None where the whole file is meant.
        column: 1-based number of the character in that line, or None where the whole line is meant.
        message: what is wrong, in words that name the value.
        rule: short name of the broken rule, such as ``datatype`` or ``foreign-key``.
        value: the offending value as written, or None where there is none.

    >>> str(Problem("facts.csv", 17, 9, "'CC' is not a licence", "foreign-key", "CC"))
    "facts.csv:17:9: 'CC' is not a licence [foreign-key]"
    """

    file: str
    line: int | None
    column: int | None
    message: str
    rule: str
    value: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return escape_controls(f"{place}: {self.message} [{self.rule}]")

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order by place, then by what is said, so that a report never depends on the order of the checks."""
        return (self.file, self.line or 0, self.column or 0, self.rule, self.message)


def escape_controls(text: str) -> str:
    """Write control and direction-changing characters as escapes, and the signs by which CI systems know a command to them.

    So data can neither steer a terminal nor forge a line, an annotation of GitHub's among them.

    >>> escape_controls("a\\nb\\u202e"), escape_controls("::error::forged"), escape_controls("a ##[error]")
    ('a\\\\nb\\\\u202e', '\\\\x3a:error::forged', 'a \\\\x23#[error]')
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)
    return _RUNNER_COMMAND.sub(lambda found: f"{found[0][:-1]}\\x{ord(found[0][-1]):02x}", text)


class KzlodError(Exception):
    """Base of the errors that the command line reports; ``exit_code`` is what the process then returns."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=Problem.sort_key))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class DataError(KzlodError):
    """The data has problems: a bad cell, a false hash, a broken shape."""

    exit_code = 1


class ConfigurationError(KzlodError):
    """The call or the configuration is wrong: a missing project, an unknown prefix in a mapping, an ill-formed shape."""

    exit_code = 2


class EngineError(KzlodError):
    """An engine or a service failed, so that nothing can be said about the data."""

    exit_code = 3


def quote(value: str, limit: int = 80) -> str:
    """Show a value inside a message: in single quotes, shortened in the middle of nowhere never, at the end with an ellipsis.

    >>> quote("month 13")
    "'month 13'"
    """
    shown = value if len(value) <= limit else value[: limit - 1] + "…"
    return f"'{shown}'"
