"""The output of any plan over any tables is what the plan means, each line once, and the same bytes however it is run."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import make_lines

from kzlod import mapper
from kzlod.mapper import Options, map_data
from kzlod.mapping.plan import (
    Condition,
    FileSource,
    JoinCondition,
    ParentObject,
    Parts,
    Plan,
    PredicateObject,
    Reference,
    TermMap,
    TermType,
    TriplesMap,
)
from kzlod.tree import Place

HERE = Place("any.yml", 1, 1)
COLUMNS = ("id", "name", "group")
BASE = "http://example.org/base/"
counter = itertools.count()

cells = st.sampled_from(
    ["", "1", "2", "a b", "a/b", 'say "x"', "ә", "http://example.org/x", "a:b c", "en", "line\nbreak", "\\", "{x}"]
)
tables = st.lists(st.tuples(cells, cells, cells), max_size=6)
references = st.sampled_from([Reference(name) for name in COLUMNS])
constants = st.sampled_from(["http://example.org/a/", "http://example.org/b/"])
separators = st.sampled_from(["/", "-", ""])


@st.composite
def iri_maps(draw: st.DrawFn) -> TermMap:
    kind = draw(st.sampled_from(["constant", "template", "pair", "reference", "bare"]))
    if kind == "constant":
        return TermMap((draw(constants),), TermType.IRI, HERE)
    if kind == "reference":
        return TermMap((draw(references),), TermType.IRI, HERE)
    if kind == "bare":
        return TermMap((draw(references),), TermType.IRI, HERE, is_template=True)
    parts: Parts = (draw(constants), draw(references))
    if kind == "pair":
        separator = draw(separators)
        between: Parts = (separator,) if separator else ()
        parts = (*parts, *between, draw(references))
    return TermMap(parts, TermType.IRI, HERE, is_template=True)


@st.composite
def literal_maps(draw: st.DrawFn) -> TermMap:
    texts: list[Parts] = [("x",), (Reference("name"),), (Reference("id"), " ", Reference("name")), (Reference("group"), "!")]
    parts = draw(st.sampled_from(texts))
    endings: list[tuple[Parts, Parts]] = [((), ()), (("en",), ()), ((Reference("group"),), ()), ((), ("http://example.org/t",))]
    language, datatype = draw(st.sampled_from(endings))
    return TermMap(parts, TermType.LITERAL, HERE, language=language, datatype=datatype)


blank_nodes = st.builds(lambda reference: TermMap(("n", reference), TermType.BLANK_NODE, HERE), references)
subjects = iri_maps() | blank_nodes
predicates = st.sampled_from([TermMap((f"http://example.org/{name}",), TermType.IRI, HERE) for name in "pq"]) | iri_maps()
joins = st.lists(st.builds(lambda a, b: JoinCondition((a,), (b,), HERE), references, references), min_size=1, max_size=2)
parents = st.builds(lambda name, conditions: ParentObject(name, tuple(conditions), HERE), st.sampled_from(["one", "two"]), joins)
conditions = st.lists(
    st.builds(lambda a, b: Condition((a,), b, HERE), references, st.sampled_from([("1",), (Reference("id"),)])), max_size=1
)
rules = st.builds(
    lambda p, o, g, c: PredicateObject((p,), tuple(o), tuple(g), HERE, tuple(c)),
    predicates,
    st.lists(iri_maps() | literal_maps() | blank_nodes | parents, min_size=1, max_size=2),
    st.lists(iri_maps(), max_size=1),
    conditions,
)


Drawn = tuple[tuple[TriplesMap, ...], dict[str, list[tuple[str, str, str]]]]
"""Triples maps, and the rows of the tables they read."""


@st.composite
def plans(draw: st.DrawFn) -> Drawn:
    maps = tuple(
        TriplesMap(
            name,
            draw(st.sampled_from(["t0", "t1"])),
            (draw(subjects),),
            (),
            tuple(draw(st.lists(rules, min_size=1, max_size=3))),
            HERE,
        )
        for name in ("one", "two")
    )
    return maps, {"t0": draw(tables), "t1": draw(tables)}


def write_plan(drawn: Drawn, folder: Path) -> Plan:
    """Write the tables of a plan, and make it read them."""
    maps, rows = drawn
    sources = {}
    for name, content in rows.items():
        path = folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *content])
        sources[name] = FileSource(path, HERE)
    return Plan("any.yml", BASE, sources, maps)


@pytest.mark.slow
@given(drawn=plans(), form=st.sampled_from(["nquads", "parquet"]))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_line_is_made_once(drawn: Drawn, form: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / f"plan{next(counter)}"
    folder.mkdir()
    plan = write_plan(drawn, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mapper, "load_plans", lambda *_: [plan])
        outputs = []
        for jobs in (1, 2):
            map_data([folder / "any.yml"], folder / "out.nq", Options(jobs=jobs))
            outputs.append((folder / "out.nq").read_bytes())
        lines = outputs[0].decode("utf-8").splitlines()
        assert sorted(lines) == sorted(make_lines(plan))
        assert outputs[0] == outputs[1]
        if form == "parquet":
            map_data([folder / "any.yml"], folder / "out.parquet", Options(format=form))
            found = mapper._connect(Options()).execute(f"SELECT * FROM '{folder / 'out.parquet'}'").fetchall()
            assert sorted(" ".join([*(term for term in quad if term is not None), "."]) for quad in found) == sorted(lines)
