"""Shapes that had nothing to check: reads the warnings of an outcome, yields which they are."""

from __future__ import annotations

from typing import Final

from kzlod.validation.outcome import Outcome
from kzlod.validation.targets import is_deactivated, list_marked, list_targets

_RULES: Final = {"unused-shape", "unmatched-shape"}


def find_idle(outcome: Outcome) -> dict[str, str]:
    """The shapes, as terms, of which a warning says that nothing uses them or that they find no node; and what it says."""
    told = (problem for problem in outcome.warnings if problem.rule in _RULES)
    return {problem.value: problem.message.removeprefix("warning: ") for problem in told if problem.value}


def is_idle(outcome: Outcome) -> bool:
    """Whether nothing was validated, since no shape that looks for nodes has found one."""
    idle, statements = find_idle(outcome), outcome.shapes.statements
    used = (shape for shape in list_marked(statements) if shape not in idle and not is_deactivated(statements, shape))
    return bool(idle) and not any(list_targets(statements, shape) for shape in used)
