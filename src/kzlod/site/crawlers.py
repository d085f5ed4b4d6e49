"""What crawlers read: sitemaps in parts, and robots.txt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from markupsafe import escape

from kzlod.site.paths import write_link
from kzlod.site.rendering import File
from kzlod.site.settings import Settings
from kzlod.terms import SITEMAP

_URLS: Final = 40_000
"""A sitemap takes 50,000 (https://www.sitemaps.org/protocol.html)."""


def write_sitemaps(settings: Settings, paths: Iterable[str]) -> Iterator[File]:
    """The sitemaps of the pages with these paths, their index, and the robots.txt that names it.

    Args:
        settings: of the site.
        paths: of pages, without language and ending; they are read once.
    """
    suffixes = [f".{tag}" if number else "" for number, tag in enumerate(settings.languages)]
    addresses = (f"{settings.url}{write_link(path)}{suffix}.html" for path in paths for suffix in suffixes)
    parts: list[str] = []
    while page := list(islice(addresses, _URLS)):
        parts.append(f"sitemap-{len(parts) + 1}.xml")
        yield File(parts[-1], _write_list("urlset", "url", page))
    yield File("sitemap.xml", _write_list("sitemapindex", "sitemap", [f"{settings.url}{part}" for part in parts]))
    yield File("robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {settings.url}sitemap.xml\n")


def _write_list(name: str, item: str, addresses: Iterable[str]) -> str:
    entries = "".join(f"<{item}><loc>{escape(address)}</loc></{item}>\n" for address in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{SITEMAP}">\n{entries}</{name}>\n'
