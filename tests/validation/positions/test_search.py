"""Where terms are found in files: golden cases, and files that mean harm."""

import json
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kzlod.terms import read_literal
from kzlod.validation.data import read_data
from kzlod.validation.positions.lines import locate_bytes
from kzlod.validation.positions.search import Position, Wanted, find_positions

CASES = Path(__file__).parent / "cases"
XSD_INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"


def show(position: Position) -> str:
    return f"{Path(position.file).name}:{position.line}:{position.column}-{position.end_line}:{position.end_column}"


def cut(position: Position) -> str:
    """What stands at a position, found by counting characters."""
    lines = Path(position.file).read_text(encoding="utf-8").split("\n")[position.line - 1 : position.end_line]
    lines[-1] = lines[-1][: position.end_column - 1]
    return "\n".join([lines[0][position.column - 1 :], *lines[1:]])


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_case(case: Path) -> None:
    files = sorted(path for path in case.iterdir() if path.name != "expected.json")
    expected = {Wanted(*entry["wanted"]): entry for entry in json.loads((case / "expected.json").read_text(encoding="utf-8"))}
    found = find_positions(files, expected.keys())
    assert {wanted: show(found[wanted]) if wanted in found else None for wanted in expected} == {
        wanted: entry["place"] for wanted, entry in expected.items()
    }
    assert {wanted: cut(found[wanted]) for wanted in found} == {wanted: expected[wanted]["text"] for wanted in found}
    for wanted in expected:  # alone, so that more is left out
        alone = find_positions(files, [wanted])
        assert alone.get(wanted) == found.get(wanted)


def test_blank_nodes_have_the_numbers_of_the_graph_that_is_validated() -> None:
    files = sorted((CASES / "several_files").glob("[0-9].*"))
    lines = read_data(files).splitlines()
    triples = [Wanted(*line.removesuffix(" .").split(" ", 2)) for line in lines]
    found = find_positions(files, triples)
    values = {triple: read_literal(triple.object).text for triple in triples if triple.subject.startswith("_:")}
    assert sorted(values.values()) == ["1", "2", "3", "4"]
    assert {triple: cut(found[triple]) for triple in values} == values


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


SUBJECT = "<http://example.org/s>"
PREDICATE = "<http://example.org/p>"
RDF_XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">{}</rdf:RDF>'


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("brackets.ttl", f"{SUBJECT} {PREDICATE} " + f"[{PREDICATE} " * 100_000 + "1" + "]" * 100_000 + " .", "1:24"),
        ("lists.ttl", f"{SUBJECT} {PREDICATE} " + "(" * 100_000 + "1" + ")" * 100_000 + " .", "1:24"),
        ("line.ttl", f'<x> {PREDICATE} "' + "ж" * 5_000_000 + f'" . {SUBJECT} {PREDICATE} 1 .', "1:5000056"),
        ("escapes.ttl", f'<x> {PREDICATE} "' + '\\"' * 2_000_000 + f'" . {SUBJECT} {PREDICATE} 1 .', "1:4000056"),
        ("nul.ttl", f'<x> {PREDICATE} "\0" .\r\n{SUBJECT} {PREDICATE} 1 .', "2:24"),
        ("carriage.ttl", f"# old\r{SUBJECT} {PREDICATE} 1 .", "2:24"),
        ("comments.ttl", "#\n" * 1_000_000 + f"{SUBJECT} {PREDICATE} 1 .", "1000001:24"),
        ("fake.ttl", f"<x> {PREDICATE} \"{SUBJECT} {PREDICATE} 1 .\" , 'a.' . # {SUBJECT}\n{SUBJECT} {PREDICATE} 1 .", "2:24"),
        ("deep.jsonld", '{"@id":"http://example.org/s","http://example.org/p":' * 900 + "1" + "}" * 900, "1:31"),
        ("quotes.jsonld", '{"http://example.org/p":"' + '\\"@context\\":{' * 100_000 + '","@id":"http://example.org/s"}', "1:2"),
        ("order.jsonld", '{"http://example.org/p":1,"@id":"s","@context":{"@base":"http://example.org/"}}', "1:2"),
        ("entity.rdf", RDF_XML.format('<e:T rdf:about="http://example.org/s" e:p="&gt;"/>'), "1:136"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 20 else "",
)
def test_hostile_file_is_searched(name: str, content: str, place: str, tmp_path: Path) -> None:
    file = write(tmp_path / name, content)
    assert list(pyoxigraph.parse(path=str(file), base_iri=file.as_uri()))
    wanted = Wanted(SUBJECT, PREDICATE)
    found = find_positions([file], [wanted])[wanted]
    assert f"{found.line}:{found.column}" == place


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.ttl", None),
        ("broken.ttl", f"{SUBJECT} {PREDICATE} ] ) }} <"),
        ("bytes.ttl", b"\xff\xfe\x00<"),
        ("broken.jsonld", '{"@id": [}'),
        ("arrays.jsonld", "[" * 100_000 + "]" * 100_000),
        ("closed.jsonld", "]}]}"),
        ("broken.rdf", RDF_XML.format("</e:T>")),
        ("deep.rdf", RDF_XML.format("<e:T><e:p>" * 20_000 + "</e:p></e:T>" * 20_000)),
        (
            "laughs.rdf",
            '<!DOCTYPE rdf:RDF [<!ENTITY a0 "0123456789">'
            + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
            + "]>"
            + RDF_XML.format('<e:T rdf:about="http://example.org/s"><e:q>&a9;</e:q></e:T>'),
        ),
        ("external.rdf", '<!DOCTYPE rdf:RDF [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + RDF_XML.format("<e:T e:p='&x;'/>")),
        ("unknown.xyz", "?"),
    ],
)
def test_unreadable_file_costs_nothing_but_its_places(name: str, content: str | bytes | None, tmp_path: Path) -> None:
    file = tmp_path / name
    if content is not None:
        write(file, content)
    good = write(tmp_path / "good.ttl", f"{SUBJECT} <http://example.org/known> 1 .")
    wanted = Wanted(SUBJECT, "<http://example.org/known>")
    found = find_positions([file, good], [wanted, Wanted("<http://example.org/none>")])
    assert {triple: Path(position.file).name for triple, position in found.items()} == {wanted: "good.ttl"}


def test_many_values_of_one_subject_are_searched_at_once(tmp_path: Path) -> None:
    file = write(tmp_path / "data.ttl", f"{SUBJECT} {PREDICATE} " + ",".join(str(number) for number in range(20_000)) + " .")
    wanted = [Wanted(SUBJECT, PREDICATE, f'"{number}"^^{XSD_INTEGER}') for number in range(20_000)]
    assert [position.line for position in find_positions([file], wanted).values()] == [1] * 20_000


def test_nothing_is_wanted(tmp_path: Path) -> None:
    assert find_positions([tmp_path / "missing.ttl"], []) == {}


TEXTS = st.lists(st.sampled_from(["a", "ж", "😀", "\n", "\r", "\r\n", "\t"]), max_size=30).map("".join)


@given(text=TEXTS, data=st.data())
def test_bytes_are_located_by_lines_and_characters(text: str, data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, len(text)), max_size=5))
    # Between the two characters of one line break there is nothing that could be looked for.
    numbers = [number for number in numbers if text[number - 1 : number + 1] != "\r\n"]
    expected = {}
    for number in numbers:
        lines = text[:number].replace("\r\n", "\n").replace("\r", "\n").split("\n")
        expected[len(text[:number].encode())] = (len(lines), len(lines[-1]) + 1)
    assert locate_bytes(text.encode(), expected) == expected
    moved = {offset + 3: place for offset, place in expected.items()}
    assert locate_bytes(b"\xef\xbb\xbf" + text.encode(), moved) == moved


@pytest.mark.parametrize("ending", ["ttl", "nt"])
def test_a_mark_of_byte_order_is_no_column(ending: str, tmp_path: Path) -> None:
    path = write(tmp_path / f"data.{ending}", f"\ufeff{SUBJECT} {PREDICATE} {SUBJECT} .\n")
    assert show(find_positions([path], [Wanted(SUBJECT, PREDICATE)])[Wanted(SUBJECT, PREDICATE)]) == f"data.{ending}:1:24-1:46"
