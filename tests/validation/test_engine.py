"""Each engine through the adapter: what goes in and comes out is the same whatever the order and the names of blank nodes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests.validation.outcomes import make_outcome
from tests.validation.turtle import PREFIXES, read_data_text, read_shapes_text

from kzlod.errors import ConfigurationError, EngineError
from kzlod.validation.data import read_data, read_files
from kzlod.validation.engine import validate
from kzlod.validation.engines import Engine, UnsupportedError
from kzlod.validation.engines.choice import create_engine
from kzlod.validation.formats.choice import FORMATS
from kzlod.validation.report import Report, Result, Severity


def test_the_report_does_not_depend_on_the_order_of_files(engine: Engine, tmp_path: Path) -> None:
    data = {"a.ttl": "ex:a a ex:C ; ex:p 1, 2 . ex:b a ex:C ; ex:p [] .\n", "b.ttl": 'ex:b ex:p 3 . ex:c a ex:C ; ex:p "3", [] .\n'}
    rules = {
        "s.ttl": "ex:S sh:targetClass ex:C ; sh:property ex:P ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .\n",
        "t.ttl": "ex:T sh:targetClass ex:C ; sh:property ex:P . ex:P sh:path ex:p ; sh:maxCount 1 ; sh:nodeKind sh:Literal .\n",
    }
    for name, text in (data | rules).items():
        (tmp_path / name).write_text(PREFIXES + text, encoding="utf-8")
    reports = set()
    for turn in (1, -1):
        shapes = read_files(sorted(tmp_path / name for name in sorted(rules)[::turn]), "s")
        report = validate(engine, read_data([tmp_path / name for name in sorted(data)[::turn]]), shapes)
        assert len(report.results) == 8
        reports.add(tuple(write(make_outcome(report, shapes)) for write in FORMATS.values()))
    assert len(reports) == 1


def test_the_report_does_not_depend_on_the_order_of_statements(engine: Engine) -> None:
    lines = [
        f"<https://example.org/{name}> <https://example.org/p> <https://example.org/{value}> .\n"
        for name in "abc"
        for value in "xyz"
    ]
    shapes = read_shapes_text(
        "ex:S sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxCount 2 ; sh:nodeKind sh:Literal ] ."
    )
    reports = set()
    for seed in range(4):
        random.Random(seed).shuffle(lines)
        report = validate(engine, "".join(lines), shapes)
        reports.add(tuple(write(make_outcome(report, shapes)) for write in FORMATS.values()))
    assert len(reports) == 1


def test_the_worst_comes_first() -> None:
    results = [Result("<a:a>", "", "", "c", "s", severity, ()) for severity in Severity]
    report = Report.from_results(results)
    assert [result.severity for result in report.results] == [Severity.VIOLATION, Severity.WARNING, Severity.INFO]
    assert [report.count(at_least=severity) for severity in Severity] == [3, 2, 1]


def test_a_property_shape_in_brackets_is_named_by_the_nearest_shape(engine: Engine) -> None:
    shapes = read_shapes_text("""
        ex:Outer sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:or ( [ sh:nodeKind sh:IRI ] [ sh:datatype xsd:string ] ) ] .
        ex:Z sh:targetNode ex:a ; sh:property _:shared .
        ex:M sh:targetNode ex:a ; sh:property _:shared .
        _:shared sh:path ex:q ; sh:minCount 1 .
        ex:Named sh:path ex:r ; sh:minCount 1 ; sh:targetNode ex:a .
    """)
    report = validate(engine, read_data_text("ex:a ex:p 5 ."), shapes)
    assert [(result.path.rpartition("/")[2], result.source_shape.rpartition("/")[2]) for result in report.results] == [
        ("q>", "M"),
        ("r>", "Named"),
        ("p>", "Outer"),
    ]


ILL_FORMED = {
    "minCount that is no number": 'sh:property [ sh:path ex:p ; sh:minCount "one" ]',
    "two minCount": "sh:property [ sh:path ex:p ; sh:minCount 1, 2 ]",
    "negative maxCount": "sh:property [ sh:path ex:p ; sh:maxCount -1 ]",
    "no path": "sh:property [ sh:minCount 1 ]",
    "two paths": "sh:property [ sh:path ex:p, ex:q ; sh:minCount 1 ]",
    "path that is a text": 'sh:property [ sh:path "p" ; sh:minCount 1 ]',
    "unknown kind of path": "sh:property [ sh:path [ ex:reverse ex:p ] ; sh:minCount 1 ]",
    "list of one path": "sh:property [ sh:path ( ex:p ) ; sh:minCount 1 ]",
    "regular expression": 'sh:property [ sh:path ex:p ; sh:pattern "(" ]',
    "two datatypes": "sh:property [ sh:path ex:p ; sh:datatype xsd:string, xsd:date ]",
    "least value that is an IRI": "sh:property [ sh:path ex:p ; sh:minInclusive ex:q ]",
    "lessThan a text": 'sh:property [ sh:path ex:p ; sh:lessThan "q" ]',
    "or without a list": "sh:or ex:Other",
    "property that is not there": "sh:property ex:Nowhere",
    "minCount of a node": "sh:minCount 1",
    "SPARQL": 'sh:sparql [ sh:select "SELEC $this WHERE { $this ?p ?o }" ]',
    "prefix in SPARQL": 'sh:sparql [ sh:select "SELECT $this WHERE { $this nowhere:p ?o }" ]',
    "SPARQL that calls another service": 'sh:sparql [ sh:select "SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ]',
    "recursion": "sh:property [ sh:path ex:next ; sh:node ex:S ]",
}


@pytest.mark.parametrize("rule", ILL_FORMED)
def test_an_ill_formed_shape_is_an_error_of_configuration(engine: Engine, rule: str, capfd: pytest.CaptureFixture[str]) -> None:
    data = read_data_text('ex:a ex:p "v" ; ex:next ex:a .')
    with pytest.raises(ConfigurationError) as error:
        validate(engine, data, read_shapes_text(f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; {ILL_FORMED[rule]} ."))
    (problem,) = error.value.problems
    assert problem.file == "shapes"
    assert problem.message.startswith("a shape is ill-formed: ")
    assert "\n" not in problem.message
    assert capfd.readouterr() == ("", "")


def test_the_message_of_an_ill_formed_shape_is_the_same_in_every_run() -> None:
    messages = set()
    for _ in range(2):
        with pytest.raises(ConfigurationError) as error:
            validate(create_engine("pyshacl"), "", read_shapes_text("ex:S sh:targetNode ex:a ; sh:property [ sh:minCount 1 ] ."))
        messages.add(str(error.value))
    assert len(messages) == 1
    assert "_:s1" in messages.pop()


@pytest.mark.parametrize(
    ("module", "name"), [("pyshacl.validate", "pyshacl"), ("kzlod.validation.engines.turbo.compile_shapes", "turbo")]
)
def test_an_engine_out_of_memory_says_nothing_about_the_data(module: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    engine = create_engine(name)
    monkeypatch.setattr(module, fail)
    with pytest.raises(EngineError, match="the engine failed: MemoryError"):
        validate(engine, "", "")


def test_a_number_that_is_none_is_no_fault_of_the_shapes() -> None:
    shapes = read_shapes_text('ex:S sh:targetNode 1.0 ; sh:minInclusive "NaN"^^xsd:double .')
    with pytest.raises(EngineError, match="the engine failed"):
        validate(create_engine("pyshacl"), "", shapes)
    assert len(validate(create_engine("turbo"), "", shapes).results) == 1


def test_an_engine_names_a_feature_that_it_does_not_know() -> None:
    with pytest.raises(UnsupportedError, match="sh:js"):
        validate(create_engine("turbo"), "", read_shapes_text('ex:S sh:targetNode ex:a ; sh:js [ sh:jsFunctionName "f" ] .'))


class Liar:
    """An engine whose report is not one."""

    name = "liar"

    def __init__(self, answer: str) -> None:
        self.answer = answer

    def run(self, _data: str, _shapes: str) -> str:
        return self.answer


REPORT = "_:r a sh:ValidationReport ; "


@pytest.mark.parametrize(
    "answer",
    ["", REPORT + "sh:conforms false .", REPORT + "sh:conforms true ; sh:result [ a sh:ValidationResult ] .", "ex:a ex:p ex:b ."],
)
def test_a_report_that_contradicts_itself_is_a_failure_of_the_engine(answer: str) -> None:
    with pytest.raises(EngineError, match="the engine failed"):
        validate(Liar(read_data_text(answer)), "", "")
