"""No text of data, file names or shapes can forge an annotation, a terminal escape, a line or a tag, in any format."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from tests.validation.formats.samples import EX, SAMPLES, make_result, make_sample
from tests.validation.outcomes import NO_SHAPES

from kzlod.errors import DataError, Problem
from kzlod.terms import write_literal
from kzlod.validation.formats.choice import FORMATS
from kzlod.validation.outcome import Outcome
from kzlod.validation.report import Evidence, Location, Message, Origin

NASTY = [
    "\n::error::x",
    "::error::x",
    "##[error]x",
    "##vso[x]",
    "\x1b[2J",
    "\x9b2J",
    "]]>",
    "</failure>",
    "&#10;",
    "%0A",
    "\x00",
    "\ufffe",
]
texts = st.lists(st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=5))).map("".join)
files = texts.map(lambda text: text.replace("\0", "") or "a")
LEGAL = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


def make_outcome(focus: str, value: str, message: str, file: str) -> Outcome:
    location = Location(file, 1, 2)
    origin = Origin(f"{EX}fact", value, location, f"{file}:3", (Evidence(value, 0, 1),))
    result = make_result(
        "name",
        "Pattern",
        write_literal(focus),
        write_literal(value),
        messages=(Message(message),),
        locations=(location,),
        origins=(origin,),
    )
    return make_sample([result])


@given(focus=texts, value=texts, message=texts, file=files)
def test_no_output_commands_a_terminal_or_a_runner(focus: str, value: str, message: str, file: str) -> None:
    outcome = make_outcome(focus, value, message, file)
    for form, write in FORMATS.items():
        lines = write(outcome).split("\n")
        assert all(line.replace("\t", "").isprintable() for line in lines), form
        assert not any("##[" in line or "##vso[" in line for line in lines), form
        commands = [line for line in lines if line.lstrip().startswith("::")]
        assert len(commands) == (form == "github"), form


@given(focus=texts, value=texts, message=texts, file=files)
def test_text_has_as_many_lines_as_we_write(focus: str, value: str, message: str, file: str) -> None:
    lines = FORMATS["text"](make_outcome(focus, value, message, file)).split("\n")
    assert len(lines) == 8
    assert [line.split(" ")[0] for line in lines[:-1] if not line.startswith(" ")] == ["violation:", "does", "next:"]


@given(focus=texts, value=texts, message=texts, file=files)
def test_json_reads_back(focus: str, value: str, message: str, file: str) -> None:
    outcome = make_outcome(focus, value, message, file)
    (result,) = json.loads(FORMATS["json"](outcome))["results"]
    assert result["messages"] == [message]
    assert (result["focusNode"], result["value"]) == (write_literal(focus), write_literal(value))
    assert result["origins"][0]["evidence"][0]["document"] == value
    (result,) = json.loads(FORMATS["sarif"](outcome))["runs"][0]["results"]
    assert (result["properties"]["messages"], result["properties"]["value"]) == ([message], write_literal(value))
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert "](" not in result["message"]["text"].replace("\\](", "")
    if location.get("uriBaseId"):
        assert unquote(location["uri"]) == file
        assert ":" not in location["uri"]


@given(focus=texts, value=texts, message=texts, file=files)
def test_xml_reads_back(focus: str, value: str, message: str, file: str) -> None:
    root = ET.fromstring(FORMATS["junit"](make_outcome(focus, value, message, file)))  # noqa: S314 - our own
    (failure,) = root.iter("failure")
    assert len(list(root.iter("testcase"))) == 3
    if LEGAL.fullmatch(message):
        assert failure.get("message") == message
    else:
        assert LEGAL.fullmatch(failure.get("message", "")) is not None


@given(focus=texts, value=texts, message=texts, file=files)
def test_turtle_reads_back(focus: str, value: str, message: str, file: str) -> None:
    graph = rdflib.Graph().parse(data=FORMATS["turtle"](make_outcome(focus, value, message, file)), format="turtle")
    assert {str(term) for term in graph.objects(None, rdflib.SH.resultMessage)} == {message}
    assert {str(term) for term in graph.objects(None, rdflib.SH.value)} == {value}


@given(message=texts, file=files)
def test_what_ends_a_run_is_one_annotation(message: str, file: str) -> None:
    error = DataError([Problem(file, 1, 1, message, "syntax")])
    text = FORMATS["github"](Outcome((), NO_SHAPES, error=error))
    (line, rest) = text.split("\n")
    assert line.isprintable()
    assert (line.startswith("::error file="), rest) == (True, "")
    assert re.fullmatch(r"file=[^,:]*,line=1,col=1,title=[^,:]*", line.removeprefix("::error ").partition("::")[0])


@given(message=texts, file=files)
def test_a_problem_is_one_line_that_commands_nothing(message: str, file: str) -> None:
    line = str(Problem(file, 1, 1, message, "syntax"))
    assert line.isprintable()
    assert not line.lstrip().startswith("::")
    assert "##[" not in line
    assert "##vso[" not in line


def test_file_names_that_are_no_unicode() -> None:
    outcome = make_outcome("a", "b", "c", "a\udcff.ttl")
    for write in FORMATS.values():
        assert write(outcome).encode()


@pytest.mark.parametrize("form", FORMATS)
def test_the_hostile_sample_has_every_danger(form: str) -> None:
    text = FORMATS[form](SAMPLES["hostile"]())
    assert "forged" in text
    assert "\x1b" not in text
