"""The tree of organisations: it is cut into pages of bounded size, and what runs in a circle or very deep is in it all the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.site.conftest import ROOT
from tests.site.crawling import iter_pages
from tests.site.test_hostile_names import add_rows

from kzlod.project import load_project
from kzlod.publisher import publish_site

COUNT = 400
PARENTS: dict[str, Callable[[int], int]] = {
    "star": lambda _: 0,
    "chain": lambda number: number - 1,
    "tree": lambda number: (number - 1) // 9,
}
"""The number of the whole to which each belongs."""


@pytest.mark.slow
@pytest.mark.parametrize("shape", PARENTS)
def test_each_stands_below_its_parent_on_a_small_page(tmp_path: Path, shape: str) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT / "tests/small_project", project)
    parents = {"o0": ""} | {f"o{number}": f"o{PARENTS[shape](number)}" for number in range(1, COUNT)}
    add_rows(project, "organizations", [(name, f"Office {name}", parent) for name, parent in parents.items()])
    publish_site(load_project(project), tmp_path / "site", jobs=1)
    shown = set()
    pages = [page for page in iter_pages(tmp_path / "site") if page.path.startswith("organizations")]
    for page in pages:
        items = page.root.xpath("//ul[@class='tree']//li")
        assert len(items) <= 250
        assert len(page.root.xpath("//ul[@class='tree']//ul" + "/li/ul" * 20)) == 0
        shown |= {(item.xpath("string(a[1])"), item.xpath("string(../../a[1])")) for item in items}
    expected = {(f"Office {name}", f"Office {parent}") for name, parent in parents.items() if parent}
    assert expected <= shown
    assert len(pages) > 1
