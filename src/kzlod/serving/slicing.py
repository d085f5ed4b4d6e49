"""Slicing: takes the solutions of a query, yields those of one page, and how many there are in all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import pyoxigraph

_TSV = pyoxigraph.QueryResultsFormat.TSV


def is_part(job: Mapping[str, Any]) -> bool:
    """Whether a job asks for some of the solutions only."""
    return bool(job.get("offset")) or job.get("limit") is not None


def slice_solutions(found: pyoxigraph.QuerySolutions, job: Mapping[str, Any]) -> tuple[pyoxigraph.QuerySolutions, int]:
    """Some of the solutions, and the number of all.

    That number costs little where solutions are sorted: all of them are made before the first is given.

    Args:
        found: which is drawn to its end.
        job: ``offset`` says how many solutions are passed over, ``limit`` how many are taken, or is None for all that follow.

    >>> found = pyoxigraph.Store().query("SELECT ?n { VALUES ?n { 1 2 3 UNDEF } }")
    >>> page, total = slice_solutions(found, {"offset": 1, "limit": 2})
    >>> [row["n"].value for row in page], total
    (['2', '3'], 4)
    """
    offset, limit = int(job.get("offset") or 0), job.get("limit")
    names = "\t".join(f"?{variable.value}" for variable in found.variables)
    passed = sum(1 for _ in islice(found, offset))
    rows = [_write_row(solution) for solution in islice(found, limit)]
    total = passed + len(rows) + sum(1 for _ in found)
    # pyoxigraph makes solutions of a written result only, and terms are written in TSV as they are in N-Triples.
    page = pyoxigraph.parse_query_results("".join([f"{names}\n", *rows]), format=_TSV)
    assert isinstance(page, pyoxigraph.QuerySolutions)  # noqa: S101 - TSV knows no other
    return page, total


def _write_row(solution: Iterable[object]) -> str:
    return "\t".join(map(_write_term, solution)) + "\n"


def _write_term(term: object) -> str:
    if term is None:
        return ""
    # A triple as a term of RDF 1.2: pyoxigraph's text leaves out the signs around it.
    return f"<<( {term} )>>" if isinstance(term, pyoxigraph.Triple) else str(term)
