"""What the repository publishes: the dumps as they are committed, and as a build makes them."""

import csv
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from kzlod.build import assemble, check
from kzlod.project import load_project
from kzlod.terms import NS

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "output"
BASE = "https://w3id.org/kzlod/"
Statement = tuple[str, ...]


def read_with_pyoxigraph(path: Path) -> set[Statement]:
    """The statements of a dump; a fourth part names the graph where it is not the default one."""
    found = pyoxigraph.parse(path=path)
    return {
        (
            str(q.subject),
            str(q.predicate),
            str(q.object),
            *([] if q.graph_name == pyoxigraph.DefaultGraph() else [str(q.graph_name)]),
        )
        for q in found
    }


def read_with_rdflib(path: Path, syntax: str) -> set[Statement]:
    dataset = rdflib.Dataset()
    dataset.parse(path, format=syntax)
    default = (None, DATASET_DEFAULT_GRAPH_ID)
    return {(s.n3(), p.n3(), o.n3(), *([] if graph in default else [f"<{graph}>"])) for s, p, o, graph in dataset.quads()}


@pytest.fixture(scope="module", autouse=True)
def _keep_lexical_forms() -> Iterator[None]:
    normalize = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    yield
    rdflib.NORMALIZE_LITERALS = normalize


@pytest.fixture(scope="module")
def default_graph() -> set[Statement]:
    return read_with_pyoxigraph(OUTPUT / "kzlod.nt")


@pytest.fixture(scope="module")
def all_graphs() -> set[Statement]:
    return read_with_pyoxigraph(OUTPUT / "kzlod.nq")


@pytest.fixture(scope="module")
def store() -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.bulk_load(path=OUTPUT / "kzlod.nq", format=pyoxigraph.RdfFormat.N_QUADS)
    return store


@pytest.mark.parametrize("name", ["kzlod.ttl", "kzlod.jsonld"])
def test_dumps_of_the_default_graph_are_equal(name: str, default_graph: set[Statement]) -> None:
    assert read_with_pyoxigraph(OUTPUT / name) == default_graph


def test_trig_and_nquads_are_equal(default_graph: set[Statement], all_graphs: set[Statement]) -> None:
    assert read_with_pyoxigraph(OUTPUT / "kzlod.trig") == all_graphs
    assert {statement for statement in all_graphs if len(statement) == 3} == default_graph


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "syntax"),
    [("kzlod.nt", "nt11"), ("kzlod.ttl", "turtle"), ("kzlod.jsonld", "json-ld"), ("kzlod.trig", "trig"), ("kzlod.nq", "nquads")],
)
def test_rdflib_reads_the_same(name: str, syntax: str) -> None:
    assert read_with_rdflib(OUTPUT / name, syntax) == read_with_pyoxigraph(OUTPUT / name)


def test_lines_are_canonical() -> None:
    for name in ("kzlod.nt", "kzlod.nq"):
        lines = (OUTPUT / name).read_text(encoding="utf-8").splitlines()
        assert lines == sorted(set(lines))


def test_there_is_no_blank_node_no_double_and_no_upper_case_tag(all_graphs: set[Statement]) -> None:
    for statement in all_graphs:
        assert not any(part.startswith("_:") for part in statement), statement
        assert not statement[2].endswith("#double>"), statement
    tags = re.findall(r'"@([A-Za-z0-9-]+) ', (OUTPUT / "kzlod.nq").read_text(encoding="utf-8"))
    assert tags
    assert all(tag == tag.lower() for tag in tags)


