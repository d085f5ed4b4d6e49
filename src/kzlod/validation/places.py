"""Where results stand: reads a report and the files that were validated, yields the report with file, line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from kzlod.validation.positions.search import Position, Wanted, find_positions
from kzlod.validation.report import Location, Report, Result

_IRI: Final = r"<[^<>\s]*>"
_STEP: Final = re.compile(rf"\(*({_IRI})")
_PATH: Final = re.compile(_IRI)
_INVERSE: Final = re.compile(rf"\^({_IRI})")


def locate_results(report: Report, files: Sequence[Path]) -> Report:
    """Give every result, and its details, the places where it stands.

    Args:
        report: of data that ``read_data`` has read.
        files: the files of that data, as ``list_files`` lists them.

    Returns:
        The report with ``locations``: first where the offending triple is written, or as near to it as anything is, then
        where the value is described, if it is a node.
    """
    wanted = {triple for result in _iter_all(report.results) for triple in list_wanted(result)}
    positions = find_positions(files, wanted)
    return Report(tuple(_place_result(result, positions) for result in report.results))


def list_wanted(result: Result) -> list[Wanted]:
    """The triples that a result is about, the most telling first.

    >>> from kzlod.validation.report import Severity
    >>> list_wanted(Result("<a:a>", "^<a:p>", "<a:b>", "", "", Severity.INFO, ()))[0]
    Wanted(subject='<a:b>', predicate='<a:p>', object='<a:a>')
    """
    focus, path, value = result.focus_node, result.path, result.value
    described = [Wanted(value)] if value[:1] in {"<", "_"} and value != focus else []
    if not path:
        # Only a query names a value without a path: then that is what its author blames.
        return [*described, Wanted(focus)]
    if inverse := _INVERSE.fullmatch(path):
        return [Wanted(value, inverse[1], focus), Wanted(focus)] if described else [Wanted(focus)]
    if _PATH.fullmatch(path):
        return [Wanted(focus, path, value), *described]
    # Of a path of several steps the first is a statement of the focus node, where that is not an inverse one.
    first = _STEP.match(path)
    return [Wanted(focus, first[1] if first else ""), *described]


def _iter_all(results: Sequence[Result]) -> Iterator[Result]:
    for result in results:
        yield result
        yield from _iter_all(result.details)


def _place_result(result: Result, positions: dict[Wanted, Position]) -> Result:
    found = (positions[triple] for triple in list_wanted(result) if triple in positions)
    return replace(
        result,
        locations=tuple(dict.fromkeys(Location(*position) for position in found)),
        details=tuple(_place_result(detail, positions) for detail in result.details),
    )
