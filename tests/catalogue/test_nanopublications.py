"""``kzlod export nanopub``, read by the library of the nanopublications' community; it asks no server here."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from click.testing import CliRunner
from nanopub.nanopub import Nanopub
from nanopub.nanopub_conf import NanopubConf
from nanopub.profile import Profile, generate_keyfiles

from kzlod.cli import main
from kzlod.errors import quote

# The library is written for the class of rdflib that came before Dataset.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
]

ROOT = Path(__file__).parents[2]
SMALL = Path(__file__).parents[1] / "small_project"
BASE = "https://w3id.org/kzlod/"
FACT = f"{BASE}fact/"
NANOPUB = f"{BASE}nanopub/"
NS = f"{BASE}ns#"
Graphs = dict[str, list[pyoxigraph.Quad]]
"""The statements of nanopublications by the nanopublication's IRI."""


def export(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kzlod", "export", "nanopub", "--project", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def read_nanopublications(quads: Iterable[pyoxigraph.Quad]) -> Graphs:
    found: Graphs = defaultdict(list)
    for quad in quads:
        assert isinstance(quad.graph_name, pyoxigraph.NamedNode)
        found[quad.graph_name.value.partition("#")[0] + "#"].append(quad)
    return found


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("nanopub") / "all.trig"
    result = export(ROOT, "-o", str(path))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    return path


@pytest.fixture(scope="module")
def nanopublications(exported: Path) -> Graphs:
    return read_nanopublications(pyoxigraph.parse(path=exported))


@pytest.fixture(scope="module")
def evidence(built: Path) -> Graphs:
    """The evidence graph by the fact that each statement is about."""
    graph = pyoxigraph.NamedNode(f"{BASE}graph/evidence")
    found: Graphs = defaultdict(list)
    for quad in pyoxigraph.parse(path=built / "kzlod.nq"):
        if quad.graph_name == graph and isinstance(quad.subject, pyoxigraph.NamedNode):
            found[quad.subject.value.partition("#")[0]].append(quad)
    return found


def open_nanopublication(quads: list[pyoxigraph.Quad], conf: NanopubConf | None = None) -> Nanopub:
    graph = rdflib.ConjunctiveGraph()
    graph.parse(data=pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS), format="nquads")
    return Nanopub(rdf=graph, conf=conf or NanopubConf())


def test_every_accepted_fact_is_one_and_no_other(nanopublications: Graphs, evidence: Graphs) -> None:
    accepted = {
        fact
        for fact, quads in evidence.items()
        if any((quad.predicate.value, quad.object) == (f"{NS}status", pyoxigraph.NamedNode(f"{NS}accepted")) for quad in quads)
    }
    assert len(accepted) > 2_000
    assert {iri.replace(NANOPUB, FACT).removesuffix("#") for iri in nanopublications} == accepted


def test_the_assertion_is_the_graph_of_the_fact(nanopublications: Graphs, built: Path) -> None:
    said = {
        (quad.graph_name.value.replace(FACT, NANOPUB), quad.triple)
        for quad in pyoxigraph.parse(path=built / "kzlod.nq")
        if isinstance(quad.graph_name, pyoxigraph.NamedNode)
    }
    asserted = {
        (quad.graph_name.value.removesuffix("#assertion"), quad.triple)
        for quads in nanopublications.values()
        for quad in quads
        if isinstance(quad.graph_name, pyoxigraph.NamedNode) and quad.graph_name.value.endswith("#assertion")
    }
    assert asserted < said
    assert {name for name, _ in asserted} == {iri.removesuffix("#") for iri in nanopublications}


def test_each_leads_to_its_source_or_to_the_facts_it_follows_from(nanopublications: Graphs) -> None:
    for iri, quads in nanopublications.items():
        provenance = [quad.triple for quad in quads if quad.graph_name == pyoxigraph.NamedNode(f"{iri}provenance")]
        sources = {triple.predicate.value for triple in provenance if str(triple.subject) == f"<{iri}assertion>"}
        assert "http://www.w3.org/ns/prov#wasDerivedFrom" in sources, iri
        positions = {triple.predicate.value.rpartition("#")[2] for triple in provenance if triple.predicate.value.endswith("value")}
        passages = [triple for triple in provenance if triple.predicate.value == f"{NS}sha256"]
        selectors = [triple for triple in provenance if triple.predicate.value == "http://www.w3.org/ns/oa#hasSelector"]
        if "/nanopub/derived/" in iri:
            assert not selectors
        else:
            assert positions or len(passages) == len(selectors) > 0, iri


