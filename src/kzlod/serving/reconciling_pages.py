"""What people see of the reconciliation service: previews of things in a client's frame, and the page that tells how to use it."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from kzlod.matching.weights import WEIGHTS
from kzlod.reconciliation.cards import Card
from kzlod.reconciliation.service import Service
from kzlod.reconciliation.settings import load_features
from kzlod.resources import read_resource
from kzlod.serving.pages import Pages

_STYLE: Final = read_resource("kzlod.serving", "templates", "preview.css")
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

PREVIEW_POLICY: Final = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
"""A preview runs nothing and loads nothing. It may stand in anybody's frame, which is what it is for: ``frame-ancestors *`` would
refuse those of programs whose pages have no address on the web."""

PAGE_POLICY: Final = "frame-ancestors 'none'"
"""The other page of the service stands in no frame."""


class ReconcilingPages:
    """The pages of the service of one release.

    Args:
        pages: whose environment they share.
    """

    def __init__(self, pages: Pages) -> None:
        self.pages = pages

    def write_preview(self, card: Card, root: str) -> str:
        """A page for a frame.

        Args:
            card: what it shows.
            root: the address of the service, whose ``/view`` leads to the page of the thing.
        """
        template = self.pages.environment.get_template("preview.html")
        return template.render(card=card, style=_STYLE, service=root)

    def write_flyout(self, card: Card) -> str:
        """A piece of HTML for the list of suggestions."""
        return self.pages.environment.get_template("flyout.html").render(card=card)

    def write_documentation(self, service: Service, root: str) -> str:
        """The page that tells how to use the service, and what its scores mean."""
        return self.pages.environment.get_template("reconciliation.html").render(
            root="../",
            service=root,
            match=WEIGHTS.match,
            points={**WEIGHTS.points, **service.settings.points},
            limits=service.settings.limits,
            features=load_features(),
            types=[(service.classes.describe(iri), len(service.classes.members[iri])) for iri in service.classes.list_all()],
            properties=service.properties.list_for(()),
        )
