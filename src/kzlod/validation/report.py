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


@dataclass(frozen=True, order=True)
class Message:
    """What is wrong, in words.

    Args:
        text: the words.
        language: tag of their language, or "".
    """

    text: str
    language: str = ""


@dataclass(frozen=True, order=True)
class Location:
    """Where something is written.

    Args:
        file: the path as the user gave it, with slashes.
        line, column: of the first character, from 1; None where only the file or the line is known.
        end_line, end_column: of the character after the last.
    """

    file: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, order=True)
class Evidence:
    """A passage that says a fact: characters of a document, from 0, the end not included."""

    document: str
    start: int
    end: int


@dataclass(frozen=True, order=True)
class Origin:
    """What a statement was made from by a build.

    Args:
        fact: IRI of the fact's named graph.
        table: as ``source/table``.
        location: the row, with the column's cell where one is known to be at fault.
        rule: file and line of the rule of the mapping, such as ``mappings/dates.yml:12``, or "".
        evidence: the passages that say it.
    """

    fact: str
    table: str
    location: Location
    rule: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Result:
    """One finding.

    Args:
        focus_node: the node that is wrong, as an N-Triples term.
        path: the property path in SPARQL's notation, or "".
        value: the offending value as an N-Triples term, or "".
        component: IRI of the constraint component.
        source_shape: IRI of the shape that was violated; of the nearest one around it where it has none.
        severity: how bad it is.
        messages: in the order of their language tags.
        severity_iri: the severity that the shape names, where it is none of SHACL's own three; such a result is a violation.
        shape: the very shape that was violated, as a term of the shapes' text.
        details: why a value does not conform to another shape (sh:detail), sorted.
        locations: where the focus node or the value stands in the data, the most telling first; none before they are looked for.
        origins: what the offending statements were made from, for data that kzlod has built.
    """

    focus_node: str
    path: str
    value: str
    component: str
    source_shape: str
    severity: Severity
    messages: tuple[Message, ...]
    severity_iri: str = ""
    shape: str = ""
    details: tuple[Result, ...] = ()
    locations: tuple[Location, ...] = ()
    origins: tuple[Origin, ...] = ()

    @property
    def rule(self) -> str:
        """The constraint's short name, such as ``MinCount``."""
        return self.component.rpartition("#")[2].removesuffix("ConstraintComponent")

    @property
    def message(self) -> str:
        """What is wrong, in words."""
        return "; ".join(message.text for message in self.messages)

    def sort_key(self) -> tuple[object, ...]:
        """Order by severity, shape, path and component, then by node; no two results that differ are alike in it."""
        return (
            -self.severity,
            self.source_shape,
            self.path,
            self.component,
            self.focus_node,
            self.value,
            self.messages,
            self.severity_iri,
            self.shape,
            tuple(detail.sort_key() for detail in self.details),
        )


@dataclass(frozen=True)
class Report:
    """All findings, in a fixed order."""

    results: tuple[Result, ...]

    @classmethod
    def from_results(cls, results: Iterable[Result]) -> Report:
        """A report whose order depends on nothing but the results."""
        return cls(tuple(sorted(set(results), key=Result.sort_key)))

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all (SHACL, section 3.6.1)."""
        return not self.results

    def count(self, at_least: Severity) -> int:
        """How many results are this bad or worse."""
        return sum(result.severity >= at_least for result in self.results)
