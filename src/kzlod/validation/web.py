"""RDF on the web, for those who allow it: reads an address, yields the text and its statements."""

from __future__ import annotations

from typing import Final
from urllib.error import URLError
from urllib.request import Request, urlopen

from pyoxigraph import RdfFormat

from kzlod.errors import DataError, Problem
from kzlod.validation.data import parse_rdf
from kzlod.validation.positions.search import Source

_SECONDS: Final = 30
_LARGEST: Final = 50_000_000
_ACCEPT: Final = "text/turtle, application/n-triples, application/rdf+xml;q=0.9, application/ld+json;q=0.8"


def fetch_rdf(address: str) -> tuple[Source, str]:
    """What an address answers, as it is written and as N-Triples.

    Raises:
        DataError: it cannot be fetched, is too large, or is no RDF.
    """
    try:
        with urlopen(Request(address, headers={"Accept": _ACCEPT}), timeout=_SECONDS) as answer:  # noqa: S310
            content = answer.read(_LARGEST + 1)
            media, final = answer.headers.get_content_type(), answer.geturl()
    except (URLError, OSError, ValueError) as error:
        raise DataError([Problem(address, None, None, f"cannot be fetched: {error}", "network")]) from None
    if len(content) > _LARGEST:
        raise DataError([Problem(address, None, None, f"it is larger than {_LARGEST} bytes", "network")])
    rdf_format = RdfFormat.from_media_type(media) or RdfFormat.from_extension(final.rpartition(".")[2])
    if rdf_format is None:
        raise DataError([Problem(address, None, None, f"'{media}' is no RDF syntax", "format")])
    return Source(address, f".{rdf_format.file_extension}", final, content), parse_rdf(content, rdf_format, address, final)
