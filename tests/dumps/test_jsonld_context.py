"""A context is read as JSON-LD says, and what would be misread is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest

from kzlod.dataset import Dataset
from kzlod.dumps import write_dumps
from kzlod.dumps.context import Term, load_context
from kzlod.errors import ConfigurationError
from kzlod.terms import ACCEPTED, FACT_STATUS, Quad, evidence_graph

BASE = "https://example.org/"


def write_context(folder: Path, *definitions: str) -> Path:
    path = folder / "context.jsonld"
    path.write_text('{"@context": {\n' + ",\n".join(definitions) + "\n}}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("definitions", "problem"),
    [
        (['"@language": "en"'], "2:1: '@language' is not supported in a context"),
        (['"a": "http://a"', '"@base": "http://a"'], "3:1: '@base' is not supported in a context"),
        (['"a": {"@id": "http://a", "@context": {}}'], "2:26: '@context' is not supported in a term"),
        (['"a": {"@id": "http://a", "@language": "en"}'], "2:26: '@language' is not supported in a term"),
        (['"a": {"@id": "http://a", "@container": "@list"}'], "2:26: the container '@list' is not supported"),
        (['"a": {"@id": "http://a", "@container": ["@set"]}'], "2:40: the value of @container must be a text"),
        (['"a": {"@id": "http://a", "@type": "@json"}'], "2:26: '@json' stands for no IRI"),
        (['"a": {"@id": "http://a", "@type": "a"}'], "2:1: the term 'a' is defined by itself"),
        (['"a": {"@reverse": "@type"}'], "2:7: '@type' cannot be reversed"),
        (['"a": {"@reverse": "a"}'], "2:1: the term 'a' is defined by itself"),
        (['"a": "b:x"', '"b": "a:x"'], "2:1: the term 'a' is defined by itself"),
        (['"a": "b"', '"b": "a"'], "2:1: the term 'a' is defined by itself"),
        (['"a": "b"'], "2:1: 'b' stands for no IRI"),
        (['"a": "@graph"'], "2:1: '@graph' stands for no IRI"),
        (['"a": {}'], "2:1: 'a' stands for no IRI"),
        (['"a": "http://a b"'], "2:1: 'http://a b' stands for no IRI"),
        (['"p": "http://p"', '"a": "p:x"'], "3:1: 'p' in 'p:x' is a term that cannot start a compact IRI"),
        (['"a": null'], "2:1: the term 'a' is neither an IRI nor an object"),
        (['"a": ["http://a"]'], "2:1: the term 'a' is neither an IRI nor an object"),
        (['"s:a": "http://a"'], "2:1: the term 's:a' would be read as an IRI"),
        (['"": "http://a"'], "2:1: the term '' would be read as an IRI"),
        (['"a": "http://a"', '"a": "http://b"'], "3:1: 'a' stands here a second time"),
        (["a: http://a"], "2:1: not JSON"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, definitions: list[str], problem: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_context(write_context(tmp_path, *definitions), "ontology/context.jsonld")
    assert str(raised.value).startswith(f"ontology/context.jsonld:{problem}")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_context(write_context(tmp_path, '"@language": "en"', '"a": "b"', '"c": null'), "context.jsonld")
    assert [problem.line for problem in raised.value.problems] == [2, 3, 4]


@pytest.mark.parametrize("text", ['{"a": 1}', "[]", '{"@context": "http://a"}', '{"@context": [{}]}'])
def test_a_file_that_is_no_context_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "context.jsonld").write_text(text)
    with pytest.raises(ConfigurationError, match="a context file is"):
        load_context(tmp_path / "context.jsonld", "context.jsonld")


DEFINITIONS = {
    "@vocab": "http://v/",
    "@version": 1.1,
    "s": "http://s/",
    "t": {"@id": "s:t/", "@prefix": True},
    "plain": "s:plain",
    "other": {"@id": "plain", "@type": "@id"},
    "bare": {"@type": "t:number", "@container": "@set"},
    "same": {"@id": "same", "@type": "@vocab"},
    "back": {"@reverse": "t:back"},
    "whole": "https://whole/",
    "colon": "urn:a:b",
}
EXPECTED = [
    Term("s", "http://s/", prefix=True),
    Term("t", "http://s/t/", prefix=True),
    Term("plain", "http://s/plain"),
    Term("other", "http://s/plain", coercion="@id"),
    Term("bare", "http://v/bare", coercion="http://s/t/number", array=True),
    Term("same", "http://v/same", coercion="@vocab"),
    Term("back", "http://s/t/back", reverse=True),
    Term("whole", "https://whole/", prefix=True),
    Term("colon", "urn:a:b"),
]


def test_terms_are_read(tmp_path: Path) -> None:
    path = tmp_path / "context.jsonld"
    path.write_text(json.dumps({"@context": DEFINITIONS}))
    context = load_context(path, "context.jsonld")
    assert context.terms == {term.name: term for term in EXPECTED}
    assert context.content == DEFINITIONS


@pytest.mark.parametrize("term", EXPECTED, ids=lambda term: term.name)
def test_a_parser_reads_the_terms_alike(term: Term) -> None:
    document = {
        "@context": DEFINITIONS,
        "@id": "http://here",
        term.name: {"@id": "http://there"} if term.reverse else "http://there",
    }
    [quad] = pyoxigraph.parse(json.dumps(document), format=pyoxigraph.RdfFormat.JSON_LD)
    assert isinstance(quad.predicate, pyoxigraph.NamedNode)
    assert quad.predicate.value == term.iri
    there = quad.subject if term.reverse else quad.object
    assert isinstance(there, pyoxigraph.NamedNode | pyoxigraph.Literal)
    assert there.value == "http://there"
    if isinstance(there, pyoxigraph.Literal):
        assert there.datatype.value == (term.coercion or "http://www.w3.org/2001/XMLSchema#string")
    else:
        assert term.reverse or term.coercion in ("@id", "@vocab")


@pytest.mark.parametrize(
    "quad",
    [
        Quad("<mail:a>", "<http://p>", '"o"', "<http://g>"),
        Quad("<http://s>", "<mail:a//b>", '"o"', "<http://g>"),
        Quad("<http://s>", "<http://p>", "<mail:/a>", "<http://g>"),
        Quad("<http://s>", "<http://p>", '"o"^^<mail:>', "<http://g>"),
    ],
)
def test_a_term_that_hides_a_scheme_is_refused(make_dataset: Callable[..., Dataset], tmp_path: Path, quad: Quad) -> None:
    dataset = make_dataset([quad, Quad("<http://g>", FACT_STATUS, ACCEPTED, evidence_graph(BASE))])
    context = write_context(tmp_path, '"http": "http://a/"', '"mail": "http://b/"')
    with pytest.raises(ConfigurationError) as raised:
        write_dumps(dataset, tmp_path, context)
    assert [(problem.line, problem.value) for problem in raised.value.problems] == [(3, "mail")]
    assert "'mail' hides the scheme of <mail:" in str(raised.value)


def test_nested_names_must_be_properties(make_dataset: Callable[..., Dataset], tmp_path: Path) -> None:
    context = write_context(tmp_path, '"type": "@type"', '"name": "http://name"')
    with pytest.raises(ConfigurationError) as raised:
        write_dumps(make_dataset([], ("name", "type", "parts")), tmp_path, context)
    assert [str(problem) for problem in raised.value.problems] == [
        f"kzlod.toml: '{name}' is nested, but is no property of the JSON-LD context [context]" for name in ("parts", "type")
    ]
