"""Shapes: reads files, folders and what they import, yields one text of N-Triples and where each shape stands."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kzlod.errors import ConfigurationError, DataError, Problem
from kzlod.terms import OWL, RDF_TYPE, SH, read_iri
from kzlod.validation.catalogue import Catalogue, find_path
from kzlod.validation.data import list_files, name_blank_nodes, read_document
from kzlod.validation.positions.search import Source, Wanted, find_positions, open_source
from kzlod.validation.report import Location
from kzlod.validation.statements import Statements

_IMPORTS: Final = f"<{OWL}imports>"
_ONTOLOGY: Final = f"<{OWL}Ontology>"
_DECLARE: Final = f"<{SH}declare>"
_OWN: Final = {SH, SH.removesuffix("#")}
"""SHACL's own vocabulary: it holds no shapes, and an import of it adds nothing."""
_SHACL: Final = f" <{SH}"
_SLIP: Final = re.compile(r"<(https://www\.w3\.org/ns/shacl#|https?://www\.w3\.org/ns/shacl(?![#>]))")
"""SHACL's namespace as it is easily mistaken: with https, or without the # at its end."""
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_REMOTE: Final = re.compile(r"https?://", re.IGNORECASE)
# The blank nodes of all documents are numbered as those of files are.
_PART: Final = re.compile(r"^_:s(?=[0-9]+$)")


@dataclass(frozen=True)
class Document:
    """A file of shapes.

    Args:
        source: as it is written.
        text: its statements as N-Triples.
    """

    source: Source
    text: str

    @property
    def shown(self) -> str:
        """The file as the user knows it."""
        return self.source.shown


@dataclass(frozen=True)
class Shapes:
    """All shapes of a run.

    Args:
        text: N-Triples, a statement a line; blank nodes are ``_:s1``, ``_:s2`` ...
        documents: the files that they come from.
        warnings: of sources without SHACL.
    """

    text: str
    documents: tuple[Document, ...]
    warnings: tuple[Problem, ...] = ()
    statements: Statements = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "statements", Statements(self.text))

    def locate(self, wanted: Iterable[Wanted]) -> dict[Wanted, Location]:
        """Where shapes and their parts stand, as near as is known.

        A place without a line is a file, or "shapes" where it may be any of several files.

        Args:
            wanted: terms of ``text``.
        """
        renamed = {triple: Wanted(*(_PART.sub("_:b", term) for term in triple)) for triple in wanted}
        positions = find_positions([document.source for document in self.documents], renamed.values())
        return {
            triple: Location(*positions[name]) if name in positions else Location(self._find_file(triple.subject))
            for triple, name in renamed.items()
        }

    def _find_file(self, term: str) -> str:
        named = self.statements.find_named(term)
        holders = [document.shown for document in self.documents if named and named in document.text]
        return (holders or (["shapes"] if len(self.documents) != 1 else [self.documents[0].shown]))[0]


def load_shapes(sources: Iterable[Path | str], catalogue: Catalogue | None = None, *, allow_network: bool = False) -> Shapes:
    """Read shapes and, along owl:imports, what they import.

    Args:
        sources: files, folders, or addresses on the web.
        catalogue: where imported graphs lie.
        allow_network: whether addresses are fetched that are neither files nor in the catalogue.

    Raises:
        ConfigurationError: a source is missing or does not parse; an import or address is not to be had without the network; or
            there is no SHACL in all of it, so that any data would conform.
    """
    reader = _Reader(allow_network)
    named = [reader.read(str(source)) for source in sources]
    here = _OWN.union(*(_list_graphs(document) for document in reader.documents.values()))
    while missing := sorted(reader.imports.keys() - here):
        for iri in missing:
            place = (catalogue.find_place(iri) if catalogue else None) or iri
            reader.read(place, f"owl:imports <{iri}>: ", reader.imports[iri])
        here.update(missing)
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return _join([document for _, document in sorted(reader.documents.items())], named)


