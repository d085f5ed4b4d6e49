"""Pages and data of a release without a site: whatever the dataset speaks of is found, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pyoxigraph
import pytest
from starlette.testclient import TestClient
from tests.serving.conftest import SMALL

from kzlod.project import load_project
from kzlod.serving.app import create_app
from kzlod.serving.generation import Options

BASE = load_project(SMALL).base


@pytest.fixture(scope="module")
def dump(release: Path) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.bulk_load(path=release / "kzlod.nq", format=pyoxigraph.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def live(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("live")
    (folder / "kzlod.nq").write_bytes((release / "kzlod.nq").read_bytes())
    project = load_project(SMALL)
    options = Options(folder, BASE, project.licence, folder / "cache", workers=1, prefixes=project.prefixes, title="<Small>")
    with TestClient(create_app(options), follow_redirects=False) as client:
        yield client


def list_iris(dump: pyoxigraph.Store) -> list[str]:
    subjects = {quad.subject for quad in dump.quads_for_pattern(None, None, None, None)}
    return sorted(node.value for node in subjects if isinstance(node, pyoxigraph.NamedNode) and node.value.startswith(BASE))


@pytest.mark.parametrize("ending", ["ttl", "nt", "jsonld"])
def test_data_is_what_the_dump_says(live: TestClient, dump: pyoxigraph.Store, ending: str) -> None:
    formats = {"ttl": pyoxigraph.RdfFormat.TURTLE, "nt": pyoxigraph.RdfFormat.N_TRIPLES, "jsonld": pyoxigraph.RdfFormat.JSON_LD}
    shown = 0
    for iri in list_iris(dump):
        if "#" in iri:
            continue
        answer = live.get(f"/{iri.removeprefix(BASE)}.{ending}")
        assert answer.status_code == 200, iri
        data = {quad.triple for quad in pyoxigraph.parse(answer.content, format=formats[ending])}
        accepted = {
            quad.triple for quad in dump.quads_for_pattern(pyoxigraph.NamedNode(iri), None, None, pyoxigraph.DefaultGraph())
        }
        everything = {quad.triple for quad in dump.quads_for_pattern(None, None, None, None)}
        assert accepted <= data <= everything
        assert data
        shown += len(data)
    assert shown > 50


def test_an_identifier_leads_to_its_page_whose_links_lead_on(live: TestClient, dump: pyoxigraph.Store) -> None:
    for iri in list_iris(dump)[::7]:
        if "#" in iri:
            continue
        lead = live.get(f"/{iri.removeprefix(BASE)}")
        assert lead.status_code == 303
        page = live.get(lead.headers["location"])
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert iri in page.text
        assert "&lt;Small&gt;" in page.text
        for link in set(re.findall(r'(?:href|src)="([^"]+)"', page.text)) - {"#content"}:
            target = urljoin(f"https://server.test{lead.headers['location']}", link)
            if target.startswith("https://server.test") and "/ns#" not in target:
                assert live.get(target.removeprefix("https://server.test")).status_code in (200, 303), link


def test_a_fact_comes_with_its_evidence(live: TestClient, dump: pyoxigraph.Store) -> None:
    fact = next(iri for iri in list_iris(dump) if "/fact/" in iri and "#" not in iri)
    data = live.get(f"/{fact.removeprefix(BASE)}.nt").text
    assert "/ns#evidence>" in data
    assert "hasSelector" in data


@pytest.mark.parametrize(
    "path",
    [
        "/nobody/here",
        "/person/",
        "/person",
        "/a%00b.ttl",
        "/%3Cscript%3E/x",
        "/../x.ttl",
        "/~/x.html",
        "/x.ttl",
        "/person/%25zz.ttl",
        "/a/%.html",
    ],
)
def test_nothing_else_is_there(live: TestClient, path: str) -> None:
    assert live.get(path).status_code == 404


def test_the_root_leads_to_queries(live: TestClient) -> None:
    assert 'href="queries/"' in live.get("/").text
