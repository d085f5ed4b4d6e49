"""The lists of the site: reads what lies in each folder, yields its pages and the page of all folders."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Final, NamedTuple

from kzlod.site.nodes import Label, Span
from kzlod.site.paths import write_link
from kzlod.site.reading import Reader
from kzlod.site.rendering import File, Renderer
from kzlod.terms import RDF_TYPE, Triple

_ITEMS: Final = 200


class Folder(NamedTuple):
    """A folder of the site: ``kind`` is what is in it for the most part; ``number`` counts what lies in it itself."""

    path: str
    link: str
    label: Label
    number: int
    is_fact: bool


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
    for path, number, is_fact, kind in reader.query("folders"):
        named = settings.terms.find_class(path)
        label = named or (settings.name_term(kind) if kind and not is_fact else None)
        # Several lists may be of one class; the name of the folder tells them apart.
        plain = Label((path,) * len(settings.languages), ("",) * len(settings.languages))
        folders.append(Folder(path, write_link(path), label or plain, number, is_fact))
    return folders


def render_folders(reader: Reader, renderer: Renderer, folders: list[Folder]) -> Iterator[File]:
    """The pages of all lists, and those that lead to them."""
    by_path = {folder.path: folder for folder in folders}
    for path, rows in groupby(reader.query("listed"), key=lambda row: row[0]):
        yield from _render_folder(renderer, by_path[path], rows)
    above = {"/".join(parts[:end]) for parts in (path.split("/") for path in by_path) for end in range(1, len(parts))}
    for path in sorted(above - set(by_path)):
        inner = [folder for folder in folders if folder.path.startswith(f"{path}/")]
        yield from renderer.render_page("folders.html", f"{path}/index", [], heading="facts", folders=inner)
    yield from renderer.render_page("folders.html", "browse", [], heading="browse", folders=folders)


def _render_folder(renderer: Renderer, folder: Folder, rows: Iterator[tuple]) -> Iterator[File]:  # type: ignore[type-arg]
    number = 0
    while page := list(islice(rows, _ITEMS)):
        number += 1
        pages = -(-page[0][-1] // _ITEMS)
        start = f"{folder.path}/index"
        triples = [Triple(row[1], RDF_TYPE, row[3]) for row in page if row[-2]]
        items = [_make_item(renderer, row) for row in page]
        path = start if number == 1 else f"{start}.{number}"
        yield from renderer.render_page(
            "folder.html", path, triples, folder=folder, items=items, start=start, number=number, pages=pages
        )


def _make_item(renderer: Renderer, row: tuple) -> Item:  # type: ignore[type-arg]
    _, iri, is_fact, kind, texts, tags, *span, line, status, _, _ = row
    settings = renderer.settings
    label = renderer.label(iri, texts, tags)
    shown = settings.name_term(kind) if kind and not is_fact else None
    return Item(settings.find_link(iri), label, shown, Span(*span), line or 0, status)
