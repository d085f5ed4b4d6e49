"""The files of the search: the script of the box, and the index of all names."""

from __future__ import annotations

from collections.abc import Iterator

from kzlod.site.nodes import make_label
from kzlod.site.reading import Reader
from kzlod.site.rendering import File, Renderer
from kzlod.site.search import Entry, iter_search_files, write_search_script


def render_search(reader: Reader, renderer: Renderer) -> Iterator[File]:
    """The scripts by which things are found by their names."""
    yield File("assets/search.js", write_search_script())
    for name, text in iter_search_files(_iter_entries(reader, renderer)):
        yield File(f"assets/search/{name}", text)


def _iter_entries(reader: Reader, renderer: Renderer) -> Iterator[Entry]:
    for iri, kind, texts, tags in reader.query("searched"):
        names = zip(make_label(iri, texts, tags, len(texts)).texts, tags, strict=True)
        yield Entry(f"{renderer.settings.find_link(iri)}.html", kind or "", list(names))
