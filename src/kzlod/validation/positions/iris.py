"""Relative IRIs made absolute (RFC 3986, section 5)."""

from __future__ import annotations

import re
from typing import Final

# RFC 3986, appendix B.
_PARTS: Final = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def resolve_iri(base: str, reference: str) -> str:
    """Resolve a reference by a base; what is absolute stays as it is written, as pyoxigraph does.

    >>> resolve_iri("http://example.org/a/b?q", "../c#d")
    'http://example.org/c#d'
    """
    if _SCHEME.match(reference):
        return reference
    scheme, authority, path, query, _ = _split(base)
    _, own_authority, own_path, own_query, fragment = _split(reference)
    if own_authority is not None:
        # pyoxigraph leaves the dots of such a path, too.
        authority, path, query = own_authority, own_path, own_query
    elif own_path:
        path = _remove_dots(own_path if own_path.startswith("/") else _merge(authority, path or "", own_path))
        query = own_query
    elif own_query is not None:
        query = own_query
    parts = ((scheme, "", ":"), (authority, "//", ""), (path, "", ""), (query, "?", ""), (fragment, "#", ""))
    return "".join(f"{before}{part}{after}" for part, before, after in parts if part is not None)


def _split(iri: str) -> tuple[str | None, ...]:
    found = _PARTS.fullmatch(iri)
    return found.groups() if found else (None, None, iri, None, None)


def _merge(authority: str | None, path: str, reference: str) -> str:
    if authority is not None and not path:
        return f"/{reference}"
    return path[: path.rfind("/") + 1] + reference


def _remove_dots(path: str) -> str:
    """RFC 3986, section 5.2.4."""
    kept: list[str] = []
    segments = path.split("/")
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment == "..":
            if len(kept) > 1 or (kept and kept[0]):
                kept.pop()
            kept += [""] if last else []
        elif segment == ".":
            kept += [""] if last else []
        else:
            kept.append(segment)
    return "/".join(kept)
