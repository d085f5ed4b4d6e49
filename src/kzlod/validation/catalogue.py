"""Where imported graphs lie: reads an OASIS XML catalogue, tells the file of an IRI.

The form is the one that ontology people have already: Protégé writes ``catalog-v001.xml``, ROBOT and the OWL API read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

from kzlod.errors import ConfigurationError, Problem
from kzlod.terms import XML, XML_CATALOGUE

_BASE: Final = f"{{{XML}}}base"
_GROUPS: Final = {f"{{{XML_CATALOGUE}}}{name}" for name in ("catalog", "group")}
_URI: Final = f"{{{XML_CATALOGUE}}}uri"
_REWRITE: Final = f"{{{XML_CATALOGUE}}}rewriteURI"
_NEXT: Final = f"{{{XML_CATALOGUE}}}nextCatalog"


@dataclass(frozen=True)
class Catalogue:
    """Where IRIs lie (XML Catalogs 1.1, section 7.2.2).

    Args:
        places: the URI that stands for an IRI.
        starts: what is put in the place of the start of an IRI.

    >>> Catalogue({}, {"https://example.org/": "file:///data/"}).find_place("https://example.org/shapes.ttl")
    'file:///data/shapes.ttl'
    """

    places: dict[str, str]
    starts: dict[str, str]

    def find_place(self, iri: str) -> str | None:
        """The URI that stands for an IRI; None where the catalogue does not name it."""
        if iri in self.places:
            return self.places[iri]
        start = max((start for start in self.starts if iri.startswith(start)), key=len, default=None)
        return None if start is None else self.starts[start] + iri.removeprefix(start)


def load_catalogue(path: Path) -> Catalogue:
    """Read a catalogue: its ``uri`` and ``rewriteURI`` entries, in groups or not.

    Raises:
        ConfigurationError: the file cannot be read, is no catalogue, declares entities, or leads to another catalogue.
    """
    shown = path.as_posix()
    try:
        content = path.read_bytes()
        # Nothing outside is ever fetched; entities inside are refused, since they can grow without bound.
        if b"<!ENTITY" in content:
            raise ConfigurationError([Problem(shown, None, None, "XML entities are not expanded", "catalogue")])
        root = ElementTree.fromstring(content)  # noqa: S314
    except OSError as error:
        raise ConfigurationError([Problem(shown, None, None, f"cannot be read: {error.strerror or error}", "catalogue")]) from None
    except ElementTree.ParseError as error:
        line, column = error.position
        raise ConfigurationError([Problem(shown, line, column + 1, f"not XML: {error}", "catalogue")]) from None
    if root.tag != f"{{{XML_CATALOGUE}}}catalog":
        raise ConfigurationError([Problem(shown, None, None, "this is no OASIS XML catalogue", "catalogue")])
    places: dict[str, str] = {}
    starts: dict[str, str] = {}
    for entry, base in _iter_entries(root, path.resolve().as_uri()):
        name, start = entry.get("name"), entry.get("uriStartString")
        if entry.tag == _URI and name is not None:
            places.setdefault(name, urljoin(base, entry.get("uri", "")))
        elif entry.tag == _REWRITE and start is not None:
            starts.setdefault(start, urljoin(base, entry.get("rewritePrefix", "")))
        elif entry.tag == _NEXT:
            raise ConfigurationError([Problem(shown, None, None, "nextCatalog is not followed", "catalogue")])
    return Catalogue(places, starts)


def find_path(uri: str) -> Path | None:
    """The path of a file URI, or None for any other text."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _iter_entries(element: ElementTree.Element, base: str) -> Iterator[tuple[ElementTree.Element, str]]:
    base = urljoin(base, element.get(_BASE, ""))
    for child in element:
        if child.tag in _GROUPS:
            yield from _iter_entries(child, base)
        else:
            yield child, urljoin(base, child.get(_BASE, ""))
