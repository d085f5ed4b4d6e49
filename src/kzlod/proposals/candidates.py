"""Candidates in the JSON of the API: reads what a service says of one, returns it in words.

What services say differs: types are ids or objects, features are there or not, scores are numbers, sometimes as text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Candidate:
    """A thing that a name may mean.

    Args:
        id, name, types, description: as the service has them; "" where it says nothing.
        score: a number, or None.
        is_match: whether the service claims that it is this one.
        reasons: its features in words.
    """

    id: str
    name: str
    types: str
    description: str
    score: float | None
    is_match: bool
    reasons: str


def read_candidate(found: Mapping[str, Any]) -> Candidate:
    """Read a candidate of an answer.

    >>> read_candidate({"id": "Q1", "name": "Ada", "type": [{"id": "Q5", "name": "human"}], "score": "98", "match": True,
    ...                 "features": [{"id": "label", "value": 0.98}]}).reasons
    'label 0.98'
    """
    types, features = found.get("type") or [], found.get("features")
    return Candidate(
        found["id"],
        _read_text(found.get("name")),
        ", ".join(filter(None, map(_read_type, types if isinstance(types, list) else [types]))),
        _read_text(found.get("description")),
        _read_number(found.get("score")),
        found.get("match") is True,
        "; ".join(filter(None, map(_describe_feature, features if isinstance(features, list) else []))),
    )


def _read_type(found: object) -> str:
    if isinstance(found, Mapping):
        return _read_text(found.get("name")) or _read_text(found.get("id"))
    return _read_text(found)


def _describe_feature(found: object) -> str:
    """A feature in words: what it is, how far it holds, and of what, where the service says so."""
    if not isinstance(found, Mapping):
        return ""
    name = _read_text(found.get("name")) if "query" not in found else ""
    value = found.get("value")
    shown = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else _write_number(value)
    words = [name or _read_text(found.get("id")), shown or ""]
    points = _read_number(found.get("points"))
    if points is not None:
        words.append(f"({points:+.3g})")
    mine, its = _read_text(found.get("query")), _read_text(found.get("name")) if "query" in found else ""
    words.append(" ~ ".join(filter(None, (mine, its))))
    return " ".join(filter(None, words))


def _write_number(value: object) -> str:
    number = _read_number(value)
    return "" if number is None else f"{number:.4g}"


def _read_number(value: object) -> float | None:
    """A finite number, also one that is written as text."""
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _read_text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
