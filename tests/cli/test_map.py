from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import IO, cast

import duckdb
import pyoxigraph
import pytest
from click.testing import CliRunner, Result

from kzlod.cli import main
from kzlod.mapping.sources.input_files import find_zstd, open_bytes
from kzlod.tree import Place

MAPPING = """\
prefixes: {ex: http://example.org/, foaf: http://xmlns.com/foaf/0.1/}
mappings:
  person:
    sources: [[persons.csv~csv]]
    s: ex:$(id)
    po:
      - [a, foaf:Person]
      - [foaf:name, $(name)]
      - [foaf:homepage, $(page)~iri]
"""
ROWS = 'id,name,page\n1,Ada,http://example.org/ada\n2,"Ben ""B"" Moss",not an iri\n3,,\n'
LINES = [
    "<http://example.org/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Person> .",
    '<http://example.org/1> <http://xmlns.com/foaf/0.1/name> "Ada" .',
    "<http://example.org/1> <http://xmlns.com/foaf/0.1/homepage> <http://example.org/ada> .",
    "<http://example.org/2> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Person> .",
    '<http://example.org/2> <http://xmlns.com/foaf/0.1/name> "Ben \\"B\\" Moss" .',
    "<http://example.org/3> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Person> .",
]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mapping.yml").write_text(MAPPING)
    (tmp_path / "persons.csv").write_text(ROWS)
    return tmp_path


def open_writer(path: Path) -> IO[bytes]:
    """Opens a file that is compressed by its ending."""
    module = {".gz": gzip, ".zst": find_zstd()}.get(path.suffix.lower(), io)
    return cast("IO[bytes]", module.open(path, "wb"))


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["map", str(folder / "mapping.yml"), *arguments])


