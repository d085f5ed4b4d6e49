"""Names that look like markup, paths or formulas stay text: on pages, in drawings, in data and in the names of files."""

from __future__ import annotations

import csv
import json
import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
import pytest
from tests.site.conftest import ROOT, Watched
from tests.site.crawling import Page, iter_pages, read_page

from kzlod.project import load_project
from kzlod.publisher import publish_site

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from playwright.sync_api import Dialog

FACTS = Path("facts/letters")
GIVEN = tomllib.loads((Path(__file__).parent / "hostile.toml").read_text(encoding="utf-8"))
LONG = "Ұзын <b>есім</b> " * 250
NAMES = [*GIVEN["names"], LONG]
IDS = [*GIVEN["ids"], "x" * 300, "ң" * 200]
PASSAGE = ("1", "letter", "13", "22", "2c3a9b859935ccbfd1cf59462168613bdc1c194bb762c6e43f69e4ea8c0497a8")


def add_rows(project: Path, table: str, rows: list[tuple[str, ...]]) -> None:
    """Add rows to a table, each with a passage of the letter."""
    for name, added in ((table, rows), ("evidence", [(table, row[0], *PASSAGE) for row in rows])):
        with (project / FACTS / f"{name}.csv").open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(added)


def make_site(folder: Path, names: list[str]) -> Path:
    """The site of the small project with these names, which stand in all kinds of places."""
    project = folder / "project"
    shutil.copytree(ROOT / "tests/small_project", project)
    tables = project / FACTS / "tables.json"
    tables.write_text(re.sub(r',\s*"format": "\[a-z0-9-\]\+"', "", tables.read_text(encoding="utf-8")), encoding="utf-8")
    mapping = project / "mappings/letters.yml"
    text = mapping.read_text(encoding="utf-8")
    since = "- [ex:since, $(start), xsd:gYear]"
    dated = f"{since}\n      - [k:earliestStart, $(start)-01-01, xsd:date]"
    text = text.replace("prefixes:", "prefixes:\n  k: https://w3id.org/kzlod/ns#", 1).replace(since, dated)
    mapping.write_text(text, encoding="utf-8")
    named = [(identifier, names[number % len(names)]) for number, identifier in enumerate(IDS)]
    add_rows(project, "persons", [(identifier, name, "en", "") for identifier, name in named])
    add_rows(project, "organizations", [(identifier, name, "works") for identifier, name in named])
    add_rows(project, "memberships", [(f"m-{identifier}", "ember", identifier, "2019", "2020") for identifier in IDS])
    add_rows(project, "memberships", [(f"n-{identifier}", identifier, "works", "2019", "") for identifier in IDS])
    settings = project / "kzlod.toml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace('"Two people of an invented state"', json.dumps(names[0]))
    settings.write_text(text.replace('"What one invented letter says."', json.dumps(names[1])), encoding="utf-8")
    publish_site(load_project(project), folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("hostile"), NAMES)


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("harmless"), [f"Somebody {number}" for number in range(len(NAMES))])


def list_files(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def count_elements(page: Page) -> Counter[tuple[str, ...]]:
    return Counter((str(element.tag), *sorted(element.attrib)) for element in page.root.iter())


def test_pages_have_the_elements_of_their_templates(hostile: Path, harmless: Path) -> None:
    pages = {page.path: count_elements(page) for page in iter_pages(harmless)}
    found = {page.path: count_elements(page) for page in iter_pages(hostile)}
    assert found.keys() == pages.keys()
    for path, elements in found.items():
        assert elements == pages[path], path


def test_every_name_is_read_as_it_was_written(hostile: Path) -> None:
    headings = {page.root.xpath("string(//h1)") for page in iter_pages(hostile) if page.path.startswith("person/")}
    for name in NAMES:
        assert name in headings
    drawn = " ".join(read_page(hostile, "person/ember.html").root.xpath("//svg//text()"))
    for name in GIVEN["names"]:
        assert name in drawn


def test_links_are_relative_or_of_the_web(hostile: Path) -> None:
    files = list_files(hostile)
    for page in iter_pages(hostile):
        assert not [link for link in page.links if re.match(r"\s*(javascript|data|vbscript|file):|/", link, re.IGNORECASE)]
        assert [target for target, _ in page.iter_targets() if target not in files] == [], page.path


def test_files_stay_in_the_site_under_safe_names(hostile: Path) -> None:
    assert sorted(path.name for path in hostile.parent.iterdir()) == ["project", "site"]
    for path in list_files(hostile):
        assert all(character.isalnum() or character in "-_~./" for character in path), path
        assert all(len(segment.encode()) < 200 and segment.strip(".") for segment in path.split("/"))
    assert len({path.casefold() for path in list_files(hostile)}) == len(list_files(hostile))


def test_data_keep_the_names(hostile: Path) -> None:
    names = {
        quad.object.value
        for path in sorted((hostile / "person").rglob("*.jsonld"))
        for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.JSON_LD)
        if quad.predicate.value == "http://schema.org/name" and isinstance(quad.object, pyoxigraph.Literal)
    }
    assert set(NAMES) <= names


def test_scripts_hold_no_end_of_a_script(hostile: Path) -> None:
    for path in [*hostile.glob("assets/search/*.js")]:
        text = path.read_text(encoding="utf-8")
        assert not any(broken in text for broken in ("</", "<!--", "\u2028"))


def test_nothing_of_it_runs(watched: Watched, hostile: Path) -> None:
    def fail(dialog: Dialog) -> None:
        watched.messages.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page = watched.page
    page.on("dialog", fail)
    paths = ["index.html", "person/ember.html", "organization/works.html", "organizations.html", "person/index.html"]
    paths += [path.relative_to(hostile).as_posix() for path in sorted((hostile / "person").rglob("*.html"))]
    for path in dict.fromkeys(paths):
        page.goto((hostile / path).as_uri())
        assert page.locator("main h1").count() == 1
        assert page.locator("main img, main script, main b, main plaintext").count() == 0
    for query in ("alert", "onerror", "есім", "passwd"):
        page.goto(f"{(hostile / 'search.html').as_uri()}?q={query}")
        page.wait_for_selector("#search-results a")
        assert page.locator("#search-results :is(img, script, b, svg)").count() == 0


def test_links_to_odd_names_lead_to_their_pages(watched: Watched, hostile: Path) -> None:
    page = watched.page
    start = (hostile / "person/index.html").as_uri()
    page.goto(start)
    for number in range(page.locator("ul.list a").count()):
        link = page.locator("ul.list a").nth(number)
        text = link.text_content()
        link.click()
        assert page.locator("h1").text_content() == text
        page.goto(start)
