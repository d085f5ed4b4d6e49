"""The data of pages are the same in every format and a part of the dump, and what pages say leads to its evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph
import pytest
from lxml import html
from pyld import jsonld
from pyoxigraph import RdfFormat
from tests.site.crawling import Page, iter_pages, read_page

EVIDENCE_ITSELF = ("fact", "rule", "table")
"""The folders of things that stand in the graph of evidence."""

BUNDLES = {"query/": "queries.ttl", "queries.": "queries.ttl", "ns.": "ontology.ttl", "shapes.": "shapes.ttl"}
"""What else the data of pages are a part of, by the beginnings of their paths."""

CATALOGUED = ("catalogue.", "index.", "browse.", "model.", "quality.")
"""Pages that tell what the dataset is."""

TOOLS = {"search", "sparql", "404"}
STATUS = "https://w3id.org/kzlod/ns#status"
ACCEPTED = "<https://w3id.org/kzlod/ns#accepted>"
LONGEST_MARKUP = 20_000


@pytest.fixture(scope="module", params=["small_site", "real_site"])
def site(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue(request.param)
    return folder


def read_triples(text: str, format_: RdfFormat) -> set[pyoxigraph.Triple]:
    return {quad.triple for quad in pyoxigraph.parse(text, format=format_)}


def read_file(file: Path) -> set[pyoxigraph.Triple]:
    format_ = RdfFormat.from_extension(file.suffix[1:])
    assert format_
    return read_triples(file.read_text(encoding="utf-8"), format_)


def name_blank_nodes(triples: set[pyoxigraph.Triple]) -> set[pyoxigraph.Triple]:
    """The same triples, their blank nodes named by what is said of them."""
    dataset = pyoxigraph.Dataset(pyoxigraph.Quad(*triple) for triple in triples)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in dataset}


def refuse(url: str, options: object) -> object:
    raise AssertionError(f"a page asks for {url}, {options}")


def expand(document: object) -> set[pyoxigraph.Triple]:
    quads: str = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": refuse})
    return read_triples(quads, RdfFormat.N_QUADS)


def list_data(site: Path) -> list[Path]:
    files = sorted(path for path in site.rglob("*.nt") if path.parent.name != "dumps")
    assert files
    return files


def test_every_page_has_data(site: Path) -> None:
    pages = {file.relative_to(site).with_suffix("").as_posix() for file in site.rglob("*.html")}
    chief = {page for page in pages if not page.endswith((".kk", ".ru"))}
    without = {page for page in chief if not (site / f"{page}.nt").is_file()}
    has_terms = bool(read_file(site / "dumps/ontology.ttl"))
    assert without == (TOOLS if has_terms else TOOLS | {"ns"})


def test_pages_say_no_more_than_the_dump(site: Path) -> None:
    dumps = site / "dumps"
    quads = set(pyoxigraph.parse(path=dumps / "kzlod.nq", format=RdfFormat.N_QUADS))
    assert set(pyoxigraph.parse(path=dumps / "kzlod.trig", format=RdfFormat.TRIG)) == quads
    accepted = read_file(dumps / "kzlod.nt")
    assert {quad.triple for quad in quads if isinstance(quad.graph_name, pyoxigraph.DefaultGraph)} == accepted
    every = {quad.triple for quad in quads}
    others = {start: name_blank_nodes(read_file(dumps / name)) for start, name in BUNDLES.items() if (dumps / name).is_file()}
    others |= dict.fromkeys(CATALOGUED, read_file(dumps / "catalogue.ttl") | accepted)
    for file in list_data(site):
        path = file.relative_to(site).as_posix()
        triples = read_file(file)
        assert triples, path
        if path.startswith(tuple(f"{folder}/" for folder in EVIDENCE_ITSELF)) or ".says." in path:
            assert triples <= every, path
        elif not triples <= accepted and {triple.predicate.value for triple in triples} == {STATUS}:
            assert triples <= every, path
            assert not any(str(status.object) == ACCEPTED for status in triples), path
        else:
            assert triples <= next((other for start, other in others.items() if path.startswith(start)), accepted), path


def test_data_of_a_list_name_what_is_in_it(small_site: Path) -> None:
    def list_subjects(path: str) -> list[str]:
        triples = read_file(small_site / f"{path}.nt")
        return sorted({str(triple.subject)[1:-1].removeprefix("https://example.org/") for triple in triples})

    assert list_subjects("person/index") == ["person/alia", "person/ember"]
    assert list_subjects("fact/letters/persons/index") == ["fact/letters/persons/alia", "fact/letters/persons/ember"]
    tables = {subject.rpartition("/")[0] for subject in list_subjects("fact/letters/index")}
    assert tables == {f"fact/letters/{table}" for table in ("documents", "memberships", "organizations", "persons")}
    assert "fact/letters/memberships/ember-bridges" in list_subjects("document/letter.says")
    assert list_subjects("index") == ["catalogue#dataset"]
    assert "catalogue#class-schema.Person" in list_subjects("browse")
    assert {"catalogue#class-org.Membership", "catalogue#property-org.member"} <= set(list_subjects("model"))


def test_all_formats_say_the_same(site: Path) -> None:
    for file in list_data(site):
        triples = read_file(file)
        assert read_file(file.with_suffix(".ttl")) == triples, file
        assert read_file(file.with_suffix(".jsonld")) == triples, file


def test_markup_in_pages_is_their_data(site: Path) -> None:
    for file in list_data(site):
        text = file.with_suffix(".jsonld").read_text(encoding="utf-8")
        expanded = expand(json.loads(text))
        assert name_blank_nodes(expanded) == name_blank_nodes(read_file(file)), file
        page = read_page(site, file.with_suffix(".html").relative_to(site).as_posix())
        scripts = page.root.xpath("//script[@type='application/ld+json']/text()")
        if page.path == "index.html":
            # The start page says to search engines, beside its data, what the dataset is.
            assert expand(json.loads(scripts.pop(0))) <= read_file(site / "dumps/catalogue.ttl")
        assert bool(scripts) == (len(text) <= LONGEST_MARKUP), file
        for script in scripts:
            assert expand(json.loads(script)) == expanded, file


def list_statements(page: Page) -> list[html.HtmlElement]:
    """The elements that say something of a thing, or by which a thing is named; not what is said of evidence itself."""
    found = "//section[@aria-labelledby='contents']//dd | //ul[@class='mentions']/li"
    if page.path.partition("/")[0] not in EVIDENCE_ITSELF:
        found += " | //section[@aria-labelledby='statements']//dd | //div[@class='rivals']//dd"
    elements: list[html.HtmlElement] = page.root.xpath(found)
    return elements


def test_each_statement_leads_to_its_evidence_on_the_page(site: Path) -> None:
    statements = 0
    for page in iter_pages(site):
        evidence = {note.get("id") for note in page.root.xpath("//ol[@class='evidence']/li[a[@href] and ul/li//a[@href]]")}
        assert len(evidence) == len(page.root.xpath("//ol[@class='evidence']/li")), page.path
        for statement in list_statements(page):
            statements += 1
            notes = [link.removeprefix("#") for link in statement.xpath(".//a[@class='note']/@href")]
            assert notes, (page.path, statement.text_content())
            assert set(notes) <= evidence, (page.path, statement.text_content())
    assert statements