def test_lines_go_to_standard_output_and_a_value_that_is_no_iri_is_left_out_with_a_warning(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 0
    assert sorted(result.stdout.splitlines()) == sorted(LINES)
    assert result.stderr == (
        f"warning: {folder.as_posix()}/mapping.yml:9:25: 1 row makes no RDF term here, such as "
        "'<http://example.com/not an iri>'; what they state with it is left out [term]\n"
    )


def test_strict_makes_the_warning_an_error(folder: Path) -> None:
    result = run(folder, "--strict", "-o", str(folder / "out.nq"))
    assert result.exit_code == 1
    assert "not an iri" in result.stderr
    assert not (folder / "out.nq").exists()


@pytest.mark.parametrize(
    "name", ["out.nt", "out.nq", "out.ttl", "out.trig", "out.jsonld", "out.nt.gz", "out.ttl.gz", "out.jsonld.zst", "out.nq.zst"]
)
def test_every_format_says_the_same(name: str, folder: Path) -> None:
    output = folder / name
    assert run(folder, "-o", str(output)).exit_code == 0
    with open_bytes(output, Place(name, 1, 1)) as file:
        data = file.read()
    form = pyoxigraph.RdfFormat.from_extension(name.split(".")[1])
    assert form is not None
    assert {f"{quad.triple} ." for quad in pyoxigraph.parse(input=data, format=form)} == set(LINES)
    assert sorted(path.name for path in folder.iterdir()) == sorted(["mapping.yml", "persons.csv", name])


@pytest.mark.parametrize(
    ("row", "place"),
    [(b"4,Eve\n", "persons.csv:500004"), (b'4,"Eve,x\n', "persons.csv:500004"), (b"4,\xff,x\n", "persons.csv:500004")],
)
def test_a_broken_row_is_named_and_the_former_output_stays(row: bytes, place: str, folder: Path) -> None:
    (folder / "out.nq").write_text("former\n")
    filler = b"".join(b"%d,name %d,http://example.org/p\n" % (number, number) for number in range(10, 500_010))
    tail = b"".join(b"%d,late,\n" % number for number in range(600_000, 600_010))
    (folder / "persons.csv").write_bytes(b"id,name,page\n1,Ada,\n2,Ben,\n" + filler + row + tail)
    result = run(folder, "-o", str(folder / "out.nq"))
    assert result.exit_code == 1
    assert place in result.stderr
    assert (folder / "out.nq").read_text() == "former\n"
    assert sorted(path.name for path in folder.iterdir()) == ["mapping.yml", "out.nq", "persons.csv"]


def test_a_mapping_reads_its_own_folder_and_those_of_data(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (folder / "persons.csv").rename(elsewhere / "persons.csv")
    (folder / "mapping.yml").write_text(MAPPING.replace("persons.csv~csv", f"{elsewhere}/persons.csv~csv"))
    assert run(folder).exit_code == 2
    assert "--data" in run(folder).stderr
    assert run(folder, "--data", str(elsewhere)).exit_code == 0
    assert run(folder, "--allow-external").exit_code == 0


def test_explain_prints_the_sql_of_each_piece_and_the_rules_it_is_of(folder: Path) -> None:
    with (folder / "mapping.yml").open("a") as mapping:
        mapping.write("  homepage:\n    sources: [[persons.csv~csv]]\n    s: $(page)~iri\n    po:\n      - [a, foaf:Person]\n")
    result = run(folder, "--explain")
    assert result.exit_code == 0
    at = f"{folder.as_posix()}/mapping.yml"
    # Both classes may be stated of one thing, so that these rules make one piece.
    streamed = f"\n-- piece 1: streamed in the order of the source\n-- of {at}:8, {at}:9\nSELECT "
    distinct = f"\n-- piece 2: made distinct and sorted\n-- of {at}:7, {at}:14\nSELECT "
    assert streamed in result.stdout
    assert distinct in result.stdout
    assert "-- piece 3" not in result.stdout


def test_a_name_of_a_mapping_is_no_sql_where_it_is_explained(tmp_path: Path) -> None:
    (tmp_path / "persons.csv").write_text(ROWS)
    mapping = tmp_path / "a\nDROP TABLE x;.yml"
    mapping.write_text(MAPPING)
    result = CliRunner().invoke(main, ["map", str(mapping), "--explain"])
    assert result.exit_code == 0
    # It may stand in names of views, which are quoted.
    types = {statement.type for statement in duckdb.extract_statements(result.stdout)}
    assert types == {duckdb.StatementType.CREATE, duckdb.StatementType.SELECT}


@pytest.mark.parametrize("vocabulary", ["rml", "ql"])
def test_an_exported_mapping_maps_to_the_same(vocabulary: str, folder: Path) -> None:
    exported = CliRunner().invoke(main, ["export", "rml", str(folder / "mapping.yml"), "--vocabulary", vocabulary])
    assert exported.exit_code == 0
    (folder / "mapping.ttl").write_text(exported.stdout)
    result = CliRunner().invoke(main, ["map", str(folder / "mapping.ttl")])
    assert result.exit_code == 0
    assert set(result.stdout.splitlines()) == set(LINES)


@pytest.mark.parametrize("name", ["out.nt", "out.ttl"])
def test_what_knows_no_graphs_tells_their_triples(name: str, folder: Path) -> None:
    (folder / "mapping.yml").write_text(MAPPING.replace("    po:", "    graphs: ex:graph/$(id)\n    po:"))
    assert run(folder, "-o", str(folder / name)).exit_code == 0
    assert {f"{quad.triple} ." for quad in pyoxigraph.parse(path=folder / name)} == set(LINES)


@pytest.mark.parametrize("form", ["turtle", "parquet", "nquads"])
def test_the_former_output_stays_whatever_the_format(form: str, folder: Path) -> None:
    output = folder / "out"
    output.write_text("former\n")
    (folder / "persons.csv").write_text("id,name,page\n1,Ada\n")
    result = run(folder, "-o", str(output), "--format", form)
    assert (result.exit_code, output.read_text()) == (1, "former\n")
    assert sorted(path.name for path in folder.iterdir()) == ["mapping.yml", "out", "persons.csv"]


def test_a_language_tag_of_no_language_is_refused(folder: Path) -> None:
    (folder / "mapping.yml").write_text(MAPPING.replace("$(name)]", "$(name), english~lang]"))
    result = run(folder)
    assert (result.exit_code, "'english' is no language tag" in result.stderr) == (2, True)


@pytest.mark.parametrize(("end", "length", "is_taken"), [("a", 255, True), ("ab", 256, False)])
def test_a_language_tag_of_data_has_up_to_255_characters(folder: Path, end: str, length: int, is_taken: bool) -> None:
    tag = "-".join(["x", *["abcdefgh"] * 28, end])
    assert len(tag) == length
    (folder / "mapping.yml").write_text(MAPPING.replace("$(name)", "$(name), $(page)~lang").replace(", $(page)~iri", ", x"))
    (folder / "persons.csv").write_text(f"id,name,page\n1,Ada,{tag}\n")
    result = run(folder)
    assert (f'"Ada"@{tag} .' in result.stdout) == is_taken
    assert (result.stderr == "") == is_taken


def test_lines_of_comments_are_left_out_where_the_mapping_says_what_starts_them(folder: Path) -> None:
    (folder / "persons.csv").write_text("#set: persons\nid,name,page\n1,Ade,\n# not yet\n2,#Bea,\n")
    (folder / "mapping.yml").write_text(MAPPING.replace("[[persons.csv~csv]]", '{access: persons.csv, comment: "#"}'))
    names = "<http://xmlns.com/foaf/0.1/name> "
    assert [line.partition(names)[2] for line in run(folder).stdout.splitlines() if names in line] == ['"Ade" .', '"#Bea" .']
    (folder / "mapping.yml").write_text(MAPPING.replace("[[persons.csv~csv]]", '{access: persons.csv, comment: "//"}'))
    result = run(folder)
    assert (result.exit_code, "a comment is one character" in result.stderr) == (2, True)


@pytest.mark.parametrize("mapping", sorted((ROOT / "mappings").glob("*.yml")), ids=lambda path: path.name)
def test_a_mapping_of_the_project_is_mapped_by_itself(mapping: Path) -> None:
    result = CliRunner().invoke(main, ["map", str(mapping), "--data", str(ROOT / "facts")])
    assert result.exit_code == 0, result.stderr
    assert result.stdout


@pytest.mark.parametrize("name", ["t.tsv", "T.TSV", "t.tsv.gz", "T.Tsv.GZ", "t.tsv.zst"])
@pytest.mark.parametrize("source", ["{name}", "{{access: {name}, encoding: latin-1}}", "{{access: {name}, delimiter: ';'}}"])
def test_tabs_stand_in_tsv_unless_a_delimiter_is_given(name: str, source: str, folder: Path) -> None:
    data = "id;name\n1;Adé\n".replace(";", ";" if "delimiter" in source else "\t").encode(
        "latin-1" if "encoding" in source else "utf-8"
    )
    with open_writer(folder / name) as file:
        file.write(data)
    head = f"prefixes: {{ex: http://example.org/}}\nsources:\n  a: {source.format(name=name)}\n"
    (folder / "mapping.yml").write_text(f"{head}mappings: {{m: {{source: a, s: ex:$(id), po: [[ex:name, $(name)]]}}}}\n")
    assert run(folder).stdout == '<http://example.org/1> <http://example.org/name> "Adé" .\n'
    if "{{" not in source:
        (folder / "mapping.ttl").write_text(
            "@prefix rml: <http://w3id.org/rml/> . <#m> rml:logicalSource "
            f'[ rml:source "{name}" ; rml:referenceFormulation rml:CSV ] ; '
            'rml:subjectMap [ rml:template "http://example.org/{id}" ] ; '
            'rml:predicateObjectMap [ rml:predicate <http://example.org/name> ; rml:objectMap [ rml:reference "name" ] ] .'
        )
        result = CliRunner().invoke(main, ["map", str(folder / "mapping.ttl")])
        assert result.stdout == '<http://example.org/1> <http://example.org/name> "Adé" .\n'


def test_a_cell_that_is_no_number_is_none_to_try_cast(folder: Path) -> None:
    (folder / "mapping.yml").write_text(
        "prefixes: {ex: http://example.org/}\nsources:\n  a: persons.csv\n"
        "  q: {query: 'SELECT id, TRY_CAST(name AS INTEGER) AS number FROM a'}\n"
        "mappings: {m: {source: q, s: ex:$(id), po: [[ex:number, $(number)]]}}\n"
    )
    (folder / "persons.csv").write_text("id,name\n1,7\n2,many\n")
    result = run(folder)
    assert (result.exit_code, result.stdout) == (
        0,
        '<http://example.org/1> <http://example.org/number> "7"^^<http://www.w3.org/2001/XMLSchema#integer> .\n',
    )
