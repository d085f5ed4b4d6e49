"""The items of a JSON-LD file that cannot describe what is looked for, so that most of a large file need not be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kzlod.validation.positions.json_order import Names, iter_brackets
from kzlod.validation.positions.statement import Sought

_KEY: Final = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+")\s*+:\s*+\Z', re.DOTALL)
_LONGEST_KEY: Final = 100


def find_skips(data: bytes, sought: Sought, names: Names) -> Mapping[int, int]:
    """The ends, by their starts, of those items of the document's or its graph's array that mention nothing that is sought.

    Args:
        data: the document.
        sought: what to look for.
        names: what the document's contexts tell.
    """
    skips: dict[int, int] = {}
    opened: list[bool] = []  # of each bracket that is open, whether it is an array of items
    start = 0
    for bracket, at in iter_brackets(data, 0):
        if bracket in b"}]":
            if opened:
                opened.pop()
            if opened and opened[-1] and bracket == b"}" and not sought.may_occur(data, start, at):
                skips[start] = at + 1
        else:
            if opened and opened[-1]:
                start = at
            opened.append(bracket == b"[" and (not opened or (len(opened) == 1 and _holds_graph(data, at, names))))
    return skips


def _holds_graph(data: bytes, start: int, names: Names) -> bool:
    key = _KEY.search(data[max(0, start - _LONGEST_KEY) : start])
    return key is not None and names.read_key(key[1]) == "@graph"
