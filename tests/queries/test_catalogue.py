from __future__ import annotations

import datetime
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kzlod.errors import ConfigurationError
from kzlod.queries.catalogue import Parameter, Query, load_catalogue, load_query, write_parameter

BASE = "https://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
HEADER = "#+ title: People\n#+ description: Who is there.\n"
TWO = """#+ parameters:
#+   text: {type: text, description: a part of a name}
#+   day: {type: date, description: a day}
SELECT ?text ?day WHERE { VALUES ?text { "x" } VALUES ?day { "2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date> } }
"""


def write_query(folder: Path, text: str) -> Path:
    path = folder / "people.rq"
    path.write_text(text, encoding="utf-8")
    return path


def read_term(term: str) -> object:
    """What SPARQL understands by a term that stands where a parameter stands."""
    solutions = pyoxigraph.Store().query(f"SELECT ?x WHERE {{ VALUES ?x {{ {term} }} }}")
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    (row,) = solutions
    return row["x"]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(texts)
@example('" } } ; DROP ALL #')
@example("'''\"\"\"\n\r\t\b\f\\")
@example("\\u0022 } DROP ALL")
@example("\u2028\u202e\x1b[2J")
def test_a_text_stays_one_literal(text: str) -> None:
    assert read_term(write_parameter("text", text, BASE)) == pyoxigraph.Literal(text)


@given(st.text(), st.sampled_from(["iri", "integer", "date", "language"]))
@example("https://example.org/> } DROP ALL { <a:", "iri")
@example("a b", "iri")
@example("1 } DROP ALL", "integer")
@example("en\n", "language")
@example("2020-01-01\n", "date")
def test_any_text_is_a_term_or_an_error(text: str, kind: str) -> None:
    try:
        term = write_parameter(kind, text, BASE)
    except ValueError:
        return
    found = read_term(term)
    if kind == "iri":
        assert isinstance(found, pyoxigraph.NamedNode)
        assert found.value in {text, BASE + text}
    else:
        assert isinstance(found, pyoxigraph.Literal)
        assert found.value == text


@given(st.dates())
def test_every_day_is_a_date(day: datetime.date) -> None:
    assert write_parameter("date", day.isoformat(), BASE) == f'"{day.isoformat()}"^^<{XSD}date>'


@given(st.integers())
def test_every_integer_is_one(number: int) -> None:
    assert write_parameter("integer", f"{number:+}", BASE) == f'"{number:+}"^^<{XSD}integer>'


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("date", "2020-02-30"),
        ("date", "2020"),
        ("date", "20200101"),
        ("date", "٢٠٢٠-٠١-٠١"),
        ("integer", "1.5"),
        ("integer", ""),
        ("integer", "١"),
        ("language", "english language"),
        ("iri", ""),
        ("iri", "person/a b"),
        ("iri", 'https://example.org/"'),
        ("text", "a\0b"),
        ("text", "\udcff"),
    ],
)
def test_a_value_of_another_type_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"is no|not an absolute IRI"):
        write_parameter(kind, text, BASE)


def test_a_relative_iri_starts_from_the_base() -> None:
    assert write_parameter("iri", "person/ember", BASE) == "<https://example.org/person/ember>"
    assert write_parameter("iri", "http://schema.org/name", BASE) == "<http://schema.org/name>"


@pytest.fixture
def two(tmp_path: Path) -> Query:
    """A query with a text and a date."""
    return load_query(write_query(tmp_path, HEADER + TWO))


def test_what_is_not_bound_keeps_its_default(two: Query) -> None:
    assert two.bind({}, BASE) == two.text
    assert 'VALUES ?text { "x" }' in two.bind({"day": "2021-01-01"}, BASE)


