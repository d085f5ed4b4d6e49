"""The dialect of Spark: reads DuckDB's SQL, yields Spark's, complete in itself.

sqlglot translates what both have. Functions of kzlod are put in (functions.sql), and ``unnest`` among the columns of a SELECT, of
which DuckDB lets several go side by side, becomes a lateral view.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from sqlglot import ErrorLevel, exp, parse_one
from sqlglot.errors import SqlglotError

from kzlod.mapping.query_sources import DIALECT
from kzlod.mapping.spark.portable import UnportableError, check_portable, write_portable
from kzlod.resources import read_resource

_FUNCTION: Final = re.compile(r"CREATE TEMPORARY FUNCTION (\w+)\(([^)]*)\) RETURNS [\w<>]+ RETURN\n(.*?);\n", re.DOTALL)

_UNNESTED: Final = "unnested"


class UntranslatableError(ValueError):
    """The SQL has something that Spark has not, or that means another thing there."""


def translate(sql: str, *, of_user: bool = False) -> str:
    """A SELECT in Spark's dialect.

    Args:
        sql: in DuckDB's dialect.
        of_user: whether it stands in a mapping; then it may hold only what is known to be the same in Spark, and its names are
            names of columns, whatever Spark has under them. Without, order means nothing, because the parts of the
            output are sorted where they lie.

    Raises:
        UntranslatableError: with the reason.

    >>> translate("SELECT a, unnest(b) AS part FROM t")
    'SELECT a, unnested.u0 AS part FROM t LATERAL VIEW EXPLODE(COALESCE(b, ARRAY())) unnested AS u0'
    """
    try:
        tree = parse_one(sql, read=DIALECT)
        if of_user:
            check_portable(tree)
            tree = write_portable(tree)
        else:
            _move_orders(tree)
        for select in list(tree.find_all(exp.Select)):
            _move_unnests(select)
        return _put_functions(tree, _load_functions()).sql("spark", identify=of_user, unsupported_level=ErrorLevel.RAISE)
    except (SqlglotError, UnportableError) as error:
        reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise UntranslatableError(f"{reason.strip()}; --engine duckdb runs it") from None


def _move_orders(tree: exp.Expr) -> None:
    """Leave out orders but those by which rows are numbered; rows without one are numbered as they come."""
    for order in list(tree.find_all(exp.Order)):
        outer = order.parent_select.parent_select if order.parent_select else None
        if not (outer and any(column.find(exp.Window) for column in outer.expressions)):
            order.pop()
    for window in tree.find_all(exp.Window):
        window.set("order", exp.Order(expressions=[exp.func("MONOTONICALLY_INCREASING_ID")]))


def _move_unnests(select: exp.Select) -> None:
    """Make the lists of a SELECT rows side by side; where one ends sooner its values are NULL, as in DuckDB."""
    unnests = [node for column in select.expressions for node in column.find_all(exp.Explode) if node.parent_select is select]
    if not unnests:
        return
    names = [f"u{number}" for number in range(len(unnests))]
    lists = [exp.func("COALESCE", node.this.copy(), exp.array()) for node in unnests]
    rows = exp.func("EXPLODE", *lists) if len(lists) == 1 else exp.func("INLINE", exp.func("ARRAYS_ZIP", *lists))
    for node, name in zip(unnests, names, strict=True):
        node.replace(exp.column(name, table=_UNNESTED))
    alias = exp.TableAlias(this=exp.to_identifier(_UNNESTED), columns=[exp.to_identifier(name) for name in names])
    select.append("laterals", exp.Lateral(this=rows, view=True, alias=alias))


def _put_functions(tree: exp.Expr, functions: Mapping[str, _Function]) -> exp.Expr:
    """Put the bodies of functions where they are called, the innermost calls first."""
    for call in list(tree.find_all(exp.Func))[::-1]:
        name = (call.name if isinstance(call, exp.Anonymous) else call.sql_name()).lower()
        if name == "getvariable":
            # The variables are those of a project; "map" has none, and there DuckDB gives NULL.
            call.replace(exp.null())
        elif name in functions:
            call.replace(exp.paren(functions[name].fill(list(call.iter_expressions()))))
    return tree


@dataclass(frozen=True)
class _Function:
    parameters: tuple[str, ...]
    body: exp.Expr

    def fill(self, arguments: Sequence[exp.Expr]) -> exp.Expr:
        """The body with arguments in the place of the parameters."""
        given = dict(zip(self.parameters, arguments, strict=True))

        def put(node: exp.Expr) -> exp.Expr:
            return given[node.name].copy() if isinstance(node, exp.Column) and not node.table and node.name in given else node

        return self.body.transform(put)


@cache
def _load_functions() -> dict[str, _Function]:
    """The functions by name. A body may call those above it."""
    functions: dict[str, _Function] = {}
    text = read_resource("kzlod.mapping.spark", "functions.sql")
    for name, parameters, body in _FUNCTION.findall(text):
        tree = _put_functions(parse_one(f"SELECT {body}", read="spark"), functions)
        functions[name] = _Function(tuple(part.split()[0] for part in parameters.split(",")), tree.expressions[0])
    return functions
