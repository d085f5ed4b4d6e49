"""CSV files: what Python writes is read back whole in any dialect, and what is broken has a line."""

import csv
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_files import PLACE, Read, Row, write

from kzlod.errors import ConfigurationError, DataError
from kzlod.mapping.plan import Dialect, FileSource
from kzlod.mapping.sandbox import Sandbox
from kzlod.mapping.sources.opening import bind_source

HOSTILE = [
    '"',
    '""',
    "a,b",
    "x\ny",
    "\r\n",
    "\\",
    "\\'",
    "'",
    "; ",
    "\t",
    "{alias}",
    "\ufeff",
    "\x01\x7f\x85",
    " x ",
    "NULL",
    "\u2028",
    "é😀",
]
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00")) | st.sampled_from(HOSTILE)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.tuples(
        st.lists(CELLS.filter(bool), min_size=width, max_size=width, unique=True),
        st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8),
    )
)


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(
    table=TABLES,
    delimiter=st.sampled_from([",", ";", "\t", "|", ":", " ", "ж"]),
    quote=st.sampled_from(['"', "'"]),
    escape=st.sampled_from(["", "\\"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    is_quoted=st.booleans(),
    header=st.booleans(),
    is_cut=st.booleans(),
    careful=st.booleans(),
)
def test_tables_are_read_back(
    *,
    read_source: Read,
    tmp_path_factory: pytest.TempPathFactory,
    table: tuple[list[str], list[list[str]]],
    delimiter: str,
    quote: str,
    escape: str,
    encoding: str,
    ending: str,
    is_quoted: bool,
    header: bool,
    is_cut: bool,
    careful: bool,
) -> None:
    path = tmp_path_factory.getbasetemp() / "table.csv"
    names, rows = table
    # A bare CR or a first character that looks like a sign of byte order is only a cell's where it stands in quotes.
    is_quoted = is_quoted or bool(escape) or any(mark in cell for row in [names, *rows] for cell in row for mark in "\r\ufeff")
    with path.open("w", encoding=encoding, newline="") as file:
        marks: Any = {"delimiter": delimiter, "quotechar": quote, "escapechar": escape or None, "lineterminator": ending}
        quoting: Any = csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL
        csv.writer(file, doublequote=not escape, quoting=quoting, **marks).writerows([names, *rows])
    if is_cut:
        text = path.read_bytes().decode(encoding)
        path.write_bytes(text.removesuffix(ending).encode(encoding))
    dialect = Dialect(delimiter, quote, escape or quote, encoding, header)
    references = names if header else [f"column{number}" for number in range(len(names))]
    expected = [tuple(cell or None for cell in row) for row in (rows if header else [names, *rows])]
    assert read_source(FileSource(path, PLACE, dialect=dialect), references, careful=careful) == expected


@pytest.mark.parametrize(
    ("content", "dialect", "expected"),
    [
        ("a,b\n\n1,2\n\n\n3,4\n", Dialect(), [("1", "2"), ("3", "4")]),
        ("\n\na,b\n1,2", Dialect(), [("1", "2")]),
        ("a,b\n1,2\r\n3,4\n5,6\r\n", Dialect(), [("1", "2"), ("3", "4"), ("5", "6")]),
        ("a,b\r1,2\r", Dialect(), [("1", "2")]),
        ('a,b\n"1""\n",2\n,\n', Dialect(), [('1"\n', "2"), (None, None)]),
        ('"a",b\n1\x00,"x\x00"\n', Dialect(), [("1\x00", "x\x00")]),
        ("#x\na,b\n#1,2\n3,#4\n'\n#5',6\n", Dialect(quote="'", escape="'", comment="#"), [("3", "#4"), ("\n#5", "6")]),
        ("a,b\n-,NULL\nn/a,N/A\n", Dialect(null=("-", "n/a", "it's")), [(None, "NULL"), (None, "N/A")]),
        ('a,b\n"1,2"\n', Dialect(quote="", escape=""), [('"1', '2"')]),
        ("a,b\n«1,2«,3\n", Dialect(quote="«", escape="«"), [("1,2", "3")]),
        ("a,b\n1\\,2,3\n", Dialect(escape="\\"), [("1,2", "3")]),
        ("имя".encode("cp1251") + b",a,b\n\xc6,1,2\n", Dialect(encoding="cp1251"), [("1", "2")]),
        ("a,b\n1,é\n".encode("latin-1"), Dialect(encoding="latin-1"), [("1", "é")]),
    ],
)
def test_odd_files_are_read(read_source: Read, tmp_path: Path, content: str | bytes, dialect: Dialect, expected: list[Row]) -> None:
    source = FileSource(write(tmp_path / "t.csv", content), PLACE, dialect=dialect)
    assert read_source(source, ["a", "b"]) == expected
    assert read_source(source, ["a", "b"], careful=True) == expected


@pytest.mark.parametrize(
    ("content", "dialect", "message"),
    [
        ("", Dialect(), "t.csv:1: the file has no row that could name its columns [cells]"),
        ("a,b\n1,2\n3\n", Dialect(), "t.csv:3: the row has 1 cells, but there are 2 columns [cells]"),
        ('a,b\n"1\n",2\n3,4,5\n', Dialect(), "t.csv:4: the row has 3 cells, but there are 2 columns [cells]"),
        ('a,b\n1,2\n"3,4\n5,6\n', Dialect(), "t.csv:3: the quote that opens in this row is never closed [quoting]"),
        ('a,b\n1,2\n3,"4', Dialect(), "t.csv:3: the quote that opens in this row is never closed [quoting]"),
        ('a,b\n"1"x,2\n', Dialect(), "t.csv:2: text follows the closing quote of a cell (',' expected after '\"') [quoting]"),
        (
            'a,b\n"1\n"x,2\n',
            Dialect(),
            "t.csv:3: text follows the closing quote of a cell (',' expected after '\"'); the row starts on line 2, where a quote "
            "may be left open [quoting]",
        ),
        (b"a,b\n1,2\n\n3,\xff\n", Dialect(), "t.csv:4: byte ff is not utf-8: invalid start byte [encoding]"),
        (b"a,b\n\xed\xa0\x80,2\n", Dialect(), "t.csv:2: byte ed is not utf-8: invalid continuation byte [encoding]"),
        (b"a,b\n1,\x98\n", Dialect(encoding="cp1251"), "t.csv:2: byte 98 is not cp1251: character maps to <undefined> [encoding]"),
        ("a,b\n1,é\n", Dialect(encoding="ascii"), "t.csv:2: byte c3 is not ascii: ordinal not in range(128) [encoding]"),
    ],
)
def test_a_broken_file_has_a_line(read_source: Read, tmp_path: Path, content: str | bytes, dialect: Dialect, message: str) -> None:
    path = write(tmp_path / "t.csv", content)
    with pytest.raises(DataError) as raised:
        read_source(FileSource(path, PLACE, dialect=dialect), [])
    assert str(raised.value) == f"{tmp_path}/{message}"


@pytest.mark.parametrize(
    ("dialect", "message"),
    [
        (Dialect(delimiter="ab"), "delimiter 'ab' is not one character"),
        (Dialect(delimiter=""), "delimiter '' is not one character"),
        (Dialect(delimiter='"'), "cannot be delimiter and quote"),
        (Dialect(quote="\n"), "is not one character"),
        (Dialect(encoding="klingon"), "'klingon' is no encoding of text"),
        (Dialect(encoding="zip"), "'zip' is no encoding of text"),
    ],
)
def test_a_dialect_that_is_none_is_refused(read_source: Read, tmp_path: Path, dialect: Dialect, message: str) -> None:
    path = write(tmp_path / "t.csv", "a\n1\n")
    with pytest.raises(ConfigurationError, match=rf"mapping\.yml:7:5: .*{message}"):
        read_source(FileSource(path, PLACE, dialect=dialect), [])


def test_a_large_file_of_line_breaks_in_cells_is_whole(read_source: Read, tmp_path: Path) -> None:
    # What DuckDB's parallel reader refuses or loses: cells that look like rows, all over the edges of its buffers.
    cell = 'q"\n1,2,3\n"'
    rows = [[str(number), cell, cell] for number in range(300_000)]
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([["a", "b", "c"], *rows])
    found = read_source(FileSource(path, PLACE), ["a", "b", "c"])
    assert found == [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("content", "way"),
    [
        ('a,b\n1,"2"\n', "parallel"),
        ("a,b\r\n1,2\r\n", "parallel"),
        ('a,b\r\n1,"2"\r\n', "serial"),
        ('a,b\n1,"2\n"\n', "serial"),
        ('a,b\n\n1,"2\n"\n', "copy"),
        ("a\r\n1\r\n", "copy"),
        ('"a\n",b\n1,2\n', "copy"),
        ("a,b\r1,2\r", "copy"),
        ("a,b\n1," + "x" * (3 << 20) + "\n", "copy"),
    ],
)
def test_a_file_is_read_in_the_fastest_way_that_loses_nothing(tmp_path: Path, content: str, way: str) -> None:
    sandbox = Sandbox((tmp_path,))
    relation = bind_source(duckdb.connect(), FileSource(write(tmp_path / "t.csv", content), PLACE), [], sandbox)
    copied = relation.files[0].parent == sandbox.scratch
    assert way == ("copy" if copied else "parallel" if "parallel = true" in relation.sql else "serial")


def test_a_broken_row_in_a_large_file_has_its_line(read_source: Read, tmp_path: Path) -> None:
    rows = [f"{number},name {number}\n" for number in range(300_000)]
    rows[150_000] = "150000,a,b\n"
    path = write(tmp_path / "t.csv", "id,name\n" + "".join(rows))
    with pytest.raises(DataError, match=r"t\.csv:150002: the row has 3 cells, but there are 2 columns"):
        read_source(FileSource(path, PLACE), ["id"])


def test_names_of_columns_are_hostile_or_double(read_source: Read, tmp_path: Path) -> None:
    names = ['a"b', "a\\b", "{x}", "{alias}", " a ", "A ", "a", "A", "double", "double", "", "x\ny", "'; DROP", "\x01", "a.b[*]"]
    path = tmp_path / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([names, [str(number) for number in range(len(names))]])
    source = FileSource(path, PLACE)
    known = [name for name in names if name != "double"]
    assert read_source(source, known) == [tuple(str(names.index(name)) for name in known)]
    relation = bind_source(duckdb.connect(), source, ["double", "none", "a"], Sandbox((tmp_path,)))
    assert list(relation.values) == ["a"]
    assert relation.columns == tuple(names)


def test_wide_rows_and_long_cells(read_source: Read, tmp_path: Path) -> None:
    names = [f"column {number}" for number in range(1_000)]
    long = "x" * 40_000_000
    path = write(tmp_path / "t.csv", ",".join(names) + "\n" + "," * 999 + long + "\n")
    assert read_source(FileSource(path, PLACE), ["column 999", "column 0"]) == [(long, None)]
