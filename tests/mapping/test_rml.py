"""RML from file to plan: a folder is a case, with mapping.ttl or mapping.nt, and expected.txt: the plan, or what is wrong."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal

from kzlod.errors import ConfigurationError
from kzlod.mapping.languages import is_language_tag
from kzlod.mapping.plan import (
    ITERATION,
    DatabaseSource,
    Dialect,
    FileSource,
    LogicalSource,
    ParentObject,
    Parts,
    Plan,
    QuerySource,
    TermMap,
    TermType,
)
from kzlod.mapping.rml.graph import Graph, find_objects
from kzlod.mapping.rml.reader import load_rml

CASES = sorted(path for path in (Path(__file__).parent / "rml_cases").iterdir() if path.is_dir())
BASE = "https://example.org/given/"


def load(case: Path) -> Plan:
    path = next(case.glob("mapping.*"))
    return load_rml(path, path.name, BASE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    try:
        found = "".join(f"{line}\n" for line in describe(load(case), case))
    except ConfigurationError as error:
        found = f"{error}\n"
    assert found == (case / "expected.txt").read_text(encoding="utf-8")


def describe(plan: Plan, folder: Path) -> Iterator[str]:
    """The lines that show a plan; files are relative to the folder."""
    yield f"base {plan.base}"
    for name, source in plan.sources.items():
        yield f"source {name} = {describe_source(source, folder)}"
    for triples_map in plan.triples_maps:
        yield f"{triples_map.place.line}:{triples_map.place.column} map {triples_map.name} of {triples_map.source}"
        (subject,) = triples_map.subjects
        yield f"  subject {describe_term(subject)}"
        yield from (f"  graph {describe_term(graph)}" for graph in triples_map.graphs)
        for po in triples_map.predicate_objects:
            predicates = ", ".join(describe_term(predicate) for predicate in po.predicates)
            yield f"  {predicates}"
            for made in po.objects:
                yield f"    {describe_parent(made) if isinstance(made, ParentObject) else describe_term(made)}"
            yield from (f"    graph {describe_term(graph)}" for graph in po.graphs)


def describe_source(source: LogicalSource, folder: Path) -> str:
    if isinstance(source, QuerySource):
        return f"query {source.query}"
    if isinstance(source, DatabaseSource):
        address = os.path.relpath(source.address, folder) if source.system == "sqlite" else source.address
        return f"{source.system} {address}: {source.query}"
    is_inside = source.path.is_relative_to(folder)
    shown = (f"./{source.path.relative_to(folder)}" if is_inside else str(source.path)).replace(os.sep, "/")
    dialect = "" if source.dialect == Dialect() else f" {source.dialect}"
    return f"{source.format.value} {shown} {source.iterator}".rstrip() + dialect


def describe_term(term: TermMap) -> str:
    marks = {" safe": term.is_template, " uri": term.is_uri, " new": term.is_new, f" from {term.base}": term.base}
    shown = f"{term.term_type.value} {describe_parts(term.parts)}{''.join(mark for mark, holds in marks.items() if holds)}"
    language = f" @{describe_parts(term.language)}" if term.language else ""
    return f"{term.place.line}:{term.place.column} {shown}{language}" + (
        f" ^^{describe_parts(term.datatype)}" if term.datatype else ""
    )


def describe_parent(made: ParentObject) -> str:
    joins = ", ".join(f"{describe_parts(join.child)} = {describe_parts(join.parent)}" for join in made.conditions)
    return f"{made.place.line}:{made.place.column} parent {made.parent} on {joins or 'its row'}"


def describe_parts(parts: Parts) -> str:
    names = {ITERATION: "iteration"}
    return " + ".join(repr(part) if isinstance(part, str) else f"[{names.get(part, part.column)}]" for part in parts)


def test_the_public_suite_is_read_or_refused(shared: Path) -> None:
    refused = set()
    for case in sorted(path for path in (shared / "suites" / "rml").iterdir() if path.is_dir()):
        try:
            plan = load(case)
        except ConfigurationError:
            refused.add(case.name.removesuffix("-CSV").removeprefix("RMLTC"))
        else:
            sources = plan.sources.values()
            assert all(isinstance(source, FileSource) and source.path.parent == case for source in sources)
    # Those without output whose fault is in the mapping; 0002c and 0002e miss a column and a file.
    assert refused == {"0007h", "0012c", "0012d", "0015b"}


def test_a_missing_file_and_one_that_is_no_text_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"m\.ttl: there is no such file \[file\]"):
        load_rml(tmp_path / "m.ttl", "m.ttl", BASE)
    (tmp_path / "m.ttl").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match=r"m\.ttl: not a text file in UTF-8: .* \[encoding\]"):
        load_rml(tmp_path / "m.ttl", "m.ttl", BASE)


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        (
            '<a> <b> """x " # ] ; y""" , \'\'\'it\'s\'\'\' , "\\\\" , 1.5 , true , "t"^^e:d.',
            ['"""', "'''", '"\\\\', "1.5", "tru", '"t"'],
        ),
        ("<a> <b> e:c.d , e:c\\,d , <e#f> , -.5 . # <g>\n<h> a <i>, <j> .", ["e:c", "e:c", "<e#", "-.5", "<i>", "<j>"]),
        ("<a> <b> ( 1 [ <c> '2' ] <d> ) , () ; <e> ( ( true ) ) .", ["1 [", "'2'", "<d>", "tru"]),
        (
            "PREFIX f: <f:>\nBASE <http://c/> [ e:b [ e:c <d> ] ; ] e:f <g> ; e:h 'x'@kk, _:b . _:b <i> 2 ; .",
            ["<d>", "<g>", "'x'", "2 ;"],
        ),
    ],
)
def test_tokens(text: str, starts: list[str]) -> None:
    assert [text[chain[0] :][:3] for chain in find_objects(text)] == starts
    graph = Graph(f"@prefix e: <e:> .\n{text}\n", "m.ttl", "http://b/")
    assert all(graph.place(node).line > 1 for node in graph.properties)


