"""Every link of a site leads somewhere, everything in it can be reached, and no page is large."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.site.crawling import Page, iter_pages

from kzlod.site.writer import MANIFEST

LARGEST = 100_000
FOUND_OTHERWISE = re.compile(
    rf"assets/.*|dumps/.*|sitemap(-\d+)?\.xml|robots\.txt|404\.html|(w3id/)?\.htaccess|_redirects|{re.escape(MANIFEST)}"
)
"""What a server, a crawler or a script asks for by its name."""


@pytest.fixture(scope="module", params=["small_site", "real_site"])
def site(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue(request.param)
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, tuple[list[str], list[tuple[str, str]], list[str]]]:
    """Of each page its anchors, where its links lead to, and links that are not relative."""
    return {page.path: (page.anchors, list(page.iter_targets()), list(_iter_outside(page))) for page in iter_pages(site)}


@pytest.fixture(scope="module")
def files(site: Path) -> frozenset[str]:
    return frozenset(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())


Pages = dict[str, tuple[list[str], list[tuple[str, str]], list[str]]]


def _iter_outside(page: Page) -> Iterator[str]:
    return (link for link in page.links if link.startswith("/") or re.match("[a-z]+:", link))


def test_no_link_is_dead(pages: Pages, files: frozenset[str]) -> None:
    dead = [(path, target) for path, (_, targets, _) in pages.items() for target, _ in targets if target not in files]
    assert dead[:10] == []


def test_no_anchor_is_missing(pages: Pages, files: frozenset[str]) -> None:
    anchors = {path: set(found) for path, (found, _, _) in pages.items()}
    # The query page finds queries by their names.
    queries = {path.removeprefix("query/").removesuffix(".html") for path in files if re.fullmatch(r"query/[^.]*\.html", path)}
    for path in (path for path in pages if path.startswith("sparql.")):
        anchors[path] |= queries
    missing = [
        (path, target, anchor)
        for path, (_, targets, _) in pages.items()
        for target, anchor in targets
        if anchor and anchor not in anchors[target]
    ]
    assert missing[:10] == []


def test_no_anchor_stands_twice(pages: Pages) -> None:
    assert [path for path, (anchors, _, _) in pages.items() if len(anchors) > len(set(anchors))] == []


def test_each_file_is_reached_from_the_start(pages: Pages, files: frozenset[str]) -> None:
    reached, waiting = {"index.html"}, deque(["index.html"])
    while waiting:
        new = {target for target, _ in pages[waiting.popleft()][1]} - reached
        reached |= new
        waiting.extend(path for path in new if path in pages)
    assert sorted(path for path in files - reached if not FOUND_OTHERWISE.fullmatch(path))[:10] == []


def test_links_elsewhere_are_web_addresses(pages: Pages) -> None:
    assert {link for _, _, outside in pages.values() for link in outside if not re.match("https?://", link)} == set()


def test_pages_are_small(site: Path, pages: Pages) -> None:
    large = {path: size for path in pages if (size := (site / path).stat().st_size) > LARGEST}
    assert {path: size for path, size in large.items() if not path.startswith("sparql.")} == {}


def test_sitemaps_name_every_page_once(site: Path, pages: Pages) -> None:
    named = [
        address
        for file in sorted(site.glob("sitemap-*.xml"))
        for address in re.findall("<loc>([^<]*)</loc>", file.read_text(encoding="utf-8"))
    ]
    assert len(named) == len(set(named))
    base = min(named, key=len).rpartition("/")[0] + "/"
    paths = {address.removeprefix(base) for address in named}
    assert paths <= set(pages)
    # Further pages of a list are found from its first page.
    chief = {path for path in pages if not re.search(r"\.\d+\.|\.says\.|(^|/)index\.|^404|^model", path)}
    assert sorted(chief - paths) == []
