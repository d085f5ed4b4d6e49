"""The lists of the site: reads what lies in each folder, yields its pages and the page of all folders."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Final, NamedTuple

from kzlod.site.catalogue import Catalogue
from kzlod.site.nodes import Label, Span
from kzlod.site.paths import write_link
from kzlod.site.reading import Reader, Row
from kzlod.site.rendering import File, Renderer
from kzlod.terms import FACT_STATUS, NS, RDF_TYPE, Triple

_ITEMS: Final = 200


class Folder(NamedTuple):
    """A folder of the site: ``kind`` is what is in it for the most part; ``number`` counts what lies in it itself;
    ``first`` describes one thing of it."""

    path: str
    link: str
    label: Label
    number: int
    is_fact: bool
    first: list[Triple]


class Item(NamedTuple):
    """A thing in a list."""

    link: str
    label: Label
    kind: Label | None
    span: Span
    line: int
    status: str


def list_folders(reader: Reader, renderer: Renderer) -> list[Folder]:
    """The folders of the site that hold pages of things."""
    settings = renderer.settings
    folders = []
    for path, number, is_fact, kind, first in reader.query("folders"):
        named = settings.terms.find_class(path)
        label = named or (settings.name_term(kind) if kind and not is_fact else None)
        # Several lists may be of one class; the name of the folder tells them apart.
        plain = Label((path,) * len(settings.languages), ("",) * len(settings.languages))
        described = _describe(*first) if first else []
        folders.append(Folder(path, write_link(path), label or plain, number, is_fact, described))
    return folders


def render_folders(reader: Reader, renderer: Renderer, folders: list[Folder], catalogue: Catalogue) -> Iterator[File]:
    """The pages of all lists, and those that lead to them.

    Args:
        reader: of the dataset.
        renderer: of the site.
        folders: all.
        catalogue: what describes the dataset.
    """
    by_path = {folder.path: folder for folder in folders}
    for path, rows in groupby(reader.query("listed"), key=lambda row: row[0]):
        yield from _render_folder(renderer, by_path[path], rows)
    above = {"/".join(parts[:end]) for parts in (path.split("/") for path in by_path) for end in range(1, len(parts))}
    for path in sorted(above - set(by_path)):
        inner = [folder for folder in folders if folder.path.startswith(f"{path}/")]
        # What lies in them may be very much: of each list the first thing stands for it.
        triples = [triple for folder in inner for triple in folder.first]
        yield from renderer.render_page("folders.html", f"{path}/index", triples, heading="facts", folders=inner)
    classes = catalogue.describe_parts(catalogue.list_classes())
    yield from renderer.render_page("folders.html", "browse", classes, heading="browse", folders=folders)


def _render_folder(renderer: Renderer, folder: Folder, rows: Iterator[Row]) -> Iterator[File]:
    number = 0
    while page := list(islice(rows, _ITEMS)):
        number += 1
        pages = -(-page[0][-1] // _ITEMS)
        start = f"{folder.path}/index"
        triples = [
            triple for _, iri, _, kind, *_, status, is_accepted, _ in page if is_accepted for triple in _describe(iri, kind, status)
        ]
        items = [_make_item(renderer, row) for row in page]
        path = start if number == 1 else f"{start}.{number}"
        yield from renderer.render_page(
            "folder.html", path, triples, folder=folder, items=items, start=start, number=number, pages=pages
        )


def _describe(iri: str, kind: str, status: str | None) -> list[Triple]:
    """The class of a thing, and of a fact its status."""
    return [Triple(iri, RDF_TYPE, kind), *([Triple(iri, FACT_STATUS, f"<{NS}{status}>")] if status else [])]


def _make_item(renderer: Renderer, row: Row) -> Item:
    _, iri, is_fact, kind, texts, tags, *span, line, status, _, _ = row
    settings = renderer.settings
    label = renderer.label(iri, texts, tags)
    shown = settings.name_term(kind) if kind and not is_fact else None
    return Item(settings.find_link(iri), label, shown, Span(*span), line or 0, status or "")
