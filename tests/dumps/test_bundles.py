from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from kzlod.dumps.bundles import NamedQuery, write_bundles

ROOT = Path(__file__).parents[2]
SH = "http://www.w3.org/ns/shacl#"

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0\r") | st.sampled_from('"\\\n\t'))


@given(title=texts, text=texts, form=st.sampled_from(["select", "construct", "ask"]))
def test_a_query_is_read_as_it_was_written(title: str, text: str, form: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("bundle")
    write_bundles(folder, "https://example.org/", folder, [], [NamedQuery("any", title, "", form, f"{text}\n")])
    found = {quad.predicate.value: quad.object.value for quad in pyoxigraph.parse(path=folder / "queries.ttl")}
    assert found[f"{SH}{form}"] == f"\n{text}\n"
    assert found["http://www.w3.org/2000/01/rdf-schema#label"] == title


@pytest.mark.slow
def test_every_query_and_shape_of_the_project_is_in_its_bundle(built: Path) -> None:
    queries = {
        str(quad.subject.value).rpartition("/")[2]: quad.object.value
        for quad in pyoxigraph.parse(path=built / "queries.ttl")
        if quad.predicate.value in {f"{SH}select", f"{SH}construct", f"{SH}ask"}
    }
    assert queries == {path.stem: "\n" + path.read_text(encoding="utf-8") for path in (ROOT / "queries").glob("*.rq")}
    sources = [*(ROOT / "shapes").glob("*.ttl"), ROOT / "src/kzlod/validation/evidence.ttl"]
    shapes = rdflib.Graph()
    for path in sources:
        shapes.parse(path)
    assert isomorphic(rdflib.Graph().parse(built / "shapes.ttl"), shapes)