def test_the_library_calls_them_valid(nanopublications: Graphs) -> None:
    by_table: dict[str, str] = {}
    for iri in sorted(nanopublications):
        by_table.setdefault(iri.rpartition("/")[0], iri)
    chosen = {*by_table.values(), *sorted(nanopublications)[::40]}
    assert len(chosen) > 80
    for iri in chosen:
        found = open_nanopublication(nanopublications[iri])
        assert found.is_valid, iri
        assert str(found.metadata.np_uri) == iri


@pytest.mark.parametrize("part", ["assertion", "provenance", "pubinfo"])
def test_the_library_finds_one_that_is_broken(nanopublications: Graphs, part: str) -> None:
    iri, quads = next(iter(nanopublications.items()))
    left = [quad for quad in quads if quad.graph_name != pyoxigraph.NamedNode(f"{iri}{part}")]
    with pytest.raises(ValueError, match=r"graph is empty|No nanopublication"):
        assert not open_nanopublication(left).is_valid


def test_one_can_be_signed_as_it_is(nanopublications: Graphs, tmp_path: Path) -> None:
    generate_keyfiles(tmp_path)
    profile = Profile(
        orcid_id="https://example.org/somebody",
        name="Somebody",
        private_key=tmp_path / "id_rsa",
        public_key=tmp_path / "id_rsa.pub",
    )
    found = open_nanopublication(nanopublications[f"{NANOPUB}diplomacy/terms/cedaw-2025-2028#"], NanopubConf(profile=profile))
    found.sign()
    assert found.has_valid_signature
    assert found.has_valid_trusty


def test_chosen_facts_are_written_as_among_all(exported: Path) -> None:
    names = ["fact/diplomacy/terms/cedaw-2025-2028", f"{FACT}derived/current-memberships/jarbussynova-cedaw-2025"]
    result = export(ROOT, *names)
    assert result.returncode == 0, result.stderr
    chosen = set(pyoxigraph.parse(result.stdout, format=pyoxigraph.RdfFormat.TRIG))
    wanted = {name.removeprefix(BASE).replace("fact/", NANOPUB) for name in names}
    assert chosen == {quad for quad in pyoxigraph.parse(path=exported) if str(quad.graph_name)[1:].partition("#")[0] in wanted}


def test_what_is_no_accepted_fact_is_refused(tmp_path: Path) -> None:
    planned = next(
        str(quad.subject)[1:-1]
        for quad in pyoxigraph.parse(path=ROOT / "output" / "kzlod.nq")
        if quad.predicate.value == f"{NS}status" and quad.object == pyoxigraph.NamedNode(f"{NS}planned")
    )
    output = tmp_path / "some.trig"
    result = export(ROOT, planned, "fact/none", "person/a b", "-o", str(output))
    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        f"nanopub: {quote(planned)} is no accepted fact [fact]",
        f"nanopub: there is no fact '{BASE}fact/none' [fact]",
        f"nanopub: there is no fact '{BASE}person/a b' [fact]",
        "3 problems",
    ]
    assert not output.exists()


def test_those_of_the_small_project_are_as_written_down() -> None:
    assert export(SMALL).stdout == (Path(__file__).parent / "cases" / "letters.trig").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["facts/letters/persons.csv", "kzlod.toml", "shapes/person.ttl", "mappings/letters.yml"])
def test_a_file_of_the_project_is_not_written_over(tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "project"))
    before = (folder / name).read_bytes()
    result = CliRunner().invoke(main, ["export", "nanopub", "--project", str(folder), "-o", str(folder / name)])
    assert result.exit_code == 2
    assert "would be lost" in result.stderr
    assert (folder / name).read_bytes() == before


def test_a_project_without_a_publisher_has_valid_ones(tmp_path: Path) -> None:
    path = tmp_path / "letters.trig.gz"
    result = export(SMALL, "-o", str(path))
    assert result.returncode == 0, result.stderr
    quads = pyoxigraph.parse(gzip.decompress(path.read_bytes()), format=pyoxigraph.RdfFormat.TRIG)
    for iri, found in read_nanopublications(quads).items():
        assert open_nanopublication(found).is_valid, iri
