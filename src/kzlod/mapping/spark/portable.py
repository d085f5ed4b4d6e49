"""Portable SQL: reads a query of a mapping, tells what in it would mean another thing in Spark, and brings the rest in a form that
does not.

Much that both engines have under one name differs: LIKE and its escapes, positions below 1, the rounding of casts, the text of
numbers. What a query may hold is therefore listed (portable.toml).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from sqlglot import exp

from kzlod.resources import read_toml

# The casts that both engines make alike, by the type in DuckDB; each goes through a function of functions.sql.
_CASTS: Final = {
    exp.DType.VARCHAR: "text_of",
    exp.DType.TEXT: "text_of",
    exp.DType.INT: "whole_number",
    exp.DType.BIGINT: "whole_number",
    exp.DType.DATE: "day",
}


class UnportableError(ValueError):
    """A query holds what is not known to be the same in Spark."""


# What is a text whatever it is made of.
_TEXTS: Final = (exp.DPipe, exp.Replace, exp.SplitPart, exp.Substring, exp.Trim)
_TEXT_FUNCTIONS: Final = ("text_of", "upper_of", "lower_of", "trim_both", "trim_leading", "trim_trailing")


def check_portable(tree: exp.Expr) -> None:
    """Refuse what would mean another thing in Spark.

    Raises:
        UnportableError: it is named.
    """
    for node in tree.walk():
        parts = _load_parts().get(type(node).__name__)
        held = {name for name, value in node.args.items() if value not in (None, False, [])}
        if parts is None or (isinstance(node, exp.Anonymous) and node.name.lower() != "getvariable"):
            raise UnportableError(f"{_show(node)} is not known to be the same in Spark")
        if odd := sorted(held - parts):
            raise UnportableError(f"{_show(node)} with {odd[0].strip('_')} is not known to be the same in Spark")
        check = _CHECKS.get(type(node))
        if check and (reason := check(node)):
            raise UnportableError(f"{_show(node)}: {reason}")


def write_portable(tree: exp.Expr) -> exp.Expr:
    """A query in which casts and texts are made by functions that do the same in Spark."""

    def change(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Cast):
            name = _CASTS[node.to.this]
            try_ = "try_" if isinstance(node, exp.TryCast) and name != "text_of" else ""
            return exp.Anonymous(this=try_ + name, expressions=[node.this])
        if isinstance(node, exp.Upper | exp.Lower):
            return exp.Anonymous(this=f"{node.sql_name().lower()}_of", expressions=[node.this])
        if isinstance(node, exp.Trim) and not node.args.get("expression"):
            # DuckDB takes away every kind of space, Spark one.
            return exp.Anonymous(this=f"trim_{(node.args.get('position') or 'both').lower()}", expressions=[node.this])
        if isinstance(node, exp.DPipe):
            sides = (
                side if _is_text(side) else exp.Anonymous(this="text_of", expressions=[side])
                for side in (node.this, node.expression)
            )
            return exp.DPipe(this=next(sides), expression=next(sides), safe=True)
        return node

    # From the leaves up, so that what is put in is not looked at again.
    for node in list(tree.walk())[::-1]:
        changed = change(node)
        if changed is not node:
            node.replace(changed) if node.parent else None
            tree = changed if node is tree else tree
    return tree


@cache
def _load_parts() -> Mapping[str, frozenset[str]]:
    return {name: frozenset(parts) for name, parts in read_toml("kzlod.mapping.spark", "portable.toml").items()}


def _show(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return node.name.lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else type(node).__name__.upper()


def _is_text(node: exp.Expr) -> bool:
    is_made = isinstance(node, exp.Anonymous) and node.name in _TEXT_FUNCTIONS
    return is_made or isinstance(node, _TEXTS) or (isinstance(node, exp.Literal) and node.is_string)


def _check_cast(node: exp.Expr) -> str:
    assert isinstance(node, exp.Cast)  # noqa: S101
    kind = node.to.this
    if kind in _CASTS and not node.to.expressions:
        return ""
    return f"Spark casts to {node.to.sql('duckdb')} in another way; to VARCHAR, INTEGER, BIGINT and DATE both do alike"


def _check_like(node: exp.Expr) -> str:
    pattern = node.expression
    is_plain = isinstance(pattern, exp.Literal) and pattern.is_string and "\\" not in pattern.name
    return "" if is_plain else "the pattern is to be a text without a backslash"


def _check_limit(node: exp.Expr) -> str:
    is_ordered = node.parent is not None and node.parent.args.get("order") is not None
    is_number = isinstance(node.expression, exp.Literal) and not node.expression.is_string
    return "" if is_ordered and is_number else "it needs an ORDER BY, and a number"


def _check_split(node: exp.Expr) -> str:
    separator = node.args.get("delimiter") or node.expression
    is_plain = isinstance(separator, exp.Literal) and separator.is_string and separator.name
    index = node.args.get("part_index")
    return "" if is_plain and (index is None or _is_positive(index)) else "the separator is to be a text, and a number 1 or more"


def _check_substring(node: exp.Expr) -> str:
    start, length = node.args["start"], node.args.get("length")
    is_plain = _is_positive(start) and (length is None or isinstance(length, exp.Literal))
    return "" if is_plain else "start and length are to be numbers, from 1"


def _is_positive(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit() and int(node.name) > 0


_CHECKS: Final[Mapping[type[exp.Expr], Callable[[exp.Expr], str]]] = {
    exp.Cast: _check_cast,
    exp.TryCast: _check_cast,
    exp.Like: _check_like,
    exp.Limit: _check_limit,
    exp.Split: _check_split,
    exp.SplitPart: _check_split,
    exp.Substring: _check_substring,
}
