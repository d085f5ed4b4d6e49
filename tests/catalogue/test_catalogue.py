"""The catalogue of the repository's own dataset, compared with the files and the data that it tells of."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyoxigraph
import pytest
from pyld import jsonld

from kzlod.queries.catalogue import load_catalogue

ROOT = Path(__file__).parents[2]
BASE = "https://w3id.org/kzlod/"
DATASET = pyoxigraph.NamedNode(f"{BASE}catalogue#dataset")
PREFIXES = """
PREFIX csvw: <http://www.w3.org/ns/csvw#> PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX schema: <http://schema.org/> PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX void: <http://rdfs.org/ns/void#> PREFIX sh: <http://www.w3.org/ns/shacl#>
"""


@pytest.fixture(scope="module")
def catalogue(built: Path) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(path=built / "catalogue.ttl")
    return store


@pytest.fixture(scope="module")
def data(built: Path) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(path=built / "kzlod.nt")
    return store


def select(store: pyoxigraph.Store, query: str) -> set[tuple[str, ...]]:
    rows = store.query(PREFIXES + query)
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    return {tuple("" if term is None else str(getattr(term, "value", term)) for term in row) for row in rows}


def test_both_syntaxes_say_the_same(built: Path) -> None:
    document = json.loads((built / "catalogue.jsonld").read_text(encoding="utf-8"))
    lines = jsonld.to_rdf(document, {"format": "application/n-quads"})
    said = {quad.triple for quad in pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS)}
    assert said == {quad.triple for quad in pyoxigraph.parse(path=built / "catalogue.ttl")}


def test_there_is_no_blank_node(catalogue: pyoxigraph.Store) -> None:
    assert len(catalogue) > 2_000
    assert not [quad for quad in catalogue if any(isinstance(term, pyoxigraph.BlankNode) for term in quad.triple)]


def test_sizes_and_hashes_are_those_of_the_files(built: Path, catalogue: pyoxigraph.Store) -> None:
    rows = select(
        catalogue,
        """SELECT ?url ?size ?sha256 {
        ?file dcat:downloadURL ?url ; dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?sha256 }""",
    )
    paths = {url.removeprefix(f"{BASE}dumps/"): (int(size), sha256) for url, size, sha256 in rows}
    assert {"kzlod.nt", "kzlod.jsonld", "facts/identities.csv", "facts/links/accepted.sssom.tsv"} < set(paths)
    for name, (size, sha256) in paths.items():
        content = ((ROOT if name.startswith("facts/") else built) / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (size, sha256), name


def test_every_facts_table_is_a_part_of_their_distribution(catalogue: pyoxigraph.Store) -> None:
    rows = select(catalogue, f"SELECT ?url {{ <{BASE}catalogue#facts> dcterms:hasPart/csvw:url ?url }}")
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "facts").rglob("*.[ct]sv")}
    assert {url.removeprefix(f"{BASE}dumps/") for (url,) in rows} == files


def test_what_the_build_used_is_named_with_its_hash(catalogue: pyoxigraph.Store) -> None:
    rows = select(
        catalogue,
        "SELECT ?file ?sha256 { ?build a prov:Activity ; prov:used ?used . "
        "?used dcterms:identifier ?file ; spdx:checksum/spdx:checksumValue ?sha256 }",
    )
    used = {row[0]: row[1] for row in rows}
    folders = ("facts", "mappings", "ontology", "queries", "shapes")
    files = {path.relative_to(ROOT).as_posix() for name in folders for path in (ROOT / name).rglob("*") if path.is_file()}
    assert set(used) == files | {"kzlod.toml"}
    assert all(hashlib.sha256((ROOT / file).read_bytes()).hexdigest() == sha256 for file, sha256 in used.items())


def test_figures_are_those_of_the_dump(built: Path, catalogue: pyoxigraph.Store) -> None:
    # Not counted in a store, which takes "1.50" and "1.5" for one.
    triples = [quad.triple for quad in pyoxigraph.parse(path=built / "kzlod.nt")]
    subjects, properties, objects = (set(terms) for terms in zip(*triples, strict=True))
    said = select(
        catalogue,
        """SELECT ?triples ?subjects ?objects ?properties ?entities {
        ?d a dcat:Dataset ; void:triples ?triples ; void:distinctSubjects ?subjects ; void:distinctObjects ?objects ;
        void:properties ?properties ; void:entities ?entities }""",
    )
    entities = [subject for subject in subjects if str(subject).startswith(f"<{BASE}")]
    assert said == {tuple(str(len(found)) for found in (triples, subjects, objects, properties, entities))}


def test_partitions_are_those_that_sparql_counts(catalogue: pyoxigraph.Store, data: pyoxigraph.Store) -> None:
    classes = select(data, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) (COUNT(*) AS ?m) { ?s a ?c ; ?p ?o } GROUP BY ?c")
    assert (
        select(catalogue, "SELECT ?c ?n ?m { ?d void:classPartition [ void:class ?c ; void:entities ?n ; void:triples ?m ] }")
        == classes
    )
    properties = select(data, "SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?o) AS ?m) { ?s ?p ?o } GROUP BY ?p")
    query = "SELECT ?p ?n ?m { ?d void:propertyPartition [ void:property ?p ; void:triples ?n ; void:distinctObjects ?m ] }"
    assert select(catalogue, query) == properties


def test_links_to_wikidata_are_a_linkset(catalogue: pyoxigraph.Store, data: pyoxigraph.Store) -> None:
    links = select(
        data, 'SELECT (COUNT(*) AS ?n) { ?s schema:sameAs ?o FILTER(STRSTARTS(STR(?o), "http://www.wikidata.org/entity/")) }'
    )
    query = """SELECT ?n { ?d void:subset ?links . ?links a void:Linkset ; void:linkPredicate schema:sameAs ; void:triples ?n ;
    void:objectsTarget/void:uriSpace "http://www.wikidata.org/entity/" }"""
    assert select(catalogue, query) == links


def test_the_period_is_that_of_the_data(catalogue: pyoxigraph.Store, data: pyoxigraph.Store) -> None:
    days = {
        quad.object.value
        for quad in data
        if quad.predicate.value in {f"{BASE}ns#{side}{end}" for side in ("earliest", "latest") for end in ("Start", "End")}
        and isinstance(quad.object, pyoxigraph.Literal)
    }
    rows = select(catalogue, "SELECT ?start ?end { ?d dcterms:temporal [ dcat:startDate ?start ; dcat:endDate ?end ] }")
    assert rows == {(min(days), max(days))}


def test_every_query_is_a_described_resource(catalogue: pyoxigraph.Store) -> None:
    rows = select(
        catalogue,
        f"""SELECT ?query ?title ?description {{
        <{BASE}catalogue> dcat:resource ?query . ?query dcterms:title ?title ; dcterms:description ?description }}""",
    )
    queries = load_catalogue(ROOT / "queries").values()
    assert rows == {(f"{BASE}query/{query.name}", query.title, query.description) for query in queries}


def test_every_node_of_the_catalogue_is_described(catalogue: pyoxigraph.Store) -> None:
    subjects = {quad.subject for quad in catalogue}
    of_catalogue = {
        quad.object
        for quad in catalogue
        if isinstance(quad.object, pyoxigraph.NamedNode) and quad.object.value.startswith((f"{BASE}catalogue", f"{BASE}table/"))
    }
    assert of_catalogue <= subjects
