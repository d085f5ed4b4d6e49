"""The languages of the interface: reads texts/*.toml, yields words and the forms in which labels are shown."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from markupsafe import Markup

from kzlod.site.nodes import Label

FALLBACK = "en"
"""The language of the interface where there are no texts in the one asked for."""


@dataclass(frozen=True)
class Language:
    """A language of the site.

    Args:
        tag: as BCP 47 writes it.
        number: its place among the languages of the site, from 0.
        suffix: what stands between the path of a page and its ending: "" for the first language.
        texts: words of the interface.
        query_page: words of the query page.
    """

    tag: str
    number: int
    suffix: str
    texts: Mapping[str, str]
    query_page: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.texts[name]

    def pick(self, label: Label) -> str:
        """The text of a label."""
        return label.texts[self.number]

    def show(self, label: Label) -> Markup:
        """The text of a label as HTML, marked with its language where that is another."""
        text, tag = label.texts[self.number], label.tags[self.number]
        if tag in ("", self.tag):
            return Markup.escape(text)
        return Markup('<span lang="{}">{}</span>').format(tag, text)


def load_languages(tags: tuple[str, ...]) -> tuple[Language, ...]:
    """The languages of the site, in order."""
    languages = []
    for number, tag in enumerate(tags):
        texts = dict(load_texts(tag))
        query_page = texts.pop("query_page")
        languages.append(Language(tag, number, f".{tag}" if number else "", texts, query_page))
    return tuple(languages)


@cache
def load_texts(tag: str) -> dict[str, Any]:
    """The words of the interface in a language, or in English where there are none."""
    folder = resources.files("kzlod.site").joinpath("texts")
    file = folder.joinpath(f"{tag}.toml")
    return tomllib.loads((file if file.is_file() else folder.joinpath(f"{FALLBACK}.toml")).read_text(encoding="utf-8"))
