"""A worker: a process that evaluates one query at a time over a store that it only reads; see ``fork_server.py`` for who starts it.

It is asked on standard input and answers on standard output, by frames. An answer is whole: what grows beyond the bound is none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import pyoxigraph

from kzlod.services import find_services
from kzlod.serving.frames import Frame, pack_frame, read_frame
from kzlod.serving.sandbox import bound_memory, refuse_network
from kzlod.serving.slicing import is_part, slice_solutions

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

GRAPH_FORMATS: Final = {
    "turtle": pyoxigraph.RdfFormat.TURTLE,
    "ntriples": pyoxigraph.RdfFormat.N_TRIPLES,
    "trig": pyoxigraph.RdfFormat.TRIG,
    "nquads": pyoxigraph.RdfFormat.N_QUADS,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "rdfxml": pyoxigraph.RdfFormat.RDF_XML,
}
RESULT_FORMATS: Final = {
    "json": pyoxigraph.QueryResultsFormat.JSON,
    "xml": pyoxigraph.QueryResultsFormat.XML,
    "csv": pyoxigraph.QueryResultsFormat.CSV,
    "tsv": pyoxigraph.QueryResultsFormat.TSV,
}


Found = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples


class _TooLargeError(Exception):
    """A result has more bytes than it may."""


class _Bounded(BytesIO):
    """A file in memory that refuses to grow beyond a bound."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def write(self, part: Buffer, /) -> int:
        """Add a part.

        Raises:
            _TooLargeError: it does not fit in.
        """
        if self.tell() + memoryview(part).nbytes > self.most:
            raise _TooLargeError
        return super().write(part)


def evaluate_query(store: pyoxigraph.Store, job: Mapping[str, Any], text: str) -> Frame:
    """Evaluate a query.

    Args:
        store: what it is evaluated over.
        job: ``results`` and ``graph`` name the formats for either kind of query, "" for none; ``most`` bounds the bytes of the
            result; ``default_graphs`` and ``named_graphs`` list IRIs, or are None for all that there are; ``offset`` and ``limit``,
            where it has them, say which of the solutions are asked for.
        text: SPARQL 1.1.

    Returns:
        A header and the result. The header's ``status`` is done, syntax, service (another one is asked), failed, large, or format
        where there is none for its kind; done comes with the ``format`` and, where only some solutions were asked for, with the
        ``total`` of all.
    """
    if find_services(text):
        return {"status": "service", "message": "this endpoint asks no other one"}, b""
    try:
        found = store.query(text, **_read_dataset(job))
    except (SyntaxError, ValueError) as error:
        return {"status": "syntax", "message": str(error)}, b""
    except OSError as error:
        return {"status": "failed", "message": str(error)}, b""
    kind = "graph" if isinstance(found, pyoxigraph.QueryTriples) else "results"
    return _write_found(found, job[kind], job) if job[kind] else ({"status": "format", "message": kind}, b"")


def _write_found(found: Found, name: str, job: Mapping[str, Any]) -> Frame:
    output = _Bounded(job["most"])
    total = None
    try:
        if isinstance(found, pyoxigraph.QuerySolutions) and is_part(job):
            found, total = slice_solutions(found, job)
        write_result(found, name, output)
    except _TooLargeError:
        return {"status": "large", "message": f"the result has more than {job['most']:,} bytes"}, b""
    except (OSError, RuntimeError, SyntaxError, ValueError) as error:
        return {"status": "failed", "message": str(error)}, b""
    return {"status": "done", "format": name, "total": total}, output.getvalue()


def write_result(found: Found, name: str, output: IO[bytes]) -> None:
    """Write a result in a format of its kind."""
    if isinstance(found, pyoxigraph.QueryTriples):
        found.serialize(output, format=GRAPH_FORMATS[name])
    elif isinstance(found, pyoxigraph.QueryBoolean) and name in ("csv", "tsv"):
        # These two formats have no truth values (SPARQL 1.1 Query Results CSV and TSV Formats).
        output.write(b"true\n" if found else b"false\n")
    else:
        found.serialize(output, format=RESULT_FORMATS[name])


def open_store(path: Path, *, in_memory: bool) -> pyoxigraph.Store:
    """The store of a release: a folder that a store was written to, or N-Quads that are read into memory."""
    if not in_memory:
        return pyoxigraph.Store.read_only(str(path))
    store = pyoxigraph.Store()
    store.bulk_load(path=path, format=pyoxigraph.RdfFormat.N_QUADS)
    return store


def _read_dataset(job: Mapping[str, Any]) -> dict[str, Any]:
    """The dataset of a query (SPARQL 1.1 Protocol, section 2.1.4): what the request names, or else what the query does."""
    default, named = job["default_graphs"], job["named_graphs"]
    if default is None and named is None:
        return {}
    return {
        "default_graph": [pyoxigraph.NamedNode(iri) for iri in default or ()],
        "named_graphs": [pyoxigraph.NamedNode(iri) for iri in named or ()],
    }


def serve_jobs(open_store: Callable[[], pyoxigraph.Store], memory: int) -> None:
    """Answer on standard output the jobs of standard input, until it ends.

    Args:
        open_store: called within the sandbox.
        memory: bytes that the process may take besides the store.
    """
    jobs = os.fdopen(0, "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    is_confined = refuse_network()
    store = open_store()
    bound_memory(memory)
    answers.write(pack_frame({"status": "ready", "confined": is_confined}))
    answers.flush()
    while True:
        try:
            job, text = read_frame(jobs)
        except EOFError:
            return
        try:
            header, body = evaluate_query(store, job, text.decode("utf-8"))
        except MemoryError:
            header, body = {"status": "large", "message": "the query needs more memory than it may have"}, b""
        answers.write(pack_frame(header, body))
        answers.flush()
