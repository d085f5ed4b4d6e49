"""Every kind of bad input: the message with its place, the exit code, and an output folder that stays as it was."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from kzlod.cli import main

SMALL = Path(__file__).parent / "small_project"
FACTS = "facts/letters"

Edit = Callable[[Path], object]


def put(name: str, old: str, new: str) -> Edit:
    """An edit of a file: the first ``old`` becomes ``new``."""

    def edit(project: Path) -> None:
        path = project / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_bytes(text.replace(old, new, 1).encode("utf-8"))

    return edit


def put_bytes(name: str, change: Callable[[bytes], bytes]) -> Edit:
    return lambda project: (project / name).write_bytes(change((project / name).read_bytes()))


def remove(name: str) -> Edit:
    return lambda project: (project / name).unlink()


PERSONS, MEMBERSHIPS, ORGANIZATIONS, EVIDENCE = (
    f"{FACTS}/{name}.csv" for name in ("persons", "memberships", "organizations", "evidence")
)
MAPPING = "mappings/letters.yml"

CASTING = """everybody: [../facts/letters/persons.csv~csv]
  persons:
    query: SELECT id, name, language, CAST(name AS INTEGER) AS home FROM everybody"""

# A fact that follows from a membership, first without a word on its evidence.
DERIVED = """mappings:
  derived:
    source: memberships
    graph: fact/derived/holders/$(id)
    s: person/$(person)
    po:
      - [schema:worksFor, organization/$(organization)~iri]
  derived_status:
    source: memberships
    graph: graph/evidence
    s: fact/derived/holders/$(id)
    po:
      - [a, https://w3id.org/kzlod/ns#Fact~iri]
      - [https://w3id.org/kzlod/ns#status, https://w3id.org/kzlod/ns#accepted~iri]
      - [https://w3id.org/kzlod/ns#derivedBy, rule/holder~iri]
      - [http://www.w3.org/ns/prov#wasDerivedFrom, fact/letters/memberships/$(id)~iri]
"""
EVIDENCE_OF_DERIVED = "      - [https://w3id.org/kzlod/ns#evidence, fact/letters/memberships/$(id)~iri]\n"


def swap_for_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def put_all(*edits: Edit) -> Edit:
    return lambda project: [edit(project) for edit in edits]


def reject_membership(project: Path) -> None:
    columns = [
        {"name": name, "required": name in {"table", "row", "status"}}
        for name in ("table", "row", "status", "according_to", "basis")
    ]
    table = {
        "url": "qualifications.csv",
        "https://w3id.org/kzlod/ns#role": "qualifications",
        "tableSchema": {"columns": columns, "primaryKey": ["table", "row"]},
    }
    path = project / FACTS / "tables.json"
    description = json.loads(path.read_text(encoding="utf-8"))
    description["tables"].append(table)
    path.write_text(json.dumps(description), encoding="utf-8")
    rows = "table,row,status,according_to,basis\nmemberships,ember-bridges,rejected,,\n"
    (project / FACTS / "qualifications.csv").write_text(rows, encoding="utf-8")


CASES: dict[str, tuple[Edit, int, str]] = {
    "missing table": (remove(PERSONS), 1, f"{PERSONS}: there is no such file"),
    "unclosed quote": (put(PERSONS, "Ada Ember", '"Ada Ember'), 1, f"{PERSONS}:2:7: "),
    "too few cells": (put(PERSONS, "alia,Әлия,kk,", "alia,Әлия"), 1, f"{PERSONS}:3:10: "),
    "too many cells": (put(PERSONS, "alia,Әлия,kk,", "alia,Әлия,kk,,,"), 1, f"{PERSONS}:3:"),
    "wrong encoding": (
        put_bytes(PERSONS, lambda data: data.decode().replace("Әлия", "É").encode("latin-1")),
        1,
        f"{PERSONS}:3:6: ",
    ),
    "byte order mark": (put_bytes(PERSONS, lambda data: b"\xef\xbb\xbf" + data), 1, f"{PERSONS}:1:1: "),
    "CRLF": (put_bytes(PERSONS, lambda data: data.replace(b"\n", b"\r\n")), 1, f"{PERSONS}:1:"),
    "NUL": (put_bytes(PERSONS, lambda data: data.replace(b"Ada", b"A\x00a")), 1, f"{PERSONS}:2:8: "),
    "duplicate key": (put(PERSONS, "alia,", "ember,"), 1, f"{PERSONS}:3:1: "),
    "dangling reference": (put(MEMBERSHIPS, ",bridges,2019", ",bridge,2019"), 1, f"{MEMBERSHIPS}:2:21: "),
    "no such day": (put(MEMBERSHIPS, "2019", "2023-02-30"), 1, f"{MEMBERSHIPS}:2:29: '2023-02-30'"),
    "month 13": (put(MEMBERSHIPS, "2019", "2019-13"), 1, f"{MEMBERSHIPS}:2:29: '2019-13'"),
    "end before start": (put(MEMBERSHIPS, "2019,", "2019,2018-05"), 1, f"{MEMBERSHIPS}:2:"),
    "cyclic tree": (put(ORGANIZATIONS, "Ministry of Works,", "Ministry of Works,bridges"), 1, f"{ORGANIZATIONS}:"),
    "span past the end": (put(EVIDENCE, "letter,13,22", "letter,13,2200"), 1, f"{EVIDENCE}:3:"),
    "fact without evidence": (put(EVIDENCE, "persons,alia", "persons,alya"), 1, f"{PERSONS}:3"),
    "evidence of nothing": (put(EVIDENCE, "persons,alia", "persons,alya"), 1, f"{EVIDENCE}:4:"),
    "no tables.json": (remove(f"{FACTS}/tables.json"), 2, f"{FACTS}/tables.json: there is no such file"),
    "unknown prefix": (put(MAPPING, "a, schema:Person", "a, shema:Person"), 2, f"{MAPPING}:24:13: unknown prefix 'shema'"),
    "unknown column": (put(MAPPING, "$(language)", "$(lang)"), 2, f"{MAPPING}:25:23: source 'persons' has no column 'lang'"),
    "no mapping": (remove(MAPPING), 2, "mappings: there is no mapping here"),
    "row that states nothing": (put(MAPPING, "s: person/$(id)", "s: person/$(home)"), 1, f"{PERSONS}:3: row 'alia' states nothing"),
    "graph that is no fact": (
        put(MAPPING, "graph: fact/letters/persons/$(id)", "graph: fact/letters/people/$(id)"),
        1,
        f"{MAPPING}:24: statements go to <https://example.org/fact/letters/people/alia>",
    ),
    "IRI that is none": (
        put(PERSONS, "place/harbour", "place/the harbour"),
        1,
        f"{PERSONS}:2: '<https://example.org/place/the harbour>' is no RDF term",
    ),
    "shape that is broken": (put("shapes/person.ttl", "5000 ;", "4 ;"), 1, f"{PERSONS}:2:7: needs a name"),
    "shape without Turtle": (put("shapes/person.ttl", "sh:NodeShape ;", "sh:NodeShape"), 2, "shapes/person.ttl:8:"),
    "no shapes": (remove("shapes/person.ttl"), 2, "shapes: there are no shapes here"),
    "no source": (put("kzlod.toml", '["letters"]', "[]"), 2, f"{MAPPING}:8:13: there is no table 'persons.csv' here"),
    "a folder where a file should be": (lambda project: swap_for_folder(project / MAPPING), 2, f"{MAPPING}: "),
    "rows that a query cannot take": (
        put(MAPPING, "persons: [../facts/letters/persons.csv~csv]", CASTING),
        1,
        f"{MAPPING}:22:5: the rows of source 'persons' cannot be mapped: Conversion Error",
    ),
    "statement without evidence": (
        put(MAPPING, "mappings:\n", DERIVED),
        1,
        f"{MAPPING}:23: a fact has evidence",
    ),
    "conclusion from a rejected fact": (
        put_all(put(MAPPING, "mappings:\n", DERIVED + EVIDENCE_OF_DERIVED), reject_membership),
        1,
        f"{MEMBERSHIPS}:2: what follows is accepted only where every fact",
    ),
    "configuration": (put("kzlod.toml", "https://example.org/", "example"), 2, "kzlod.toml:1: base must be an IRI"),
    "configuration that is no TOML": (put("kzlod.toml", "=", ""), 2, "kzlod.toml: not TOML"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "project")
    return tmp_path / "project"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the project gives before it is spoilt."""
    output = tmp_path_factory.mktemp("built") / "output"
    result = CliRunner().invoke(main, ["build", "--project", str(SMALL), "--out", str(output)])
    assert result.exit_code == 0, result.output
    return output


def read_folder(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("name", CASES)
def test_bad_input(name: str, project: Path, output: Path) -> None:
    edit, exit_code, message = CASES[name]
    shutil.copytree(output, project / "output")
    before = read_folder(project / "output")
    edit(project)
    result = CliRunner().invoke(main, ["build", "--project", str(project)])
    assert result.exit_code == exit_code, result.output
    shown = result.stderr.replace(f"{project.as_posix()}/", "")
    assert any(line.startswith(message) for line in shown.splitlines()), shown
    assert result.stdout == ""
    assert read_folder(project / "output") == before
    assert sorted(path.name for path in project.glob(".output*") if path.is_dir()) == []


def test_another_hash(project: Path) -> None:
    put(f"{EVIDENCE}", "letter,13,22", "letter,13,21")(project)
    call = ["check", "--project", str(project)]
    assert CliRunner().invoke(main, call).exit_code == 0, "without the documents the hash cannot be known"
    result = CliRunner().invoke(main, [*call, "--documents", str(project / "documents")])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{EVIDENCE}:3:"), result.stderr


def test_every_bad_cell_is_reported_at_once(project: Path) -> None:
    put(MEMBERSHIPS, "ember,bridges,2019,", "emba,bridge,2019-13,x")(project)
    put(PERSONS, "en", "e n")(project)
    result = CliRunner().invoke(main, ["check", "--project", str(project)])
    assert result.exit_code == 1
    places = [line.split(": ")[0] for line in result.stderr.splitlines()]
    for column in ("15", "20", "27", "35"):
        assert f"{MEMBERSHIPS}:2:{column}" in places
    assert f"{PERSONS}:2:17" in places


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        'say "hi"',
        "two\nlines",
        "{braces} $(id) %s",
        "😀 family 👨‍👩‍👧",
        "\u200fright\u202eto left",
        "back\\slash\t",
        "</script>",
        "'; DROP TABLE persons; --",
    ],
    ids=ascii,
)
def test_hostile_names_survive(name: str, project: Path) -> None:
    quoted = f'"{name.replace(chr(34), chr(34) * 2)}"' if any(char in name for char in '",\n') else name
    put(PERSONS, "Ada Ember", quoted)(project)
    result = CliRunner().invoke(main, ["build", "--project", str(project)])
    assert result.exit_code == 0, result.output
    found = CliRunner().invoke(main, ["query", "people", "--format", "json", "--project", str(project)])
    names = [binding["name"]["value"] for binding in json.loads(found.stdout)["results"]["bindings"]]
    assert name in names