class _Reader:
    """Documents by name, the graphs that they import by IRI with the importing document, and what went wrong."""

    def __init__(self, allow_network: bool) -> None:
        self.documents: dict[str, Document] = {}
        self.imports: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._allow_network = allow_network

    def read(self, source: str, reason: str = "", importer: str = "") -> list[Document]:
        documents: list[Document] = []
        try:
            for document in _read_source(source, self._allow_network):
                self.documents[document.shown] = document
                documents.append(document)
                for iri in _list_imports(document):
                    self.imports.setdefault(iri, document.shown)
        except DataError as error:
            for problem in error.problems:
                message = f"{reason}{problem.file}: {problem.message}" if reason else problem.message
                place = (importer, None, None) if reason else (problem.file, problem.line, problem.column)
                self.problems.append(Problem(*place, message, problem.rule, problem.value))
        return documents


def _join(documents: list[Document], named: list[list[Document]]) -> Shapes:
    # The same label in two files names two nodes.
    texts = [name_blank_nodes(document.text, f"{number}.") for number, document in enumerate(documents)]
    text = name_blank_nodes("".join(texts), "s")
    # A source may do no more than import others.
    empty = [source for source in named if not any(_SHACL in part.text or _IMPORTS in part.text for part in source)]
    has_none = bool(documents) and _SHACL not in text
    problems = dict.fromkeys(_describe_empty(part, is_warning=not has_none) for source in empty for part in source)
    if has_none:
        raise ConfigurationError(problems or [Problem(documents[0].shown, None, None, "there is no shape here", "shapes")])
    return Shapes(text, tuple(documents), tuple(problems))


def _describe_empty(document: Document, *, is_warning: bool) -> Problem:
    slip = _SLIP.search(document.text)
    reason = f": SHACL's namespace is <{SH}>, and not <{slip[1]}>" if slip else ""
    message = f"{'warning: ' * is_warning}there is no shape here{reason}"
    return Problem(document.shown, None, None, message, "shapes", slip[1] if slip else None)


def _read_source(source: str, allow_network: bool) -> Iterator[Document]:
    if _REMOTE.match(source):
        yield _fetch(source, allow_network)
    elif _ADDRESS.match(path_or_address := _shorten(source)):
        message = "only http and https addresses are fetched, and file addresses are read"
        raise DataError([Problem(source, None, None, message, "network")])
    else:
        for path in list_files([Path(path_or_address)]):
            text = read_document(path)
            yield Document(open_source(path), text)


def _fetch(address: str, allow_network: bool) -> Document:
    if not allow_network:
        message = "an address on the web is not fetched: name a file, or a --catalogue that names one, or say --allow-network"
        raise DataError([Problem(address, None, None, message, "network")])
    from kzlod.validation.web import fetch_rdf  # noqa: PLC0415 - its libraries take long to import, and are seldom wanted

    source, text = fetch_rdf(address)
    # A byte order mark is no column.
    return Document(source._replace(content=source.content.removeprefix(BOM_UTF8)), text)


def _shorten(place: str) -> str:
    """A file URI as a path, from the current folder where it is in there."""
    path = find_path(place)
    if path is None:
        return place
    return (path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path).as_posix()


def _list_imports(document: Document) -> list[str]:
    if _IMPORTS not in document.text:
        return []
    return sorted({read_iri(iri) for _, iri in Statements(document.text).iter_pairs(_IMPORTS) if iri.startswith("<")})


def _list_graphs(document: Document) -> set[str]:
    """The graphs that a file holds, by the IRIs that they give themselves."""
    statements = Statements(document.text)
    subjects = {subject for subject, type_ in statements.iter_pairs(RDF_TYPE) if type_ == _ONTOLOGY}
    subjects |= {subject for subject, _ in statements.iter_pairs(_DECLARE)}
    return {read_iri(subject) for subject in subjects if subject.startswith("<")}
