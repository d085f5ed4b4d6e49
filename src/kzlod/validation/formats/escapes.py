"""Escapes for finished documents: characters that steer a terminal or a CI system, written as the document's own syntax allows.

What a program reads from the document stays the same; where the text passes through the log of a job, it commands nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

_RUNNER_COMMAND: Final = re.compile(r"#(?=#(?:\[|vso\[))")
"""As in ``errors``; "::" only counts at the start of a line, where no text of the data is put."""


def write_json_text(value: Any, *, indent: int | None = 2) -> str:
    """A value as JSON with a line break at its end; printable letters as they are.

    >>> write_json_text(["ә", "\\x9b##[error]"], indent=None)
    '["ә", "\\\\u009b\\\\u0023#[error]"]\\n'
    """
    return _escape(json.dumps(value, ensure_ascii=False, indent=indent), _write_utf16) + "\n"


def escape_turtle(text: str) -> str:
    """A document in Turtle or N-Triples."""
    return _escape(text, lambda char: f"\\u{ord(char):04X}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08X}")


def escape_xml(text: str) -> str:
    """An XML document."""
    return _escape(text, lambda char: f"&#{ord(char)};")


def _write_utf16(char: str) -> str:
    return json.dumps(char)[1:-1] if not char.isascii() else f"\\u{ord(char):04x}"


def _escape(text: str, write: Callable[[str], str]) -> str:
    lines = [line if line.replace("\t", "").isprintable() else _escape_line(line, write) for line in text.split("\n")]
    return _RUNNER_COMMAND.sub(write("#").replace("\\", r"\\"), "\n".join(lines))


def _escape_line(line: str, write: Callable[[str], str]) -> str:
    return "".join(char if char.isprintable() or char == "\t" else write(char) for char in line)
