"""What ``kzlod map`` says of rows, names and rules: the right one, at its place."""

import json
import re
from importlib import resources
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from kzlod.cli import main

PREFIXES = "prefixes: {ex: http://example.org/}\n"


def run(mapping: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["map", str(mapping), *arguments])


def write(folder: Path, sources: str, mappings: str) -> Path:
    path = folder / "m.yml"
    path.write_text(f"{PREFIXES}sources:\n{sources}mappings:\n{mappings}")
    return path


# Renamed columns


@pytest.mark.parametrize(
    ("header", "query", "message"),
    [
        (
            "id,ID,name",
            "SELECT id, ID AS big FROM a",
            "m.yml:4:25: 'ID' may mean another column, because SQL knows no case: write id or ID_1",
        ),
        (
            "id,ID,name",
            "SELECT a.Id FROM a",
            "m.yml:4:23: 'Id' may mean another column, because SQL knows no case: write id or ID_1",
        ),
        ("id,ID,name", "SELECT 1 AS n FROM a JOIN a AS b USING (ID)", "'ID' may mean another column"),
        ("id,ID,name", "SELECT name FROM a WHERE ID = 1", "'ID' may mean another column"),
        ("id,id,name", "SELECT id FROM a", "'id' may mean another column, because SQL knows no case: write id_1"),
        ("id,ID,ID_1", "SELECT id_1 FROM a", "'id_1' may mean another column, because SQL knows no case: write ID_1_1"),
    ],
)
def test_a_name_that_may_mean_another_column_is_refused(header: str, query: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{header}\n1,2,x\n")
    mapping = write(tmp_path, f'  a: [a.csv~csv]\n  q: {{query: "{query}"}}\n', "  m: {source: q, s: ex:s, po: [[ex:n, n]]}\n")
    result = run(mapping)
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr


def test_a_renamed_column_through_another_query(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,ID\n1,2\n")
    sources = "  a: [a.csv~csv]\n  all: {query: SELECT * FROM a}\n  q: {query: SELECT ID FROM all}\n"
    result = run(write(tmp_path, sources.replace("all", "whole"), "  m: {source: q, s: ex:s, po: [[ex:n, n]]}\n"))
    assert (result.exit_code, "m.yml:5:21: 'ID' may mean another column" in result.stderr) == (2, True), result.stderr


@pytest.mark.parametrize("name", ["a.csv~csv", "a.jsonl~jsonpath, $"])
def test_names_that_can_be_told_are_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ID,id\n1,2\n")
    (tmp_path / "a.jsonl").write_text('{"ID": "1", "id": "2"}\n')
    (tmp_path / "b.csv").write_text("ID\n1\n")
    query = "SELECT a.ID AS one, a.id_1 AS two, b.ID AS three FROM a, b"
    sources = f"  a: [{name}]\n  b: [b.csv~csv]\n  q: {{query: '{query}'}}\n"
    terms = "  m: {source: q, s: ex:$(one), po: [[ex:n, $(two)]]}\n  n: {source: a, s: ex:$(id), po: [[ex:n, $(ID)]]}\n"
    result = run(write(tmp_path, sources, terms))
    assert set(result.stdout.splitlines()) == {
        f'<http://example.org/{one}> <http://example.org/n> "{two}" .' for one, two in (("1", "2"), ("2", "1"))
    }, result.stderr


def test_a_name_that_stands_twice_is_said_to(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,id\n1,2\n")
    result = run(write(tmp_path, "  a: [a.csv~csv]\n", "  m: {source: a, s: ex:$(id), po: [[ex:n, n]]}\n"))
    assert result.exit_code == 2
    assert "m.yml:5:21: column 'id' stands twice in the header of source 'a': which one is meant? [column]" in result.stderr


# Rows


@pytest.mark.parametrize("form", ["nquads", "turtle", "parquet"])
def test_the_rule_that_fails_is_named(form: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,n\n1,x\n")
    (tmp_path / "first.yml").write_text(f"{PREFIXES}mappings:\n  m: {{sources: [[a.csv~csv]], s: ex:$(id), po: [[ex:n, $(n)]]}}\n")
    sources = '  a: [a.csv~csv]\n  q: {query: "SELECT id, CAST(n AS INTEGER) AS n FROM a"}\n'
    mapping = write(
        tmp_path, sources, "  m:\n    source: q\n    s: ex:$(id)\n    po:\n      - [ex:i, $(id)]\n      - [ex:n, $(n)]\n"
    )
    result = CliRunner().invoke(main, ["map", str(tmp_path / "first.yml"), str(mapping), "--format", form])
    assert result.exit_code == 1
    assert re.search(r"m\.yml:11:9: the rows of source 'q' cannot be mapped: Conversion Error: .*'x'.* \[sql\]", result.stderr)


def test_a_lack_of_memory_is_not_the_datas_fault(tmp_path: Path) -> None:
    sources = """  q: {query: "SELECT max(repeat('x', 100000000) || n) AS n FROM range(3) AS r(n)"}\n""".replace(
        "FROM range(3) AS r(n)", "FROM (SELECT unnest([1, 2, 3]) AS n)"
    )
    result = run(write(tmp_path, sources, "  m: {source: q, s: ex:s, po: [[ex:n, $(n)]]}\n"), "--memory-limit", "64MB")
    assert (result.exit_code, "--memory-limit: Out of Memory" in result.stderr) == (3, True), result.stderr


# References to JSON


JSON = [{"id": 1, "name": "x", "deep": {"n": 1}, "list": [1, None], "late": None}] * 1_500 + [{"id": 2, "late": "y"}]


@pytest.mark.parametrize("reference", ["nmae", "deep.m", "list[*].x", "none[*]", "Name"])
def test_a_reference_that_finds_nothing_is_warned_of(reference: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(JSON))
    mapping = write(
        tmp_path, '  a: ["a.json~jsonpath", "$[*]"]\n', f'  m: {{source: a, s: "ex:$(id)", po: [[ex:n, "$({reference})"]]}}\n'
    )
    result = run(mapping)
    message = f"m.yml:5:45: '{reference}' has no value in any row of source 'a' [reference]"
    assert (result.exit_code, message in result.stderr) == (0, True), result.stderr
    strict = run(mapping, "--strict")
    assert (strict.exit_code, message in strict.stderr) == (1, True)


@pytest.mark.parametrize("reference", ["name", "deep.n", "list", "list[*]", "late"])
def test_a_reference_that_finds_something_somewhere_is_not(reference: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(JSON))
    rules = f'  m: {{source: a, s: "ex:$(id)", po: [[ex:n, "$({reference})"]]}}\n'
    result = run(write(tmp_path, '  a: ["a.json~jsonpath", "$[*]"]\n', rules), "--strict")
    assert (result.exit_code, result.stderr) == (0, "")


def test_no_rows_are_no_slip(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    result = run(write(tmp_path, '  a: ["a.json~jsonpath", "$[*]"]\n', '  m: {source: a, s: "ex:$(id)", po: [[ex:n, x]]}\n'))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


# Explain


def test_the_sql_that_is_explained_runs(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,n\n1,x\n2,y\n")
    (tmp_path / "j.json").write_text('[{"id": 3, "n": [1, 2]}]')
    mapping = write(
        tmp_path,
        '  a: [a.csv~csv]\n  q: {query: "SELECT upper(n) AS n FROM a"}\n  j: ["j.json~jsonpath", "$[*]"]\n',
        "  a: {source: a, s: ex:$(id), po: [[ex:n, $(n)]]}\n  q: {source: q, s: ex:q, po: [[ex:n, $(n)]]}\n"
        "  j: {source: j, s: ex:$(id), po: [[ex:n, $(n)]]}\n",
    )
    explained = run(mapping, "--explain").stdout
    connection = duckdb.connect()
    for name in re.findall(r"kzlod/(\S+\.sql)", explained.splitlines()[0]):
        connection.execute(resources.files("kzlod").joinpath(name).read_text(encoding="utf-8"))
    made = [
        line
        for statement in connection.extract_statements(explained)
        for (block,) in connection.execute(statement).fetchall()
        if block
        for line in str(block).splitlines()
    ]
    assert sorted(made) == sorted(run(mapping).stdout.splitlines())
    assert len(made) == 6


@pytest.mark.spark
def test_what_the_views_of_spark_read_is_told(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="Spark is not installed: make test-spark installs it")
    (tmp_path / "a.csv").write_text("id\n1\n")
    sources = '  a: [a.csv~csv]\n  q: {query: "SELECT id FROM a"}\n'
    result = run(write(tmp_path, sources, "  m: {source: q, s: ex:$(id), po: [[ex:n, n]]}\n"), "--engine", "spark", "--explain")
    found = re.findall(r"^-- view (v\d+) is source (.*)$", result.stdout, re.MULTILINE)
    assert [told for _, told in found] == [f"a: {tmp_path}/a.csv (csv)", "q: SELECT id FROM a"], result.stderr
    assert f"FROM `{found[1][0]}`" in result.stdout
