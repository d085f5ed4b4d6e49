"""RML written and read again; what Morph-KGC makes of it."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse
from sqlglot import parse_one

from kzlod.errors import ConfigurationError
from kzlod.mapper import Options, export_rml, map_data
from kzlod.mapping.plan import (
    ITERATION,
    ONCE,
    Condition,
    DatabaseSource,
    Dialect,
    FileSource,
    Format,
    JoinCondition,
    LogicalSource,
    ParentObject,
    Parts,
    Plan,
    PredicateObject,
    QuerySource,
    Reference,
    TermMap,
    TermType,
    TriplesMap,
)
from kzlod.mapping.rml.core import make_absolute
from kzlod.mapping.rml.export import Vocabulary, write_rml
from kzlod.mapping.rml.reader import load_rml
from kzlod.quoting import write_name
from kzlod.terms import EXAMPLE_BASE, RML_DEFAULT_GRAPH, XSD, XSD_STRING
from kzlod.tree import Place

HERE = Place("m.ttl", 1, 1)
BASE = "https://example.org/base/"
CASES = Path(__file__).parent / "rml_cases"
RUNS = Path(__file__).parent / "rml_runs"
READ_AGAIN = [CASES / "newer-terms", RUNS / "bases", RUNS / "constants", RUNS / "new-nodes", RUNS / "uris"]
EXPORTED = [Path(__file__).parents[2] / "docs/example/posts.yml", RUNS / "bases/mapping.ttl", RUNS / "constants/mapping.ttl"]

text = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('{}\\"\n'), min_size=1, max_size=6)
iri_text = st.text("aә-._~/?=é%20", max_size=5).filter(lambda part: part.count("%") == part.count("%20"))
references = text.map(Reference)
iris = iri_text.map(lambda end: f"http://example.org/{end}")


def join_texts(parts: list[str | Reference]) -> Parts:
    """Parts in their normal form: no two texts side by side, none empty."""
    joined: list[str | Reference] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return tuple(joined) or ("",)


def has_reference(parts: Parts) -> bool:
    return any(isinstance(part, Reference) for part in parts)


any_parts = st.lists(text | references, min_size=1, max_size=4).map(join_texts)
iri_parts = st.builds(
    lambda start, reference, rest: join_texts([start, reference, *rest]),
    iris,
    references,
    st.lists(iri_text | references, max_size=3),
)
open_iri_parts = st.builds(lambda reference, rest: join_texts([reference, f":{rest}"]), references, iri_text)
languages = st.sampled_from(["en", "kk-Latn", "x-Mine"]).map(lambda tag: (tag,)) | references.map(lambda one: (one,))
datatypes = (
    st.sampled_from([f"{XSD}integer", f"{XSD}date"]).map(lambda iri: (iri,)) | references.map(lambda one: (one,)) | iri_parts
)

iri_terms = (
    iris.map(lambda iri: TermMap((iri,), TermType.IRI, HERE))
    | (iri_parts | open_iri_parts).map(lambda parts: TermMap(parts, TermType.IRI, HERE, is_template=True))
    | iri_parts.map(lambda parts: TermMap(parts, TermType.IRI, HERE))
    | references.map(lambda one: TermMap((one,), TermType.IRI, HERE))
    | references.map(lambda one: TermMap(("http://example.org/", one), TermType.IRI, HERE, is_template=True, is_uri=True))
    | references.map(lambda one: TermMap((one,), TermType.IRI, HERE, is_uri=True))
)
new_nodes = st.just(TermMap(("new", ITERATION), TermType.BLANK_NODE, HERE, is_new=True))
blank_nodes = any_parts.map(lambda parts: TermMap(parts, TermType.BLANK_NODE, HERE)) | new_nodes
constants = iris.map(lambda iri: TermMap((iri,), TermType.IRI, HERE))
literals = (
    any_parts.map(lambda parts: TermMap(parts, TermType.LITERAL, HERE))
    | references.map(lambda one: TermMap((one,), TermType.LITERAL, HERE, datatype=(XSD_STRING,)))
    | st.builds(lambda parts, tag: TermMap(parts, TermType.LITERAL, HERE, language=tag), any_parts, languages)
    | st.builds(lambda parts, kind: TermMap(parts, TermType.LITERAL, HERE, datatype=kind), any_parts, datatypes)
)
graphs = iri_terms | new_nodes | st.just(TermMap((RML_DEFAULT_GRAPH,), TermType.IRI, HERE))
character = st.sampled_from(";|'\t~")
dialects = st.just(Dialect()) | st.builds(
    lambda quote, escaped, **given: Dialect(quote=quote, escape="\\" if escaped else quote or '"', **given),
    quote=st.sampled_from(["'", '"', ""]),
    escaped=st.booleans(),
    delimiter=character,
    encoding=st.sampled_from(["utf-8", "utf-16", "iso-8859-1"]),
    header=st.booleans(),
    comment=st.sampled_from(["", "#"]),
    null=st.lists(text, max_size=2, unique=True).map(tuple),
)
file_names = st.sampled_from(["a.csv", "b.csv.gz", "data/c é.csv", "../d.txt", "it's.tsv"])


@st.composite
def files(draw: st.DrawFn, folder: Path, *, is_old: bool) -> FileSource:
    kind = draw(st.sampled_from([Format.CSV, Format.PARQUET] + ([] if is_old else [Format.JSON, Format.JSON_LINES])))
    name = {Format.CSV: draw(file_names), Format.PARQUET: "p.parquet", Format.JSON: "j.json", Format.JSON_LINES: "j.jsonl.zst"}[
        kind
    ]
    iterator = draw(st.just("") | text) if kind in {Format.JSON, Format.JSON_LINES} else ""
    dialect = draw(dialects) if kind is Format.CSV else Dialect()
    if name.endswith(".tsv") and dialect == Dialect():
        dialect = Dialect(delimiter="\t")
    return FileSource(Path(os.path.normpath(folder / name)), HERE, kind, iterator, dialect)


@st.composite
def plans(draw: st.DrawFn, folder: Path, *, is_old: bool) -> Plan:
    names = draw(st.lists(text, min_size=3, max_size=5, unique=True))
    sources: dict[str, LogicalSource] = {name: draw(files(folder, is_old=is_old)) for name in names[:2]}
    tables = [name for name, one in sources.items() if isinstance(one, FileSource) and one.format in {Format.CSV, Format.PARQUET}]
    if tables:
        query = f"SELECT a, 'it''s' AS b FROM {write_name(tables[0])} AS x WHERE a > 1"
        sources[f"{names[0]} query"] = QuerySource(parse_one(query, read="duckdb").sql("duckdb"), HERE)
        over = f"SELECT a FROM {write_name(names[0] + ' query')} UNION ALL SELECT b FROM {write_name(tables[-1])}"
        sources[f"{names[0]} over"] = QuerySource(parse_one(over, read="duckdb").sql("duckdb"), HERE)
    sources["sqlite"] = DatabaseSource("sqlite", os.path.normpath(folder / "x.db"), "SELECT 1", HERE)
    sources["postgresql"] = DatabaseSource("postgresql", "postgresql://u:p%40@h:5432/d", "SELECT\n'é'", HERE)
    parents = st.builds(
        ParentObject,
        st.sampled_from(names),
        st.lists(st.builds(JoinCondition, any_parts, any_parts, st.just(HERE)), max_size=2, unique_by=repr).map(tuple),
        st.just(HERE),
    )
    predicate_objects = st.builds(
        PredicateObject,
        st.lists(iri_terms, min_size=1, max_size=2, unique_by=repr).map(tuple),
        st.lists(iri_terms | blank_nodes | literals | parents, min_size=1, max_size=3, unique_by=repr).map(tuple),
        st.lists(graphs, max_size=2, unique_by=repr).map(tuple),
        st.just(HERE),
    )
    maps = tuple(
        TriplesMap(
            name,
            draw(st.sampled_from(list(sources))),
            (draw(iri_terms | blank_nodes),),
            tuple(draw(st.lists(graphs, max_size=2, unique_by=repr))),
            tuple(draw(st.lists(predicate_objects, max_size=3))),
            HERE,
        )
        for name in names
    )
    if draw(st.booleans()):
        sources["once-1"] = QuerySource(ONCE, HERE)
        made = PredicateObject((draw(constants),), (draw(constants | new_nodes),), (), HERE)
        maps += (TriplesMap("-".join(names), "once-1", (draw(constants | new_nodes),), (), (made,), HERE),)
    return Plan("m.ttl", BASE, sources, maps)


def without_places(thing: Any) -> Any:
    """A plan whose places are all the same, and whose new blank nodes have no numbers."""
    if isinstance(thing, Place):
        return HERE
    if isinstance(thing, TermMap) and thing.is_new:
        return replace(thing, parts=("new", ITERATION), place=HERE)
    if isinstance(thing, tuple):
        return tuple(without_places(item) for item in thing)
    if isinstance(thing, dict):
        return {name: without_places(item) for name, item in thing.items()}
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{field.name: without_places(getattr(thing, field.name)) for field in fields(thing)})
    return thing


def with_plain_queries(plan: Plan) -> Plan:
    """A plan whose queries are as sqlglot writes them."""
    sources = {
        name: replace(source, query=parse_one(source.query, read="duckdb").sql("duckdb"))
        if isinstance(source, QuerySource)
        else source
        for name, source in plan.sources.items()
    }
    return replace(plan, sources=sources)


def test_a_source_and_a_triples_map_may_have_one_name(tmp_path: Path) -> None:
    maps = (TriplesMap("urn:a", "urn:a", (iri("http://example.org/s"),), (), (), HERE),)
    plan = Plan("m.ttl", BASE, {"urn:a": FileSource(tmp_path / "a.csv", HERE)}, maps)
    assert without_places(read_back(plan, "rml", tmp_path, absolute=False)) == without_places(plan)


def test_a_column_whose_name_stands_in_quotes_is_that_of_a_database_too(tmp_path: Path) -> None:
    subject = iri("http://example.org/", Reference('"a"'))
    maps = (TriplesMap("m", "d", (subject,), (), (), HERE),)
    plan = Plan("m.ttl", BASE, {"d": DatabaseSource("sqlite", str(tmp_path / "a.db"), "SELECT 1", HERE)}, maps)
    assert without_places(read_back(plan, "rml", tmp_path, absolute=False)) == without_places(plan)


def read_back(plan: Plan, vocabulary: Vocabulary, folder: Path, *, absolute: bool) -> Plan:
    path = folder / "m.ttl"
    path.write_text(write_rml(plan, vocabulary, folder, absolute=absolute), encoding="utf-8")
    return load_rml(path, plan.file, "https://example.org/other/")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rml")


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(["rml", "ql"]), st.booleans())
def test_what_is_written_is_read_again(folder: Path, data: st.DataObject, vocabulary: Vocabulary, absolute: bool) -> None:
    plan = data.draw(plans(folder, is_old=vocabulary == "ql"))
    expected = with_plain_queries(make_absolute(plan)) if absolute else plan
    assert without_places(read_back(plan, vocabulary, folder, absolute=absolute)) == without_places(expected)


def iri(*parts: str | Reference, is_template: bool = True) -> TermMap:
    return TermMap(parts, TermType.IRI, HERE, is_template and has_reference(parts))


def literal(*parts: str | Reference, language: Parts = (), datatype: Parts = ()) -> TermMap:
    return TermMap(parts, TermType.LITERAL, HERE, language=language, datatype=datatype)


def po(
    name: str, *objects: TermMap | ParentObject, graph: TermMap | None = None, when: tuple[Condition, ...] = ()
) -> PredicateObject:
    return PredicateObject((iri(f"http://example.org/{name}"),), objects, (graph,) if graph else (), HERE, when)


def make_plan(folder: Path) -> Plan:
    """A plan of all that RML-Core has no word for, and most of what it has."""
    person = iri("http://example.org/person/", Reference("id"))
    alias = iri(Reference("id"), "/alias")
    is_kazakh = Condition((Reference("lang"),), ("kk",), HERE)
    is_own = Condition((Reference("id"), "x"), (Reference("boss"), "x"), HERE)
    join = (JoinCondition((Reference("boss"),), (Reference("id"),), HERE),)
    people = TriplesMap(
        "people",
        "people",
        (person, alias),
        (iri("http://example.org/graph/", Reference("lang")),),
        (
            po("name", literal(Reference("name"), language=(Reference("lang"),)), graph=iri(RML_DEFAULT_GRAPH)),
            po("kind", iri("http://example.org/Person"), literal("person"), literal("адам", language=("kk-Cyrl",))),
            po("since", literal("2001", datatype=(f"{XSD}gYear",)), literal(Reference("n"), datatype=(f"{XSD}integer",))),
            po("typed", literal(Reference("n"), datatype=(XSD, Reference("type")))),
            po("boss", ParentObject("people", join, HERE)),
            po("title", literal("{", Reference("name"), "}")),
            po("kazakh", literal(Reference("name")), when=(is_kazakh,)),
            po("page", iri(Reference("page"), is_template=False)),
            po("self", ParentObject("people", (), HERE), when=(is_own,)),
        ),
        HERE,
    )
    node = TermMap(("n", Reference("id")), TermType.BLANK_NODE, HERE)
    counted = TriplesMap(
        "counted",
        "long names",
        (node,),
        (),
        (po("first", literal(Reference("first"))),),
        HERE,
        (Condition(("2",), (Reference("id"),), HERE),),
    )
    sources: dict[str, LogicalSource] = {
        "people": FileSource(folder / "people.csv", HERE),
        "names": QuerySource("SELECT id, name FROM people WHERE length(name) > 3", HERE),
        "long names": QuerySource("WITH x AS (SELECT * FROM names)\nSELECT id, left(name, 1) AS first FROM x -- a remark", HERE),
    }
    return Plan("m.ttl", BASE, sources, (people, counted))


@pytest.mark.parametrize("vocabulary", ["rml", "ql"])
def test_what_core_has_no_word_for_is_said_otherwise(vocabulary: Vocabulary) -> None:
    case = CASES / f"written-{vocabulary}"
    text = write_rml(make_plan(case), vocabulary, case, absolute=vocabulary == "rml")
    assert text == (case / "mapping.ttl").read_text(encoding="utf-8")


def refuse(plan: Plan) -> str:
    with pytest.raises(ConfigurationError) as raised:
        write_rml(plan, "rml", Path())
    return str(raised.value)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (FileSource(Path("a.json"), HERE, Format.JSON), "a condition over JSON or a database cannot be written as RML"),
        (DatabaseSource("sqlite", "a.db", "SELECT 1", HERE), "a condition over JSON or a database cannot be written as RML"),
    ],
)
def test_a_condition_that_sql_cannot_ask_is_refused(source: LogicalSource, reason: str) -> None:
    place = Place("m.yml", 7, 3)
    made = po("p", literal("x"), when=(Condition((Reference("a"),), ("b",), place),))
    triples_map = TriplesMap("m", "s", (iri("http://example.org/s"),), (), (made,), HERE)
    assert refuse(Plan("m.yml", BASE, {"s": source}, (triples_map,))).startswith(f"m.yml:7:3: {reason}")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (FileSource(Path("a.txt"), HERE, Format.JSON_LINES), "JSON lines are told by their ending, .jsonl or .ndjson"),
        (FileSource(Path("a.csv"), HERE, dialect=Dialect(escape="!")), "CSVW escapes a quote by another or by a backslash only"),
        (DatabaseSource("postgresql", "dbname=a", "SELECT 1", HERE), "only an address postgresql://HOST/DATABASE"),
        (QuerySource("SELECT * FROM j", HERE), "a query over JSON or a database cannot be written as RML"),
    ],
)
def test_a_source_that_has_no_description_is_refused(source: LogicalSource, reason: str) -> None:
    sources: dict[str, LogicalSource] = {"j": FileSource(Path("j.json"), HERE, Format.JSON), "s": source}
    assert f"m.ttl:1:1: {reason}" in refuse(Plan("m.ttl", BASE, sources, ()))


def test_an_iri_that_is_none_is_refused() -> None:
    triples_map = TriplesMap("m", "s", (iri("no iri"),), (), (), HERE)
    assert "no iri is no IRI" in refuse(Plan("m.ttl", BASE, {"s": FileSource(Path("a.csv"), HERE)}, (triples_map,)))


@pytest.fixture
def run_morph(tmp_path: Path) -> Callable[[str, Path], str]:
    """Runs Morph-KGC on a mapping beside the tables of a folder, and gives its N-Quads."""
    python = os.environ.get("KZLOD_MORPH_PYTHON")
    if not python:
        pytest.skip("KZLOD_MORPH_PYTHON names no Python that has Morph-KGC")

    def run(mapping: str, tables: Path) -> str:
        for table in tables.glob("*.csv"):
            (tmp_path / table.name).write_bytes(table.read_bytes())
        (tmp_path / "m.ttl").write_text(mapping, encoding="utf-8")
        settings = "output_file=out.nq\noutput_format=N-QUADS\nnumber_of_processes=1\nlogging_level=ERROR"
        (tmp_path / "morph.ini").write_text(f"[CONFIGURATION]\n{settings}\n[data]\nmappings=m.ttl\n")
        subprocess.run([python, "-m", "morph_kgc", "morph.ini"], cwd=tmp_path, check=True, capture_output=True)
        return (tmp_path / "out.nq").read_text(encoding="utf-8")

    return run


def canonicalise(quads: str) -> set[str]:
    dataset = Dataset(parse(quads, format=RdfFormat.N_QUADS))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


@pytest.mark.parametrize("vocabulary", ["rml", "ql"])
def test_morph_kgc_makes_the_same_quads(run_morph: Callable[[str, Path], str], vocabulary: Vocabulary) -> None:
    case = CASES / "written-rml"
    found = run_morph(write_rml(make_plan(case), vocabulary, case, absolute=True), case)
    assert canonicalise(found) == canonicalise((case / "expected.nq").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vocabulary", ["rml", "ql"])
@pytest.mark.parametrize("mapping", EXPORTED, ids=lambda mapping: mapping.parent.name)
def test_morph_kgc_makes_what_kzlod_makes(
    run_morph: Callable[[str, Path], str], tmp_path: Path, mapping: Path, vocabulary: Vocabulary
) -> None:
    map_data([mapping], tmp_path / "own.nq", Options())
    found = run_morph(export_rml(mapping, vocabulary, EXAMPLE_BASE), mapping.parent)
    assert canonicalise(found) == canonicalise((tmp_path / "own.nq").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", READ_AGAIN, ids=lambda case: case.name)
def test_a_case_is_written_and_read_again(case: Path, tmp_path: Path) -> None:
    plan = load_rml(case / "mapping.ttl", "m.ttl", BASE)
    text = write_rml(plan, "rml", case)
    (tmp_path / "m.ttl").write_text(text, encoding="utf-8")
    again = load_rml(tmp_path / "m.ttl", "m.ttl", BASE)
    assert write_rml(again, "rml", tmp_path) == text
    assert without_places(again.triples_maps) == without_places(plan.triples_maps)


@pytest.mark.parametrize("name", ["0008b", "0009b", "0010c", "0012b", "0015a", "0019a", "0020a"])
def test_morph_kgc_makes_what_the_suite_expects(run_morph: Callable[[str, Path], str], shared: Path, name: str) -> None:
    case = shared / "suites" / "rml" / f"RMLTC{name}-CSV"
    plan = load_rml(case / "mapping.ttl", "m.ttl", BASE)
    assert canonicalise(run_morph(write_rml(plan, "rml", case, absolute=True), case)) == canonicalise(
        (case / "output.nq").read_text(encoding="utf-8")
    )
