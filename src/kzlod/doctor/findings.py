"""Findings: what is wrong with a project, and what could be better."""

from __future__ import annotations

from typing import NamedTuple

from kzlod.errors import Problem


class Finding(NamedTuple):
    """One thing that was found.

    Args:
        problem: where, and what to do.
        is_wrong: whether the project is wrong by it; else it could be better.
    """

    problem: Problem
    is_wrong: bool


def wrong(file: str, message: str, rule: str) -> Finding:
    """What has to be mended."""
    return Finding(Problem(file, None, None, message, rule), is_wrong=True)


def odd(file: str, message: str, rule: str) -> Finding:
    """What may be as it is."""
    return Finding(Problem(file, None, None, message, rule), is_wrong=False)


def shorten(names: list[str], limit: int = 5) -> str:
    """Some names, and how many there are more.

    >>> shorten(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    shown = ", ".join(names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown
