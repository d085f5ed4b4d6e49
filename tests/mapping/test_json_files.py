"""JSON files: items and values are read back with their datatypes, and what is broken has a line."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_files import PLACE, Read, Row, write

from kzlod.errors import DataError
from kzlod.mapping.plan import Dialect, FileSource, Format
from kzlod.mapping.sandbox import Sandbox
from kzlod.mapping.sources.opening import bind_source
from kzlod.terms import XSD

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=4).filter(lambda name: name != "*")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"))
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8)


def natural(value: Any) -> Row:
    """Text and datatype of a value of JSON."""
    if isinstance(value, bool):
        return json.dumps(value), XSD + "boolean"
    if isinstance(value, int):
        return str(value), XSD + "integer"
    if isinstance(value, float):
        return write_double(value), XSD + "double"
    return (value if isinstance(value, str) else None), None


def write_double(value: float) -> str:
    sign, digits, power = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(power, int)
    power = 0 if value == 0 else power + len(digits) - 1
    return f"{'-' if sign else ''}{digits[0]}.{''.join(map(str, digits[1:])) or '0'}E{power}"


def flatten(value: Any) -> tuple[list[Any], list[Any]]:
    """Texts and datatypes of a value that may be a list."""
    pairs = [natural(part) for part in (value if isinstance(value, list) else [value])]
    return [text for text, _ in pairs], [datatype for _, datatype in pairs]


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(
    items=st.lists(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4), min_size=1, max_size=6),
    form=st.sampled_from(["$[*]", "$.a.b[*]", "lines"]),
    indent=st.sampled_from([None, 1]),
    ascii_only=st.booleans(),
    careful=st.booleans(),
)
def test_items_are_read_back(
    *,
    read_source: Read,
    tmp_path_factory: pytest.TempPathFactory,
    items: list[dict[str, Any]],
    form: str,
    indent: int | None,
    ascii_only: bool,
    careful: bool,
) -> None:
    path = tmp_path_factory.getbasetemp() / "items.json"
    if form == "lines":
        write(path, "".join(json.dumps(item, ensure_ascii=ascii_only) + "\n" for item in items))
    else:
        document = items if form == "$[*]" else {"x": items, "a": {"y": 0, "b": items}, "z": None}
        write(path, json.dumps(document, ensure_ascii=ascii_only, indent=indent))
    source = FileSource(path, PLACE, Format.JSON_LINES if form == "lines" else Format.JSON, "" if form == "lines" else form)
    names = sorted({name for item in items for name in item})
    rows = read_source(source, [f"$[{json.dumps(name)}]" for name in names], careful=careful, datatypes=True)
    for number, name in enumerate(names):
        values = [item.get(name) for item in items]
        has_lists = any(isinstance(value, list) for value in values)
        assert [row[number] for row in rows] == [flatten(value) if has_lists else natural(value) for value in values]


PEOPLE = {
    "people": [
        {"id": 1, "n": 1.50, "t": ["a", 2, None, {"x": 1}, [3]], "a": {"city": "Almaty"}, "Country Code": "KZ", "big": 10**40},
        {"id": "x", "n": None, "t": "one", "a": ["no object"]},
    ]
}


@pytest.mark.parametrize(
    ("iterator", "reference", "expected"),
    [
        ("$.people[*]", "id", [("1",), ("x",)]),
        ("$.people[*]", "$.n", [("1.5E0",), (None,)]),
        ("$.people[*]", "a.city", [("Almaty",), (None,)]),
        ("$.people[*]", "Country Code", [("KZ",), (None,)]),
        ("$.people[*]", "big", [("1" + "0" * 40,), (None,)]),
        ("$.people[*]", "$.none", [(None,), (None,)]),
        ("$.people[*]", "@", [(None,), (None,)]),
        ("$.people[*]", "t", [(["a", "2", None, None, None],), (["one"],)]),
        ("$.people[*]", "t[*]", [(["a", "2", None, None, "3"],), ([],)]),
        ("$.people[*]", "t[1]", [("2",), (None,)]),
        ("$.people[*]", "a", [([None],), (["no object"],)]),
        ("$.people[0].t[*]", "@", [(["a"],), (["2"],), ([None],), ([None],), (["3"],)]),
        ("$.people[*].a.*", "$", [("Almaty",)]),
        ("$.*", "$[0].id", [("1",)]),
        ("$['people'][1]", "id", [("x",)]),
        ("$.people[-1]", "id", [("x",)]),
        ("$", "$.people[*].id", [(["1", "x"],)]),
        ("$", "$..city", [(["Almaty"],)]),
        ("$..a", "city", [("Almaty",), (None,)]),
        ("$.nobody[*]", "id", []),
    ],
)
def test_paths_find_values(read_source: Read, tmp_path: Path, iterator: str, reference: str, expected: list[Row]) -> None:
    source = FileSource(write(tmp_path / "t.json", json.dumps(PEOPLE, indent=2)), PLACE, Format.JSON, iterator)
    assert read_source(source, [reference]) == expected
    assert read_source(source, [reference], careful=True) == expected


def test_an_array_behind_the_sample_makes_lists(read_source: Read, tmp_path: Path) -> None:
    items = [{"a": number} for number in range(3_000)]
    path = write(tmp_path / "t.json", json.dumps([*items, {"a": [1, 2]}]))
    rows = read_source(FileSource(path, PLACE, Format.JSON, "$[*]"), ["a"])
    assert rows[:2] == [(["0"],), (["1"],)]
    assert rows[-1] == (["1", "2"],)


def test_null_words_hold_in_json_too(read_source: Read, tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl", '{"a": "", "b": ["-", "x"]}\n{"a": "-", "b": []}\n')
    source = FileSource(path, PLACE, Format.JSON_LINES, dialect=Dialect(null=("", "-")))
    assert read_source(source, ["a", "b[*]"]) == [(None, [None, "x"]), (None, [])]


def test_queries_see_the_members_of_json(tmp_path: Path) -> None:
    path = write(tmp_path / "t.jsonl", '{"Name": "x", "name": 1, "json item": 2}\n')
    connection = duckdb.connect()
    relation = bind_source(connection, FileSource(path, PLACE, Format.JSON_LINES), [], Sandbox((tmp_path,)))
    assert connection.execute(f'SELECT "Name", "name_1", "json item_1" FROM ({relation.sql})').fetchall() == [("x", "1", "2")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_json_in_other_encodings(read_source: Read, tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "t.json", '\ufeff{"a": "Ә"}'.removeprefix("\ufeff" * (encoding != "utf-16-le")).encode(encoding))
    source = FileSource(path, PLACE, Format.JSON, dialect=Dialect(encoding=encoding))
    assert read_source(source, ["a"]) == [("Ә",)]


@pytest.mark.parametrize(
    ("content", "iterator", "message"),
    [
        ("", "$", "t.json:1: the file is empty, which is not JSON [json]"),
        ('[{"a": 1},\n{"a": x}]', "$[*]", "t.json:2: not JSON: Expecting value [json]"),
        ('[{"a": 1},\n{"a": 2},\n', "$[*]", "t.json:3: the file ends inside a value [json]"),
        ('[{"a": 1}\n{"a": 2}]', "$[*]", "t.json:2: ']' is expected, and '{' stands here [json]"),
        ('[{"a": 1}]\nrest', "$[*]", "t.json:2: not JSON: Expecting value [json]"),
        ('{"a": {"b": [1, 2\n', "$.a.b[*]", "t.json:2: ']' is expected, and the end of the file stands here [json]"),
        ('{"a": 1,\n b: 2}', "$", "t.json:2: not JSON: Expecting property name enclosed in double quotes [json]"),
        ('{"x": 1,\n y: [2]}', "$.y[*]", "t.json:2: a name in double quotes is expected [json]"),
        ('[\n"\\ud800"]', "$[*]", "t.json:2: half of a pair of surrogates is no character [json]"),
        (b'["a",\n"\xff"]', "$[*]", "t.json:2: byte ff is not utf-8: invalid start byte [encoding]"),
        ('["a\nb"]', "$[*]", "t.json:1: not JSON: Invalid control character at [json]"),
        ('{"a":\n"b', "$", "t.json:2: not JSON: Unterminated string starting at [json]"),
        ("[" * 100_000, "$.x", "t.json:1: the value is nested too deeply [json]"),
    ],
)
def test_broken_json_has_a_line(read_source: Read, tmp_path: Path, content: str | bytes, iterator: str, message: str) -> None:
    path = write(tmp_path / "t.json", content)
    with pytest.raises(DataError) as raised:
        read_source(FileSource(path, PLACE, Format.JSON, iterator), ["a"])
    assert str(raised.value) == f"{tmp_path}/{message}"


def test_a_broken_line_of_json_lines_has_its_number(read_source: Read, tmp_path: Path) -> None:
    lines = [f'{{"a": {number}}}\n' for number in range(100_000)]
    lines[70_000] = '{"a": 1\n'
    path = write(tmp_path / "t.jsonl", "".join(lines))
    with pytest.raises(DataError, match=r"t\.jsonl:70002: not JSON: Expecting ',' delimiter"):
        read_source(FileSource(path, PLACE, Format.JSON_LINES), ["a"])
