"""Identifiers and pages: leads an identifier to its page or its data, serves files, and says what is gone or was moved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from kzlod.releases.redirects import Redirect
from kzlod.serving.conditions import is_known
from kzlod.serving.evaluation import CORS
from kzlod.serving.files import Files, ServedFile
from kzlod.serving.live import LivePages
from kzlod.serving.negotiation import Formats, choose_format, choose_language, read_list
from kzlod.serving.problems import refuse
from kzlod.serving.protocol import read_path
from kzlod.site.paths import name_path
from kzlod.terms import is_iri

FORMATS: Final = {
    "html": ["text/html", "application/xhtml+xml"],
    "ttl": ["text/turtle", "application/x-turtle"],
    "jsonld": ["application/ld+json", "application/json"],
    "nt": ["application/n-triples", "text/plain"],
}
"""What an identifier leads to, by the ending of the file."""

_NAMES: Final = {"turtle": "ttl", "ntriples": "nt", "json-ld": "jsonld", "json": "jsonld"}
"""Other names under which ``?format=`` knows them."""

_IRI_SIGNS: Final = "%/:?#[]@!$&'()*+,;=~"
"""What stands in an IRI and means the same in a URI (RFC 3987, section 3.1)."""


class Entities:
    """The identifiers and pages of one release.

    Args:
        files: of its site, or what stands for them.
        redirects: what is replaced or withdrawn.
        tag: what tells this release from any other.
        languages: tags of the pages' languages, the first of which has no suffix.
    """

    def __init__(self, files: Files | LivePages, redirects: Iterable[Redirect], tag: str, languages: tuple[str, ...]) -> None:
        self.files = files
        # By the paths of their pages, which are the same however an address is encoded.
        self.redirects = {name_path(redirect.path): redirect.target for redirect in redirects}
        self.tag = tag
        self.headers = {
            "cache-control": "public, max-age=0, must-revalidate",
            "vary": "accept, accept-language",
            **CORS,
        }
        self.languages = languages

    async def answer(self, request: Request) -> Response:
        """The answer to a GET or HEAD request for an identifier or a file."""
        path = read_path(request.scope).removeprefix("/") or "index.html"
        if file := self.files.read(path):
            return self._send(request, file, path)
        page = name_path(path)
        if page in self.redirects:
            return self._tell_successor(request, page)
        page = page if "/" in path else path
        if self.files.exists(f"{page}.html"):
            return self._lead(request, page)
        return refuse(404, f"There is no {path} in this release.", headers=self.headers)

    def _lead(self, request: Request, page: str) -> Response:
        """From an identifier to what the client prefers (https://www.w3.org/TR/cooluris/, 303 URIs)."""
        there = {ending: types for ending, types in FORMATS.items() if self.files.exists(f"{page}.{ending}")}
        asked = request.query_params.get("format", "")
        ending = _NAMES.get(asked, asked) if asked else choose_format(read_list(request.headers, "accept"), there)
        if ending not in there:
            offered = ", ".join(f"{types[0]} (?format={name})" for name, types in there.items())
            return refuse(406, f"There are: {offered}.", headers=self.headers)
        suffix = self._choose_suffix(request, page) if ending == "html" else ""
        headers = {"location": _write(request, f"{page}{suffix}.{ending}"), "link": _list_alternates(request, page, there)}
        return Response(status_code=303, headers={**self.headers, **headers})

    def _choose_suffix(self, request: Request, page: str) -> str:
        """What stands before .html in the language that the client prefers."""
        tag = choose_language(read_list(request.headers, "accept-language"), self.languages)
        suffix = "" if tag in ("", self.languages[0]) else f".{tag}"
        return suffix if self.files.exists(f"{page}{suffix}.html") else ""

    def _tell_successor(self, request: Request, path: str) -> Response:
        target = self.redirects[path]
        if target is not None:
            place = target if is_iri(target) else f"{request.scope.get('root_path', '')}/{target}"
            return Response(status_code=301, headers={**self.headers, "location": quote(place, safe=_IRI_SIGNS)})
        page = self.files.read(f"{path}.html")
        if page and page.content and choose_format(read_list(request.headers, "accept"), FORMATS) == "html":
            return Response(page.content, 410, {**self.headers, "content-type": page.media_type})
        return refuse(410, "This identifier was withdrawn.", headers=self.headers)

    def _send(self, request: Request, file: ServedFile, path: str) -> Response:
        headers = {**self.headers, "etag": f'"{self.tag}-{file.mark}"'}
        if is_known(request, headers["etag"]):
            return Response(status_code=304, headers=headers)
        headers["content-type"] = file.media_type
        stem, _, ending = path.rpartition(".")
        if ending in FORMATS and self.files.exists(f"{stem}.ttl"):
            others = {name: types for name, types in FORMATS.items() if name != ending}
            headers["link"] = _list_alternates(request, stem, others)
        return FileResponse(file.path, headers=headers) if file.content is None else Response(file.content, headers=headers)


def _list_alternates(request: Request, page: str, formats: Formats) -> str:
    """The header Link of a page and its data."""
    return ", ".join(
        f'<{_write(request, f"{page}.{name}")}>; rel="alternate"; type="{types[0]}"' for name, types in formats.items()
    )


def _write(request: Request, path: str) -> str:
    """A path below the root of the server as a reference."""
    return quote(f"{request.scope.get('root_path', '')}/{path}", safe="/~")
