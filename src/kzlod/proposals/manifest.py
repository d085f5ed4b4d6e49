"""The manifest of a reconciliation service: reads what it says of itself, yields what a client has to know.

Source: Reconciliation Service API 0.2, section 3; 0.1, section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from kzlod.errors import EngineError, Problem, quote
from kzlod.resources import read_toml
from kzlod.terms import is_iri

_ID: Final = "{{id}}"


@dataclass(frozen=True)
class Manifest:
    """A service.

    Args:
        url: where it answers.
        name: what it calls itself.
        space: the beginning of the IRIs of its things.
        view: the address of a thing's page, with ``{{id}}``, or "".
        batch: how many queries it takes at once.
    """

    url: str
    name: str
    space: str
    view: str = ""
    batch: int = 10

    def find_iri(self, id_: str) -> str:
        """The IRI of a thing, or "" where its id makes none.

        >>> Manifest("", "", "http://www.wikidata.org/entity/").find_iri("Q1")
        'http://www.wikidata.org/entity/Q1'
        """
        return self.space + id_ if is_iri(self.space + id_) else ""

    def find_page(self, id_: str) -> str:
        """The address of its page, or "" where the service names none."""
        return self.view.replace(_ID, id_) if _ID in self.view else ""


def read_manifest(url: str, found: object) -> Manifest:
    """Read the JSON of a manifest.

    Raises:
        EngineError: it is none, or of a version that is not understood.
    """
    if not isinstance(found, Mapping) or not all(isinstance(found.get(name), str) for name in ("name", "identifierSpace")):
        raise _fail(url, "this is no reconciliation service: its manifest has no name and identifierSpace")
    settings = load_settings()
    versions = found.get("versions", settings["versions"][:1])
    if not isinstance(versions, list) or not set(map(str, versions)) & set(settings["versions"]):
        told = quote(", ".join(map(str, versions)) if isinstance(versions, list) else str(versions))
        raise _fail(url, f"{found['name']} speaks version {told} of the API: kzlod speaks {', '.join(settings['versions'])}")
    view = found.get("view")
    page = view.get("url") if isinstance(view, Mapping) else None
    batch = found.get("batchSize")
    return Manifest(
        url,
        found["name"],
        found["identifierSpace"],
        page if isinstance(page, str) and page.startswith(("http:", "https:")) else "",
        batch if isinstance(batch, int) and batch > 0 else settings["batch"],
    )


@cache
def load_settings() -> dict[str, Any]:
    """What ``services.toml`` says."""
    return read_toml("kzlod.proposals", "services.toml")


def _fail(url: str, message: str) -> EngineError:
    return EngineError([Problem(url, None, None, message, "service")])
