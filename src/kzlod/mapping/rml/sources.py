"""Logical sources of RML: reads nodes of a mapping's graph, yields the sources of a plan by name.

Source: RML-IO (https://w3id.org/rml/io/spec), CSVW for dialects of tables, D2RQ for addresses of databases, R2RML for queries.
"""

from __future__ import annotations

import codecs
import os
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import quote as percent_encode
from urllib.parse import unquote, urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode

from kzlod.errors import quote
from kzlod.mapping.plan import DATABASES, DatabaseSource, Dialect, FileSource, Format, LogicalSource, QuerySource
from kzlod.mapping.rml.graph import Node, Term, Value
from kzlod.mapping.rml.queries import read_query
from kzlod.mapping.rml.terms import TermReader
from kzlod.mapping.rml.vocabulary import NAMESPACES, shorten
from kzlod.mapping.yarrrml.sources import find_delimiter, find_format
from kzlod.quoting import write_name

SOURCE_PREFIX: Final = "source/"
"""What stands before the name of a logical source in the fragment of its IRI, so that a triples map can have the same name."""

_FORMULATIONS: Final = {"rml:CSV": Format.CSV, "rml:JSONPath": Format.JSON, "rml:Parquet": Format.PARQUET}
_QUERIES: Final = frozenset({"rml:SQL2008Query", "rml:SQL2008Table"})
_SUPPORTED: Final = "there are CSV, JSONPath, Parquet and SQL"
_FILES: Final = "a file (a text, rml:RelativePathSource, csvw:Table) or a database (d2rq:Database)"
_ENDINGS: Final = {"gzip": ".gz", "zstd": ".zst", "none": ""}


def name_node(node: Node, base: str, prefix: str = "") -> str:
    """The name of a node: the fragment of an IRI of the document itself, else the IRI in full; empty for a blank node.

    >>> name_node(NamedNode("b:/#source/a%20b"), "b:/", "source/"), name_node(NamedNode("b:/x"), "b:/")
    ('a b', 'b:/x')
    """
    if isinstance(node, BlankNode):
        return ""
    start, _, fragment = node.value.partition("#")
    fragment = fragment.removeprefix(prefix)
    name = unquote(fragment)
    is_own = start == base.partition("#")[0] and percent_encode(name, safe="") == fragment
    return name if is_own and name else node.value


