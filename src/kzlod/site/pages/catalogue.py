"""The page of the catalogue: what there is to download, with sizes and checksums."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from kzlod.site.catalogue import Catalogue
from kzlod.site.rendering import File, Renderer


class Download(NamedTuple):
    """A file for download: its path relative to the root, its size in bytes and its SHA-256 in hexadecimal digits."""

    path: str
    size: int
    sha256: str


def render_catalogue(renderer: Renderer, catalogue: Catalogue, files: Mapping[str, Path]) -> Iterator[File]:
    """The page of the downloads, whose data is the catalogue.

    Args:
        renderer: of the site.
        catalogue: what describes the dataset.
        files: by their paths in the site.
    """
    downloads = [_describe_file(path, file) for path, file in files.items()]
    yield from renderer.render_page("catalogue.html", "catalogue", catalogue.triples, downloads=downloads)


def _describe_file(path: str, file: Path) -> Download:
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Download(path, file.stat().st_size, digest)
