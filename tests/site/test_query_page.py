"""The query page in Chromium, from files: queries give what kzlod query gives, and nothing is asked of a network."""

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from tests.site.conftest import RUN_AXE, Watched

from kzlod.project import load_project
from kzlod.queries.catalogue import Query, load_catalogue
from kzlod.queries.execution import load_dump
from kzlod.site.bundle import BUNDLED
from kzlod.site.dataset_scripts import CatalogueEntry, iter_query_scripts

ROOT = Path(__file__).parents[2]
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; style-src 'self' 'unsafe-inline'; img-src data:; "
    "connect-src 'none'"
)
PAGE = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Queries</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<link rel="stylesheet" href="assets/sparql/query.css">
<script src="assets/sparql/queries.js" defer></script><script src="assets/sparql/query.js" defer></script></head>
<body><main><h1>Queries</h1>
<section id="sparql" data-root="" data-suffix=".ru" data-texts='{{"own": "Your own"}}'></section></main></body></html>"""


@pytest.fixture(scope="session")
def catalogue() -> dict[str, Query]:
    return load_catalogue(ROOT / "queries")


@pytest.fixture(scope="session")
def site(made_bundle: Path, catalogue: dict[str, Query], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    assets = folder / "assets/sparql"
    assets.mkdir(parents=True)
    for name in BUNDLED:
        shutil.copyfile(made_bundle / name, assets / name)
    project = load_project(ROOT)
    entries = [CatalogueEntry(query.name, query.title, query.description, query.text) for query in catalogue.values()]
    for name, text in iter_query_scripts(ROOT / "output/kzlod.nq", entries, project.base, project.prefixes.namespaces):
        (assets / name).write_text(text, encoding="utf-8")
    (folder / "sparql.html").write_text(PAGE, encoding="utf-8")
    return folder / "sparql.html"


@pytest.fixture
def opened(site: Path, watched: Watched) -> Watched:
    watched.page.goto(site.as_uri())
    watched.page.evaluate(
        "() => { window.answers = []; document.getElementById('sparql').addEventListener('results', e => answers.push(e.detail)) }"
    )
    return watched


def run_shown(watched: Watched) -> dict[str, str]:
    """Run what the editor holds, and return the answer as the store gave it."""
    watched.page.evaluate("() => { window.answers.length = 0 }")
    watched.page.get_by_role("button", name="Run", exact=True).click()
    watched.page.wait_for_selector('#sparql[data-state="done"]', timeout=60_000)
    answer: dict[str, str] = watched.page.evaluate("() => window.answers.at(-1)")
    return answer


def write_query(watched: Watched, text: str) -> None:
    watched.page.evaluate("text => document.querySelector('.CodeMirror').CodeMirror.setValue(text)", text)


def read_rows(answer: str) -> tuple[list[str], list[str]]:
    found: Any = json.loads(answer)
    return found["head"]["vars"], sorted(json.dumps(row, sort_keys=True) for row in found["results"]["bindings"])


def test_each_query_gives_what_the_command_gives(opened: Watched, catalogue: dict[str, Query]) -> None:
    store = load_dump(ROOT / "output/kzlod.nq")
    for name, query in catalogue.items():
        opened.page.evaluate("name => { location.hash = name }", name)
        opened.page.get_by_role("heading", name=query.title, exact=True).wait_for()
        answer = run_shown(opened)
        expected = store.query(query.text)
        assert isinstance(expected, pyoxigraph.QuerySolutions)
        rows = read_rows((expected.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or b"").decode())
        assert read_rows(answer["content"]) == rows, name


def test_a_tab_shows_its_query_and_rows(opened: Watched, catalogue: dict[str, Query]) -> None:
    query = catalogue["elections"]
    opened.page.get_by_role("tab", name=query.title, exact=True).click()
    run_shown(opened)
    assert opened.page.locator(".query-status").inner_text().startswith(f"{query.rows} rows")
    opened.page.wait_for_selector(".yasr_results table tbody tr")
    assert opened.page.locator(".yasr_results tbody tr").count() == query.rows


def write_expression(chance: random.Random, depth: int) -> str:
    if depth == 0 or chance.random() < 0.2:
        return chance.choice(["1", "2", "3.5", "7", "-4", "?n", "ABS(-2)", "IF(?n - 1 - 1 > 0, 5, 6)", "COALESCE(?none, ?n*2*3)"])
    parts = [write_expression(chance, depth - 1) for _ in range(chance.randrange(1, 4))]
    text = parts[0] + "".join(chance.choice([" - ", "-", " + ", " * ", "/", " -\n"]) + part for part in parts[1:])
    return f"({text})" if chance.random() < 0.3 else text


def test_arithmetic_is_read_from_the_left(opened: Watched) -> None:
    chance = random.Random(11)
    expressions = [write_expression(chance, 3) for _ in range(300)]
    selected = " ".join(f"({text} AS ?v{number})" for number, text in enumerate(expressions))
    query = f"SELECT {selected} {{ VALUES ?n {{ 9 }} FILTER (10 - 4 - 3 = 3) # a - b - c\n }} ORDER BY (?n - 1 - 1)"
    write_query(opened, query)
    expected = pyoxigraph.Store().query(query)
    assert isinstance(expected, pyoxigraph.QuerySolutions)
    rows = read_rows((expected.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or b"").decode())
    assert read_rows(run_shown(opened)["content"]) == rows
    assert rows[1]


def test_paths_lists_and_values_are_left_alone(opened: Watched) -> None:
    query = """SELECT ?a ?b (?b - 1 - 1 AS ?c) WHERE {
      { SELECT ?a { VALUES (?a ?x) { (-1 -2) (-3 +4) } } }
      VALUES (?b) { (5) }
      FILTER NOT EXISTS { ?s (<a:b>/<c:d>/<e:f>)*/<g:h> (1 -2 -3), "x - y - z", 'its' . FILTER (?s - 1 - 1 > 0) }
    } ORDER BY ?a"""
    write_query(opened, query)
    found = json.loads(run_shown(opened)["content"])["results"]["bindings"]
    assert [(row["a"]["value"], row["c"]["value"]) for row in found] == [("-3", "3"), ("-1", "3")]


def test_the_engine_still_needs_parentheses(made_bundle: Path) -> None:
    # When this fails, an oxigraph of npm reads a - b - c rightly: arithmetic.js can go.
    script = 'process.stdout.write(new (require("oxigraph").Store)().query("SELECT (10-2-1 AS ?a) {}", {results_format: "csv"}))'
    ran = subprocess.run(["node", "-e", script], cwd=made_bundle.parent, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["a", "9"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ASK { ?thing a <http://schema.org/Person> }", "True"),
        ("CONSTRUCT { <a:b> <a:c> 'made here' } WHERE {}", "made here"),
        ("CONSTRUCT { ?a <a:c> 'x' } WHERE { ?a <a:none> ?b }", "No data"),
        ("DESCRIBE <https://w3id.org/kzlod/organization/cedaw>", "CEDAW"),
    ],
)
def test_each_form_of_query_is_shown(opened: Watched, text: str, shown: str) -> None:
    write_query(opened, text)
    run_shown(opened)
    opened.page.locator(".yasr_results").get_by_text(shown).first.wait_for()


def test_an_error_is_shown_as_text(opened: Watched) -> None:
    write_query(opened, "SELECT <b>nonsense</b>")
    opened.page.get_by_role("button", name="Run", exact=True).click()
    opened.page.wait_for_selector('#sparql[data-state="failed"]', timeout=60_000)
    assert "expected" in opened.page.locator(".errorResult").inner_text()


def test_a_query_can_be_stopped_and_another_run(opened: Watched) -> None:
    write_query(opened, "SELECT (count(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?i != ?c) }")
    opened.page.get_by_role("button", name="Run", exact=True).click()
    opened.page.wait_for_selector('#sparql[data-state="running"] progress[hidden]', state="attached", timeout=60_000)
    opened.page.wait_for_timeout(300)
    opened.page.get_by_role("button", name="Stop").click()
    opened.page.wait_for_selector('#sparql[data-state="stopped"]')
    write_query(opened, "SELECT (1 AS ?one) {}")
    assert read_rows(run_shown(opened)["content"])[1]


def test_another_endpoint_is_not_called(opened: Watched) -> None:
    write_query(opened, "SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?a ?b ?c } }")
    opened.page.get_by_role("button", name="Run", exact=True).click()
    opened.page.wait_for_selector('#sparql[data-state="failed"]', timeout=60_000)


def test_markup_in_results_stays_text(opened: Watched) -> None:
    text = "</script><img src=x onerror=alert(1)>"
    html = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML>"
    write_query(opened, f"SELECT ('{text}' AS ?a) ('{text}'^^{html} AS ?b) {{}}")
    run_shown(opened)
    opened.page.wait_for_selector(".yasr_results td")
    assert text in opened.page.locator(".yasr_results").inner_text()
    assert opened.page.locator(".yasr_results img").count() == 0
    # Yasr cleans texts in a document of its own, where the page's policy still refuses, and tells of, the handler.
    assert all("Executing inline event handler" in message for message in opened.messages)
    opened.messages.clear()


def test_results_are_downloaded_as_csv(opened: Watched) -> None:
    write_query(opened, "SELECT ?a ?b { VALUES (?a ?b) { ('x,y' '=1+1') } }")
    run_shown(opened)
    opened.page.wait_for_selector(".yasr_results table tbody tr")
    with opened.page.expect_download() as download:
        opened.page.get_by_role("button", name="Download Results").click()
    assert download.value.path().read_text(encoding="utf-8").splitlines() == ['"a","b"', '"x,y","=1+1"']


def test_tabs_are_walked_by_keys_and_found_by_words(opened: Watched, catalogue: dict[str, Query]) -> None:
    page = opened.page
    page.get_by_role("tab", name="Your own").focus()
    page.keyboard.press("ArrowDown")
    first = next(iter(catalogue.values()))
    assert page.get_by_role("tab", selected=True).inner_text() == first.title
    assert page.url.endswith(f"#{first.name}")
    page.get_by_role("searchbox", name="Find a query").fill("elections")
    assert 0 < page.get_by_role("tab").count() < len(catalogue)


def test_a_query_can_be_typed(opened: Watched) -> None:
    write_query(opened, "")
    opened.page.get_by_role("textbox", name="Query in SPARQL").focus()
    opened.page.keyboard.type("SELECT (41 + 1 AS ?answer) {}")
    opened.page.keyboard.press("Control+Enter")
    opened.page.wait_for_selector('#sparql[data-state="done"]', timeout=60_000)
    opened.page.locator(".yasr_results td").get_by_text("42").wait_for()


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("person/a", "person/a.ru.html"),
        ("ns#status", "ns.ru.html#status"),
        ("dumps/kzlod.nt", "https://w3id.org/kzlod/dumps/kzlod.nt"),
    ],
)
def test_links_lead_to_pages_of_this_site(opened: Watched, site: Path, name: str, page: str) -> None:
    write_query(opened, f"SELECT (<https://w3id.org/kzlod/{name}> AS ?thing) {{}}")
    run_shown(opened)
    link = opened.page.locator(".yasr_results td a")
    link.focus()
    assert link.evaluate("link => link.href") == (page if ":" in page else f"{site.parent.as_uri()}/{page}")


def test_nothing_is_kept_in_the_browser(opened: Watched) -> None:
    write_query(opened, "SELECT (1 AS ?one) {}")
    run_shown(opened)
    assert opened.page.evaluate("() => localStorage.length + document.cookie.length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(opened: Watched, axe: str, scheme: Any, width: int) -> None:
    page = opened.page
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_role("tab").nth(1).click()
    run_shown(opened)
    page.wait_for_selector(".yasr_results table tbody tr")
    if "KZLOD_SCREENSHOTS" in os.environ:
        page.screenshot(path=Path(os.environ["KZLOD_SCREENSHOTS"]) / f"sparql-{scheme}-{width}.png", full_page=True)
    page.evaluate(axe)
    assert page.evaluate(RUN_AXE) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
