from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzlod.dataset import Dataset
from kzlod.errors import EngineError, Problem
from kzlod.facts import loading
from kzlod.facts.datatypes import Datatype
from kzlod.facts.loading import create_tables, fill_tables
from kzlod.facts.places import Finding, locate_findings
from kzlod.facts.spelling import Spelling, check_spelling
from kzlod.facts.tables import Column, Table
from kzlod.project import load_project
from kzlod.tree import Place

PROJECT = load_project(Path(__file__).parent / "project")
HERE = Place("tables.json", 1, 1)

cells = st.text(st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from('",\t\r\n'), max_size=6)
widths = st.integers(1, 4)
delimiters = st.sampled_from(",\t")
broken_lines = st.sampled_from([b'a"b\n', b'x"\n', b"\xff\n", b"\0\n", b"a,b,c,d,e\ta\tb\tc\td\te\n", b'"a"b\n'])


def write_row(row: list[str], delimiter: str = ",") -> bytes:
    # With this line end every version of Python puts a CR in quotes; before 3.13 it would not with "\n".
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n", delimiter=delimiter).writerow(row)
    return out.getvalue().removesuffix("\r\n").encode() + b"\n"


def make_table(path: Path, width: int) -> Table:
    columns = tuple(Column(f"c{number}", False, Datatype(), None, (), HERE) for number in range(width))
    return Table("missions", "any", path, "any.csv", columns, ("c0",), (), "facts", (), None, (), "any", HERE)


def load(
    data: bytes, width: int, folder: Path, delimiter: str = ",", comments: bytes = b""
) -> tuple[Dataset, Table, list[Problem]]:
    table = make_table(folder / ("any.csv" if delimiter == "," else "any.tsv"), width)
    table.path.write_bytes(comments + write_row([column.name for column in table.columns], delimiter) + data)
    dataset = Dataset(PROJECT)
    create_tables(dataset, [table])
    return dataset, table, fill_tables(dataset, [table])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spelling")


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_load_and_dump_give_the_same_bytes(folder: Path, data: st.DataObject) -> None:
    width, delimiter = data.draw(widths), data.draw(delimiters)
    rows = data.draw(st.lists(st.lists(cells, min_size=width, max_size=width), max_size=8))
    written = b"".join(write_row(row, delimiter) for row in rows)
    dataset, table, problems = load(written, width, folder, delimiter)
    loaded = dataset.connection.execute(f"SELECT * FROM {table.relation} ORDER BY rowid").fetchall()
    assert not problems
    assert b"".join(write_row([cell or "" for cell in row], delimiter) for row in loaded) == written


def is_written_by_csv(data: bytes, width: int, delimiter: str) -> bool:
    try:
        text = data.decode()
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error):
        return False
    rewritten = b"".join(write_row(row, delimiter) for row in rows) if all(len(row) == width for row in rows) else None
    return rewritten == data and "\0" not in text


@given(
    st.lists(st.sampled_from([b"a", b",", b"\t", b'"', b"\n", b'""', b'"\n', b"\r", b"\0", "ә".encode(), b"\xff"])),
    widths,
    delimiters,
)
@settings(max_examples=500)
def test_what_csv_does_not_write_is_a_breach(parts: list[bytes], width: int, delimiter: str) -> None:
    data = b"".join(parts)
    names = [f"c{number}" for number in range(width)]
    spelling = check_spelling(write_row(names, delimiter) + data, "any", names, delimiter)
    assert (not spelling.problems) == is_written_by_csv(data, width, delimiter)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_places_point_at_the_cells(folder: Path, data: st.DataObject) -> None:
    width, delimiter = data.draw(widths), data.draw(delimiters)
    good = st.lists(cells, min_size=width, max_size=width)
    rows = data.draw(st.lists(good | broken_lines, max_size=8))
    written = b"".join(row if isinstance(row, bytes) else write_row(row, delimiter) for row in rows)
    comments = data.draw(st.sampled_from([b"", b"#\n", b'# a\n#b"\t,\n']))
    dataset, table, problems = load(written, width, folder, delimiter, comments)
    kept = [row for row in rows if not isinstance(row, bytes)]
    findings = [Finding(number, column.name, "", "") for number in range(len(kept)) for column in table.columns]
    located = locate_findings(dataset, table, findings)
    lines = table.path.read_bytes().decode("utf-8", "replace").split("\n")
    assert len({problem.line for problem in problems}) == len(rows) - len(kept)
    for problem, cell in zip(located, (cell for row in kept for cell in row), strict=True):
        assert problem.line is not None
        assert problem.column is not None
        rest = "\n".join([lines[problem.line - 1][problem.column - 1 :], *lines[problem.line :]])
        assert rest.startswith(write_row([cell, ""], delimiter).decode().removesuffix(f"{delimiter}\n"))


