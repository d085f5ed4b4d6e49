"""What the catalogue says of a small project, as its settings change."""

from __future__ import annotations

import datetime
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from kzlod.build import assemble, build
from kzlod.catalogue import Release, describe_dataset, write_catalogue, write_markup
from kzlod.dataset import Dataset
from kzlod.errors import ConfigurationError
from kzlod.project import Place, Project, Publication, load_project

SMALL = Path(__file__).parents[1] / "small_project"
DCAT = "http://www.w3.org/ns/dcat#"
FULL = Publication(
    issued=datetime.date(2024, 2, 29),
    themes=("GOVE",),
    keywords={"en": ("letters",)},
    publisher="The Press",
    publisher_kind="Company",
    contact="The Desk",
    contact_url="https://example.org/desk",
    place=Place("https://example.org/place/isle", {"en": "The Isle"}, (-1, 50, 2.5, 51), (0, 50.5)),
)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]) | st.sampled_from('"\\\n\t</>&'), min_size=1)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return assemble(load_project(SMALL))


def describe(dataset: Dataset, folder: Path, project: Project, release: Release | None = None) -> Dataset:
    """The catalogue of a dataset as if its project had other settings."""
    former, dataset.project = dataset.project, project
    try:
        return describe_dataset(dataset, folder, (), (), release)
    finally:
        dataset.project = former


def list_values(catalogue: Dataset, predicate: str) -> set[tuple[str, str]]:
    query = "SELECT subject, object FROM triples WHERE predicate = $predicate"
    return {(row[0], row[1]) for row in catalogue.iter_rows(query, {"predicate": f"<{predicate}>"})}


def parse_markup(text: str) -> set[pyoxigraph.Triple]:
    lines = jsonld.to_rdf(json.loads(text), {"format": "application/n-quads"})
    return {quad.triple for quad in pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS)}


def test_a_project_that_says_nothing_of_its_publication_has_a_catalogue(tmp_path: Path) -> None:
    build(load_project(SMALL), tmp_path / "output")
    triples = {quad.triple for quad in pyoxigraph.parse(path=tmp_path / "output" / "catalogue.ttl")}
    predicates = {triple.predicate.value for triple in triples}
    assert f"{DCAT}distribution" in predicates
    assert not predicates & {f"{DCAT}keyword", f"{DCAT}theme", f"{DCAT}contactPoint", "http://purl.org/dc/terms/publisher"}


def test_a_release_is_a_version_with_the_one_before_it(dataset: Dataset, tmp_path: Path) -> None:
    release = Release("1.1.0", "https://example.org/releases/1.0.0")
    catalogue = describe(dataset, tmp_path, dataset.project, release)
    node = "<https://example.org/catalogue#dataset>"
    assert list_values(catalogue, f"{DCAT}version") == {(node, '"1.1.0"')}
    assert list_values(catalogue, f"{DCAT}previousVersion") == {(node, "<https://example.org/releases/1.0.0>")}
    assert not list_values(describe(dataset, tmp_path, dataset.project), f"{DCAT}version")


def test_every_setting_is_said(dataset: Dataset, tmp_path: Path) -> None:
    catalogue = describe(dataset, tmp_path, replace(dataset.project, publication=FULL))
    objects = {row[0] for row in catalogue.iter_rows("SELECT object FROM triples")}
    assert objects >= {
        '"2024-02-29"^^<http://www.w3.org/2001/XMLSchema#date>',
        "<http://publications.europa.eu/resource/authority/data-theme/GOVE>",
        '"letters"@en',
        '"The Press"',
        "<http://purl.org/adms/publishertype/Company>",
        '"The Desk"',
        "<https://example.org/desk>",
        '"The Isle"@en',
        '"POINT(0 50.5)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>',
        '"50 -1 51 2.5"',
    }


def test_markup_is_part_of_the_catalogue_and_nested_in_the_dataset(built: Path, dataset: Dataset, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    catalogue = describe(dataset, tmp_path, replace(dataset.project, publication=FULL))
    write_catalogue(catalogue, tmp_path)
    markup = write_markup(catalogue)
    assert parse_markup(markup) < {quad.triple for quad in pyoxigraph.parse(path=tmp_path / "catalogue.ttl")}
    (node,) = json.loads(markup)["@graph"]
    assert node["@type"] == "Dataset"
    assert {distribution["@type"] for distribution in node["distribution"]} == {"DataDownload"}


@pytest.mark.slow
@settings(deadline=None, max_examples=4)
@given(title=texts, keywords=st.lists(texts, min_size=5, max_size=20), name=texts)
def test_any_text_stays_text(
    title: str, keywords: list[str], name: str, dataset: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("catalogue")
    publication = replace(FULL, keywords={"en": tuple(keywords)}, publisher=name)
    catalogue = describe(dataset, folder, replace(dataset.project, title={"en": title}, publication=publication))
    markup = write_markup(catalogue)
    assert "<" not in markup
    said = {triple.object.value for triple in parse_markup(markup) if isinstance(triple.object, pyoxigraph.Literal)}
    assert {title, *keywords, name} <= said
    write_catalogue(catalogue, folder)
    assert {title, *keywords, name} <= {
        quad.object.value for quad in pyoxigraph.parse(path=folder / "catalogue.ttl") if isinstance(quad.object, pyoxigraph.Literal)
    }


def test_an_unknown_code_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    publication = replace(FULL, themes=("GOVE", "MOON"), publisher_kind="Guild")
    with pytest.raises(ConfigurationError) as raised:
        build(replace(load_project(SMALL), publication=publication), tmp_path / "output")
    messages = [str(problem).partition(";")[0] for problem in raised.value.problems]
    assert messages == ["kzlod.toml: 'Guild' is no kind of publisher", "kzlod.toml: 'MOON' is no theme"]
    assert not (tmp_path / "output").exists()


def test_a_base_of_any_kind_makes_absolute_iris(dataset: Dataset, tmp_path: Path) -> None:
    catalogue = describe(dataset, tmp_path, dataset.project)
    terms = {term for row in catalogue.iter_rows("SELECT subject, predicate, object FROM triples") for term in row}
    iris = {term for term in terms if term.startswith("<")}
    assert iris
    assert all(term.startswith(("<http://", "<https://")) for term in iris)


def test_the_language_is_that_of_the_tag_before_script_and_region(dataset: Dataset, tmp_path: Path) -> None:
    catalogue = describe(dataset, tmp_path, replace(dataset.project, title={"kk-Latn-KZ": "x", "EN-gb": "y", "x-own": "z"}))
    codes = {object_.rstrip(">").rpartition("/")[2] for _, object_ in list_values(catalogue, "http://purl.org/dc/terms/language")}
    assert codes == {"ENG", "KAZ"}


def test_hidden_files_and_folders_among_the_inputs_are_none(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "project"))
    (folder / "ontology" / ".hidden").touch()
    (folder / "ontology" / "more").mkdir()
    build(load_project(folder), tmp_path / "output")
    text = (tmp_path / "output" / "catalogue.ttl").read_text(encoding="utf-8")
    assert "queries/people.rq" in text
    assert ".hidden" not in text
