"""Properties: whatever a cell holds comes out of N-Quads again, and nothing breaks out of a term."""

from collections.abc import Callable
from importlib import resources
from urllib.parse import quote as percent_encode
from urllib.parse import unquote

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kzlod.dataset import Dataset
from kzlod.mapping.engine import bind_tables, fill_quads, find_malformed
from kzlod.mapping.plan import Reference
from kzlod.mapping.yarrrml.expression import split_template
from kzlod.mapping.yarrrml.reader import load_mapping
from kzlod.terms import escape_literal, is_iri, read_literal

NewDataset = Callable[[], Dataset]
FUNCTIONS = resources.files("kzlod.mapping").joinpath("functions.sql").read_text(encoding="utf-8")

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)
HOSTILE = st.sampled_from(
    [
        '"',
        "\\",
        '" .\n<a> <b> <c> .',
        ">",
        "<x>",
        "\r\n",
        "\t\b\f",
        "\x01\x7f\x85\xa0",
        "\u200f\u202e",
        "👨‍👩‍👧",
        "%2F%",
        "{}$(a)",
        "\ufffe\uffff",
    ]
)
VALUES = st.lists(TEXTS | HOSTILE | st.tuples(TEXTS, HOSTILE, TEXTS).map("".join), min_size=1, max_size=20, unique=True)

MAPPING = """
prefixes: {ex: http://example.org/}
sources: {cells: [cells.csv~csv]}
mappings:
  m:
    source: cells
    s: ex:$(number)
    g: ex:graph/$(value)
    po:
      - [ex:literal, $(value)]
      - [ex:tagged, $(value), kk~lang]
      - [ex:typed, $(value), ex:datatype]
      - [ex:joined, "<$(value)|$(value)>"]
      - [ex:iri, ex:$(value)/x~iri]
"""


@settings(deadline=None, max_examples=40)
@given(values=VALUES)
def test_values_survive(tmp_path_factory: pytest.TempPathFactory, new_dataset: NewDataset, values: list[str]) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "mapping.yml").write_text(MAPPING, encoding="utf-8")
    dataset = new_dataset()
    dataset.connection.execute("CREATE TABLE cells (number VARCHAR, value VARCHAR)")
    dataset.connection.executemany("INSERT INTO cells VALUES ($1, $2)", [(str(n), value) for n, value in enumerate(values)])
    plan = load_mapping(folder / "mapping.yml", "mapping.yml", dataset.project.base)
    fill_quads(dataset, bind_tables(dataset, plan, {folder / "cells.csv": ("main", "cells")}))
    assert find_malformed(dataset) == []
    lines = [f"{quad.subject} {quad.predicate} {quad.object} {quad.graph} ." for quad in dataset.iter_quads()]
    assert len(lines) == 5 * len(values)
    assert all("\n" not in line for line in lines)
    quads = list(pyoxigraph.parse("\n".join(lines), format=pyoxigraph.RdfFormat.N_QUADS))
    assert len(quads) == len(lines)
    for quad in quads:
        value = values[int(str(quad.subject.value).rpartition("/")[2])]
        assert unquote(quad.graph_name.value).removeprefix("http://example.org/graph/") == value
        expected = {"literal": value, "tagged": value, "typed": value, "joined": f"<{value}|{value}>"}
        name = quad.predicate.value.rpartition("/")[2]
        if name == "iri":
            assert unquote(quad.object.value) == f"http://example.org/{value}/x"
            assert quad.object.value.count("/") == 4, "a slash in a value is encoded"
        else:
            assert quad.object.value == expected[name]


@settings(deadline=None)
@given(text=TEXTS | HOSTILE)
def test_engine_and_python_escape_alike(new_dataset: NewDataset, text: str) -> None:
    dataset = new_dataset()
    dataset.connection.execute(FUNCTIONS)
    row = dataset.connection.execute("SELECT nt_escape($text)", {"text": text}).fetchone()
    assert row is not None
    assert row[0] == escape_literal(text)
    assert read_literal(f'"{row[0]}"').text == text


@settings(deadline=None)
@given(text=TEXTS | HOSTILE)
def test_a_value_in_a_uri_is_ascii_and_can_be_read_back(new_dataset: NewDataset, text: str) -> None:
    dataset = new_dataset()
    dataset.connection.execute(FUNCTIONS)
    row = dataset.connection.execute("SELECT uri_safe($text)", {"text": text}).fetchone()
    assert row is not None
    assert row[0] == percent_encode(text, safe="-._~")
    assert is_iri(f"http://example.org/{row[0]}")


@given(constants=st.lists(st.text(), min_size=1), column=st.text(min_size=1))
def test_templates_read_back(constants: list[str], column: str) -> None:
    def escape(text: str) -> str:
        return text.replace("\\", "\\\\").replace("$", "\\$").replace("(", "\\(").replace(")", "\\)")

    template = f"$({escape(column)})".join(escape(constant) for constant in constants)
    expected: list[str | Reference] = []
    for number, constant in enumerate(constants):
        expected += [Reference(column)] if number else []
        expected += [constant] if constant else []
    assert list(split_template(template)) == expected
