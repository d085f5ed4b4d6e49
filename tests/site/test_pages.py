"""The site in Chromium, from files and from a server below a path: it opens, speaks three languages, finds and answers."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from tests.site.conftest import ROOT, Watched

from kzlod.cli import main
from kzlod.project import load_project

if TYPE_CHECKING:
    from playwright.sync_api import Browser

KINDS: dict[str, str] = tomllib.loads((Path(__file__).parent / "kinds.toml").read_text(encoding="utf-8"))
PERSON = KINDS["person"]
LANGUAGES = {"en": ("", "English"), "kk": (".kk", "Қазақша"), "ru": (".ru", "Русский")}
SPELLINGS = ["Жарбусынова", "Dzharbusynova", "Jarbussynova"]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Host(Quiet):
    """A static host: it shows 404.html, as it is, wherever there is nothing."""

    def send_error(self, code: int, *_: object) -> None:
        content = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="module", params=["files", "server"])
def address(request: pytest.FixtureRequest, real_site: Path, made_bundle: Path) -> Iterator[str]:  # noqa: ARG001
    """Where the site begins."""
    if request.param == "files":
        yield real_site.as_uri()
    else:
        with serve(partial(Quiet, directory=str(real_site.parent))) as root:
            yield f"{root}/{real_site.name}"


@contextmanager
def serve(handler: Callable[..., Quiet]) -> Iterator[str]:
    """The address of a server that lives as long as the context."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_opens_in_each_language(watched: Watched, address: str, kind: str) -> None:
    page = watched.page
    page.goto(f"{address}/{KINDS[kind]}.html")
    for tag in ("kk", "ru", "en"):
        suffix, name = LANGUAGES[tag]
        page.locator("nav.languages").get_by_role("link", name=name).click()
        page.wait_for_url(f"{address}/{KINDS[kind]}{suffix}.html*")
        assert page.evaluate("() => document.documentElement.lang") == tag
        assert page.locator("main h1").is_visible()
        assert page.locator("nav.languages [aria-current]").inner_text() == name
        assert page.evaluate("() => getComputedStyle(document.body).maxWidth") != "none"


@pytest.mark.parametrize("wrong", ["nothing.html", "person/nobody", "fact/a/b/c.ru.html"])
def test_a_wrong_address_shows_the_way_at_any_depth(watched: Watched, real_site: Path, wrong: str) -> None:
    page = watched.page
    with serve(partial(Host, directory=str(real_site))) as root:
        answer = page.goto(f"{root}/{wrong}")
        assert answer
        assert answer.status == 404
        assert page.evaluate("() => getComputedStyle(document.body).maxWidth") != "none"
        links = [link.get_attribute("href") or "" for link in page.locator("main a").all()]
        assert watched.requests == [f"{root}/{wrong}"]
    # Chromium says so of any page that is not found.
    assert [message for message in watched.messages if "404" not in message] == []
    watched.messages.clear()
    assert len(links) == 3 * len(LANGUAGES)
    base = load_project(ROOT).base
    for link in links:
        assert link.startswith(base)
        assert (real_site / link.removeprefix(base)).is_file()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_search_page_finds_a_person(watched: Watched, address: str, spelling: str) -> None:
    page = watched.page
    page.goto(f"{address}/search.html?q={spelling}")
    page.wait_for_selector("#search-results a")
    page.locator("#search-results a").first.click()
    page.wait_for_url(f"{address}/{PERSON}.html")


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("start", ["index.ru.html", "fact/diplomacy/persons/arnat-abeuov.ru.html"])
def test_the_search_box_finds_a_person_by_keys(watched: Watched, address: str, spelling: str, start: str) -> None:
    page = watched.page
    page.goto(f"{address}/{start}")
    box = page.get_by_role("combobox")
    box.press_sequentially(spelling)
    page.wait_for_selector("[role=option]")
    page.locator("[role=option]").first.get_by_text("Jarbussynova").first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(f"{address}/{PERSON}.ru.html")


def test_the_timeline_needs_no_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{PERSON}.html")
    timeline = page.locator("svg.timeline")
    timeline.scroll_into_view_if_needed()
    assert timeline.is_visible()
    labels = timeline.locator("a")
    assert labels.count() > 5
    assert timeline.locator("rect.bar").count() == labels.count()
    assert all((box := labels.nth(number).bounding_box()) and box["width"] > 20 for number in range(labels.count()))
    labels.first.click()
    assert page.locator("main h1").is_visible()
    context.close()


def test_a_query_gives_what_the_command_gives(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(f"{address}/query/elections.html")
    page.locator("main a[href*='sparql.html#']").click()
    page.wait_for_url(f"{address}/sparql.html#elections")
    page.evaluate("() => document.getElementById('sparql').addEventListener('results', e => { window.answer = e.detail })")
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_selector('#sparql[data-state="done"]', timeout=60_000)
    answer = json.loads(page.evaluate("() => window.answer.content"))
    arguments = ["query", "elections", "--project", str(ROOT), "--format", "json"]
    said = CliRunner().invoke(main, arguments, catch_exceptions=False)
    expected: Any = json.loads(said.output)
    assert sort_rows(answer) == sort_rows(expected)
    assert sort_rows(answer)


def sort_rows(answer: Any) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in answer["results"]["bindings"])


def test_each_note_shows_its_evidence(watched: Watched, address: str) -> None:
    page = watched.page
    page.goto(f"{address}/{PERSON}.html")
    note = page.locator("main dd a.note").first
    note.click()
    shown = page.locator("ol.evidence > li:target")
    assert shown.is_visible()
    assert f"#{shown.get_attribute('id')}" == note.get_attribute("href")
