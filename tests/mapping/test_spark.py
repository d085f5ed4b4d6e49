"""Spark makes the same quads as DuckDB, of every mapping and every table; what it cannot do it refuses."""

from __future__ import annotations

import csv
import gzip
import itertools
import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spark_runs import assert_equal, read_parts, write_mapping
from test_pieces import Drawn, plans, write_plan
from test_suite import canonicalize

from kzlod import mapper
from kzlod.cli import main
from kzlod.errors import ConfigurationError, DataError
from kzlod.mapper import Options, map_data

pytest.importorskip("pyspark", reason="Spark is not installed: make test-spark installs it")

from kzlod.mapping.spark.dialect import UntranslatableError, translate
from kzlod.mapping.spark.runner import SparkRunner

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("spark")]

ROOT = Path(__file__).parents[2]
SUITE = ROOT.parent / "shared" / "suites" / "rml"
CASES = sorted(path.parent for path in SUITE.glob("*/mapping.ttl"))
counter = itertools.count()


@pytest.mark.parametrize("mapping", sorted((ROOT / "mappings").glob("*.yml")), ids=lambda path: path.name)
def test_the_mappings_of_the_repository(mapping: Path, tmp_path: Path) -> None:
    assert assert_equal(mapping, tmp_path, ROOT / "facts")


def test_the_mapping_of_the_readme(tmp_path: Path) -> None:
    assert assert_equal(ROOT / "docs/example/posts.yml", tmp_path)


@pytest.mark.parametrize("case", CASES or [pytest.param(None, marks=pytest.mark.skip("../shared/suites/rml is not there"))])
def test_the_cases_of_the_suite(case: Path, tmp_path: Path) -> None:
    try:
        map_data([case / "mapping.ttl"], tmp_path / "duckdb.nq", Options())
    except (ConfigurationError, DataError) as error:
        with pytest.raises(type(error)):
            map_data([case / "mapping.ttl"], tmp_path / "spark.nq", Options(engine="spark"))
        assert not (tmp_path / "spark.nq").exists()
        return
    assert_equal(case / "mapping.ttl", tmp_path)


RUNS = sorted(path.parent for path in (Path(__file__).parent / "rml_runs").glob("*/mapping.ttl"))


@pytest.mark.parametrize("case", RUNS, ids=lambda case: case.name)
def test_the_rest_of_rml(case: Path, tmp_path: Path) -> None:
    if list(case.glob("*.sql")):
        with pytest.raises(ConfigurationError, match="Spark reads files"):
            map_data([case / "mapping.ttl"], tmp_path / "out", Options(engine="spark"))
        return
    map_data([case / "mapping.ttl"], tmp_path / "out", Options(engine="spark"))
    lines = "\n".join(read_parts(tmp_path / "out"))
    assert canonicalize(lines) == canonicalize((case / "expected.nq").read_text(encoding="utf-8"))