spaces = st.sampled_from([" ", "\n", ' # ] . "x\n', "\t"])
objects: st.SearchStrategy[Any] = st.recursive(
    st.just("value") | st.just("<http://e/i>"),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.tuples(inner),
    max_leaves=8,
)


@given(st.lists(objects, min_size=1, max_size=4), st.data())
def test_each_value_is_found_where_it_stands(nodes: list[Any], data: st.DataObject) -> None:
    count = 0

    def write(node: Any) -> str:
        nonlocal count
        space = data.draw(spaces)
        if node == "value":
            count += 1
            return f'{space}"v{count}"'
        if isinstance(node, str):
            return f"{space}{node}"
        if isinstance(node, tuple):
            return f"{space}({write(node[0])} )"
        return f"{space}[" + " ;".join(f" <p>{write(inner)}" for inner in node) + f"{space}]"

    text = "".join(f"<s> <p>{write(node)}{data.draw(spaces)}.\n" for node in nodes)
    graph = Graph(text, "m.ttl", "http://b/")
    found = {value.term.value: value.place for names in graph.properties.values() for values in names.values() for value in values
             if isinstance(value.term, Literal)}  # fmt: skip
    assert len(found) == count
    for number in range(1, count + 1):
        before = text[: text.index(f'"v{number}"')]
        assert found[f"v{number}"] == ("m.ttl", before.count("\n") + 1, len(before) - before.rfind("\n"))


def test_no_place_is_better_than_a_wrong_one() -> None:
    nil = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"
    graph = Graph(f"<a> <b> <c> .\n<d> <e> {nil} .\n", "m.ttl", "http://b/")
    assert {graph.place(node)[1:] for node in graph.properties} == {(1, 1)}


@pytest.mark.parametrize(
    "tag", ["kk", "KK-cyrl", "zh-yue", "sl-rozaj-biske", "de-CH-1996", "en-a-aaa-b-ccc-x-y", "qaz", "sr-Qabc-XZ"]
)
def test_registered_tags(tag: str) -> None:
    assert is_language_tag(tag)


@pytest.mark.parametrize(
    "tag", ["qzz-", "kkk-Abcd", "k", "en-GBR", "en-a-aaa-a-bbb", "sl-rozaj-rozaj", "de-abcde", "x", "en-x", "ен"]
)
def test_tags_that_are_none(tag: str) -> None:
    assert not is_language_tag(tag)


def test_term_types_of_the_defaults() -> None:
    plan = load(Path(__file__).parent / "rml_cases" / "terms")
    kinds = {
        made.term_type
        for one in plan.triples_maps
        for po in one.predicate_objects
        for made in po.objects
        if isinstance(made, TermMap)
    }
    assert kinds == set(TermType)
