"""Frozen results: those of heavy queries as they stand, made with a release, so that no reader waits for them.

A file bears the hash of its query's text, header and all: a query that has been changed since finds none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyoxigraph

from kzlod.errors import EngineError, Problem
from kzlod.queries.catalogue import Query
from kzlod.queries.execution import load_dump

FROZEN: Final = "results"
"""The folder of frozen results in a release."""

_JSON: Final = pyoxigraph.QueryResultsFormat.JSON


def freeze_results(queries: Iterable[Query], dump: Path, folder: Path) -> list[Path]:
    """Write the results of the heavy ones among some queries.

    Args:
        queries: of the catalogue.
        dump: N-Quads, read into memory where there is a heavy query.
        folder: that gets the files, made where there is a heavy query.

    Returns:
        The files: SPARQL results in JSON, or sorted N-Triples.

    Raises:
        ConfigurationError: as ``load_dump``.
        EngineError: queries cannot be evaluated; all of them are named.
    """
    heavy = [query for query in queries if query.heavy]
    if not heavy:
        return []
    store = load_dump(dump)
    folder.mkdir()
    files, problems = [], []
    for query in heavy:
        try:
            content = _evaluate(store, query.text)
        except (OSError, RuntimeError) as error:
            problems.append(Problem(f"queries/{query.name}.rq", None, None, f"the query failed: {error}", "sparql"))
            continue
        path = find_frozen(folder, query)
        path.write_bytes(content)
        files.append(path)
    if problems:
        raise EngineError(problems)
    return files


def find_frozen(folder: Path, query: Query) -> Path:
    """Where the result of a query lies, if it has been frozen."""
    digest = hashlib.sha256(query.text.encode()).hexdigest()[:16]
    ending = "nt" if query.form in {"construct", "describe"} else "json"
    return folder / f"{query.name}-{digest}.{ending}"


def _evaluate(store: pyoxigraph.Store, text: str) -> bytes:
    found = store.query(text)
    if isinstance(found, pyoxigraph.QueryTriples):
        # Their order is not settled, as that of a query's sorted rows is.
        return "".join(sorted({f"{triple} .\n" for triple in found})).encode()
    return found.serialize(format=_JSON) or b""
