"""Shapes that had nothing to check: reads the warnings of an outcome, yields which they are."""

from __future__ import annotations

from typing import Final

from kzlod.terms import RDF_TYPE, RDFS, SH
from kzlod.validation.checks import is_deactivated, list_shapes
from kzlod.validation.outcome import Outcome
from kzlod.validation.statements import Statements

_RULES: Final = {"unused-shape", "unmatched-shape"}
_TARGET: Final = f"<{SH}target"
_CLASS: Final = f"<{RDFS}Class>"


def find_idle(outcome: Outcome) -> dict[str, str]:
    """The shapes, as terms, of which a warning says that nothing uses them or that they find no node; and what it says."""
    told = (problem for problem in outcome.warnings if problem.rule in _RULES)
    return {problem.value: problem.message.removeprefix("warning: ") for problem in told if problem.value}


def is_idle(outcome: Outcome) -> bool:
    """Whether nothing was validated, since no shape that looks for nodes has found one."""
    idle, statements = find_idle(outcome), outcome.shapes.statements
    classes = {shape for shape in list_shapes(statements) if _CLASS in statements.list_objects(shape, RDF_TYPE)}
    return bool(idle) and not any(
        _has_target(statements, shape) or shape in classes
        for shape in statements.by_subject
        if shape not in idle and not is_deactivated(statements, shape)
    )


def _has_target(statements: Statements, shape: str) -> bool:
    return any(predicate.startswith(_TARGET) for predicate in statements.by_subject[shape])
