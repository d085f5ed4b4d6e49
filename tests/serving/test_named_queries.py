"""The named queries as their clients see them."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from urllib.parse import urljoin

import pyoxigraph
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html
from pyoxigraph import QueryResultsFormat, RdfFormat
from starlette.testclient import TestClient
from tests.serving.conftest import CATALOGUE, DEADLINE, QUERIES, ROOT

from kzlod.serving.negotiation import FORMATS
from kzlod.serving.pages import PAGE_ROWS
from kzlod.serving.worker import GRAPH_FORMATS, RESULT_FORMATS

BASE = "https://example.org/"
EXPECTED = ROOT / "tests" / "queries" / "expected"
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def read_rows(content: bytes, name: str = "json") -> list[list[str | None]]:
    found = pyoxigraph.parse_query_results(content, format=RESULT_FORMATS[name])
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [[None if term is None else str(term) for term in row] for row in found]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_query_gives_the_rows_of_the_command_line(catalogue: TestClient, name: str) -> None:
    expected = (EXPECTED / f"{name}.csv").read_bytes()
    answer = catalogue.get(f"/queries/{name}.csv")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.content == expected
    # The defaults, spelled out, are the same query.
    defaults = {parameter.name: parameter.default for parameter in CATALOGUE[name].parameters}
    assert catalogue.get(f"/queries/{name}", params={**defaults, "format": "csv"}).content == expected


@pytest.mark.parametrize("name", ["vacancies", "successions", "actions"])
@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_pages_together_are_the_whole(catalogue: TestClient, name: str, limit: int) -> None:
    whole = read_rows(catalogue.get(f"/queries/{name}").content)
    target, pages = f"http://testserver/queries/{name}?limit={limit}", []
    while target:
        answer = catalogue.get(target)
        pages.append(read_rows(answer.content))
        assert answer.headers["x-total-count"] == str(len(whole))
        target = urljoin(target, answer.links["next"]["url"]) if "next" in answer.links else ""
    assert [row for page in pages for row in page] == whole
    assert all(len(page) == limit for page in pages[:-1])
    last = catalogue.get(urljoin(str(answer.url), answer.links["last"]["url"]))
    assert read_rows(last.content) == pages[-1]
    assert read_rows(catalogue.get(urljoin(str(answer.url), answer.links["first"]["url"])).content) == pages[0]


@pytest.mark.parametrize("name", ["vacancies", "actions"])
def test_a_page_in_every_format(catalogue: TestClient, name: str) -> None:
    whole = read_rows(catalogue.get(f"/queries/{name}").content)
    for known in ("json", "xml", "tsv"):
        page = catalogue.get(f"/queries/{name}.{known}?limit=3&offset=2")
        assert read_rows(page.content, known) == whole[2:5]
    table = list(csv.reader(io.StringIO(catalogue.get(f"/queries/{name}.csv?offset=2&limit=3").text, newline="")))
    assert len(table) == 4
    beyond = catalogue.get(f"/queries/{name}?offset=100000&limit=3")
    assert (read_rows(beyond.content), "next" in beyond.links, "prev" in beyond.links) == ([], False, True)


@pytest.mark.parametrize("name", RESULT_FORMATS)
def test_results_by_accept_format_and_ending(client: TestClient, name: str) -> None:
    media = FORMATS["results"][name][0]
    answers = [
        client.get("/queries/statements", headers={"accept": media}),
        client.get("/queries/statements", params={"format": name}),
        client.get(f"/queries/statements.{name}"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert all(answer.headers["content-type"].startswith(media) for answer in answers)
    assert client.get(f"/queries/known.{name}").status_code == 200


@pytest.mark.parametrize("name", GRAPH_FORMATS)
def test_graphs_by_accept_format_and_ending(client: TestClient, release: Path, name: str) -> None:
    ending = {"turtle": "ttl", "ntriples": "nt", "rdfxml": "rdf", "nquads": "nq"}.get(name, name)
    expected = {quad.triple for quad in pyoxigraph.parse(path=release / "kzlod.nt", format=RdfFormat.N_TRIPLES)}
    for answer in (
        client.get("/queries/copy", headers={"accept": FORMATS["graph"][name][0]}),
        client.get(f"/queries/copy?format={name}"),
        client.get(f"/queries/copy.{ending}"),
    ):
        assert answer.status_code == 200
        assert {quad.triple for quad in pyoxigraph.parse(answer.content, format=GRAPH_FORMATS[name])} == expected


def test_a_truth_value(client: TestClient) -> None:
    assert client.get("/queries/known").json()["boolean"] is True
    assert client.get("/queries/known?class=http://schema.org/Nothing").json()["boolean"] is False
    assert "<td><span>true</span></td>" in client.get("/queries/known.html").text


@pytest.mark.parametrize(
    ("path", "accept", "media"),
    [
        ("/queries/statements", "", "application/sparql-results+json"),
        ("/queries/statements", "*/*", "application/sparql-results+json"),
        ("/queries/statements", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("/queries/copy", "*/*", "text/turtle"),
        ("/queries/copy", "text/html,*/*;q=0.8", "text/html"),
        ("/queries/statements.csv", "text/html", "text/csv"),
        ("/queries/", "*/*", "text/html"),
    ],
)
def test_what_is_preferred(client: TestClient, path: str, accept: str, media: str) -> None:
    answer = client.get(path, headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media)


def test_what_cannot_be_given_is_refused(client: TestClient) -> None:
    refused = client.get("/queries/statements", headers={"accept": "image/png"})
    assert (refused.status_code, "text/csv" in refused.json()["detail"]) == (406, True)
    assert client.get("/queries/statements.png").status_code == 404
    missing = client.get("/queries/statments")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
    assert "statements" in missing.json()["detail"]
    assert client.get("/queries/a/b").status_code == 404
    assert client.post("/queries/statements").headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.options("/queries/statements", headers={"origin": "https://e.org"}).headers["access-control-allow-origin"] == "*"


def test_all_wrong_parameters_are_named_at_once(client: TestClient) -> None:
    answer = client.get("/queries/echo?thing=a%20b&day=2020-02-30&colour=red&tag=en&tag=ru&limit=0&offset=-1&format=png&number=1.5")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    found = {(error["parameter"], error["value"], error["rule"]) for error in answer.json()["errors"]}
    assert found == {
        ("thing", "a b", "iri"),
        ("day", "2020-02-30", "date"),
        ("colour", "red", "unknown"),
        ("tag", "ru", "repeated"),
        ("limit", "0", "limit"),
        ("offset", "-1", "offset"),
        ("format", "png", "format"),
        ("number", "1.5", "integer"),
    }
    assert all(error["message"] in answer.json()["detail"] for error in answer.json()["errors"])
    page = client.get("/queries/echo?thing=a%20b", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert [item.text_content() for item in html.fromstring(page.content).xpath("//*[@role='alert']//li")] == [
        "thing: 'a b' is no iri"
    ]


@pytest.mark.parametrize(
    "path", ["/queries/copy?limit=1", "/queries/known?offset=1", "/queries/echo?%ff=1", "/queries/echo?text=%00"]
)
def test_what_no_query_takes(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 400


@settings(max_examples=100)
@given(texts)
@example('" } } ; DROP ALL #')
@example("\\u0022 } UNION { ?s ?p ?o } #")
@example("VALUES ?day { } ?day")
@example("'''\"\"\"\n\r\t\b\f\\")
@example("")
@example("a&day=2021-01-01")
def test_any_text_arrives_as_one_term(client: TestClient, text: str) -> None:
    answer = client.get("/queries/echo", params={"text": text})
    assert answer.status_code == 200
    (row,) = pyoxigraph.parse_query_results(answer.content, format=QueryResultsFormat.JSON)  # type: ignore[misc]
    assert row["text"] == pyoxigraph.Literal(text)
    assert [row[name].value for name in ("thing", "tag", "day", "note")] == [
        f"{BASE}person/a",
        "en",
        "2020-01-31",
        "VALUES ?text { }",
    ]


@settings(max_examples=100)
@given(texts, st.sampled_from(["thing", "tag", "number", "day", "limit", "offset", "format"]))
@example("https://example.org/> } UNION { ?s ?p ?o } #", "thing")
@example("javascript:alert(1)", "thing")
@example("1 } UNION { ?s ?p ?o", "number")
@example("٥", "number")
@example("٥", "limit")
@example("en\n", "tag")
@example("2020-01-01\n", "day")
def test_any_value_is_a_term_or_refused(client: TestClient, value: str, name: str) -> None:
    answer = client.get("/queries/echo", params={name: value}, headers={"accept": "application/sparql-results+json"})
    if answer.status_code == 400:
        assert [error["parameter"] for error in answer.json()["errors"]] == [name]
        assert answer.json()["errors"][0]["value"] == value
        return
    assert answer.status_code == 200
    if value and name in ("thing", "tag", "number", "day"):
        (row,) = pyoxigraph.parse_query_results(answer.content, format=QueryResultsFormat.JSON)  # type: ignore[misc]
        assert row[name].value in (value, BASE + value)


def test_an_integer_may_have_a_sign_and_any_length(client: TestClient) -> None:
    for value in ("-5", "+5", "0" * 50 + "7", "9" * 400):
        assert client.get("/queries/echo.tsv", params={"number": value}).status_code == 200


def test_a_page_links_its_own_things_and_escapes_the_rest(client: TestClient) -> None:
    text = "<script>alert(1)</script>\"'&amp;"
    page = client.get("/queries/echo.html", params={"text": text, "thing": "person/a"})
    tree = html.fromstring(page.content)
    assert tree.xpath("//script") == []
    assert [cell.text_content() for cell in tree.xpath("//tbody//td")][:2] == ["person/a", text]
    assert tree.xpath("//tbody//a/@href") == ["../person/a"]
    assert tree.xpath("//input[@name='text']/@value") == [text]
    assert tree.xpath("//tbody//td[@class='number']//text()") == ["5"]
    for thing, links in {
        "javascript:alert(1)": [],
        "data:text/html,x": [],
        "https://other.org/x": ["https://other.org/x"],
        f"{BASE}/other.org/x": ["..//other.org/x"],
    }.items():
        tree = html.fromstring(client.get("/queries/echo.html", params={"thing": thing}).content)
        assert tree.xpath("//tbody//a/@href") == links
    # Whatever stands behind the base, its link stays on this host.
    assert urljoin("http://here/queries/echo", "..//other.org/x").startswith("http://here/")


def test_a_page_asks_nothing_of_others(client: TestClient) -> None:
    for path in ("/queries/", "/queries/statements.html", "/queries/copy.html"):
        tree = html.fromstring(client.get(path).content)
        loaded = tree.xpath("//link[@rel='stylesheet']/@href | //*/@src")
        assert [urljoin(f"http://testserver{path}", target) for target in loaded] == ["http://testserver/queries/site.css"]
        assert "default-src 'none'" in tree.xpath("//meta[@http-equiv]/@content")[0]
    assert client.get("/queries/site.css").headers["content-type"].startswith("text/css")


def test_the_forms_of_the_list_can_be_sent(client: TestClient) -> None:
    forms = html.fromstring(client.get("/queries/").content).forms
    assert len(forms) == len(list(QUERIES.iterdir()))
    for form in forms:
        if "endless" in form.action:
            continue
        answer = client.get(urljoin("http://testserver/queries/", form.action), params=dict(form.form_values()))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_the_pages_of_a_table_lead_to_all_rows(client: TestClient) -> None:
    whole = read_rows(client.get("/queries/statements").content)
    target, count = "http://testserver/queries/statements.html?limit=9", 0
    while target:
        tree = html.fromstring(client.get(target).content)
        count += len(tree.xpath("//tbody/tr"))
        following = tree.xpath("//nav[@class='pager']//a[@rel='next']/@href")
        target = urljoin(target, following[0]) if following else ""
    assert count == len(whole) > 9
    assert client.get(f"/queries/statements.html?limit={PAGE_ROWS + 1}").status_code == 200


def test_what_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    for path in ("/queries/statements", "/queries/statements.html", "/queries/", "/queries/site.css", "/openapi.json"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"if-none-match": f'"other", W/{tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    tags = {client.get(f"/queries/statements{rest}").headers["etag"] for rest in ("", ".csv", "?limit=1", "?limit=2", ".html")}
    assert len(tags) == 5
    # 304 costs no evaluation: this query would end at the deadline.
    assert client.get("/queries/endless", headers={"if-none-match": "*"}).status_code == 304


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_query_that_takes_too_long_is_refused(client: TestClient, accept: str) -> None:
    start = time.monotonic()
    answer = client.get("/queries/endless", headers={"accept": accept})
    assert time.monotonic() - start < DEADLINE + 0.5
    assert (answer.status_code, answer.headers["retry-after"]) == (504, "5")
    media = "text/html; charset=utf-8" if accept == "text/html" else "application/problem+json"
    assert answer.headers["content-type"] == media
    assert "etag" not in answer.headers


def test_the_identifier_of_a_query_leads_to_its_page_and_not_to_its_result(catalogue: TestClient) -> None:
    answer = catalogue.get("/queries/actions?limit=1")
    assert urljoin(str(answer.url), answer.links["describedby"]["url"]) == "http://testserver/query/actions"


def test_what_is_another_each_time_is_not_kept(client: TestClient) -> None:
    answers = [client.get("/queries/now.csv", headers={"if-none-match": "*"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content != answers[1].content
    assert [answer.headers["cache-control"] for answer in answers] == ["no-store", "no-store"]
    assert "etag" not in answers[0].headers
    page = client.get("/queries/now", headers={"accept": "text/html"})
    assert (page.headers["cache-control"], page.headers["vary"]) == ("no-store", "accept")


def test_links_to_the_description_lead_there_below_any_root(client: TestClient) -> None:
    assert "link" not in client.get("/openapi.json").headers
    for path in ("/queries/", "/queries/statements"):
        assert urljoin(f"http://testserver/root{path}", client.get(path).links["service-desc"]["url"]).endswith(
            "/root/openapi.json"
        )
