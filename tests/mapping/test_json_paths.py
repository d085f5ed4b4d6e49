"""JSON paths: what is understood, what is refused by name, and that DuckDB follows the written path to the same value."""

import json

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzlod.errors import ConfigurationError
from kzlod.mapping.sources.json_paths import Descendant, Steps, Wildcard, is_multiple, parse_path, write_path
from kzlod.tree import Place

PLACE = Place("mapping.yml", 4, 9)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("$", ()),
        ("@", ()),
        ("$.a", ("a",)),
        ("a", ("a",)),
        ("Country Code", ("Country Code",)),
        ("$name", ("$name",)),
        ("a.b[0].c", ("a", "b", 0, "c")),
        ("$['a b'][\"c\"]", ("a b", "c")),
        ("$.['a b']", ("a b",)),
        (r"$['it\'s']", ("it's",)),
        (r"""$['"\\\u0041']""", ('"\\A',)),
        ("[1]", (1,)),
        ("$[-1]", (-1,)),
        ("$[*]", (Wildcard.ELEMENTS,)),
        ("$.*", (Wildcard.MEMBERS,)),
        ("$.a[ * ].b", ("a", Wildcard.ELEMENTS, "b")),
        ("$..id", (Descendant("id"),)),
        ("$['*']", ("*",)),
    ],
)
def test_steps(text: str, steps: Steps) -> None:
    assert parse_path(text, PLACE) == steps


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the path is empty"),
        ("$.a[?(@.b>1)]", "a filter is not supported"),
        ("$[?@.b]", "a filter is not supported"),
        ("$.a[(@.length-1)]", "a script is not supported"),
        ("$.a[0:2]", "a slice is not supported"),
        ("$.a[::2]", "a slice is not supported"),
        ("$.a[0,1]", "a choice of several is not supported"),
        ("$['a','b']", "a choice of several is not supported"),
        ("$.a.length()", "'length()' is a function"),
        ("$.a[", "'[' is no step"),
        ("$.a]", "']' is no step"),
        ("$.a.", "a name is missing"),
        ("$..", "a name is missing"),
        ("$..[0]", "a name is missing"),
        (r"$['\x']", "is no name"),
    ],
)
def test_what_is_refused_is_named(text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        write_path(parse_path(text, PLACE), PLACE)
    assert reason in str(raised.value)
    assert str(raised.value).startswith("mapping.yml:4:9: JSONPath ")


@given(name=NAMES, deeper=NAMES)
def test_any_name_is_found(name: str, deeper: str) -> None:
    quoted = json.dumps(name)
    steps = parse_path(f"$[{quoted}]['{deeper.replace(chr(92), chr(92) * 2).replace(chr(39), chr(92) + chr(39))}']", PLACE)
    assert steps == (name, deeper)
    document = json.dumps({name + "x": 0, name: {deeper: "found", deeper + "x": 0}})
    row = duckdb.execute("SELECT json_extract_string($document, $path)", {"document": document, "path": write_path(steps, PLACE)})
    assert row.fetchone() == ("found",)


def test_names_that_are_wildcards_to_duckdb_stand_alone() -> None:
    assert write_path(("*", "a/b~"), PLACE) == "/*/a~1b~0"
    with pytest.raises(ConfigurationError, match="can have no other steps"):
        write_path(("*", Wildcard.ELEMENTS), PLACE)


def test_only_wildcards_and_descendants_lead_to_several() -> None:
    assert not is_multiple(("a", 0))
    assert is_multiple(("a", Wildcard.ELEMENTS))
    assert is_multiple((Descendant("a"),))