def test_every_triple_lies_in_a_fact_graph_with_evidence(all_graphs: set[Statement], default_graph: set[Statement]) -> None:
    evidence_graph = {statement[:3] for statement in all_graphs if statement[3:] == (f"<{BASE}graph/evidence>",)}
    evidence: dict[str, set[str]] = {}
    for subject, predicate, object_ in evidence_graph:
        if predicate == f"<{NS}evidence>":
            evidence.setdefault(subject, set()).add(object_)
    with_position = {subject for subject, predicate, _ in evidence_graph if predicate == "<http://www.w3.org/ns/oa#hasSelector>"}

    def leads_to_a_place(node: str, seen: tuple[str, ...] = ()) -> bool:
        assert node not in seen, "a fact cannot be evidence of itself"
        return node in with_position or any(leads_to_a_place(next_, (*seen, node)) for next_ in evidence.get(node, ()))

    graphs = {statement[3] for statement in all_graphs if len(statement) == 4} - {f"<{BASE}graph/evidence>"}
    assert {graph for graph in graphs if not leads_to_a_place(graph)} == set()
    accepted = {
        subject for subject, predicate, object_ in evidence_graph if (predicate, object_) == (f"<{NS}status>", f"<{NS}accepted>")
    }
    assert default_graph == {statement[:3] for statement in all_graphs if len(statement) == 4 and statement[3] in accepted}


def test_every_hash_is_that_of_its_passage(shared: Path) -> None:
    found = check(load_project(ROOT), shared / "sources")
    assert found.rows["diplomacy/evidence"] > 200
    assert found.candidates == ()


def test_who_is_said_to_have_one_name_and_no_neighbour_has_none() -> None:
    def read(name: str) -> list[dict[str, str]]:
        with (ROOT / "facts" / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    plain = {row["entity"] for row in read("identities.csv") if row["reason"].startswith("Named in one way; nothing")}
    neighbours = {row[side] for row in read("lookalikes.csv") for side in ("entity", "other")}
    assert plain
    assert not plain & (neighbours | {row["entity"] for row in read("diplomacy/names.csv")})


def test_positions_in_the_dump_are_those_of_the_documents(store: pyoxigraph.Store, shared: Path) -> None:
    rows = store.query(
        f"""
        PREFIX k: <{NS}> PREFIX oa: <http://www.w3.org/ns/oa#> PREFIX schema: <http://schema.org/>
        SELECT ?file ?start ?end ?sha256 WHERE {{
          GRAPH <{BASE}graph/evidence> {{
            ?passage oa:hasSource ?document ; k:sha256 ?sha256 ; oa:hasSelector [ oa:start ?start ; oa:end ?end ]
          }}
          ?document schema:encoding/schema:name ?file
        }}"""
    )
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    count = 0
    for row in rows:
        text = (shared / "sources" / row["file"].value).read_bytes().decode("utf-8")
        passage = text[int(row["start"].value) : int(row["end"].value)]
        assert hashlib.sha256(passage.encode("utf-8")).hexdigest() == row["sha256"].value
        count += 1
    assert count > 200


def test_a_fact_that_is_not_accepted_is_in_its_graph_only(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "facts", tmp_path / "facts")
    (tmp_path / "mappings").symlink_to(ROOT / "mappings")
    shutil.copy(ROOT / "kzlod.toml", tmp_path)
    with (tmp_path / "facts/diplomacy/qualifications.csv").open("a", encoding="utf-8") as file:
        file.write("names,cedaw-acronym,disputed,,\n")
    dataset = assemble(load_project(tmp_path))
    statement = (f"<{BASE}organization/cedaw>", f"<{NS}acronym>", '"CEDAW"@en')
    assert (*statement, f"<{BASE}fact/diplomacy/names/cedaw-acronym>") in {tuple(quad) for quad in dataset.iter_quads()}
    assert statement not in {tuple(triple) for triple in dataset.iter_triples()}


def test_what_follows_is_decided_for_the_day_of_the_dataset(tmp_path: Path, default_graph: set[Statement]) -> None:
    current = (f"<{BASE}person/madina-jarbussynova>", "<http://schema.org/memberOf>", f"<{BASE}organization/cedaw>")
    assert current in default_graph
    for name in ("facts", "mappings"):
        (tmp_path / name).symlink_to(ROOT / name)
    text = (ROOT / "kzlod.toml").read_text(encoding="utf-8")
    (tmp_path / "kzlod.toml").write_text(re.sub(r"as_of = .*", "as_of = 2024-12-31", text), encoding="utf-8")
    dataset = assemble(load_project(tmp_path))
    assert current not in {tuple(triple) for triple in dataset.iter_triples()}


def test_only_declared_terms_are_used_and_all_are() -> None:
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "kzlod.ttl")
    declared = {str(subject) for subject in ontology.subjects() if str(subject).startswith(NS)}
    used = set(re.findall(rf"<({re.escape(NS)}[^>]*)>", (OUTPUT / "kzlod.nq").read_text(encoding="utf-8")))
    for folder in ("mappings", "shapes", "queries", "src/kzlod/mapping", "src/kzlod/validation"):
        for path in (ROOT / folder).glob("*.*"):
            used |= {NS + name for name in re.findall(r"\bk:([A-Za-z][A-Za-z0-9]*)", path.read_text(encoding="utf-8"))}
    assert used <= declared
    assert declared - used == {f"{NS}Status"}, "the scheme is named in the ontology only"