@given(text=texts, order=st.booleans())
@example(text="VALUES ?day { }", order=True)
@example(text='VALUES ?day { "2020-01-01" } VALUES ?text { "x" }', order=True)
@example(text=r"\g<0>\1", order=True)
def test_a_bound_value_is_never_searched_for_the_place_of_another(text: str, order: bool) -> None:
    query = Query("two", "", "", (Parameter("text", "text", ""), Parameter("day", "date", "")), "", None, TWO)
    values = {"text": text, "day": "2021-05-05"}
    bound = query.bind(values if order else dict(reversed(values.items())), BASE)
    solutions = pyoxigraph.Store().query(bound)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    assert [(row["text"].value, row["day"].value) for row in solutions] == [(text, "2021-05-05")]


def test_all_wrong_values_are_named_at_once(two: Query) -> None:
    with pytest.raises(ConfigurationError) as error:
        two.bind({"day": "soon", "title": "x", "text": "\0"}, BASE)
    assert [problem.message for problem in error.value.problems] == [
        "day: 'soon' is no date",
        "text: '\0' is no text",
        "there is no parameter 'title'; there are: text, day",
    ]


BODY = 'SELECT ?x WHERE { VALUES ?x { "x" } }\n'
WRONG = {
    "no header": (BODY, ["1: there is no header of lines that start with #+"]),
    "a header of words": ("#+ people\n" + BODY, ["1: the header is no table of names"]),
    "no YAML": ("#+ title: a\n#+ description: [\n" + BODY, ["4:1: not YAML"]),
    "no title": ("#+ description: a\n" + BODY, ["1:4: the header has no title"]),
    "no description": ("#+ title: a\n" + BODY, ["1:4: the header has no description"]),
    "an unknown entry": (HEADER + "#+ auther: me\n" + BODY, ["3:4: 'auther' is not known here"]),
    "an entry given twice": (HEADER + "#+ title: me\n" + BODY, ["3:4: 'title' stands here a second time"]),
    "rows that are no number": (HEADER + "#+ rows: some\n" + BODY, ["3:4: rows must be a number"]),
    "parameters that are a list": (HEADER + "#+ parameters: [x]\n" + BODY, ["3:4: parameters must be a table"]),
    "a parameter without VALUES": (
        HEADER + "#+ parameters:\n#+   y: {type: iri}\n" + BODY,
        ["4:6: parameter 'y' has no VALUES ?y { ... } in the query"],
    ),
    "a parameter without a type": (HEADER + "#+ parameters:\n#+   x: iri\n" + BODY, ["4:6: parameter 'x' has no known type"]),
    "an unknown type": (HEADER + "#+ parameters:\n#+   x: {type: IRI}\n" + BODY, ["4:6: parameter 'x' has no known type"]),
    "a weight of another kind": (HEADER + "#+ heavy: very\n" + BODY, ["3:4: heavy must be true or false"]),
    "a parameter with a name of the server's own": (
        HEADER + "#+ parameters:\n#+   limit: {type: integer}\nSELECT ?limit WHERE { VALUES ?limit { 1 } }\n",
        ["4:6: no parameter can be called format, limit, offset"],
    ),
    "a parameter with VALUES in a text only": (
        HEADER + "#+ parameters:\n#+   y: {type: text}\nSELECT ?x WHERE { BIND ('''VALUES ?y { \"x\" }''' AS ?x) }\n",
        ["4:6: parameter 'y' has no VALUES ?y { ... } in the query"],
    ),
    "an unknown entry of a parameter": (
        HEADER + "#+ parameters:\n#+   x: {type: iri, typ: iri}\n" + BODY,
        ["4:21: 'typ' is not known here"],
    ),
    "no SPARQL": (HEADER + "SELECT ?x\nWHERE ?x { }\n", ["4:7: not SPARQL: it cannot be read further than here"]),
    "an update": (HEADER + "INSERT DATA { <a:a> <a:a> 1 }\n", ["3:10: not SPARQL"]),
    "an unknown prefix": (HEADER + "SELECT * WHERE { ?s nowhere:p ?o }\n", ["3:30: not SPARQL: unknown prefix"]),
    "everything at once": (
        "#+ titel: a\n#+ description: a\nSELECT",
        ["1:4: 'titel' is not known here", "1:4: the header has no title", "3:7: not SPARQL"],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_is_named_with_its_line(name: str, tmp_path: Path) -> None:
    text, expected = WRONG[name]
    with pytest.raises(ConfigurationError) as error:
        load_query(write_query(tmp_path, text))
    found = [str(problem) for problem in error.value.problems]
    assert len(found) == len(expected)
    for message, start in zip(found, expected, strict=True):
        assert message.startswith(f"queries/people.rq:{start}")


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "people.rq").write_bytes(b"#+ title: \xff\n")
    with pytest.raises(ConfigurationError, match=r"queries/people\.rq: not a text file in UTF-8"):
        load_query(tmp_path / "people.rq")


def test_all_wrong_files_are_named_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.rq").write_text(BODY, encoding="utf-8")
    with pytest.raises(ConfigurationError) as error:
        load_catalogue(tmp_path)
    assert [problem.file for problem in error.value.problems] == ["queries/a.rq", "queries/b.rq"]


@pytest.mark.parametrize("name", ["two words", "people.v2", "People", "index", "адамдар", "x" * 101])
def test_a_name_must_fit_in_addresses(tmp_path: Path, name: str) -> None:
    write_query(tmp_path, HEADER + TWO).rename(tmp_path / f"{name}.rq")
    with pytest.raises(ConfigurationError, match="is no name of a query"):
        load_catalogue(tmp_path)


def test_the_entries_of_a_header(tmp_path: Path) -> None:
    query = load_query(write_query(tmp_path, HEADER + "#+ example: kzlod query people\n#+ rows: 1\n" + TWO))
    assert (query.name, query.title, query.description, query.rows) == ("people", "People", "Who is there.", 1)
    assert query.example == "kzlod query people"
    assert [(parameter.name, parameter.type) for parameter in query.parameters] == [("text", "text"), ("day", "date")]
    assert [parameter.default for parameter in query.parameters] == ["x", "2020-01-01"]
    assert not query.heavy
    assert load_query(write_query(tmp_path, HEADER + "#+ heavy: true\n" + TWO)).heavy


@pytest.mark.parametrize(
    ("kind", "terms", "default"),
    [
        ("iri", "schema:Person", "http://schema.org/Person"),
        ("iri", "<https://example.org/a>", "https://example.org/a"),
        ("integer", "3", "3"),
        ("text", '"a { \\"b\\" } c"', 'a { "b" } c'),
        ("text", "'x'@en", None),
        ("text", "3", None),
        ("iri", "schema:Person schema:Place", None),
        ("iri", "UNDEF", None),
        ("date", '"soon"^^<http://www.w3.org/2001/XMLSchema#date>', None),
    ],
)
def test_the_default_is_written_as_a_value_is(tmp_path: Path, kind: str, terms: str, default: str | None) -> None:
    text = f"{HEADER}#+ parameters:\n#+   x: {{type: {kind}}}\nPREFIX schema: <http://schema.org/>\n"
    query = load_query(write_query(tmp_path, f"{text}SELECT ?x WHERE {{ VALUES ?x {{ {terms} }} }}\n"))
    assert query.parameters[0].default == default


@given(texts)
@example('" } VALUES ?x { "b" } #')
def test_a_place_in_a_text_or_comment_is_none(text: str) -> None:
    whole = """# VALUES ?x { "c" }
SELECT ?x ?y ?z WHERE { VALUES ?x { "a" } BIND ("VALUES ?x { }" AS ?y) BIND ('''VALUES ?x { "' }''' AS ?z) }"""
    bound = Query("q", "", "", (Parameter("x", "text", ""),), "", None, whole).bind({"x": text}, BASE)
    (row,) = pyoxigraph.Store().query(bound)  # type: ignore[misc]
    assert [row[name].value for name in "xyz"] == [text, "VALUES ?x { }", "VALUES ?x { \"' }"]
