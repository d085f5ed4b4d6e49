"""Rules: what a shape asks with one of its constraint components, named and explained for reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from kzlod.terms import RDFS, SH, read_literal
from kzlod.validation.formats.places import shorten_path, show_location
from kzlod.validation.messages import describe_constraint
from kzlod.validation.outcome import Outcome
from kzlod.validation.positions.search import Wanted
from kzlod.validation.report import Location, Result, Severity
from kzlod.validation.statements import PATH

_NAME, _DESCRIPTION, _MESSAGE = (f"<{SH}{name}>" for name in ("name", "description", "message"))
_LABEL: Final = f"<{RDFS}label>"


@dataclass(frozen=True)
class Rule:
    """A constraint of a shape.

    Args:
        id: the same in every run: shape, component and the shape's path.
        name: short name of the component, such as ``MinCount``.
        component: its IRI.
        shape: IRI of the shape, or of the nearest one around it, or "".
        path: the shape's own property path, or "".
        title: what the shape's author says of it in short; else the constraint in a sentence.
        description: what the author says at length; else the title.
        constraint: what is wrong where the constraint does not hold, in a sentence.
        severity: how bad that is.
        location: where the shape stands.
    """

    id: str
    name: str
    component: str
    shape: str
    path: str
    title: str
    description: str
    constraint: str
    severity: Severity
    location: Location

    def list_facts(self) -> Iterator[tuple[str, str]]:
        """What a reader wants to know of it, by name; the values are code."""
        yield "Component", self.component
        yield from (("Shape", self.shape),) if self.shape else ()
        yield from (("Path", self.path),) if self.path else ()
        yield "Stands in", show_location(self.location)


class Rules:
    """The rules of an outcome, each made once, in the order in which they are first asked for."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._places = outcome.shapes.locate({Wanted(finding.result.shape) for finding in outcome.findings})
        self._by_shape: dict[tuple[str, str, str], Rule] = {}
        self.by_id: dict[str, Rule] = {}

    def find(self, result: Result) -> Rule:
        """The rule that a result breaks."""
        key = (result.shape, result.source_shape, result.component)
        if key not in self._by_shape:
            rule = self._make(result)
            # Shapes without a name of their own can share all that a name is made of.
            self._by_shape[key] = self.by_id.setdefault(rule.id, rule)
        return self._by_shape[key]

    def _make(self, result: Result) -> Rule:
        shapes = self._outcome.shapes
        path = shapes.statements.write_path(shapes.statements.find_object(result.shape, PATH))
        constraint = describe_constraint(result.component, shapes.statements, result.shape)
        title = self._say(result.shape, _NAME, _MESSAGE, _LABEL) or constraint
        place = self._places[Wanted(result.shape)]
        return Rule(
            id=" ".join(part for part in (result.source_shape, result.rule, path) if part),
            name=result.rule,
            component=result.component,
            shape=result.source_shape,
            path=path,
            title=title,
            description=self._say(result.shape, _DESCRIPTION) or title,
            constraint=constraint,
            severity=result.severity,
            location=replace(place, file=shorten_path(place.file, self._outcome.folder)),
        )

    def _say(self, shape: str, *predicates: str) -> str:
        """The first of some properties that a shape has, in English if there is a choice."""
        for predicate in predicates:
            texts = [
                read_literal(term) for term in self._outcome.shapes.statements.list_objects(shape, predicate) if term[0] == '"'
            ]
            if texts:
                return min(texts, key=lambda text: (text.language not in {"en", ""}, text.language, text.text)).text
        return ""
