"""Queries of a mapping are translated for Spark and give the same texts; those that may give others are refused."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from spark_runs import assert_equal

from kzlod.errors import ConfigurationError, DataError
from kzlod.mapper import Options, map_data

pytest.importorskip("pyspark", reason="Spark is not installed: make test-spark installs it")


pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("spark")]

REFUSED = [
    ("string_split(text, ' ')[1]", "BRACKET"),
    ("text LIKE 'a!_%' ESCAPE '!'", "ESCAPE"),
    ("text LIKE id", "LIKE"),
    ("regexp_replace(text, 'a', 'b')", "regexp_replace"),
    ("substr(text, 0, 2)", "substring"),
    ("left(text, -1)", "left"),
    ("string_split(text, '')", "split"),
    ("split_part(text, ' ', -1)", "split_part"),
    ("id::DOUBLE", "DOUBLE"),
    ("TRY_CAST(text AS TIMESTAMP)", "TIMESTAMP"),
    ("log(100)", "log"),
    ("strftime(DATE '2020-01-01', '%j')", "time"),
    ("levenshtein(text, 'a')", "levenshtein"),
    ("date_diff('month', text::DATE, text::DATE)", "diff"),
    ("dayofweek(text::DATE)", "week"),
    ("format('{}', text)", "format"),
    ("row_number() OVER (ORDER BY id)", "WINDOW"),
    ("sum(id::INT)", "sum"),
    ("id::INT / 2", "DIV"),
    ("current_date", "current_date"),
    ("user", "user"),
    ("randn()", "randn"),
    ("'now'::TIMESTAMP", "now"),
    ("text SIMILAR TO 'a'", "not known"),
]


QUERY = """prefixes: {{ex: 'https://example.org/'}}
sources:
  t: ['t.csv~csv']
  q: {{query: "{query}"}}
mappings:
  m:
    sources: q
    s: ex:$(id)
    po: [[ex:p, $(text)]]