def test_only_properties_of_the_table_of_wikidata_properties_are_named(shared: Path) -> None:
    with (shared / "data/wikidata-properties.csv").open(encoding="utf-8", newline="") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    text = (ROOT / "ontology" / "kzlod.ttl").read_text(encoding="utf-8")
    assert set(re.findall(r"wdt:(P[0-9]+)", text)) <= known


def test_terms_have_labels_in_three_languages() -> None:
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "kzlod.ttl")
    for subject in {subject for subject in ontology.subjects() if str(subject).startswith(NS)}:
        labels = [*ontology.objects(subject, rdflib.RDFS.label), *ontology.objects(subject, rdflib.SKOS.prefLabel)]
        assert sorted(str(getattr(label, "language", "")) for label in labels) == ["en", "kk", "ru"], subject


def test_terms_are_defined_with_an_example_and_properties_with_domain_and_range() -> None:
    ontology = rdflib.Graph().parse(ROOT / "ontology" / "kzlod.ttl")
    schema = rdflib.Namespace("http://schema.org/")
    for subject in {subject for subject in ontology.subjects() if str(subject).startswith(NS)}:
        is_status = (subject, rdflib.SKOS.inScheme, None) in ontology
        assert (subject, rdflib.SKOS.definition if is_status else rdflib.RDFS.comment, None) in ontology, subject
        assert is_status or (subject, rdflib.SKOS.example, None) in ontology, subject
        if (subject, rdflib.RDF.type, rdflib.RDF.Property) in ontology:
            assert (subject, schema.domainIncludes, None) in ontology, subject
            assert (subject, schema.rangeIncludes, None) in ontology, subject


def test_every_property_has_a_term_in_the_context() -> None:
    context = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    names = json.loads((OUTPUT / "kzlod.jsonld").read_text(encoding="utf-8"))["@graph"]

    def keys(node: object) -> Iterator[str]:
        if isinstance(node, dict) and "@value" not in node:
            for key, value in node.items():
                yield key
                yield from keys(value)
        elif isinstance(node, list):
            for item in node:
                yield from keys(item)

    assert {key for node in names for key in keys(node)} <= set(context)


def test_no_sentence_of_the_documents_is_in_the_repository(shared: Path) -> None:
    def words(text: str) -> list[str]:
        return re.findall(r"[\w'’-]+", text.lower())

    def runs(text: str) -> set[tuple[str, ...]]:
        found = words(text)
        return {tuple(found[number : number + 10]) for number in range(len(found) - 9)}

    titles = set()
    for path in (ROOT / "facts").rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            names = [row.get("name") or "" for row in csv.DictReader(file)]
        assert [name for name in names if len(words(name)) > 20] == [], "a name or title, not a sentence"
        titles |= {run for name in names for run in runs(name)}
    documents = set().union(*(runs(path.read_text(encoding="utf-8")) for path in (shared / "sources").glob("*.txt"))) - titles
    assert documents
    tracked = [
        path
        for name in ("facts", "mappings", "ontology", "shapes", "queries", "src", "tests", "docs", "output")
        for path in (ROOT / name).rglob("*")
    ]
    for path in [*tracked, ROOT / "README.md", ROOT / "CHANGELOG.md"]:
        is_site = path.is_relative_to(OUTPUT / "site")
        if path.is_file() and path.suffix not in {".pyc", ".nq"} and not is_site:
            taken = runs(path.read_text(encoding="utf-8", errors="replace")) & documents
            assert not taken, f"{path}: {taken}"
