"""Any table becomes a project that builds, or is refused with the places in it that are wrong; no cell is lost."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kzlod.errors import DataError
from kzlod.importer import create_project_of
from kzlod.imports.tabular import Reading, read_tables
from kzlod.starting.folder import Beginning

HEADERS = [
    *(
        "id",
        "ID",
        "name",
        "Name (ru)",
        "person",
        "personID",
        "position",
        "organisation",
        "start",
        "end date",
        "DOB",
        "country",
        "city",
    ),
    *(
        "lat",
        "lon",
        "website",
        "wikidata",
        "language",
        "type",
        "operator",
        "jurisdictions",
        "jurisdictionQIDs",
        "rowid",
        "",
        "a\nb",
    ),
    *("Colour", "$(x)", "x)", "entity", "values", "Ünï\\code", "100", "true", 'say "so"', "#", "~iri", "from", "gender"),
]
CELLS = st.one_of(
    st.sampled_from(
        ["", "1", "01", "1.50", "true", "Q42", "http://www.wikidata.org/entity/Q1|http://www.wikidata.org/entity/Q2", "a|b"]
    ),
    st.sampled_from(
        ["1990", "1990-02", "1990-02-30", "c. 1990", "..", "2012-10-01T00:00:00Z", "en", "http://example.org/a b", "en-x"]
    ),
    st.sampled_from(
        ["Ada Ember", "Ada  Ember", "Әлия", "Ada; Ida", "kk", "x" * 300, "$(id)", "\\$(id", '"', "a\nb", "🙂", "-", "=1+1"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8),
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    headers = draw(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=7, unique=True))
    # Columns that hold one kind of value are what tables are made of.
    kinds = [draw(st.one_of(st.just(CELLS), CELLS.map(st.just))) for _ in headers]
    return headers, [[draw(kind) for kind in kinds] for _ in range(draw(st.integers(1, 4)))]


def write(headers: list[str], rows: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([headers, *rows])
    return out.getvalue()


def check(headers: list[str], rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        path, target = Path(temporary) / "things.csv", Path(temporary) / "project"
        path.write_text(write(headers, rows), encoding="utf-8", newline="")
        beginning = Beginning("https://example.org/data/", "2025-01-01", source="things")
        refused = None
        try:
            create_project_of(target, beginning, lambda name, known: read_tables([path], name, known, Reading()))
        except DataError as error:
            refused = error
        if refused is not None:
            assert not target.exists()
            assert {problem.file for problem in refused.problems} == {path.as_posix()}, refused
            return
        with (target / "facts/things/things.csv").open(encoding="utf-8", newline="") as file:
            written = list(csv.reader(file))
        # A row with nothing in any cell is none.
        said = [cells for row in rows if (cells := {cell.strip() for cell in row} - {""})]
        assert len(written) == len(said) + 1
        for cells, made in zip(said, written[1:], strict=True):
            assert cells <= set(made)


@settings(max_examples=5, phases=[Phase.generate], derandomize=True)
@given(tables())
def test_some_tables(table: tuple[list[str], list[list[str]]]) -> None:
    check(*table)


@pytest.mark.slow
@settings(max_examples=300, phases=[Phase.generate])
@given(tables())
def test_many_tables(table: tuple[list[str], list[list[str]]]) -> None:
    check(*table)
