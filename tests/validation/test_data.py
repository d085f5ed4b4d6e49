from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kzlod.errors import ConfigurationError, DataError
from kzlod.terms import XSD, write_literal
from kzlod.validation.data import load_graph, load_shapes, parse_ntriples, write_term

texts = st.text(st.characters(exclude_categories=["Cs"]))
languages = st.from_regex(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8}){0,2}", fullmatch=True)
datatypes = st.sampled_from(
    [f"{XSD}{name}" for name in ("integer", "decimal", "double", "boolean", "date", "gYear", "anyURI", "duration")]
)
literals = st.one_of(
    st.builds(write_literal, texts),
    st.builds(lambda text, language: write_literal(text, language=language), texts, languages),
    st.builds(
        lambda text, datatype: write_literal(text, datatype=datatype), st.one_of(texts, st.from_regex(r"[+-]?0*1?\.?0*")), datatypes
    ),
)


@given(literals)
def test_a_literal_stays_as_it_is_written(term: str) -> None:
    graph = parse_ntriples(f"<https://example.org/a> <https://example.org/p> {term} .\n")
    assert [write_term(object_) for object_ in graph.objects()] == [term]


def test_literals_that_are_none_of_their_type_are_no_noise(capfd: pytest.CaptureFixture[str]) -> None:
    graph = parse_ntriples(f'<a:a> <a:p> "none"^^<{XSD}boolean> .\n<a:a> <a:p> "soon"^^<{XSD}date> .\n')
    assert len(graph) == 2
    assert capfd.readouterr().err == ""


def test_nothing_of_rdflib_is_changed_for_others() -> None:
    parse_ntriples(f'<a:a> <a:p> "01"^^<{XSD}integer> .')
    assert rdflib.NORMALIZE_LITERALS
    assert rdflib.Literal("01", datatype=rdflib.XSD.integer).n3().startswith('"1"')


SYNTAXES = {
    "ttl": "<a:a> <a:p> 01 .",
    "nt": f'<a:a> <a:p> "01"^^<{XSD}integer> .',
    "nq": f'<a:a> <a:p> "01"^^<{XSD}integer> <a:g> .',
    "trig": "<a:g> { <a:a> <a:p> 01 }",
    "jsonld": f'{{"@id": "a:a", "a:p": {{"@value": "01", "@type": "{XSD}integer"}}}}',
    "rdf": f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:"><rdf:Description rdf:about="a:a">
        <a:p rdf:datatype="{XSD}integer">01</a:p></rdf:Description></rdf:RDF>""",
}


@pytest.mark.parametrize("ending", SYNTAXES)
def test_every_syntax_is_read_as_it_is_written(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"data.{ending}"
    path.write_text(SYNTAXES[ending], encoding="utf-8")
    (triple,) = load_graph([path])
    assert [write_term(term) for term in triple] == ["<a:a>", "<a:p>", f'"01"^^<{XSD}integer>']


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<a:a> <a:p> <a:b> .", encoding="utf-8")
    (tmp_path / "b.nt").write_text("<a:a> <a:p> <a:c> .", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no RDF", encoding="utf-8")
    assert len(load_graph([tmp_path])) == 2
    assert len(load_graph([tmp_path, tmp_path / "a.ttl"])) == 2


def test_blank_nodes_of_two_files_are_two(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text("_:x <a:p> <a:b> .", encoding="utf-8")
    graph = load_graph([tmp_path / "b.ttl", tmp_path / "a.ttl"])
    assert sorted(write_term(subject) for subject in graph.subjects()) == ["_:b1", "_:b2"]


BAD = {
    "syntax.ttl": ('<a:a> <a:p> "әлем" ; ? .', "1:22: not Turtle: A variable name is not allowed to be empty"),
    "prefix.ttl": ("<a:a>\n  b:p <a:b> .", "2:3: not Turtle: The prefix b: has not been declared"),
    "end.nt": ("<a:a> <a:p> <a:b>", "1:18: not N-Triples: "),
    "comma.jsonld": ('{"@id": "a:a",\n "a:p" 1}', "2:8: not JSON-LD: "),
    "remote.jsonld": ('{"@context": "https://example.org/c", "@id": "a:a"}', ": not JSON-LD: No LoadDocumentCallback"),
    "entity.rdf": ('<!DOCTYPE x [<!ENTITY e SYSTEM "secret.txt">]><x>&e;</x>', ": not RDF/XML: "),
    "triple.ttl": ("<a:a> <a:p> <<( <a:a> <a:p> 1 )>> .", ": SHACL knows no such term, it is of RDF 1.2: <a:a> <a:p> "),
    "direction.ttl": ('<a:a> <a:p> "x"@en--ltr .', ': SHACL knows no such term, it is of RDF 1.2: "x"@en--ltr'),
    "data.txt": ("<a:a> <a:p> <a:b> .", ": the ending names no RDF syntax"),
}


@pytest.mark.parametrize("name", BAD)
def test_data_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    text, expected = BAD[name]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        load_graph([path])
    assert str(error.value).startswith(f"{path.as_posix()}:{expected.removeprefix(':')}")
    with pytest.raises(ConfigurationError):
        load_shapes([path])


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_bytes(b'<a:a> <a:p>\n "\xff" .')
    with pytest.raises(DataError) as error:
        load_graph([tmp_path / "data.ttl"])
    assert f"{tmp_path.as_posix()}/data.ttl:2:3: not Turtle: Invalid UTF-8" in str(error.value)


def test_every_bad_file_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("?", encoding="utf-8")
    with pytest.raises(DataError) as error:
        load_graph([tmp_path / "missing.ttl", tmp_path / "bad.ttl", tmp_path / "missing"])
    assert [(Path(problem.file).name, problem.line) for problem in error.value.problems] == [
        ("bad.ttl", 1),
        ("missing", None),
        ("missing.ttl", None),
    ]


def test_an_empty_folder_is_no_data(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no RDF file in this folder"):
        load_graph([tmp_path])
