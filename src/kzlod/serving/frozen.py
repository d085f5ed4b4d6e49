"""Frozen results as answers: reads what a release made of a heavy query, yields it in any format, whole or a page of it."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pyoxigraph

from kzlod.serving.pool import Answer
from kzlod.serving.slicing import is_part, slice_solutions
from kzlod.serving.worker import GRAPH_FORMATS, write_result


def read_frozen(path: Path, job: Mapping[str, Any]) -> Answer:
    """The answer that a worker would give.

    Args:
        path: as of ``kzlod.queries.frozen``.
        job: as of ``worker.evaluate_query``, with a format for this kind of result.

    Raises:
        OSError, SyntaxError: the file is not what the release made.
    """
    if path.suffix == ".nt":
        quads = pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.N_TRIPLES)
        body = pyoxigraph.serialize((quad.triple for quad in quads), format=GRAPH_FORMATS[job["graph"]])
        return Answer("done", job["graph"], body=body or b"")
    found = pyoxigraph.parse_query_results(path=path, format=pyoxigraph.QueryResultsFormat.JSON)
    total = None
    if isinstance(found, pyoxigraph.QuerySolutions) and is_part(job):
        found, total = slice_solutions(found, job)
    output = BytesIO()
    write_result(found, job["results"], output)
    return Answer("done", job["results"], body=output.getvalue(), total=total)