class SourceReader:
    """Reads the logical sources of one document.

    Args:
        terms: reads values and notes the problems.
        path: the mapping; files are relative to its folder.
    """

    def __init__(self, terms: TermReader, path: Path) -> None:
        self.terms = terms
        self.graph = terms.graph
        self.folder = path.parent
        self.sources: dict[str, LogicalSource] = {}
        self._names: dict[Node, str] = {}

    def read_all(self) -> dict[str, LogicalSource]:
        """All logical sources of the document by name: files and databases first, then the queries that read files."""
        kinds = {"rml:LogicalSource", "rml:LogicalTable", "rml:BaseTableOrView", "rml:R2RMLView"}
        used = {value.term for node in self.graph.properties for value in self.graph.values(node, "rml:logicalSource")}
        nodes = [
            node
            for node in self.graph.iter_nodes()
            if node in used or kinds & {shorten(str(value.term.value)) for value in self.graph.values(node, "rdf:type")}
        ]
        queries = [node for node in nodes if self._is_query(node)]
        for node in (*(node for node in nodes if node not in queries), *queries):
            self.terms.refuse_others(node, "a logical source")
            if self.terms.has_module(node):
                continue
            source = self._read_query(node) if node in queries else self._read(node)
            if source is not None:
                self._names[node] = self._register(name_node(node, self.graph.base, SOURCE_PREFIX), source)
        return self.sources

    def find_name(self, value: Value) -> str | None:
        """The name of the logical source that a triples map has; None where it could not be read."""
        if isinstance(value.term, Literal) or value.term not in self.graph.properties:
            self.terms.complain(value.place, "a logical source is a node with rml:source, rml:query or rml:tableName", "source")
            return None
        return self.find_known(value.term)

    def find_known(self, node: Term) -> str | None:
        """The name of a logical source by its node."""
        return None if isinstance(node, Literal) else self._names.get(node)

    def is_old(self, node: Term) -> bool:
        """Whether a logical source is written in the older vocabulary, which reads all values of JSON as texts."""
        values = self.graph.values(node, "rml:referenceFormulation")
        return any(isinstance(value.term, NamedNode) and value.term.value.startswith(NAMESPACES["ql"]) for value in values)

    def _register(self, name: str, source: LogicalSource) -> str:
        """Enter a source; one without a name of its own that equals another is that other."""
        if not name:
            for known, other in self.sources.items():
                if other == source:
                    return known
            stem = source.path.name if isinstance(source, FileSource) else "query"
            names = (stem, *(f"{stem}-{number}" for number in range(2, len(self.sources) + 3)))
            name = next(free for free in names if free not in self.sources)
        self.sources[name] = source
        return name

    def _is_query(self, node: Node) -> bool:
        return not self.graph.values(node, "rml:source", "rml:tableName")

    def _read_query(self, node: Node) -> LogicalSource | None:
        is_sql = shorten(self.terms.text(self.terms.single(node, "rml:referenceFormulation"))) == "rml:SQL2008Query"
        value = self.terms.single(node, "rml:query", *(("rml:iterator",) if is_sql else ()))
        if value is None:
            self.terms.complain(self.graph.place(node), f"a logical source needs rml:source: {_FILES}", "source")
            return None
        source = QuerySource(self.terms.text(value).strip().removesuffix(";"), value.place)
        return read_query(source, self.folder, self.sources, self._register, self.terms.problems)

    def _read(self, node: Node) -> LogicalSource | None:
        value = self.terms.single(node, "rml:source")
        if value is None:
            place = self.graph.values(node, "rml:tableName")[0].place
            self.terms.complain(place, "a table needs its database: rml:source [ a d2rq:Database ; d2rq:jdbcDSN ... ]", "source")
            return None
        if self.graph.values(value.term, "d2rq:jdbcDSN"):
            return self._read_database(node, value)
        path, dialect = self._read_file(value)
        source_format = self._read_format(node, path, value)
        iterator = self.terms.single(node, "rml:iterator")
        if query := self.graph.values(node, "rml:query", "rml:tableName"):
            self.terms.complain(query[0].place, "a query or table belongs to a database, and the source is a file", "source")
        if path is None or source_format is None:
            return None
        if iterator and source_format in {Format.CSV, Format.PARQUET}:
            self.terms.complain(iterator.place, "a table has no iterator; each row is one", "source")
        return FileSource(path, value.place, source_format, self.terms.text(iterator), dialect)

    def _read_format(self, node: Node, path: Path | None, source: Value) -> Format | None:
        ending = find_format(path) if path else None
        value = self.terms.single(node, "rml:referenceFormulation")
        if value is None:
            found = Format.CSV if self.graph.values(source.term, "csvw:url") else ending
            if path and found is None:
                self.terms.complain(source.place, f"rml:referenceFormulation is missing; {_SUPPORTED}", "source")
            return found
        # A node as formulation is that of XML with namespaces.
        kinds = (value, *self.graph.values(value.term, "rdf:type"))
        found = next((_FORMULATIONS[name] for name in map(self._shorten, kinds) if name in _FORMULATIONS), None)
        if found is None:
            shown = value.term.value if isinstance(value.term, NamedNode) else "XPath"
            self.terms.complain(value.place, f"{quote(shown)} is not supported; {_SUPPORTED}", "source", shown)
        is_other = ending is Format.PARQUET or (ending is Format.JSON_LINES and found is Format.JSON)
        return ending if is_other and found else found

    def _shorten(self, value: Value) -> str:
        return shorten(value.term.value) if isinstance(value.term, NamedNode) else ""

    def _read_file(self, value: Value) -> tuple[Path | None, Dialect]:
        node = value.term
        if isinstance(node, Literal) or node not in self.graph.properties:
            return self._resolve(value, self.folder), _dialect_of(self.terms.text(value))
        self.terms.refuse_others(node, "a source")
        found = self.terms.single(node, "rml:path", "csvw:url", "dcat:accessURL", "dcat:downloadURL")
        if found is None:
            kinds = " and ".join(self._shorten(kind) for kind in self.graph.values(node, "rdf:type")) or "this"
            self.terms.complain(value.place, f"{kinds} is not supported as a source; there are {_FILES}", "source")
            return None, Dialect()
        is_path = found.name == "rml:path"
        path = self._resolve(found, self._read_root(node) if is_path else self.folder)
        dialect = self._read_dialect(node, _dialect_of(self.terms.text(found)))
        if compression := self.terms.single(node, "rml:compression"):
            ending = _ENDINGS.get(self._shorten(compression).removeprefix("rml:"))
            suffix = path.suffix.lower() if path else ""
            if path and ending != (suffix if suffix in _ENDINGS.values() else ""):
                message = "a compressed file's name ends in .gz or .zst, and rml:compression says the same (rml:gzip, rml:zstd)"
                self.terms.complain(compression.place, message, "source", self.terms.text(compression))
        return path, dialect

    def _read_root(self, node: Term) -> Path:
        root = self.terms.single(node, "rml:root")
        name = self._shorten(root) if root else "rml:CurrentWorkingDirectory"
        if root and isinstance(root.term, Literal):
            return self.folder / root.term.value
        if root and name not in {"rml:MappingDirectory", "rml:CurrentWorkingDirectory"}:
            message = "rml:root is rml:MappingDirectory, rml:CurrentWorkingDirectory or a text"
            self.terms.complain(root.place, message, "source", self.terms.text(root))
        return Path() if name == "rml:CurrentWorkingDirectory" else self.folder

    def _resolve(self, value: Value, folder: Path) -> Path | None:
        text = self.terms.text(value)
        scheme = urlsplit(text).scheme
        if isinstance(value.term, NamedNode) and scheme != "file" and text.startswith(self.graph.base):
            scheme, text = "", unquote(text.removeprefix(self.graph.base))
        if "://" in text and scheme != "file":
            self.terms.complain(
                value.place, f"{quote(text)} is not a file: a mapping reads nothing from the network", "source", text
            )
            return None
        return Path(os.path.normpath(folder / (unquote(urlsplit(text).path) if scheme == "file" else text)))

    def _read_dialect(self, node: Term, start: Dialect) -> Dialect:
        nulls = tuple(self.terms.text(value) for value in self.graph.values(node, "rml:null", "csvw:null"))
        dialect = replace(start, null=nulls)
        if csvw := self.terms.single(node, "csvw:dialect"):
            self.terms.refuse_others(csvw.term, "a CSVW dialect")
            dialect = self._read_csvw(csvw.term, dialect)
        encoding = self.terms.single(node, "rml:encoding") or (csvw and self.terms.single(csvw.term, "csvw:encoding"))
        if encoding is None:
            return dialect
        name = self._shorten(encoding).removeprefix("rml:") or self.terms.text(encoding)
        try:
            codecs.lookup(name)
        except LookupError:
            self.terms.complain(encoding.place, f"{quote(name)} is no encoding", "source", name)
        return replace(dialect, encoding=name.lower())

    def _read_csvw(self, node: Term, start: Dialect) -> Dialect:
        delimiter = self._read_character(node, "csvw:delimiter", start.delimiter)
        mark = self._read_character(node, "csvw:quoteChar", start.quote)
        doubled = self.terms.single(node, "csvw:doubleQuote")
        escape = "\\" if doubled and self.terms.text(doubled) in {"false", "0"} else mark or start.escape
        header = self.terms.single(node, "csvw:header")
        comment = self._read_character(node, "csvw:commentPrefix", start.comment)
        has_header = not (header and self.terms.text(header) in {"false", "0"})
        return replace(start, delimiter=delimiter or ",", quote=mark, escape=escape, header=has_header, comment=comment)

    def _read_character(self, node: Term, name: str, default: str) -> str:
        value = self.terms.single(node, name)
        text = self.terms.text(value) if value else default
        if value and len(text) != 1 and (text or name == "csvw:delimiter"):
            self.terms.complain(value.place, f"{name} is one character", "source", text)
        return text[:1]

    def _read_database(self, node: Node, value: Value) -> DatabaseSource | None:
        self.terms.refuse_others(value.term, "a source")
        for other in self.graph.values(value.term, "rml:null", "csvw:null", "rml:encoding", "rml:compression"):
            self.terms.complain(other.place, f"{other.name} is not for databases: say it in the query", "source")
        dsn = self.graph.values(value.term, "d2rq:jdbcDSN")[0]
        _, _, address = self.terms.text(dsn).partition(":")
        system, _, rest = address.partition(":")
        if system not in DATABASES:
            message = (
                f"{quote(self.terms.text(dsn))} is not supported; there are jdbc:sqlite:FILE and jdbc:postgresql://HOST/DATABASE"
            )
            self.terms.complain(dsn.place, message, "source")
            return None
        formulation = self.terms.single(node, "rml:referenceFormulation")
        name = self._shorten(formulation) if formulation else "rml:SQL2008Query"
        if formulation and name not in _QUERIES | {"rml:CSV"}:
            self.terms.complain(
                formulation.place, f"{quote(self.terms.text(formulation))} is not for databases; {_SUPPORTED}", "source"
            )
        given = self.terms.single(node, "rml:query", "rml:tableName", "rml:iterator")
        if given is None:
            self.terms.complain(
                value.place, "a database needs a query or a table: rml:query, rml:tableName or rml:iterator", "source"
            )
            return None
        is_table = name == "rml:SQL2008Table" or given.name == "rml:tableName"
        text = self.terms.text(given).strip().removesuffix(";")
        query = f"SELECT * FROM {_write_table(text)}" if is_table else text
        return DatabaseSource(system, self._write_address(system, rest, value.term), query, given.place)

    def _write_address(self, system: str, rest: str, node: Term) -> str:
        if system == "sqlite":
            return os.path.normpath(self.folder / rest)
        user, password = (self.terms.text(self.terms.single(node, f"d2rq:{name}")) for name in ("username", "password"))
        login = ":".join(percent_encode(part, safe="") for part in (user, password) if part)
        start, slashes, end = rest.partition("//")
        return f"{system}:{start}{slashes}{login}{'@' if login else ''}{end}"


def _write_table(name: str) -> str:
    """A table's name as SQL writes it; what is not in double quotes yet is taken letter by letter."""
    return ".".join(part if part.startswith('"') else write_name(part) for part in name.split("."))


def _dialect_of(name: str) -> Dialect:
    """The dialect that a file's name tells."""
    return Dialect(delimiter=find_delimiter(Path(name)))
