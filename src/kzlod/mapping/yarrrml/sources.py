"""Sources of a YARRRML file: reads a source node, yields a logical source."""

from __future__ import annotations

import codecs
import os
from pathlib import Path
from typing import Final

from kzlod.errors import quote
from kzlod.mapping.plan import DATABASES, DatabaseSource, Dialect, FileSource, Format, LogicalSource, QuerySource
from kzlod.mapping.yarrrml.nodes import NodeReader
from kzlod.tree import Mapping, Node, Scalar, Sequence

FORMULATIONS: Final = {"csv": Format.CSV, "jsonpath": Format.JSON, "json": Format.JSON, "parquet": Format.PARQUET}
"""Formats by the name that a source gives after ~."""

_ENDINGS: Final = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".json": Format.JSON,
    ".jsonl": Format.JSON_LINES,
    ".ndjson": Format.JSON_LINES,
    ".parquet": Format.PARQUET,
}
_COMPRESSIONS: Final = (".gz", ".zst")
_KNOWN: Final = (
    "access",
    "type",
    "referenceFormulation",
    "iterator",
    "delimiter",
    "encoding",
    "comment",
    "nulls",
    "query",
    "queryFormulation",
)


def find_format(path: Path) -> Format | None:
    """The format that a file's ending tells, behind one of compression."""
    return _ENDINGS.get(_find_ending(path))


def find_delimiter(path: Path) -> str:
    """The delimiter that a table's ending tells, behind one of compression.

    >>> find_delimiter(Path("T.TSV.gz")), find_delimiter(Path("t.tsv.csv"))
    ('\\t', ',')
    """
    return "\t" if _find_ending(path) == ".tsv" else ","


def _find_ending(path: Path) -> str:
    plain = path.with_suffix("") if path.suffix.lower() in _COMPRESSIONS else path
    return plain.suffix.lower()


class SourceReader:
    """Reads the sources of one mapping file.

    Args:
        nodes: notes the problems.
        path: the mapping; sources are relative to its folder.
    """

    def __init__(self, nodes: NodeReader, path: Path) -> None:
        self.nodes = nodes
        self.path = path

    def read(self, node: Node) -> LogicalSource:
        """A source: ``[file~formulation, iterator]``, a file's name, or a table of its properties."""
        if isinstance(node, Sequence):
            if len(node.items) not in {1, 2}:
                self.nodes.complain(node, "a source is [file~csv] or [file~jsonpath, iterator]", "source")
                return FileSource(self.path, node.place)
            iterator = self.nodes.text(node.items[1]) if len(node.items) == 2 else ""
            return self._file(node.items[0], iterator)
        if isinstance(node, Scalar):
            return self._file(node, "")
        return self._long(self.nodes.mapping(node, "a source"))

    def _long(self, node: Mapping) -> LogicalSource:
        self.nodes.refuse_others(node, _KNOWN)
        query, access, kind = node.get("query"), node.get("access"), node.get("type")
        system = self.nodes.text(kind) if kind else "localfile"
        if system in DATABASES and access and isinstance(query, Scalar):
            return self._database(system, access, query)
        if isinstance(query, Scalar) and access is None:
            return QuerySource(query.text, query.place)
        if access and system in DATABASES:
            self.nodes.complain(kind or node, "a database needs a query", "source")
            return FileSource(self.path, node.place)
        if access is None or system != "localfile":
            what = f"type {quote(system)} is not supported; there are localfile, {' and '.join(DATABASES)}"
            self.nodes.complain(kind or node, what if kind else "a source needs access (a file) or query", "source")
            return FileSource(self.path, node.place)
        iterator = node.get("iterator")
        formulation = node.get("referenceFormulation")
        text = self.nodes.text(access) + (f"~{self.nodes.text(formulation)}" if formulation else "")
        given = Scalar(access.place, text, "str")
        return self._file(given, self.nodes.text(iterator) if iterator else "", node)

    def _database(self, system: str, access: Node, query: Scalar) -> DatabaseSource:
        address = self.nodes.text(access)
        if system == "sqlite":
            address = os.path.normpath(self.path.parent / address)
        return DatabaseSource(system, address, query.text, query.place)

    def _dialect(self, node: Mapping, path: Path) -> Dialect:
        encoding = node.get("encoding")
        name = self.nodes.text(encoding).lower() if encoding else "utf-8"
        try:
            codecs.lookup(name)
        except LookupError:
            self.nodes.complain(encoding or node, f"{quote(name)} is no encoding", "source")
        nulls = tuple(self.nodes.text(item) for item in self.nodes.items(node.get("nulls")))
        delimiter = self._character(node, "delimiter") or find_delimiter(path)
        return Dialect(delimiter=delimiter, encoding=name, comment=self._character(node, "comment"), null=nulls)

    def _character(self, node: Mapping, name: str) -> str:
        """What the property says, a character; empty where it is not given."""
        given = node.get(name)
        text = self.nodes.text(given) if given else ""
        if given and len(text) != 1:
            self.nodes.complain(given, f"a {name} is one character", "source")
        return text[:1]

    def _file(self, node: Node, iterator: str, traits: Mapping | None = None) -> FileSource:
        text = self.nodes.text(node)
        name, mark, formulation = text.rpartition("~") if "~" in text else (text, "", "")
        path = Path(os.path.normpath(self.path.parent / name))
        ending = find_format(path)
        found = FORMULATIONS.get(formulation.lower()) if mark else ending
        if found is None:
            kinds = ", ".join(FORMULATIONS)
            self.nodes.complain(node, f"{quote(text)} is of no supported kind; there are {kinds} and SQL in a query", "source")
        if ending in {Format.JSON_LINES, Format.PARQUET} and found is not None:
            found = ending
        dialect = self._dialect(traits, path) if traits else Dialect(delimiter=find_delimiter(path))
        if iterator and found in {Format.CSV, Format.PARQUET}:
            self.nodes.complain(node, "a table has no iterator; each row is one", "source")
        return FileSource(path, node.place, found or Format.CSV, iterator, dialect)
