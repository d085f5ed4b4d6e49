"""Requests for a named query: reads the fields of an address, yields checked values, format and page, or all that is wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kzlod.errors import quote
from kzlod.queries.catalogue import Parameter, Query, write_parameter
from kzlod.serving.negotiation import FORMATS, Formats

MOST: Final = 1_000_000_000
"""The greatest limit and offset."""

_HTML: Final = {"html": ["text/html", "application/xhtml+xml"]}
_BOUNDS: Final = {"limit": 1, "offset": 0}
"""The least value of what says which rows are asked for."""


@dataclass(frozen=True)
class WrongParameter:
    """One thing that is wrong with a request.

    Args:
        parameter: its name.
        value: as it was given.
        rule: what it breaks: the name of a type, or unknown, repeated, format, limit or offset.
        message: the same in words.
    """

    parameter: str
    value: str
    rule: str
    message: str


@dataclass(frozen=True)
class NamedRequest:
    """What is asked of a named query.

    Args:
        values: by parameter, without those that stand in the query anyway.
        format: that the address names, or "".
        limit: how many rows are asked for, or None for all.
        offset: how many rows are passed over.
    """

    values: Mapping[str, str]
    format: str = ""
    limit: int | None = None
    offset: int = 0


def list_formats(query: Query) -> Formats:
    """The formats of a query's result, the preferred first."""
    return {**FORMATS["results" if is_table(query) else "graph"], **_HTML}


def is_table(query: Query) -> bool:
    """Whether the result is a table or a truth value, not a graph."""
    return query.form in {"select", "ask"}


def has_pages(query: Query) -> bool:
    """Whether some of its rows can be asked for: the triples of a graph have no order."""
    return query.form == "select"


def read_request(query: Query, fields: Sequence[tuple[str, str]], base: str) -> tuple[NamedRequest, list[WrongParameter]]:
    """What a request asks for, and all that is wrong with it.

    Args:
        query: that is asked for.
        fields: of the address, in order. An empty value of any type but text counts as none: forms send a field that is left empty.
        base: what a relative IRI starts from.
    """
    parameters = {parameter.name: parameter for parameter in query.parameters}
    paging = _BOUNDS if has_pages(query) else {}
    known = (*parameters, *paging, "format")
    wrong = list(_iter_misnamed(fields, known))
    refused = {error.parameter for error in wrong}
    given = {name: value for name, value in fields if name not in refused and _is_given(parameters.get(name), value)}
    for name, value in given.items():
        problem = _check(parameters[name], value, base) if name in parameters else _check_reserved(query, name, value)
        if problem:
            wrong.append(problem)
    if wrong:
        return NamedRequest({}, given.get("format", "")), wrong
    values = {name: value for name, value in given.items() if name in parameters and not _is_default(parameters[name], value, base)}
    limit, offset = given.get("limit"), given.get("offset", "0")
    return NamedRequest(values, given.get("format", ""), int(limit) if limit else None, int(offset)), []


def _iter_misnamed(fields: Sequence[tuple[str, str]], known: Sequence[str]) -> Iterator[WrongParameter]:
    """The names that there are not, and those that stand there several times."""
    counts = Counter(name for name, _ in fields)
    for name, value in dict(fields).items():
        if name not in known:
            message = f"there is no parameter {quote(name)}; there are: {', '.join(known)}"
            yield WrongParameter(name, value, "unknown", message)
        elif counts[name] > 1:
            yield WrongParameter(name, value, "repeated", f"{name} is given {counts[name]} times; it takes one value")


def _is_given(parameter: Parameter | None, value: str) -> bool:
    return value != "" or (parameter is not None and parameter.type == "text")


def _check(parameter: Parameter, value: str, base: str) -> WrongParameter | None:
    try:
        write_parameter(parameter.type, value, base)
    except ValueError as error:
        return WrongParameter(parameter.name, value, parameter.type, f"{parameter.name}: {error}")
    return None


def _check_reserved(query: Query, name: str, value: str) -> WrongParameter | None:
    if name == "format":
        offered = list_formats(query)
        message = f"there is no format {quote(value)}; there are: {', '.join(offered)}"
        return None if value in offered else WrongParameter(name, value, name, message)
    if re.fullmatch("[0-9]{1,10}", value) and _BOUNDS[name] <= int(value) <= MOST:
        return None
    return WrongParameter(name, value, name, f"{name}: {quote(value)} is no number from {_BOUNDS[name]} to {MOST}")


def _is_default(parameter: Parameter, value: str, base: str) -> bool:
    if parameter.default is None:
        return False
    return write_parameter(parameter.type, value, base) == write_parameter(parameter.type, parameter.default, base)
