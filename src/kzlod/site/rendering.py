"""Rendering: reads nodes and other views, yields the files of their pages: HTML in every language, and data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import jinja2

from kzlod.site.descriptions import Describer
from kzlod.site.drawing.timeline import draw_timeline
from kzlod.site.languages import load_languages
from kzlod.site.nodes import Label, Node, make_label
from kzlod.site.paths import write_link
from kzlod.site.settings import Settings
from kzlod.site.views import Viewer
from kzlod.terms import Triple

DATA_FORMATS: Final = {"ttl": "text/turtle", "jsonld": "application/ld+json", "nt": "application/n-triples"}
"""Media types of the data of a page, by the endings of its files."""

_LONGEST_MARKUP: Final = 20_000
"""Characters of JSON-LD that stand in a page; more of it is only in the file beside the page."""


class File(NamedTuple):
    """A file of the site: its path relative to the root, and its text."""

    path: str
    text: str


class Renderer:
    """Renders pages with the settings that all share."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.languages = load_languages(settings.languages)
        self.viewer = Viewer(settings)
        self.describer = Describer(settings.prefixes)
        self.environment = jinja2.Environment(
            loader=jinja2.PackageLoader("kzlod.site"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        self.environment.filters["link"] = write_link
        self.environment.globals["settings"] = settings
        self.environment.globals["languages"] = self.languages
        self.environment.globals["formats"] = DATA_FORMATS
        self.environment.globals["kinds"] = [
            json.dumps({kind: language.pick(settings.name_term(kind)) for kind in settings.kinds}, ensure_ascii=False)
            for language in self.languages
        ]

    def label(self, term: str, texts: list[str] | None, tags: list[str] | None) -> Label:
        """The label of a row of the relation ``labels``."""
        return make_label(term, texts, tags, len(self.languages))

    def render_node(self, node: Node) -> Iterator[File]:
        """The files of one page of an entity or fact."""
        view = self.viewer.make_view(node)
        path = self.settings.paths.find_path(view.iri)
        root = "../" * path.count("/")
        values = {
            "view": view,
            "label": node.label,
            "folder": path.rpartition("/")[0],
            "says": node.iri in self.settings.documents,
            "drawing": [draw_timeline(view.bars, language, root, self.settings.as_of) for language in self.languages],
        }
        yield from self.render_page("node.html", path if node.number == 1 else f"{path}.{node.number}", view.triples, **values)

    def render_page(self, template: str, path: str, triples: Sequence[Triple], **values: Any) -> Iterator[File]:
        """The files of a page: HTML in every language, and its data where there are any.

        Args:
            template: name of the file.
            path: of the page, relative to the root, without ending.
            triples: what the page says as data.
            values: what the template is given beside the settings.
        """
        found = self.environment.get_template(template)
        jsonld = self.describer.write_jsonld(triples) if triples else ""
        shared = {
            "path": path,
            "root": "../" * path.count("/"),
            "jsonld": _escape_json(jsonld) if len(jsonld) <= _LONGEST_MARKUP else "",
            "has_data": bool(triples),
            **values,
        }
        for language in self.languages:
            yield File(f"{path}{language.suffix}.html", found.render(language=language, **shared))
        if triples:
            yield File(f"{path}.ttl", self.describer.write_turtle(triples))
            yield File(f"{path}.nt", self.describer.write_ntriples(triples))
            yield File(f"{path}.jsonld", jsonld)


def _escape_json(text: str) -> str:
    """JSON that stays whole inside a script element, whatever its strings hold."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
