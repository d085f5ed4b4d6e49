"""Checks of the shapes themselves, before and beside the data: reads shapes, yields problems and warnings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib import util
from pathlib import Path
from typing import Final, NamedTuple

from kzlod.errors import ConfigurationError, EngineError, Problem, quote
from kzlod.resources import read_rows
from kzlod.services import find_services
from kzlod.terms import RDF_TYPE, SH, XSD, read_literal
from kzlod.validation.data import read_files
from kzlod.validation.engine import validate
from kzlod.validation.engines import Engine
from kzlod.validation.places import list_wanted
from kzlod.validation.positions.search import Wanted
from kzlod.validation.report import Severity
from kzlod.validation.shapes import Shapes
from kzlod.validation.statements import FIRST, LISTS, REST, Statements
from kzlod.validation.suspects import find_suspect
from kzlod.validation.targets import OBJECTS_OF, SUBCLASS, SUBJECTS_OF, TARGET_CLASS, is_deactivated, list_marked, list_targets

_QUERIES: Final = tuple(f"<{SH}{name}>" for name in ("select", "ask", "construct", "update"))
_SPARQL: Final = f"<{SH}sparql>"
_THIS: Final = re.compile(r"[?$]this\b|\*")
_REFERENCES: Final = tuple(f"<{SH}{name}>" for name in ("node", "property", "not", "qualifiedValueShape"))
_TERM: Final = re.compile(rf"<{SH}(\w+)>")
# An IRI, or the datatype of a literal.
_DATATYPE: Final = re.compile(rf"<{XSD}([^<>]+)>$")
# W3C XML Schema Definition Language 1.1 Part 2, section 3.
_DATATYPES: Final = """
    anyType anySimpleType anyAtomicType string boolean decimal float double duration dateTime time date gYearMonth gYear gMonthDay
    gDay gMonth hexBinary base64Binary anyURI QName NOTATION normalizedString token language NMTOKEN NMTOKENS Name NCName ID IDREF
    IDREFS ENTITY ENTITIES integer nonPositiveInteger negativeInteger long int short byte nonNegativeInteger unsignedLong
    unsignedInt unsignedShort unsignedByte positiveInteger yearMonthDuration dayTimeDuration dateTimeStamp