@given(drawn=plans())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_plan_over_any_tables(drawn: Drawn, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / f"spark{next(counter)}"
    folder.mkdir()
    plan = write_plan(drawn, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mapper, "load_plans", lambda *_: [plan])
        assert_equal(folder / "any.yml", folder)


@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
        | st.text("a\"\\\n\r\t\b\f\x7f\ufffeә😀 %'", min_size=1),
        min_size=1,
        max_size=30,
    )
)
@settings(max_examples=15, deadline=None)
def test_any_text(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / f"text{next(counter)}"
    folder.mkdir()
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([("id", "text"), *enumerate(texts)])
    write_mapping(folder, "t.csv~csv", "id", "text")
    lines = assert_equal(folder / "m.yml", folder)
    assert len(lines) >= 3 * len(texts)


def test_natural_datatypes_of_parquet(tmp_path: Path) -> None:
    duckdb.execute(
        f"""COPY (SELECT * FROM (VALUES
          (1, 1.50::DECIMAL(9,3), 1e-7::DOUBLE, 0.1::FLOAT, true, DATE '2020-02-29', TIMESTAMP '2020-01-01 10:00:00.50',
            TIMESTAMPTZ '2020-01-01 10:00:00+05', 'x'::BLOB, ['a', NULL, 'b'], [1, 2]),
          (2, -100, 'nan', 'inf', false, DATE '0044-03-15', TIMESTAMP '1999-12-31 23:59:59', NULL, ''::BLOB, [], NULL),
          (3, 0, -123456789012.0, 1e20, NULL, DATE '12020-01-01', NULL, TIMESTAMPTZ '1970-01-01 00:00:00.000001+00',
            NULL, NULL, [3])
          ) AS t(id, "decimal", "double", "float", "boolean", "date", "stamp", "zoned", "blob", "texts", "numbers"))
          TO '{tmp_path / "t.parquet"}' (FORMAT parquet)"""
    )
    columns = ("decimal", "double", "float", "boolean", "date", "stamp", "zoned", "blob", "texts", "numbers")
    write_mapping(tmp_path, "t.parquet~parquet", "id", *columns)
    lines = assert_equal(tmp_path / "m.yml", tmp_path)
    assert '<https://example.org/1> <https://example.org/0> "1.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .' in lines


ITEMS = [
    {"id": 1, "name": 'a"b', "tags": ["x", "y"], "deep": {"odd 'name'": [{"v": 1}, {"v": [2, 3]}]}, "n": 1.50},
    {"id": 2, "name": None, "tags": "single", "deep": {}, "n": 1e-7, "flag": True},
    {"id": 3, "name": "ә😀", "tags": [], "n": 12345678901234567890123, "flag": [True, None, {"a": 1}]},
    {"id": 4, "name": {"x": 1}, "n": 0.0, "tags": [1, 2.5, "x", [5]]},
]


@pytest.mark.parametrize("ending", [".jsonl", ".jsonl.gz", ".json"])
def test_json(ending: str, tmp_path: Path) -> None:
    text = json.dumps(ITEMS) if ending == ".json" else "\n".join(map(json.dumps, ITEMS)) + "\n\n"
    path = tmp_path / f"t{ending}"
    path.write_bytes(gzip.compress(text.encode()) if ending.endswith(".gz") else text.encode())
    references = ("name", "tags", "n", "flag", "tags[*]", "tags[0]", "deep[\\\"odd 'name'\\\"][*].v", "deep.*", "tags[-1]")
    source = f"t{ending}~jsonpath" + ("', '$[*]" if ending == ".json" else "")
    rows = "".join(f'      - [ex:{number}, "$({reference})"]\n' for number, reference in enumerate(references))
    (tmp_path / "m.yml").write_text(
        f"prefixes: {{ex: 'https://example.org/'}}\nmappings:\n  m:\n    sources: [['{source}']]\n    s: ex:$(id)\n    po:\n{rows}",
        encoding="utf-8",
    )
    assert len(assert_equal(tmp_path / "m.yml", tmp_path)) > 20


@pytest.mark.parametrize("form", ["nquads", "ntriples", "parquet"])
def test_the_same_call_gives_the_same_bytes(form: str, tmp_path: Path) -> None:
    outputs = []
    for name in ("one", "two"):
        map_data([ROOT / "mappings/missions.yml"], tmp_path / name, Options(data=(ROOT / "facts",), engine="spark", format=form))
        outputs.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert outputs[0] == outputs[1]


def test_compressed_parts(tmp_path: Path) -> None:
    for name, read in (("out.nq.gz", gzip.decompress),):
        map_data([ROOT / "docs/example/posts.yml"], tmp_path / name, Options(engine="spark"))
        parts = sorted((tmp_path / name).glob("part-*.nq.gz"))
        assert b"org#Post" in b"".join(read(part.read_bytes()) for part in parts)


def test_parquet_holds_the_quads(tmp_path: Path, spark: SparkRunner) -> None:
    mapping = ROOT / "docs/example/posts.yml"
    map_data([mapping], tmp_path / "d.parquet", Options(format="parquet"))
    map_data([mapping], tmp_path / "s.parquet", Options(format="parquet", engine="spark"))
    theirs = duckdb.execute(f"SELECT * FROM '{tmp_path / 'd.parquet'}' ORDER BY ALL").fetchall()
    assert duckdb.execute(f"SELECT * FROM '{tmp_path / 's.parquet'}/*.parquet' ORDER BY ALL").fetchall() == theirs
    assert spark.session.read.parquet(str(tmp_path / "s.parquet")).count() == len(theirs)


def test_a_broken_row_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    rows = [f"{number},x" for number in range(20_000)]
    rows[12_345] = "12345,x,y"
    (tmp_path / "t.csv").write_text("id,text\n" + "\n".join(rows) + "\n", encoding="utf-8")
    write_mapping(tmp_path, "t.csv~csv", "id", "text")
    map_data([ROOT / "docs/example/posts.yml"], tmp_path / "out", Options(engine="spark"))
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(DataError) as error:
        map_data([tmp_path / "m.yml"], tmp_path / "out", Options(engine="spark"))
    assert [problem.line for problem in error.value.problems] == [12_347]
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) in ([], [".out.kzlod-lock"])


