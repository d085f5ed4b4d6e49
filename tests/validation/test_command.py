"""``kzlod validate`` as a job in CI sees it: exit code, standard output, standard error."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kzlod.cli import main
from kzlod.validation.formats.choice import FORMATS

CASES = Path(__file__).parent / "cases"


def validate(case: str, *arguments: str) -> Result:
    folder = CASES / case
    return CliRunner().invoke(main, ["validate", str(folder / "data.ttl"), "--shapes", str(folder / "shapes.ttl"), *arguments])


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_has_what_standard_output_has(form: str, tmp_path: Path) -> None:
    result = validate("severities", "--format", form, "--format", f"{form}={tmp_path / 'report'}")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout_bytes == (tmp_path / "report").read_bytes() != b""
    assert list(tmp_path.iterdir()) == [tmp_path / "report"]


@pytest.mark.parametrize(
    "formats", [["text", "json"], ["sarif=a", "junit=a"], ["sarif="], ["sarif=missing/a"], ["sarif=."], ["xml"], ["=a"], [""]]
)
def test_reports_that_cannot_be(formats: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = validate("severities", *(word for form in formats for word in ("--format", form)))
    assert (result.exit_code, result.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert result.stderr.startswith("--format: ")


def test_max_results_leaves_the_rest_out_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    result = validate("many", "--max-results", "3", "--format", "text", "--format", f"json={file}")
    report = json.loads(file.read_text(encoding="utf-8"))
    assert (result.exit_code, len(report["results"]), report["leftOut"], report["counts"]["violation"]) == (1, 3, 11, 14)
    assert result.stderr == "--max-results: warning: 11 of 14 results are left out of the reports [max-results]\n"
    assert result.stdout.count(": <") == 3
    assert "does not conform: 14 results" in result.stdout


def test_max_results_0_is_all() -> None:
    result = validate("many", "--max-results", "0")
    assert (result.stdout.count(": <"), result.stderr) == (14, "")


def test_what_ends_a_run_is_an_annotation_too(tmp_path: Path) -> None:
    data = tmp_path / "a,b.ttl"
    data.write_text("<a:a> <a:p> ?", encoding="utf-8")
    shapes = str(CASES / "conforms" / "shapes.ttl")
    result = CliRunner().invoke(main, ["validate", str(data), "--shapes", shapes, "--format", "github"])
    assert result.exit_code == 1
    assert re.fullmatch(r"::error file=[^,]*/a%2Cb.ttl,line=1,col=13,title=kzlod syntax::not Turtle: .*\n", result.stdout)
    assert "a,b.ttl:1:13: " in result.stderr


def test_text_is_the_default() -> None:
    result = validate("conforms")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "conforms\n", "")


SHAPE = """
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:minCount 1 ; sh:severity sh:%s ] .
"""


@pytest.mark.parametrize(
    ("severity", "threshold", "code"),
    [
        ("Violation", "violation", 1),
        ("Violation", "info", 1),
        ("Warning", "violation", 0),
        ("Warning", "warning", 1),
        ("Warning", "info", 1),
        ("Info", "violation", 0),
        ("Info", "warning", 0),
        ("Info", "info", 1),
    ],
)
def test_fail_on(severity: str, threshold: str, code: int, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPE % severity, encoding="utf-8")
    data = str(CASES / "conforms" / "data.ttl")
    result = CliRunner().invoke(main, ["validate", data, "--shapes", str(shapes), "--fail-on", threshold])
    assert result.exit_code == code
    assert f"\ndoes not conform: 1 result (1 {severity.lower()})\n" in result.stdout


def test_violation_is_the_default_threshold(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPE % "Warning", encoding="utf-8")
    result = CliRunner().invoke(main, ["validate", str(CASES / "conforms" / "data.ttl"), "--shapes", str(shapes)])
    assert result.exit_code == 0
    assert "\ndoes not conform: 1 result (1 warning)\n" in result.stdout


def test_bad_data_is_a_problem_of_the_data(tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text("<a:a> <a:p> ?", encoding="utf-8")
    shapes = str(CASES / "conforms" / "shapes.ttl")
    other = tmp_path / "other.txt"
    other.write_text("", encoding="utf-8")
    result = CliRunner().invoke(main, ["validate", str(data), str(other), "--shapes", shapes])
    assert (result.exit_code, result.stdout) == (1, "")
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"{data.as_posix()}:1:13: not Turtle: ")
    assert lines[1].startswith(f"{other.as_posix()}: ")
    assert lines[2:] == ["2 problems"]


def test_a_missing_file_is_a_wrong_call(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["validate", str(tmp_path / "missing.ttl"), "--shapes", str(CASES / "conforms" / "shapes.ttl")]
    )
    assert (result.exit_code, result.stdout) == (2, "")
    assert "missing.ttl" in result.stderr


@pytest.mark.parametrize("text", ["<a:a> <a:p> ?", SHAPE % "Info" + "ex:S sh:minCount 1 .", "<a:a> <a:p> <a:b> .", ""])
def test_bad_shapes_are_a_problem_of_the_configuration(text: str, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["validate", str(CASES / "conforms" / "data.ttl"), "--shapes", str(shapes)])
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)


def test_without_shapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["validate", str(CASES / "conforms" / "data.ttl")])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--shapes" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument 'DATA...'"),
        (["x.ttl", "--max-results", "-1"], "'--max-results': -1 is not"),
        (["x.ttl", "--fail-on", "all"], "'--fail-on': 'all' is not"),
    ],
)
def test_a_wrong_call(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["validate", *arguments])
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


@pytest.mark.parametrize("engine", ["auto", "pyshacl", "turbo"])
def test_engines_print_the_same(engine: str) -> None:
    result = validate("details", "--engine", engine)
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout == validate("details").stdout


def test_what_the_engine_finds_wrong_has_the_line_of_its_shape(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(f"{SHAPE % 'Info'}\nex:T sh:targetNode ex:a ; sh:property ex:Nowhere .", encoding="utf-8")
    result = CliRunner().invoke(main, ["validate", str(shapes), "--shapes", str(shapes), "--engine", "turbo"])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{shapes.as_posix()}:")


def test_warnings_hinder_nothing(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(f"{SHAPE % 'Info'}\nex:T sh:targetClass ex:Nothing .", encoding="utf-8")
    result = CliRunner().invoke(main, ["validate", str(CASES / "conforms" / "data.ttl"), "--shapes", str(shapes)])
    assert result.exit_code == 0
    assert result.stderr.startswith(f"{shapes.as_posix()}:6:1: warning: <https://example.org/T> finds no node in the data")


def test_a_catalogue_finds_imports(tmp_path: Path) -> None:
    (tmp_path / "part.ttl").write_text(SHAPE % "Info", encoding="utf-8")
    main_file, catalogue = tmp_path / "main.ttl", tmp_path / "catalogue.xml"
    main_file.write_text("<> <http://www.w3.org/2002/07/owl#imports> <https://example.org/part> .", encoding="utf-8")
    entry = '<uri name="https://example.org/part" uri="part.ttl"/>'
    catalogue.write_text(f'<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">{entry}</catalog>', encoding="utf-8")
    data = str(CASES / "conforms" / "data.ttl")
    without = CliRunner().invoke(main, ["validate", data, "--shapes", str(main_file)])
    assert (without.exit_code, "--catalogue" in without.stderr) == (2, True)
    found = CliRunner().invoke(main, ["validate", data, "--shapes", str(main_file), "--catalogue", str(catalogue)])
    assert (found.exit_code, found.stderr) == (0, "")
    assert "does not conform: 1 result" in found.stdout


SINCE = """@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ( ex:p ex:q ) ; sh:minCount 1 ] ."""
TRIPLES = "@prefix ex: <https://example.org/> . ex:a ex:p ex:b . ex:b ex:q 1 . ex:c ex:p ex:d . ex:d ex:q ex:e ."


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder with shapes, data, and the folder of an earlier release, when there was more."""
    (tmp_path / "old").mkdir()
    (tmp_path / "shapes.ttl").write_text(SINCE, encoding="utf-8")
    (tmp_path / "old" / "data.ttl").write_text(TRIPLES, encoding="utf-8")
    (tmp_path / "data.ttl").write_text(TRIPLES.replace("ex:b ex:q 1 .", "").replace("ex:d ex:q ex:e .", ""), encoding="utf-8")
    (tmp_path / "old" / "most.ttl").write_text(TRIPLES.replace("ex:d ex:q ex:e .", ""), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--since", "old"], {"a", "c"}),
        (["--since", "old/most.ttl"], {"a"}),
        (["--since", "data.ttl"], set()),
        (["--focus", "https://example.org/d"], {"c"}),
        (["--focus", "https://example.org/d", "--focus", "https://example.org/b"], {"a", "c"}),
    ],
)
def test_only_what_has_changed(arguments: list[str], found: set[str], release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(release)
    result = CliRunner().invoke(main, ["validate", "data.ttl", "-s", "shapes.ttl", "--format", "json", *arguments])
    assert result.exit_code == bool(found)
    assert {node["focusNode"][-2] for node in json.loads(result.stdout)["results"]} == found


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--focus", "person/a"], 2, "--focus: 'person/a' is no IRI [iri]"),
        (["--focus", "ex:a"], 2, "--focus: <ex:a> is not in the data; an entity is named by its whole IRI [focus]"),
        (["--since", "empty"], 2, "empty: there is neither data.ttl nor kzlod.nq in this folder [since]"),
    ],
)
def test_what_cannot_be_compared(
    arguments: list[str], code: int, message: str, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (release / "empty").mkdir()
    monkeypatch.chdir(release)
    result = CliRunner().invoke(main, ["validate", "data.ttl", "-s", "shapes.ttl", *arguments])
    assert (result.exit_code, result.stderr) == (code, f"{message}\n")


def test_what_a_folder_has_lost_or_gained_since_has_changed(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(release)
    for folder, files in {"before": ["links", "names"], "after": ["links", "more"]}.items():
        (release / folder / "deep").mkdir(parents=True)
        for name in files:
            text = {"links": "ex:a ex:p ex:b .", "names": "ex:b ex:q 1 .", "more": "ex:c ex:p ex:d ."}[name]
            (release / folder / "deep" / f"{name}.TTL").write_text(f"@prefix ex: <https://example.org/> . {text}", encoding="utf-8")
    result = CliRunner().invoke(main, ["validate", "after", "-s", "shapes.ttl", "--format", "json", "--since", "before"])
    assert {node["focusNode"][-2] for node in json.loads(result.stdout)["results"]} == {"a", "c"}


def test_a_file_is_read_once_however_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.ttl").write_text("@prefix ex: <https://example.org/> . ex:a ex:p [] .", encoding="utf-8")
    (tmp_path / "link.ttl").symlink_to("data.ttl")
    (tmp_path / "shapes.ttl").write_text(
        "@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> ."
        "ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] .",
        encoding="utf-8",
    )
    names = ["data.ttl", str(tmp_path / "data.ttl"), "link.ttl", "../" + tmp_path.name + "/data.ttl"]
    result = CliRunner().invoke(main, ["validate", *names, "-s", "shapes.ttl"])
    assert (result.exit_code, result.stdout) == (0, "conforms\n")


def test_shapes_in_a_namespace_that_is_not_shacls_are_warned_of(tmp_path: Path) -> None:
    slip = tmp_path / "slip.ttl"
    slip.write_text((SHAPE % "Info").replace("http://www.w3.org", "https://www.w3.org"), encoding="utf-8")
    result = validate("conforms", "--shapes", slip.as_uri())
    assert result.exit_code == 0
    assert "slip.ttl: warning: there is no shape here: SHACL's namespace is <http://www.w3.org/ns/shacl#>" in result.stderr


BROKEN_SHAPES = {
    "query": 'ex:S sh:targetNode ex:a .\nex:S sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?o" ] .',
    "query without $this": 'ex:S sh:targetNode ex:a .\nex:S sh:sparql [ sh:select "SELECT ?x WHERE { ?x ?p ?o }" ] .',
    "pattern": 'ex:S sh:targetNode ex:a .\nex:S sh:property [ sh:path ex:p ; sh:pattern "(a" ] .',
    "circle": "ex:T sh:targetNode ex:a .\nex:S sh:node ex:S .\nex:T sh:node ex:S .",
}


@pytest.mark.parametrize("engine", ["pyshacl", "turbo"])
@pytest.mark.parametrize("broken", BROKEN_SHAPES)
def test_a_broken_shape_has_a_place(broken: str, engine: str, tmp_path: Path) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(
        f"@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n{BROKEN_SHAPES[broken]}\n"
    )
    data.write_text('@prefix ex: <https://example.org/> . ex:a ex:p "a" .\n')
    result = CliRunner().invoke(main, ["validate", str(data), "--shapes", str(shapes), "--engine", engine])
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert re.match(r".*shapes\.ttl:3:\d+: ", result.stderr), result.stderr
