"""Settings: reads the text of a kzlod.toml, yields it with one source more; comments and order stay."""

from __future__ import annotations

import re
import tomllib
from typing import Final

_SOURCES: Final = re.compile(r"^(sources\s*=\s*\[)((?:[^\]#]|#[^\n]*\n)*)\]", re.MULTILINE)


def add_source(text: str, name: str) -> str | None:
    """The settings with a source behind the others, or None where the list is written in a way that is not understood.

    >>> add_source('base = "x"\\nsources = ["a"]  # in order\\n', "b")
    'base = "x"\\nsources = ["a", "b"]  # in order\\n'
    """
    found = _SOURCES.search(text)
    if found is None:
        return None
    before = found[2].rstrip()
    comma = "" if not before or before.endswith(",") else ","
    gap = found[2][len(before) :] if "\n" in found[2] else ""
    space = "\n  " if gap else " " if before else ""
    made = f'{text[: found.start()]}{found[1]}{before}{comma}{space}"{name}"{gap}]{text[found.end() :]}'
    try:
        wanted = [*tomllib.loads(text)["sources"], name]
        return made if tomllib.loads(made) == {**tomllib.loads(text), "sources": wanted} else None
    except tomllib.TOMLDecodeError:
        return None
