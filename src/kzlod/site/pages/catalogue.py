"""The page of the catalogue: what there is to download, with sizes and checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from kzlod.site.rendering import File, Renderer
from kzlod.terms import Triple


class Download(NamedTuple):
    """A file for download: its path relative to the root, its size in bytes and its SHA-256 in hexadecimal digits."""

    path: str
    size: int
    sha256: str


def render_catalogue(renderer: Renderer, triples: Sequence[Triple], dumps: Path) -> Iterator[File]:
    """The page of the downloads, whose data is the catalogue.

    Args:
        renderer: of the site.
        triples: the catalogue.
        dumps: the folder of the files.
    """
    downloads = [_describe_file(path) for path in sorted(dumps.iterdir())]
    yield from renderer.render_page("catalogue.html", "catalogue", list(triples), downloads=downloads)


def _describe_file(path: Path) -> Download:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Download(f"dumps/{path.name}", path.stat().st_size, digest)
