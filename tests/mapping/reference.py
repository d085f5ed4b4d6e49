"""What a plan means, said as plainly as Python can, row by row: what the engine makes is compared with it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote

from kzlod.mapping.plan import FileSource, Parts, Plan, Reference, Statement, TermMap, TermType
from kzlod.terms import LANGUAGE_TAG, escape_literal, is_iri, write_iri

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """The rows of a CSV file; an empty cell is no value."""
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(file)]


def join_parts(parts: Parts, row: Row, *, is_safe: bool = False) -> str | None:
    """The text of a template, or None where a value is missing."""
    text = ""
    for part in parts:
        value = part if isinstance(part, str) else row.get(part.column)
        if value is None:
            return None
        text += encode(value) if is_safe and isinstance(part, Reference) else value
    return text


def encode(value: str) -> str:
    """A value as a template of IRIs takes it: letters beyond ASCII stay (only those are drawn in the tests)."""
    return "".join(character if ord(character) > 0xA0 else quote(character, safe="-._~") for character in value)


def make_term(term: TermMap, row: Row, base: str) -> str | None:
    """The term of a row, or None."""
    if term.term_type is TermType.IRI:
        text = join_parts(term.parts, row, is_safe=term.is_template)
        if text is None:
            return None
        iri = text if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) else base + text
        return write_iri(iri) if is_iri(iri) else None
    text = join_parts(term.parts, row)
    if text is None:
        return None
    if term.term_type is TermType.BLANK_NODE:
        return "_:b" + re.sub(r"[^A-Za-z0-9]", lambda found: "".join(f"_{byte:02X}" for byte in found[0].encode()), text)
    return make_literal(term, text, row)


def make_literal(term: TermMap, text: str, row: Row) -> str | None:
    """A literal of a text, or None where its language or datatype is none."""
    literal = f'"{escape_literal(text)}"'
    if term.language:
        tag = join_parts(term.language, row)
        return f"{literal}@{tag}" if tag is not None and re.fullmatch(LANGUAGE_TAG, tag) else None
    if term.datatype:
        datatype = join_parts(term.datatype, row, is_safe=len(term.datatype) > 1)
        return f"{literal}^^<{datatype}>" if datatype is not None and is_iri(datatype) else None
    return literal


def iter_pairs(plan: Plan, statement: Statement) -> Iterator[tuple[Row, Row]]:
    """The rows of a statement, each with the parent's row that its object is made of."""
    child = plan.sources[statement.source]
    assert isinstance(child, FileSource)
    if not statement.joined:
        yield from ((row, row) for row in read_rows(child.path))
        return
    parent = plan.sources[statement.joined]
    assert isinstance(parent, FileSource)
    for row, other in product(read_rows(child.path), read_rows(parent.path)):
        sides = [(join_parts(join.child, row), join_parts(join.parent, other)) for join in statement.joins]
        if all(left is not None and left == right for left, right in sides):
            yield row, other


def make_lines(plan: Plan) -> set[str]:
    """All lines of N-Quads."""
    lines = set()
    for triples_map in plan.triples_maps:
        for statement in plan.iter_statements(triples_map):
            for row, other in iter_pairs(plan, statement):
                sides = [(join_parts(condition.left, row), join_parts(condition.right, row)) for condition in statement.conditions]
                rows = (row, row, other, row)
                terms = [make_term(term, side, plan.base) for term, side in zip(statement.iter_terms(), rows, strict=False)]
                if all(left is not None and left == right for left, right in sides) and None not in terms:
                    lines.add(" ".join([*map(str, terms), "."]))
    return lines