"""


def write_query(folder: Path, query: str) -> Path:
    (folder / "t.csv").write_text("id,text\n1,a b\n2,\n3,c|d|e\n", encoding="utf-8")
    (folder / "m.yml").write_text(QUERY.format(query=query), encoding="utf-8")
    return folder / "m.yml"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT id, unnest(string_split(text, ' ')) AS text FROM t",
        "SELECT unnest(string_split(id, ' ')) AS id, unnest(string_split(text, '|')) AS text FROM t",
        "SELECT id, CAST(id AS INTEGER) * 2 AS text FROM t ORDER BY id LIMIT 2",
        "WITH a AS (SELECT id, upper(text) AS text FROM t) SELECT * FROM a WHERE text IS NOT NULL",
        "SELECT max(id) AS id, count(*) AS text FROM t",
        "SELECT id, substr(text, 1, 1) || '\\\\n' AS text FROM t",
        "SELECT id, list_transform(string_split(text, '|'), lambda x: x || '!') AS text FROM t",
    ],
)
def test_queries(query: str, tmp_path: Path) -> None:
    assert assert_equal(write_query(tmp_path, query), tmp_path)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT id, java_method('java.lang.System', 'getProperty', 'user.name') AS text FROM t", "java_method"),
        ("SELECT id, reflect('java.lang.Runtime', 'getRuntime') AS text FROM t", "reflect"),
        ("SELECT id, hash(text) AS text FROM t", "hash"),
        ("SELECT id, nothing AS text FROM t", "nothing"),
        ("SELECT t.*, id AS ID FROM t", "twice"),
        ("SELECT id, text FROM t USING/**/SAMPLE 40%", "USING SAMPLE"),
        *((f"SELECT id, {text} AS text FROM t", reason) for text, reason in REFUSED),
    ],
)
def test_queries_that_are_refused(query: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as error:
        map_data([write_query(tmp_path, query)], tmp_path / "out", Options(engine="spark"))
    assert reason in error.value.problems[0].message
    assert error.value.problems[0].line == 4
    assert not (tmp_path / "out").exists()


FUNCTIONS = """
trim({}) | ltrim({}) | rtrim({}, 'cb ') | trim({}, '/a') | length({}) | length({}) * 2 - 1 | -length({})
substr({}, 1, 1) | substr({}, 2) | substr({}, 60, 40) | split_part({}, '/', 2) | split_part({}, 'b', 9) | {} || '\\n'
replace({}, 'b', 'xy') | replace({}, '', 'x') | nullif({}, '/') | coalesce(nullif({}, '/'), 'none') | {} IN ('/', 'x')
{} LIKE '%a%' | {} LIKE '_a%' | {} NOT LIKE '%/%' | starts_with({}, ' ') | ends_with({}, '/') | contains({}, '😀')
{} > 'b' | {} BETWEEN 'a' AND 'z' | {} NOT BETWEEN 'a' AND 'z' | CASE WHEN {} = '/' THEN 'one' ELSE 'other' END
"""


def test_texts_of_all_characters(tmp_path: Path) -> None:
    # Surrogates are no characters, and NUL ends a cell for some readers.
    points = [point for point in range(1, 0x30000) if not 0xD800 <= point < 0xE000]
    rows = ["".join(map(chr, points[start : start + 64])) for start in range(0, len(points), 64)]
    texts = [*rows, " a b ", "  ", "a/b//c", "/", "ab" * 3, "ÄÖ Ǆ ß İ ı ŉ", "%_x", "a😀b😀"]
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([("id", "text"), *enumerate(texts)])
    functions = [part.strip().replace("{}", "text") for part in re.split(r" \| |\n", FUNCTIONS.strip())]
    columns = ", ".join(f"{function} AS f{number}" for number, function in enumerate(functions))
    rules = "".join(f", [ex:f{number}, $(f{number})]" for number in range(len(functions)))
    mapping = QUERY.format(query=f"SELECT id, text, {columns} FROM t").replace("$(text)]", f"$(text)]{rules}")
    (tmp_path / "m.yml").write_text(mapping, encoding="utf-8")
    assert len(assert_equal(tmp_path / "m.yml", tmp_path)) > len(texts) * 20


def test_capital_and_small_letters(tmp_path: Path) -> None:
    texts = [
        chr(point) for point in range(33, 0x530) if point not in {0xDF, 0x130, 0x149, 0x19B, 0x1F0, 0x264, 0x390, 0x3A3, 0x3B0}
    ]
    write_query(tmp_path, "SELECT id, lower(text) || '/' || upper(text) AS text FROM t")
    with (tmp_path / "t.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([("id", "text"), *enumerate(texts)])
    assert len(assert_equal(tmp_path / "m.yml", tmp_path)) == len(texts)
    (tmp_path / "t.csv").write_text("id,text\n1,ΑΣ\n", encoding="utf-8")
    with pytest.raises(DataError, match="ΑΣ"):
        map_data([tmp_path / "m.yml"], tmp_path / "out", Options(engine="spark"))


@pytest.mark.parametrize(
    ("cells", "expression"),
    [
        (["1", "-20", "+3", "007", ""], "CAST(text AS INT)"),
        (["1", "-20", "abc", "", " "], "TRY_CAST(text AS BIGINT)"),
        (["2020-02-29", "0044-03-15", ""], "CAST(text AS DATE)"),
        (["2020-02-29", "2021-02-29", "abc", "2020", "2020-02", ""], "TRY_CAST(text AS DATE)"),
        (["2020-02-01", "2021-02-01"], "last_day(CAST(text AS DATE))"),
        (["1", "2"], "CAST(CAST(text AS INT) AS VARCHAR) || '!'"),
    ],
)
def test_casts(cells: list[str], expression: str, tmp_path: Path) -> None:
    mapping = write_query(tmp_path, f"SELECT id, {expression} AS text FROM t")
    (tmp_path / "t.csv").write_text(
        "id,text\n" + "".join(f"{number},{cell}\n" for number, cell in enumerate(cells)), encoding="utf-8"
    )
    assert assert_equal(mapping, tmp_path)


@pytest.mark.parametrize(
    ("cell", "expression"),
    [
        ("2.5", "CAST(text AS INT)"),
        ("1e3", "TRY_CAST(text AS INT)"),
        ("2.5", "TRY_CAST(text AS INT)"),
        ("2020-1-5", "CAST(text AS DATE)"),
        ("2020/01/05", "TRY_CAST(text AS DATE)"),
    ],
)
def test_what_may_be_cast_otherwise_stops_the_query(cell: str, expression: str, tmp_path: Path) -> None:
    mapping = write_query(tmp_path, f"SELECT id, {expression} AS text FROM t")
    (tmp_path / "t.csv").write_text(f"id,text\n1,{cell}\n", encoding="utf-8")
    with pytest.raises(DataError, match=cell):
        map_data([mapping], tmp_path / "out", Options(engine="spark"))
