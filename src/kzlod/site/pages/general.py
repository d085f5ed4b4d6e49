"""The pages that every site has: start, search, query page, downloads, and what a server shows for a wrong address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from kzlod.site.pages.folders import Folder
from kzlod.site.rendering import File, Renderer

_EXAMPLES: Final = 12


class Download(NamedTuple):
    """A file for download: its path relative to the root, and its size in bytes."""

    path: str
    size: int


def render_general(renderer: Renderer, folders: list[Folder], dumps: Path) -> Iterator[File]:
    """The pages that every site has.

    Args:
        renderer: of the site.
        folders: lists of things.
        dumps: the folder of files for download.
    """
    files = (path for path in sorted(dumps.iterdir()) if path.is_file())
    downloads = [Download(f"dumps/{path.name}", path.stat().st_size) for path in files]
    things = [folder for folder in folders if not folder.is_fact]
    largest = sorted(things, key=lambda folder: (-folder.number, folder.path))[:_EXAMPLES]
    facts = sum(folder.number for folder in folders if folder.is_fact)
    yield from renderer.render_page("home.html", "index", [], folders=largest, facts=facts, downloads=downloads)
    yield from renderer.render_page("search.html", "search", [], folders=things)
    texts = [json.dumps(language.query_page, ensure_ascii=False) for language in renderer.languages]
    yield from renderer.render_page("sparql.html", "sparql", [], texts=texts)
    yield from renderer.render_page("404.html", "404", [])
