"""Repetition: reads statements, tells which may make one quad twice, so that no more is deduplicated than must be.

A statement's quads cannot repeat where one of its terms tells the row's key; two statements cannot make one quad where a pair of
their terms never agrees. Both are proved from the plan alone; what cannot be proved counts as possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from kzlod.mapping.plan import Parts, Reference, Statement, TermMap, TermType

_NEVER_ENCODED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%")
"""What a value may hold in an IRI template as it stands, or as the sign of what was encoded."""


def find_keys(statement: Statement) -> list[frozenset[str]]:
    """Sets of columns of which a quad tells the values: if one is a key of the rows, no quad comes twice.

    That of the subject comes first, then that of all terms.

    >>> from kzlod.tree import Place
    >>> here = Place("m.yml", 1, 1)
    >>> one = TermMap(("a:", Reference("id")), TermType.IRI, here, is_template=True)
    >>> find_keys(Statement("s", one, one, one, None, here))
    [frozenset({'id'})]
    """
    found = [_find_told(term) for term in statement.iter_child_terms()]
    whole = frozenset().union(*found)
    return list(dict.fromkeys(key for key in (found[0], whole) if key))


def _find_told(term: TermMap) -> frozenset[str]:
    """The columns whose values can be read off a term."""
    references = [part.column for part in term.parts if isinstance(part, Reference)]
    if len(references) == 1:
        return frozenset(references)
    if term.term_type is TermType.IRI and term.is_template and _is_separated(term.parts):
        return frozenset(references)
    return frozenset()


def _is_separated(parts: Parts) -> bool:
    """Whether something that no encoded value can hold stands between each two values of an IRI template."""
    between, is_first = "", True
    for part in parts:
        if isinstance(part, str):
            between += part
            continue
        if not is_first and not any(character.isascii() and character not in _NEVER_ENCODED for character in between):
            return False
        between, is_first = "", False
    return True


def group_collisions(statements: Sequence[Statement]) -> list[list[int]]:
    """The statements by number, those together that may make one quad, directly or through others."""
    leader = list(range(len(statements)))

    def find(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    for one, two in combinations(range(len(statements)), 2):
        if find(one) != find(two) and may_collide(statements[one], statements[two]):
            leader[find(two)] = find(one)
    groups: dict[int, list[int]] = {}
    for number in range(len(statements)):
        groups.setdefault(find(number), []).append(number)
    return list(groups.values())


def may_collide(one: Statement, two: Statement) -> bool:
    """Whether two statements may make one quad."""
    if (one.graph is None) != (two.graph is None):
        return False
    pairs = zip(one.iter_terms(), two.iter_terms(), strict=True)
    return all(_may_agree(a, b) for a, b in pairs)


def _may_agree(one: TermMap, two: TermMap) -> bool:
    if one.term_type is not two.term_type:
        return False
    if one.is_constant and two.is_constant:
        return (one.parts, one.language, one.datatype) == (two.parts, two.language, two.datatype)
    if one.term_type is TermType.LITERAL and not _may_end_alike(one, two):
        return False
    return _may_be_one_text(one, two)


def _may_end_alike(one: TermMap, two: TermMap) -> bool:
    """Whether language and datatype may be the same; a natural datatype may be any."""
    if bool(one.language) != bool(two.language):
        return False
    given = (one.language, two.language) if one.language else (one.datatype, two.datatype)
    is_known = all(ending and all(isinstance(part, str) for part in ending) for ending in given)
    mine, theirs = ([part.lower() for part in ending or () if isinstance(part, str)] for ending in given)
    return not is_known or mine == theirs


def _may_be_one_text(one: TermMap, two: TermMap) -> bool:
    """By what both are certain to begin and to end with."""
    if _is_open(one) or _is_open(two):
        return True
    (start, end), (other_start, other_end) = _find_edges(one), _find_edges(two)
    return (start.startswith(other_start) or other_start.startswith(start)) and (end.endswith(other_end) or other_end.endswith(end))


def _is_open(term: TermMap) -> bool:
    """An IRI that starts with a value may be any: it is resolved against the base, or not."""
    return term.term_type is TermType.IRI and isinstance(term.parts[0], Reference)


def _find_edges(term: TermMap) -> tuple[str, str]:
    first, last = term.parts[0], term.parts[-1]
    start = first if isinstance(first, str) else ""
    end = last if isinstance(last, str) and (len(term.parts) > 1 or term.is_constant) else ""
    return start, end


def find_shape(statement: Statement) -> tuple[object, ...]:
    """What two statements share that differ in nothing but the columns they read."""

    def blank(parts: Parts) -> tuple[object, ...]:
        return tuple(part if isinstance(part, str) else None for part in parts)

    return tuple(
        (
            *(term.term_type, term.is_template, term.is_uri, term.is_new, term.base),
            *(blank(term.parts), blank(term.language), blank(term.datatype)),
        )
        for term in statement.iter_terms()
    )
