from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kzlod.errors import ConfigurationError, DataError
from kzlod.terms import XSD, write_literal
from kzlod.validation.data import name_blank_nodes, read_data
from kzlod.validation.engines.graphs import parse_ntriples, write_ntriples, write_term
from kzlod.validation.shapes import load_shapes

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


@pytest.mark.parametrize(("normalizes", "written"), [(True, '"1"'), (False, '"01"')])
def test_nothing_of_rdflib_is_changed_for_others(normalizes: bool, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Other libraries change it as they are imported.
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", normalizes)
    parse_ntriples(f'<a:a> <a:p> "01"^^<{XSD}integer> .')
    assert rdflib.NORMALIZE_LITERALS is normalizes
    assert rdflib.Literal("01", datatype=rdflib.XSD.integer).n3().startswith(written)


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
    assert read_data([path]) == f'<a:a> <a:p> "01"^^<{XSD}integer> .\n'


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<a:a> <a:p> <a:b> .", encoding="utf-8")
    (tmp_path / "b.nt").write_text("<a:a> <a:p> <a:c> .", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no RDF", encoding="utf-8")
    assert read_data([tmp_path]) == "<a:a> <a:p> <a:b> .\n<a:a> <a:p> <a:c> .\n"
    assert read_data([tmp_path, tmp_path / "a.ttl"]) == read_data([tmp_path])


def test_blank_nodes_of_two_files_are_two(tmp_path: Path) -> None:
    for name in ("a.ttl", "b.ttl"):
        (tmp_path / name).write_text("_:x <a:p> <a:b> .", encoding="utf-8")
    assert read_data([tmp_path / "b.ttl", tmp_path / "a.ttl"]) == "_:b1 <a:p> <a:b> .\n_:b2 <a:p> <a:b> .\n"


@given(st.lists(st.tuples(st.sampled_from("xyz"), literals | st.sampled_from(["_:x", "_:z", "<a:_:x>"]))))
def test_blank_nodes_are_numbered_and_nothing_else_is_touched(statements: list[tuple[str, str]]) -> None:
    text = "".join(f"_:{subject} <a:p> {term} .\n" for subject, term in statements)
    named = name_blank_nodes(text, "b")
    names = dict(zip(dict.fromkeys(re.findall(r"(?m)^_:\w|(?<= )_:\w(?= \.$)", text)), (f"_:b{n}" for n in count(1)), strict=False))
    assert named == "".join(
        f"{names[f'_:{subject}']} <a:p> {names[term] if term.startswith('_') else term} .\n" for subject, term in statements
    )


# To rdflib, literals are one whose language tags differ in case alone.
@given(st.lists(literals, max_size=5, unique_by=str.lower))
def test_a_graph_and_its_text_say_the_same(terms: list[str]) -> None:
    lines = {f"_:b1 <https://example.org/p> {term} .\n" for term in terms}
    assert {f"{line}\n" for line in write_ntriples(parse_ntriples("".join(sorted(lines)))).split("\n") if line} == lines


BAD = {
    "syntax.ttl": ('<a:a> <a:p> "әлем" ; ? .', "1:22: not Turtle: A variable name is not allowed to be empty"),
    "prefix.ttl": ("<a:a>\n  b:p <a:b> .", "2:3: not Turtle: The prefix b: has not been declared"),
    "end.nt": ("<a:a> <a:p> <a:b>", "1:18: not N-Triples: "),
    "comma.jsonld": ('{"@id": "a:a",\n "a:p" 1}', "2:8: not JSON-LD: "),
    "remote.jsonld": (
        '{"@id": "a:a",\n "@context": "https://example.org/c"}',
        "2:15: a remote context is not fetched: https://example.org/c",
    ),
    "several.jsonld": (
        '{"@context": [{"b": "a:b"},\n"https://example.org/c"], "@id": "a:a"}',
        "1:1: a remote context is not fetched",
    ),
    "import.jsonld": ('{"@context": {"@import": "c.jsonld"}, "@id": "a:a"}', "1:27: a remote context is not fetched: c.jsonld"),
    "entity.rdf": ('<!DOCTYPE x [<!ENTITY e SYSTEM "secret.txt">]><x>&e;</x>', "1:14: XML entities are not expanded"),
    "laughs.rdf": ('<!DOCTYPE x [\n<!ENTITY e "ha">\n <!ENTITY f "&e;&e;">]><x>&f;</x>', "2:1: XML entities are not expanded"),
    "triple.ttl": ("<a:a> <a:p> <<( <a:a> <a:p> 1 )>> .", ": SHACL knows no such term, it is of RDF 1.2: <<( <a:a> <a:p> "),
    "direction.ttl": ('<a:a> <a:p> "x"@en--ltr .', ': SHACL knows no such term, it is of RDF 1.2: "x"@en--ltr'),
    "data.txt": ("<a:a> <a:p> <a:b> .", ": the ending names no RDF syntax"),
}


@pytest.mark.parametrize("name", BAD)
def test_data_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    text, expected = BAD[name]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_data([path])
    assert str(error.value).startswith(f"{path.as_posix()}:{expected.removeprefix(':')}")
    with pytest.raises(ConfigurationError):
        load_shapes([path])


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    (tmp_path / "data.ttl").write_bytes(b'<a:a> <a:p>\n "\xff" .')
    with pytest.raises(DataError) as error:
        read_data([tmp_path / "data.ttl"])
    assert f"{tmp_path.as_posix()}/data.ttl:2:3: not Turtle: Invalid UTF-8" in str(error.value)


def test_every_bad_file_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("?", encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_data([tmp_path / "missing.ttl", tmp_path / "bad.ttl", tmp_path / "missing"])
    assert [(Path(problem.file).name, problem.line) for problem in error.value.problems] == [
        ("bad.ttl", 1),
        ("missing", None),
        ("missing.ttl", None),
    ]


def test_an_empty_folder_is_no_data(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no RDF file in this folder"):
        read_data([tmp_path])
