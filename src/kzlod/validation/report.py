"""The validation report, free of any engine's own form (SHACL, section 3.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How bad a result is; a greater number is worse."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3


@dataclass(frozen=True)
class Result:
    """One finding.

    Args:
        focus_node: the node that is wrong, as an N-Triples term.
        path: the property path in SPARQL's notation, or "".
        value: the offending value as an N-Triples term, or "".
        component: IRI of the constraint component.
        source_shape: IRI of the node shape that was violated; the nearest one that has an IRI.
        severity: how bad it is.
        messages: in the order of their language tags.
    """

    focus_node: str
    path: str
    value: str
    component: str
    source_shape: str
    severity: Severity
    messages: tuple[str, ...]

    @property
    def rule(self) -> str:
        """The constraint's short name, such as ``MinCount``."""
        return self.component.rpartition("#")[2].removesuffix("ConstraintComponent")

    @property
    def message(self) -> str:
        """What is wrong, in words."""
        return "; ".join(self.messages)


@dataclass(frozen=True)
class Report:
    """All findings, in a fixed order."""

    results: tuple[Result, ...]

    @classmethod
    def from_results(cls, results: Iterable[Result]) -> Report:
        """A report whose order depends on nothing but the results."""
        order = sorted(
            set(results), key=lambda r: (-r.severity, r.source_shape, r.path, r.component, r.focus_node, r.value, r.messages)
        )
        return cls(tuple(order))

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all (SHACL, section 3.6.1)."""
        return not self.results

    def count(self, at_least: Severity) -> int:
        """How many results are this bad or worse."""
        return sum(result.severity >= at_least for result in self.results)
