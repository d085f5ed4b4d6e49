"""RDF files for validation: reads any syntax that pyoxigraph knows, yields N-Triples text.

Parsing is pyoxigraph's: it keeps lexical forms and names line and column of an error. Nothing outside of the file is ever read:
remote contexts and entities are refused. Named graphs are read together with the default graph.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NoReturn

import pyoxigraph
from pyoxigraph import RdfFormat

from kzlod.errors import ConfigurationError, DataError, Problem
from kzlod.project import QUADS

# pyoxigraph knows more, such as txt and json, but in a folder these are seldom RDF.
_ENDINGS: Final = ("ttl", "nt", "nq", "trig", "jsonld", "rdf")
_PLACE: Final = re.compile(r"Parser error at [^:]*: ")

# A blank node as subject or object. No literal can end a line in this way, as its quotes and line breaks are escaped.
_BLANK_NODE: Final = re.compile(r"^_:\S+|(?<=> )_:\S+(?= \.$)", re.MULTILINE)
_RDF_12: Final = re.compile(r'> (<<\( .*) \.$|("(?:[^"\\]|\\.)*"@[A-Za-z0-9-]+--(?:ltr|rtl)) \.$', re.MULTILINE)
_ENTITY: Final = re.compile(rb"<!ENTITY\b")
_CONTEXT: Final = re.compile(rb'"@(?:context|import)"\s*:\s*(?:\[[^\]"{]*)?"([^"]*)"')


def read_data(paths: Iterable[Path]) -> str:
    """Read files of one graph, in the order of their paths; a folder stands for the RDF files in it.

    Returns:
        N-Triples, a statement a line with one space between terms; blank nodes are ``_:b1``, ``_:b2`` ... as they first appear.

    Raises:
        DataError: a file is missing, of an unknown ending, or does not parse; each with line and column.
    """
    return read_files(list_files(paths), "b")


def list_files(paths: Iterable[Path]) -> list[Path]:
    """The files that are meant by paths of files and folders, sorted, each once however it is spelled.

    A folder stands for the RDF files in it and in its folders, but for hidden ones.

    Raises:
        DataError: there is no RDF file in a folder.
    """
    files: dict[Path, Path] = {}
    for path in paths:
        found = _list_folder(path) if path.is_dir() else [path]
        if not found:
            raise DataError([Problem(path.as_posix(), None, None, "there is no RDF file in this folder", "file")])
        for file in found:
            # A file that is read twice would have its blank nodes twice.
            files.setdefault(file.resolve(), file)
    return sorted(files.values())


def _list_folder(folder: Path) -> list[Path]:
    files = (path for path in folder.rglob("*") if _format_of(path) is not None and path.is_file())
    return sorted(path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def list_release(release: Path, data: Sequence[Path]) -> list[Path]:
    """The files of an earlier release that stand for the data of today.

    Args:
        release: a file, or a folder: of that all files where today's data is a folder, too, else those of the same names; or
            else its dump of everything.
        data: files and folders of today. Files that the release has not are new.

    Raises:
        ConfigurationError: none of the files is in the folder.
    """
    if not release.is_dir():
        return [release]
    files = _list_folder(release) if any(path.is_dir() for path in data) else []
    files = files or sorted({release / path.name for path in data if (release / path.name).is_file()})
    if not files and (release / QUADS).exists():
        files = [release / QUADS]
    if not files:
        names = ", ".join(path.name for path in data)
        message = f"there is neither {names} nor {QUADS} in this folder"
        raise ConfigurationError([Problem(release.as_posix(), None, None, message, "since")])
    return files


def read_files(files: Iterable[Path], label: str) -> str:
    """Files one after another as N-Triples; blank nodes are named by a letter and their number.

    Raises:
        DataError: as ``read_data``.
    """
    texts: list[str] = []
    problems: list[Problem] = []
    for number, path in enumerate(files):
        try:
            texts.append(_separate(read_document(path), number))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return name_blank_nodes("".join(texts), label)


def name_blank_nodes(text: str, label: str) -> str:
    """N-Triples with blank nodes named by a letter and the number of their first appearance.

    >>> name_blank_nodes('_:x <a:p> _:y .\\n_:y <a:p> "_:x" .\\n', "b")
    '_:b1 <a:p> _:b2 .\\n_:b2 <a:p> "_:x" .\\n'
    """
    if "_:" not in text:
        return text
    names: dict[str, str] = {}
    return _BLANK_NODE.sub(lambda found: names.setdefault(found[0], f"_:{label}{len(names) + 1}"), text)


def read_document(path: Path) -> str:
    """One file as N-Triples; blank nodes keep their labels.

    Raises:
        DataError: as ``read_data``.
    """
    shown = path.as_posix()
    if not path.exists():
        raise DataError([Problem(shown, None, None, "there is no such file", "file")])
    rdf_format = _format_of(path)
    if rdf_format is None:
        raise DataError([Problem(shown, None, None, f"the ending names no RDF syntax: {', '.join(_ENDINGS)}", "format")])
    try:
        return parse_rdf(path, rdf_format, shown, path.resolve().as_uri())
    except OSError as error:
        raise DataError([Problem(shown, None, None, f"cannot be read: {error.strerror or error}", "file")]) from None


def parse_rdf(source: Path | bytes, rdf_format: RdfFormat, shown: str, base: str) -> str:
    """RDF in any syntax as N-Triples; blank nodes keep their labels.

    Args:
        source: a file or its bytes.
        rdf_format: its syntax.
        shown: the file as the user knows it, for problems.
        base: the IRI against which relative references are resolved.

    Raises:
        DataError: it does not parse, calls for something outside of itself, or holds terms that SHACL does not know.
        OSError: the file cannot be read.
    """
    if rdf_format == RdfFormat.RDF_XML and (entity := _ENTITY.search(content := _read_bytes(source))):
        _refuse(shown, content, entity.start(), "XML entities are not expanded: write out what they stand for", "entity")
    where = {"input": _read_bytes(source)} if _has_mark(source) else {"path" if isinstance(source, Path) else "input": source}
    try:
        quads = pyoxigraph.parse(**where, format=rdf_format, base_iri=base)
        text = (pyoxigraph.serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b"").decode()
    except SyntaxError as error:
        if "LoadDocumentCallback" in error.msg:
            content = _read_bytes(source)
            context = _CONTEXT.search(content)
            name = f" {context[1].decode(errors='replace')}" if context else ""
            message = f"a remote context is not fetched:{name}; write the context into the file"
            _refuse(shown, content, context.start(1) if context else 0, message, "context")
        message = f"not {rdf_format.name}: {_PLACE.sub('', error.msg)}"
        raise DataError([Problem(shown, error.lineno, error.offset, message, "syntax")]) from None
    for found in _RDF_12.finditer(text) if "<<(" in text or "--" in text else ():
        term = found[1] or found[2]
        raise DataError([Problem(shown, None, None, f"SHACL knows no such term, it is of RDF 1.2: {term}", "syntax", term)])
    return text


def _read_bytes(source: Path | bytes) -> bytes:
    content = source.read_bytes() if isinstance(source, Path) else source
    return content.removeprefix(BOM_UTF8)


def _has_mark(source: Path | bytes) -> bool:
    """Whether a byte order mark comes first, which is no part of any syntax; files without one are not held in memory."""
    if isinstance(source, bytes):
        return source.startswith(BOM_UTF8)
    with source.open("rb") as file:
        return file.read(len(BOM_UTF8)) == BOM_UTF8


def _refuse(shown: str, content: bytes, position: int, message: str, rule: str) -> NoReturn:
    before = content[:position].decode(errors="replace")
    raise DataError([Problem(shown, before.count("\n") + 1, len(before) - before.rfind("\n"), message, rule)])


def _separate(text: str, number: int) -> str:
    # The same label in two files names two nodes.
    return _BLANK_NODE.sub(lambda found: f"{found[0]}.{number}", text) if number and "_:" in text else text


def _format_of(path: Path) -> RdfFormat | None:
    ending = path.suffix.lower().removeprefix(".")
    return RdfFormat.from_extension(ending) if ending in _ENDINGS else None
