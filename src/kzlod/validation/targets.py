"""What is a shape, and for which nodes it is: reads statements of shapes, yields shapes and their targets (SHACL, section 2.1)."""

from __future__ import annotations

from typing import Final

from kzlod.terms import RDF_TYPE, RDFS, SH, read_literal
from kzlod.validation.statements import Statements

SHAPE_TYPES: Final = (f"<{SH}NodeShape>", f"<{SH}PropertyShape>")
PROPERTY: Final = f"<{SH}property>"
TARGET_CLASS: Final = f"<{SH}targetClass>"
TARGET_NODE: Final = f"<{SH}targetNode>"
SUBJECTS_OF: Final = f"<{SH}targetSubjectsOf>"
OBJECTS_OF: Final = f"<{SH}targetObjectsOf>"
TARGETS: Final = (TARGET_CLASS, TARGET_NODE, SUBJECTS_OF, OBJECTS_OF)
SUBCLASS: Final = f"<{RDFS}subClassOf>"

_CLASS: Final = f"<{RDFS}Class>"
_DEACTIVATED: Final = f"<{SH}deactivated>"


def list_marked(shapes: Statements) -> set[str]:
    """Shapes, as terms: those that say so, and those that have a target or a property."""
    typed = {subject for subject, type_ in shapes.iter_pairs(RDF_TYPE) if type_ in SHAPE_TYPES}
    return typed | {subject for predicate in (*TARGETS, PROPERTY) for subject, _ in shapes.iter_pairs(predicate)}


def list_shapes(shapes: Statements) -> set[str]:
    """Those of ``list_marked`` that have an IRI."""
    return {shape for shape in list_marked(shapes) if shape.startswith("<")}


def list_targets(shapes: Statements, shape: str) -> list[tuple[str, str]]:
    """The targets of a shape: which of ``TARGETS``, and its value; a class that is a shape is its own target."""
    declared = [(target, term) for target in TARGETS for term in shapes.list_objects(shape, target)]
    return [*declared, (TARGET_CLASS, shape)] if is_class(shapes, shape) else declared


def is_class(shapes: Statements, shape: str) -> bool:
    """Whether a shape is a class as well, which is an implicit class target (SHACL, section 2.1.3.3)."""
    types = shapes.list_objects(shape, RDF_TYPE)
    return any(_CLASS in {type_, *shapes.list_objects(type_, SUBCLASS)} for type_ in types)


def is_deactivated(shapes: Statements, shape: str) -> bool:
    """Whether a shape says of itself that it is not to be used (sh:deactivated)."""
    return any(read_literal(term).text == "true" for term in shapes.list_objects(shape, _DEACTIVATED) if term.startswith('"'))
