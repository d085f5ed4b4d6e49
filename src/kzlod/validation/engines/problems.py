"""An engine's own exceptions as problems."""

from __future__ import annotations

from typing import Final

from kzlod.errors import Problem
from kzlod.validation.engines.graphs import restore_labels

SHAPES: Final = "shapes"
"""The place of a problem that an engine finds in the shapes: it sees them as one graph, without files."""


def describe_failure(place: str, what: str, reason: object) -> Problem:
    """A problem of the first line of what an engine says; blank nodes are named as in its input."""
    first = str(reason).partition("\n")[0] or type(reason).__name__
    return Problem(place, None, None, f"{what}: {restore_labels(first)}", place)
