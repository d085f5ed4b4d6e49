"""Rules for hosts: an identifier that is given up leads to the page that its successor really has."""

from __future__ import annotations

from kzlod.releases.redirects import Redirect
from kzlod.site.redirects import write_rules
from kzlod.site.settings import Settings


def write_lines(settings: Settings, redirect: Redirect) -> tuple[str, str]:
    """What ``.htaccess`` and ``_redirects`` say of one redirect."""
    files = dict(write_rules(settings, [redirect]))
    rules = files[".htaccess"].splitlines()
    return rules[rules.index("# Identifiers that are given up.") + 1], files["_redirects"].splitlines()[0]


def test_a_page_with_a_mark_is_found(settings: Settings) -> None:
    page = settings.find_link("<https://example.org/person/Ada>")
    assert "~" in page
    apache, line = write_lines(settings, Redirect("person/a.l", "person/Ada"))
    assert apache == rf"RewriteRule ^person/a\.l$ %{{ENV:ROOT}}{page} [R=301,NE,L]"
    assert line == f"/person/a.l /{page}.html 301"


def test_other_letters_are_no_back_references(settings: Settings) -> None:
    apache, line = write_lines(settings, Redirect("person/%D3%99", "person/А"))
    assert apache == r"RewriteRule ^person/ә$ %{ENV:ROOT}person/\%D0\%90 [R=301,NE,L]"
    assert line == "/person/%D3%99 /person/%D0%90.html 301"


def test_what_is_withdrawn_is_gone(settings: Settings) -> None:
    assert write_lines(settings, Redirect("person/x", None)) == ("RewriteRule ^person/x$ - [G]", "/person/x /person/x.html 410")
