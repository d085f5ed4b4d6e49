"""The public test cases of RML on CSV, where they are at hand: as they are, and with their tables in other formats."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Literal

import duckdb
import pyoxigraph
import pytest

from kzlod.errors import KzlodError
from kzlod.mapper import Options, map_data
from kzlod.mapping.rml.vocabulary import NAMESPACES
from kzlod.quoting import write_name

SUITE = Path(__file__).parents[3] / "shared" / "suites" / "rml"
CASES = sorted(path for path in SUITE.iterdir() if path.is_dir()) if SUITE.is_dir() else []
# In the suite of the newer vocabulary a subject that is a literal is an error.
ERRORS_IN_RML = {"RMLTC0004b-CSV"}

Format = Literal["csv", "json", "jsonl", "parquet"]
FORMULATIONS = {"csv": "ql:CSV", "json": "ql:JSONPath", "jsonl": "ql:JSONPath", "parquet": "ql:Parquet"}
ITERATORS = {"json": ' ; rml:iterator "$[*]"', "jsonl": ' ; rml:iterator "$"'}


def canonicalize(text: str) -> set[str]:
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(input=text.encode(), format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def check(mapping: Path, expected: str, output: Path) -> None:
    try:
        map_data([mapping], output, Options())
    except KzlodError:
        # A case without output is one of an error, or of a mapping that makes nothing.
        assert not expected
        assert not output.exists()
        return
    assert canonicalize(output.read_text(encoding="utf-8")) == canonicalize(expected)


def read_expected(case: Path) -> str:
    wanted = case / "output.nq"
    return wanted.read_text(encoding="utf-8").strip() if wanted.exists() else ""


def test_all_cases_are_there(shared: Path) -> None:
    assert len(CASES) == 39 == len(list((shared / "suites/rml").glob("*/mapping.ttl")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    check(case / "mapping.ttl", read_expected(case), tmp_path / "output.nq")


@pytest.mark.parametrize("form", FORMULATIONS)
@pytest.mark.parametrize("vocabulary", ["ql", "rml"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_in_another_format(case: Path, tmp_path: Path, form: Format, vocabulary: str) -> None:
    for table in case.glob("*.csv"):
        write_table(table, tmp_path / table.with_suffix(f".{form}").name, form)
    mapping = rewrite_mapping((case / "mapping.ttl").read_text(encoding="utf-8"), form)
    if vocabulary == "rml":
        mapping = re.sub("|".join(re.escape(NAMESPACES[name]) for name in ("r2rml", "old", "ql")), NAMESPACES["core"], mapping)
    (tmp_path / "mapping.ttl").write_text(mapping, encoding="utf-8")
    is_error = vocabulary == "rml" and case.name in ERRORS_IN_RML
    check(tmp_path / "mapping.ttl", "" if is_error else read_expected(case), tmp_path / "output.nq")


def write_table(table: Path, target: Path, form: Format) -> None:
    """The rows of a table with their cells as texts; an empty cell is none."""
    with table.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file)
    rows = [{name: cell or None for name, cell in zip(header, line, strict=True)} for line in lines]
    if form == "csv":
        target.write_bytes(table.read_bytes())
    elif form == "json":
        target.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    elif form == "jsonl":
        target.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    else:
        with duckdb.connect() as connection:
            connection.execute(f"CREATE TABLE t ({', '.join(f'{write_name(name)} VARCHAR' for name in header)})")
            for row in rows:
                connection.execute(f"INSERT INTO t VALUES ({', '.join('?' for _ in header)})", list(row.values()))
            connection.execute(f"COPY t TO '{target}' (FORMAT parquet)")


def rewrite_mapping(text: str, form: Format) -> str:
    """The mapping over tables in another format; in JSON a name with a blank is written in brackets."""
    text = re.sub(r'(rml:source\s+"[^"]*)\.csv"', rf'\1.{form}"', text)
    text = re.sub("ql:CSV", FORMULATIONS[form] + ITERATORS.get(form, ""), text)
    if form not in ITERATORS:
        return text
    text = re.sub(r"\{([^{}\\]* [^{}\\]*)\}", r"{$['\1']}", text)
    return re.sub(r'(rml:reference\s+)"([^"]* [^"]*)"', r"""\1"$['\2']" """, text)
