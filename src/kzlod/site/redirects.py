"""Rules by which hosts send an identifier to its page or to its data: ``.htaccess`` for Apache, ``_redirects`` for static hosts.

The rules for w3id.org, which keeps identifiers for others, name the host; those in the root of the site do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote, unquote

from kzlod.releases.redirects import Redirect
from kzlod.resources import read_resource
from kzlod.site.rendering import File
from kzlod.site.settings import Settings


def write_rules(settings: Settings, redirects: Sequence[Redirect]) -> Iterator[File]:
    """The files of rules.

    Args:
        settings: of the site.
        redirects: what is replaced or withdrawn, without the base.
    """
    apache_rules, plain_rules, forwards = (read_resource("kzlod.site", "rules", name) for name in ("htaccess", "redirects", "w3id"))
    apache, lines = [], []
    for path, target in redirects:
        page = settings.find_link(f"<{settings.base}{path if target is None else target}>")
        # Before a digit a sign of percent would stand for a part of what a condition has matched.
        escaped = page.replace("%", r"\%")
        rule = "- [G]" if target is None else f"%{{ENV:ROOT}}{escaped} [R=301,NE,L]"
        apache.append(f"RewriteRule ^{re.escape(unquote(path))}$ {rule}\n")
        lines.append(f"/{quote(unquote(path))} /{page}.html {410 if target is None else 301}\n")
    yield File(".htaccess", apache_rules.replace("# MOVED\n", "".join(apache)))
    yield File("_redirects", "".join(lines) + plain_rules)
    yield File("w3id/.htaccess", forwards.replace("{url}", settings.url))
