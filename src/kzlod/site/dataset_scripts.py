"""The data of the query page: reads the dump and the query catalogue, yields scripts.

They are scripts because a page that is a file may fetch nothing.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

PART_SIZE: Final = 8_000_000
"""About how many bytes of the dump a script holds, before they are compressed."""


class CatalogueEntry(NamedTuple):
    """A query of the catalogue as the page shows it; the text has its default parameters."""

    name: str
    title: str
    description: str
    text: str


def iter_query_scripts(
    dump: Path, queries: Iterable[CatalogueEntry], base: str, prefixes: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield name and text of each script, to be written below ``assets/sparql/`` beside the bundle.

    Args:
        dump: the dataset in N-Quads: merged triples, graphs of facts, evidence.
        queries: the catalogue in the order of its tabs.
        base: what the IRIs of pages of this site start with.
        prefixes: how the results shorten IRIs.
    """
    parts = 0
    for parts, part in enumerate(_iter_parts(dump), start=1):
        packed = base64.b64encode(gzip.compress(part, compresslevel=9, mtime=0)).decode()
        yield f"dump-{parts - 1}.js", f'kzlodDump({parts - 1},"{packed}");\n'
    values = {
        "base": base,
        "parts": parts,
        # The first that fits is taken, and the base stands in every namespace of the project's own.
        "prefixes": dict(sorted([*prefixes.items(), ("", base)], key=lambda prefix: (-len(prefix[1]), prefix))),
        "queries": [query._replace(text=_strip_header(query.text))._asdict() for query in queries],
    }
    yield "queries.js", f"window.kzlodQueries = {json.dumps(values, ensure_ascii=True)};\n"


def _strip_header(text: str) -> str:
    """A query without its title and description, which the page shows beside it."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+"))


def _iter_parts(dump: Path) -> Iterator[bytes]:
    """The dump in pieces of whole lines."""
    with dump.open("rb") as lines:
        while part := b"".join(lines.readlines(PART_SIZE)):
            yield part
