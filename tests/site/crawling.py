"""Reads the pages of a site: the elements of each, its links and what they can lead to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html


@dataclass
class Page:
    """A page, and its path relative to the root of the site."""

    path: str
    root: html.HtmlElement

    @cached_property
    def anchors(self) -> list[str]:
        return [str(name) for name in self.root.xpath("//@id")]

    @cached_property
    def links(self) -> list[str]:
        """All references of links, scripts and styles."""
        return [str(link) for link in self.root.xpath("//@href | //@src | //@action")]

    def iter_targets(self) -> Iterator[tuple[str, str]]:
        """The files of the site that references lead to, and the anchors in them; "" is the page itself."""
        for link in self.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            joined = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), unquote(parts.path)))
            yield joined if parts.path else self.path, unquote(parts.fragment)


def read_page(folder: Path, path: str) -> Page:
    """Parse a page."""
    return Page(path, html.document_fromstring((folder / path).read_bytes(), parser=html.HTMLParser(encoding="utf-8")))


def iter_pages(folder: Path) -> Iterator[Page]:
    """All pages of a site, in the order of their paths."""
    for path in sorted(folder.rglob("*.html")):
        yield read_page(folder, path.relative_to(folder).as_posix())
