"""SSSOM files: what is written is read again, by kzlod, by pandas' rules and by the tools of SSSOM."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kzlod.delimited import Row, read_delimited, write_rows
from kzlod.errors import DataError
from kzlod.links.curies import Curies
from kzlod.links.decisions import Decision, Source, Verdict, load_decisions
from kzlod.links.sssom import load_set, make_set
from kzlod.project import load_project

ROOT = Path(__file__).parents[2]
VALIDATOR = os.environ.get("KZLOD_SSSOM", "")
texts = st.text(st.characters(codec="utf-8") | st.sampled_from("\t\"'\n\r#,|\u2028\ufeff"), max_size=12)
BASE = "https://w3id.org/kzlod/"
WIKIDATA = "http://www.wikidata.org/entity/"
HOSTILE = 'tab\there, "quotes", a | bar\nnew line, Ә 😀 \u2028 \'#'


def as_written(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=6), st.sampled_from(",\t"))
@example([["", ""], ["\r", "\n"]], "\t")
def test_rows_are_read_as_they_are_written(rows: list[list[str]], delimiter: str) -> None:
    written = write_rows(["a", "b"], [dict(zip("ab", row, strict=True)) for row in rows], delimiter)
    found = read_delimited(written, "any", delimiter)
    assert [list(row.cells.values()) for row in found.rows] == [list(map(as_written, row)) for row in rows]
    lines = written.decode().split("\n")
    for row in found.rows:
        first = as_written(row.cells["a"]).split("\n")[0].replace('"', '""')
        assert lines[row.line - 1].removeprefix('"').startswith(first)


@given(texts)
def test_labels_of_any_text_are_kept_in_a_set(text: str) -> None:
    empty = make_set("unsure", "x", f"{BASE}links/unsure", BASE, {"k": BASE, "wd": WIKIDATA})
    cells = {"id": "a", "subject_id": "k:a/b", "subject_label": text, "object_id": "wd:Q1", "comment": text}
    data = replace(empty, rows=(Row(0, cells),)).write()
    (row,) = read_delimited(data, "x", "\t").rows
    assert (row.cells["subject_label"], row.cells["comment"]) == (as_written(text), as_written(text))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "x.csv: the file is empty: its first line names the columns [header]"),
        (b"a,b\n1,\xff\n", "x.csv:2:3: the byte 0xFF is not UTF-8 here: save the file as UTF-8 [encoding]"),
        (b"a,b,a\n", "x.csv:1: the column 'a' stands here a second time [header]"),
        (b"#c\na,b\n1,2\n\n1\n", "x.csv:5: the row has 1 cells, but there are 2 columns [cells]"),
        (b'a,b\n1,"2\n3,4\n', "x.csv:2: this is no row: unexpected end of data [quoting]"),
    ],
    ids=["empty", "encoding", "twice", "cells", "quotes"],
)
def test_a_wrong_table_is_told_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(DataError) as raised:
        read_delimited(data, "x.csv")
    assert str(raised.value) == message


def test_tables_of_others_may_be_written_in_their_ways() -> None:
    found = read_delimited(b'\xef\xbb\xbf"a","b"\r\n"1","2"\r\n\r\n3,"x\r\ny"\r\n', "x.csv")
    assert [(row.line, *row.cells.values()) for row in found.rows] == [(2, "1", "2"), (4, "3", "x\r\ny")]


def test_metadata_may_stand_beside_the_table(tmp_path: Path) -> None:
    head = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
    (tmp_path / "x.sssom.tsv").write_text(f"{head}k:a\tskos:exactMatch\twd:Q1\tsemapv:LexicalMatching\n")
    (tmp_path / "x.sssom.yml").write_text(f"curie_map:\n  k: {BASE}\n  wd: {WIKIDATA}\n")
    found = load_set(tmp_path / "x.sssom.tsv", "x.sssom.tsv")
    assert (found.expand(found.rows[0], "subject_id"), found.expand(found.rows[0], "object_id")) == (f"{BASE}a", f"{WIKIDATA}Q1")


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_names_by_prefixes_are_iris_or_nothing(text: str) -> None:
    curies = Curies({"k": BASE, "kx": f"{BASE}x/"})
    iri = curies.expand(f"k:{text}")
    assert not iri or curies.expand(curies.contract(iri)) == iri


def test_the_longest_prefix_names_a_thing() -> None:
    curies = Curies({"k": BASE, "kx": f"{BASE}x/"})
    assert (curies.contract(f"{BASE}x/1"), curies.contract(f"{BASE}x/"), curies.contract("urn:1")) == ("kx:1", "k:x/", "urn:1")


@pytest.fixture(scope="module")
def validate() -> None:
    if not VALIDATOR:
        pytest.skip("sssom, of many old dependencies, has a venv of its own: make test-sssom")


FOLDERS = ("facts/links", "tests/links/cases/written", "tests/proposals/cases/wikidata")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.sssom.tsv"))]


@pytest.mark.usefixtures("validate")
@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_the_files_of_this_repository_are_valid(file: Path) -> None:
    subprocess.run([VALIDATOR, "validate", file], check=True, capture_output=True)


@pytest.mark.usefixtures("validate")
def test_what_is_written_is_valid_and_reads_the_same(tmp_path: Path) -> None:
    (tmp_path / "kzlod.toml").write_text((ROOT / "kzlod.toml").read_text(encoding="utf-8"), encoding="utf-8")
    decisions = load_decisions(load_project(tmp_path))
    for number, verdict in enumerate(Verdict):
        ends = f"{BASE}person/a-{number}", f"{WIKIDATA}Q{number + 1}"
        decisions.add([Decision(*ends, verdict, Source("x", 1), HOSTILE, HOSTILE, date="2026-11-22", comment=HOSTILE)])
    decisions.save()
    for verdict in Verdict:
        file = tmp_path / f"facts/links/{verdict}.sssom.tsv"
        subprocess.run([VALIDATOR, "validate", file], check=True, capture_output=True)
        copy = tmp_path / "copy.sssom.tsv"
        subprocess.run([VALIDATOR, "parse", file, "--output", copy], check=True, capture_output=True)
        with copy.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(
                io.StringIO("".join(line for line in lines if not line.startswith("#")), newline=""), delimiter="\t"
            )
            (row,) = rows
        assert (row["subject_label"], row["object_label"], row["comment"]) == (HOSTILE, HOSTILE, HOSTILE)
        assert row["predicate_id"] == "skos:exactMatch"
        assert row.get("predicate_modifier", "") == ("Not" if verdict is Verdict.REJECTED else "")


@pytest.mark.usefixtures("validate")
def test_the_validator_refuses_what_is_wrong(tmp_path: Path) -> None:
    text = (ROOT / "facts/links/accepted.sssom.tsv").read_text(encoding="utf-8").replace("#  wd:", "#  other:")
    (tmp_path / "x.sssom.tsv").write_text(text, encoding="utf-8")
    assert subprocess.run([VALIDATOR, "validate", tmp_path / "x.sssom.tsv"], check=False, capture_output=True).returncode
