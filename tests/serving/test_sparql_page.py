"""The endpoint in a browser: a page with a form, results as tables, for those who prefer pages; all others get what they got."""

import pytest
from lxml import html
from starlette.testclient import TestClient

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PEOPLE = "SELECT ?person ?name { ?person a <http://schema.org/Person> ; <http://schema.org/name> ?name } ORDER BY ?name"


def read_query(page: str) -> str:
    # A page's reader leaves out the first line break within the element; lxml does not.
    (area,) = html.fromstring(page).xpath("//textarea")
    return str(area.text).removeprefix("\n")


def count_cells(page: str) -> int:
    return len(html.fromstring(page).xpath("//td"))


@pytest.mark.parametrize("accept", [BROWSER["accept"], "text/html", "text/turtle;q=0.5, text/html"])
def test_the_page_has_a_form_whose_query_is_answered(client: TestClient, accept: str) -> None:
    page = client.get("/sparql", headers={"accept": accept})
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    options = html.fromstring(page.text).xpath("//select[@name='format']//option/text()")
    assert options == ["html", "json", "xml", "csv", "tsv", "turtle", "ntriples", "jsonld", "rdfxml", "trig", "nquads"]
    result = client.get("/sparql", params={"query": read_query(page.text), "format": "html"}, headers=BROWSER)
    assert result.status_code == 200
    assert read_query(result.text) == read_query(page.text)
    assert count_cells(result.text) >= 4


@pytest.mark.parametrize("accept", ["", "*/*", "text/turtle", "application/json, text/turtle;q=0.9, text/html;q=0.8"])
def test_the_description_is_for_all_others(client: TestClient, accept: str) -> None:
    assert client.get("/sparql", headers={"accept": accept}).headers["content-type"].partition(";")[0] == "text/turtle"


def test_the_rows_are_those_of_the_result_and_lead_to_their_pages(client: TestClient) -> None:
    rows = client.get("/sparql", params={"query": PEOPLE}).json()["results"]["bindings"]
    page = client.get("/sparql", params={"query": PEOPLE}, headers=BROWSER).text
    links = html.fromstring(page).xpath("//td/a/@href")
    assert [row["person"]["value"].rpartition("/")[2] for row in rows] == [link.rpartition("/")[2] for link in links]
    assert count_cells(page) == 2 * len(rows) > 0
    for link in links:
        assert client.get(link.removeprefix("."), headers=BROWSER).status_code == 303


def test_a_form_of_a_browser_is_read_too(client: TestClient) -> None:
    page = client.post("/sparql", data={"query": "ASK {}", "format": "html"}, headers=BROWSER)
    assert (page.status_code, "<td><span>true</span></td>" in page.text) == (200, True)


@pytest.mark.parametrize("wanted", ["csv", "text/csv"])
def test_a_format_that_is_asked_for_by_name_is_given(client: TestClient, wanted: str) -> None:
    found = client.get("/sparql", params={"query": PEOPLE, "format": wanted}, headers=BROWSER)
    assert (found.headers["content-type"], found.text[:6]) == ("text/csv; charset=utf-8", "person")


def test_a_graph_is_shown_or_sent(client: TestClient) -> None:
    query = "CONSTRUCT { ?person <http://schema.org/name> ?name } WHERE { ?person <http://schema.org/name> ?name }"
    shown = client.get("/sparql", params={"query": query}, headers=BROWSER)
    sent = client.get("/sparql", params={"query": query, "format": "ntriples"}, headers=BROWSER)
    assert sent.headers["content-type"] == "application/n-triples"
    assert count_cells(shown.text) == 3 * len(sent.text.splitlines()) > 0


def test_what_is_wrong_is_told_on_the_page_which_keeps_the_query(client: TestClient) -> None:
    query = 'SELECT ?a { ?a ?b "</textarea><script>" '
    page = client.get("/sparql", params={"query": query}, headers=BROWSER)
    assert (page.status_code, 'role="alert"' in page.text, "<script>" in page.text) == (400, True, False)
    assert read_query(page.text) == query


def test_a_page_shows_a_thousand_rows_of_all(client: TestClient) -> None:
    numbers = "SELECT (?a AS ?n) { VALUES ?a { %s } VALUES ?b { %s } }" % ((" ".join(map(str, range(40))),) * 2)
    page = client.get("/sparql", params={"query": numbers}, headers=BROWSER).text
    assert (count_cells(page), "1 to 1000 of 1600" in page) == (1000, True)
