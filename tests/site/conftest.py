"""Debian's Chromium, in which nothing may leave the machine and nothing may be said on the console."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kzlod.project import load_project
from kzlod.publisher import publish_site
from kzlod.site.paths import find_paths
from kzlod.site.settings import Settings
from kzlod.site.terms import TermLabels
from kzlod.terms import Prefixes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]

RUN_AXE = "async () => (await axe.run({preload: false})).violations.map(v => [v.id, v.nodes.map(n => [n.html, n.failureSummary])])"
"""What axe-core finds, by rule."""


@pytest.fixture(scope="session")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the small project."""
    folder = tmp_path_factory.mktemp("small") / "site"
    publish_site(load_project(ROOT / "tests/small_project"), folder)
    return folder


@pytest.fixture(scope="session")
def real_site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The site of the repository, with the query page; all processes of pytest-xdist share it."""
    if "KZLOD_BUNDLE" not in os.environ:
        pytest.skip("the whole site is tested by make test-site")
    here = tmp_path_factory.getbasetemp()
    folder = (here if worker_id == "master" else here.parent) / "real" / "site"
    folder.parent.mkdir(exist_ok=True)
    bundle = Path(os.environ["KZLOD_BUNDLE"])
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder.parent / "done").exists():
            publish_site(load_project(ROOT), folder, bundle, jobs=2)
            (folder.parent / "done").touch()
    return folder


@pytest.fixture
def settings() -> Settings:
    """Those of a site with two persons whose names differ in case alone."""
    base = "https://example.org/"
    prefixes = Prefixes({})
    return Settings(
        base=base,
        url=base,
        title={"en": "A site"},
        description={},
        licence=base,
        as_of="2025-01-31",
        languages=("en",),
        paths=find_paths(base, [f"{base}person/ada", f"{base}person/Ada"]),
        terms=TermLabels({}, ("en",), prefixes),
        prefixes=prefixes,
        kinds=(),
        documents=frozenset(),
        has_query_page=False,
    )


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core; it reads no style sheets by itself, as a page that is a file may not."""
    script = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
    if not script.is_file():
        pytest.skip("axe-core is not installed: make test-site installs it")
    return script.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def made_bundle() -> Path:
    """The bundle that ``make test-site`` made, whose folder is KZLOD_BUNDLE; npm's registry is not asked in other tests."""
    if "KZLOD_BUNDLE" not in os.environ:
        pytest.skip("there is no bundle of the query page: make test-site makes it")
    return Path(os.environ["KZLOD_BUNDLE"])


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make test-site installs it")
    executable = shutil.which("chromium")
    if not executable:
        pytest.skip("there is no chromium to open pages with")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page, and what it did that it should not."""

    page: "Page"
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def watched(browser: "Browser") -> Iterator[Watched]:
    """A page that must have been silent and alone when the test is over."""
    page = browser.new_page()
    watched = Watched(page)
    page.on("console", lambda message: watched.messages.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: watched.messages.append(str(error)))
    page.on("request", lambda request: watched.requests.append(request.url))
    yield watched
    page.close()
    local = ("file:", "blob:", "data:", "http://127.0.0.1")
    assert [url for url in watched.requests if not url.startswith(local)] == []
    assert watched.messages == []