@pytest.mark.parametrize(
    ("content", "line"),
    [('id,text\n1,"open\n2,x\n', 2), ('id,text\n1,"a"b\n', 2), ("id,text\n1,a\n\n2\n", 4), ("id,text\n1,\xff\n", 2)],
)
def test_broken_files(content: str, line: int, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(content.encode("latin-1"))
    write_mapping(tmp_path, "t.csv~csv", "id", "text")
    for engine in ("duckdb", "spark"):
        with pytest.raises(DataError) as error:
            map_data([tmp_path / "m.yml"], tmp_path / "out", Options(engine=engine))
        assert error.value.problems[0].line == line
    (tmp_path / "t.jsonl").write_bytes(b'{"id": 1}\n{"id": \n')
    write_mapping(tmp_path, "t.jsonl~jsonpath", "id", "text")
    with pytest.raises(DataError) as error:
        map_data([tmp_path / "m.yml"], tmp_path / "out", Options(engine="spark"))
    assert error.value.problems[0].line in {2, 3}


@pytest.mark.parametrize(
    "content",
    [
        'id,text\r\n1,"a"\r\n2,b\r\n',
        'id,text\n1,"line\nbreak"\n2,"x ""q"" y"\n',
        'id,text\n1,"lone\rreturn"\n2,b\n',
        '\ufeffid,text\n1, a \n2,""\n3,\n',
        "id\n1\n\n2\n",
        '"i\nd",text,id\n1,2,3\n',
        "id,text\n" + "1," + "x" * 3_000_000 + "\n",
        ",".join(["id", "text", *(f"c{number}" for number in range(1_000))]) + "\n" + ",".join(["1"] * 1_002) + "\n",
        "id,text\n_,#x\n#,\0y\n",
    ],
    ids=["crlf", "break", "return", "mark", "one column", "header", "long", "wide", "signs"],
)
def test_odd_files(content: str, tmp_path: Path) -> None:
    folder = tmp_path / "_odd {a} [b]*?"
    folder.mkdir()
    (folder / "_t.csv").write_text(content, encoding="utf-8", newline="")
    write_mapping(folder, "_t.csv~csv", "id", *(["text"] if "text" in content else []))
    assert assert_equal(folder / "m.yml", folder)


def test_what_spark_does_not_read_or_write(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="turtle"):
        map_data([ROOT / "docs/example/posts.yml"], tmp_path / "out", Options(engine="spark", format="turtle"))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "own.txt").touch()
    with pytest.raises(ConfigurationError, match="_SUCCESS"):
        map_data([ROOT / "docs/example/posts.yml"], tmp_path / "out", Options(engine="spark"))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["own.txt"]
    with pytest.raises(UntranslatableError):
        translate("SELECT 1", of_user=True) and translate("SELECT (", of_user=True)


def test_the_command_as_the_readme_has_it(tmp_path: Path) -> None:
    command = ["map", str(ROOT / "docs/example/posts.yml"), "--engine", "spark", "--master", "local[2]"]
    whole = CliRunner().invoke(main, [*command, "-o", str(tmp_path / "posts.nt")])
    assert (whole.exit_code, whole.output) == (0, "")
    assert [path.name for path in sorted((tmp_path / "posts.nt").iterdir())] == ["_SUCCESS", "part-00000.nt"]
    explained = CliRunner().invoke(main, [*command, "--explain"])
    assert explained.output.startswith("-- piece 1: streamed in the order of the source\n-- of ")
    assert "\nSELECT block FROM" in explained.output
    wrong = CliRunner().invoke(main, [*command, "--format", "trig"])
    assert (wrong.exit_code, wrong.stdout) == (2, "")