def test_comments_stand_before_the_header_only(tmp_path: Path) -> None:
    dataset, table, problems = load(b"#1\n", 1, tmp_path, comments=b"# of: 2026\n#\n")
    assert not problems
    assert dataset.connection.execute(f"SELECT * FROM {table.relation}").fetchall() == [("#1",)]
    assert dataset.connection.execute("SELECT line FROM fact_rows").fetchall() == [(4,)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"# \xff\nid\n", "any.csv:1:3: the byte 0xFF is not UTF-8 here [encoding]"),
        (b"# a\n", "any.csv: the file is empty; it has no header [header]"),
        (b"# a\nid\r\n", "any.csv:2:3: the line ends in CR LF; it must end in LF alone [line-ending]"),
        (b"# a\nid\n1,2\n", "any.csv:3:3: the row has 2 cells, but there are 1 columns [cells]"),
    ],
)
def test_what_follows_a_comment_has_its_own_place(data: bytes, message: str) -> None:
    assert [str(problem) for problem in check_spelling(data, "any.csv", ["id"]).problems] == [message]


def test_a_header_that_begins_like_a_comment_is_none() -> None:
    assert check_spelling(b"#id\n#1\n", "any.csv", ["#id"]).rows == 1


def iter_lines(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield f'{number},"a, ""b""\nc"\n'.encode() if number % 1000 == 7 else f"{number},ә 😀\n".encode()


def test_long_tables_and_cells(tmp_path: Path) -> None:
    # Longer than the blocks that are passed over at once, with a row longer than DuckDB's own limit.
    data = b"".join(iter_lines(200_000)) + b'long,"' + b'""\n' * 1_000_000 + b'"\nlast,x\ntoo,many,cells\n'
    dataset, table, problems = load(data, 2, tmp_path)
    lines = data.count(b"\n") + 1
    (found,) = locate_findings(dataset, table, [Finding(200_001, "c1", "", "")])
    assert [str(problem) for problem in problems] == [f"any.csv:{lines}:10: the row has 3 cells, but there are 2 columns [cells]"]
    assert (found.line, found.column) == (lines - 1, 6)
    longest = (
        f"SELECT count(*), max(length(c1)) FROM {table.relation} WHERE c0 = CASE WHEN rowid < 200000 THEN '' || rowid ELSE c0 END"
    )
    assert dataset.connection.execute(longest).fetchone() == (200_002, 2_000_000)


def test_the_name_of_a_file_is_no_pattern(tmp_path: Path) -> None:
    table = make_table(tmp_path / "any[1].csv", 1)
    table.path.write_bytes(b"c0\nright\n")
    (tmp_path / "any1.csv").write_bytes(b"c0\nwrong\n")
    dataset = Dataset(PROJECT)
    create_tables(dataset, [table])
    assert not fill_tables(dataset, [table])
    assert dataset.connection.execute(f"SELECT * FROM {table.relation}").fetchall() == [("right",)]


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    table = make_table(tmp_path, 1)
    dataset = Dataset(PROJECT)
    create_tables(dataset, [table])
    assert [problem.rule for problem in fill_tables(dataset, [table])] == ["file"]


def test_a_row_that_duckdb_loses_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "check_spelling", lambda *_: Spelling(readable=True, rows=3))
    with pytest.raises(EngineError, match="DuckDB read 2 rows where 3 are written"):
        load(b"a\nb\n", 1, tmp_path)