"""
_NODE: Final = re.compile(r"_:s[0-9]+|<[^<>\s]*>")


class _Finding(NamedTuple):
    """What is wrong with a shape, before its place is known."""

    wanted: Wanted
    message: str
    rule: str
    value: str | None = None


def check_shapes(engine: Engine, shapes: Shapes) -> None:
    """Validate the shapes by the shapes of shapes (SHACL, appendix C), and refuse what no engine here is to run.

    Raises:
        ConfigurationError: with every problem, at the line of its shape.
        EngineError: the engine failed.
    """
    findings = [*_find_missing(shapes), *_find_unknown(shapes), *_find_unsupported(shapes), *_find_services(shapes)]
    findings += _find_aimless(shapes.statements)
    report = validate(engine, shapes.text, _load_asset("shacl-shacl.ttl"))
    for result in report.results:
        if result.severity is Severity.VIOLATION:
            what = f" {_shorten(result.path)}" * bool(result.path) + f" {quote(result.value)}" * bool(result.value)
            message = f"a shape is ill-formed:{what}: {result.message}"
            findings.append(_Finding(list_wanted(result)[0], message, "shapes", result.value or None))
    if findings:
        raise ConfigurationError(_place_findings(shapes, findings))


@contextmanager
def located(shapes: Shapes) -> Iterator[None]:
    """Give what an engine finds wrong with the shapes, while the block runs, the file and line of the shape that it names."""
    try:
        yield
    except ConfigurationError as error:
        raise ConfigurationError(_place_problem(problem, shapes) for problem in error.problems) from None


def _place_problem(problem: Problem, shapes: Shapes) -> Problem:
    named = (Wanted(term) for term in _NODE.findall(problem.message) if term in shapes.statements.by_subject)
    suspect = next(named, None) or find_suspect(shapes.statements, problem.message)
    if suspect:
        (place,) = shapes.locate([suspect]).values()
        return replace(problem, file=place.file, line=place.line, column=place.column)
    return replace(problem, file=shapes.documents[0].shown) if len(shapes.documents) == 1 else problem


def _place_findings(shapes: Shapes, findings: Collection[_Finding]) -> list[Problem]:
    places = shapes.locate({finding.wanted for finding in findings}) if findings else {}
    return [
        Problem(place.file, place.line, place.column, message, rule, value)
        for wanted, message, rule, value in findings
        for place in [places[wanted]]
    ]


def find_unused(shapes: Shapes, data: str) -> list[Problem]:
    """Warnings of sources without a shape, shapes that nothing uses or whose targets match no node, and unknown datatypes.

    Args:
        shapes: all shapes of the run.
        data: as N-Triples.
    """
    findings = [*_find_datatypes(shapes.statements), *_iter_unused(shapes.statements, data)]
    return [*shapes.warnings, *_place_findings(shapes, findings)]


def _iter_unused(statements: Statements, data: str) -> Iterator[_Finding]:
    for shape in sorted(list_marked(statements)):
        is_used = any(True for _ in statements.iter_users(shape))
        if is_used and not shape.startswith("<"):
            continue
        name = shape if shape.startswith("<") else "a shape without a name"
        targets = list_targets(statements, shape)
        if not targets and not is_used:
            message = f"warning: {name} has no target, and no other shape refers to it"
            yield _Finding(Wanted(shape), message, "unused-shape", shape)
        elif targets and not is_deactivated(statements, shape) and not any(_matches(data, kind, term) for kind, term in targets):
            shown = ", ".join(sorted(term for _, term in targets))
            message = f"warning: {name} finds no node in the data; its targets are {shown}"
            yield _Finding(Wanted(shape), message, "unmatched-shape", shape)


def _shorten(path: str) -> str:
    return _TERM.sub(r"sh:\1", path)


def _find_services(shapes: Shapes) -> Iterator[_Finding]:
    for predicate in _QUERIES:
        for subject, query in shapes.statements.iter_pairs(predicate):
            if query.startswith('"') and find_services(read_literal(query).text):
                message = f"SERVICE calls another endpoint, which a shape may not: in the query of {subject}"
                yield _Finding(Wanted(subject, predicate, query), message, "service")


def _find_aimless(statements: Statements) -> Iterator[_Finding]:
    """Queries of constraints that tell nothing of ``$this`` (SHACL, section 5.2.1): an engine may take them for fulfilled."""
    for _, constraint in statements.iter_pairs(_SPARQL):
        for query in statements.list_objects(constraint, _QUERIES[0]):
            if query.startswith('"') and not _THIS.search(read_literal(query).text):
                message = "a shape is ill-formed: a SELECT of a constraint projects the variable $this"
                yield _Finding(Wanted(constraint, _QUERIES[0], query), message, "shapes")


def _find_missing(shapes: Shapes) -> Iterator[_Finding]:
    """Shapes that are referred to and are not there: any node would conform to them."""
    for triple in dict.fromkeys(_iter_references(shapes.statements)):
        if triple.object.startswith("<") and triple.object not in shapes.statements.by_subject:
            yield _Finding(triple, f"no such shape: {triple.object}", "missing-shape", triple.object)


def _iter_references(statements: Statements) -> Iterator[Wanted]:
    for predicate in _REFERENCES:
        for subject, shape in statements.iter_pairs(predicate):
            yield Wanted(subject, predicate, shape)
    for predicate in LISTS:
        for _, head in statements.iter_pairs(predicate):
            for cell in _list_cells(statements, head):
                for shape in statements.list_objects(cell, FIRST):
                    yield Wanted(cell, FIRST, shape)


def _list_cells(statements: Statements, cell: str) -> dict[str, None]:
    cells: dict[str, None] = {}
    while cell and cell not in cells:
        cells[cell] = None
        cell = statements.find_object(cell, REST)
    return cells


def _find_unknown(shapes: Shapes) -> Iterator[_Finding]:
    """What is in SHACL's namespace and not of SHACL: a slip of the pen, by which any data would conform."""
    vocabulary = Statements(_load_asset("shacl.ttl")).by_subject
    for subject, properties in shapes.statements.by_subject.items():
        for predicate in properties:
            if predicate.startswith(f"<{SH}") and predicate not in vocabulary:
                message = f"{_shorten(predicate)} is no term of SHACL"
                yield _Finding(Wanted(subject, predicate), message, "unknown-term", predicate)
    for triple in _iter_triples(shapes.statements):
        if _TERM.fullmatch(triple.object) and triple.object not in vocabulary:
            message = f"{_shorten(triple.object)} is no term of SHACL"
            yield _Finding(triple, message, "unknown-term", triple.object)


def _find_datatypes(statements: Statements) -> Iterator[_Finding]:
    for triple in _iter_triples(statements):
        if (found := _DATATYPE.search(triple.object)) and found[1] not in _DATATYPES.split():
            yield _Finding(triple, f"warning: xsd:{found[1]} is no datatype of XML Schema", "unknown-datatype", triple.object)


def _iter_triples(statements: Statements) -> Iterator[Wanted]:
    for subject, properties in statements.by_subject.items():
        for predicate, objects in properties.items():
            yield from (Wanted(subject, predicate, term) for term in objects)


def _find_unsupported(shapes: Shapes) -> Iterator[_Finding]:
    for term, message in _load_features().items():
        for subject, _ in shapes.statements.iter_pairs(term):
            yield _Finding(Wanted(subject, term), f"{message}: {subject}", "unsupported")


@cache
def _load_features() -> dict[str, str]:
    return {f"<{SH}{row['term']}>": row["message"] for row in read_rows("kzlod.validation", "features.csv")}


@cache
def _load_asset(name: str) -> str:
    # pySHACL has W3C's files, and is always there; it is found without an import, which takes longer than all the rest.
    specification = util.find_spec("pyshacl")
    if specification is None or specification.origin is None:
        raise EngineError([Problem("pyshacl", None, None, "the reference engine is not installed", "engine")])
    # Labelled unlike the shapes, which are the data here.
    return read_files([Path(specification.origin).parent / "assets" / name], "b")


def _matches(data: str, kind: str, term: str) -> bool:
    if kind in {SUBJECTS_OF, OBJECTS_OF}:
        return f" {term} " in data
    if kind == TARGET_CLASS:
        return any(f" {RDF_TYPE} {class_} .\n" in data for class_ in _list_subclasses(data, term))
    return True  # a node that is named is validated even where the data does not know it


def _list_subclasses(data: str, term: str) -> set[str]:
    classes, level = {term}, {term}
    while level and f" {SUBCLASS} " in data:
        level = {
            sub for super_ in level for sub in re.findall(rf"^(\S+) {SUBCLASS} {re.escape(super_)} \.$", data, re.MULTILINE)
        } - classes
        classes |= level
    return classes
