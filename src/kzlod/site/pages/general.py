"""The pages that every site has: start, search, query page, and what a server shows for a wrong address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from kzlod.resources import read_resource
from kzlod.site.catalogue import Catalogue
from kzlod.site.pages.folders import Folder
from kzlod.site.rendering import File, Renderer

_EXAMPLES: Final = 12


def render_general(renderer: Renderer, folders: list[Folder], catalogue: Catalogue, markup: str) -> Iterator[File]:
    """The pages that every site has.

    Args:
        renderer: of the site.
        folders: lists of things.
        catalogue: what describes the dataset.
        markup: what the start page says of the dataset to search engines, as JSON-LD without ``<``.
    """
    things = [folder for folder in folders if not folder.is_fact]
    largest = sorted(things, key=lambda folder: (-folder.number, folder.path))[:_EXAMPLES]
    facts = sum(folder.number for folder in folders if folder.is_fact)
    yield from renderer.render_page("home.html", "index", catalogue.describe_dataset(), folders=largest, facts=facts, markup=markup)
    yield from renderer.render_page("search.html", "search", [], folders=things)
    texts = [json.dumps(language.query_page, ensure_ascii=False) for language in renderer.languages]
    yield from renderer.render_page("sparql.html", "sparql", [], texts=texts)
    yield _render_not_found(renderer)


def _render_not_found(renderer: Renderer) -> File:
    """The page of a wrong address. A host shows it at any, so it brings its style along, and its links are whole addresses."""
    style = read_resource("kzlod.site", "assets", "site.css")
    return File("404.html", renderer.environment.get_template("404.html").render(style=style))
