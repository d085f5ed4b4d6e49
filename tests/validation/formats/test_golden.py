"""Golden files: each folder here holds an outcome of ``samples`` in every format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.validation.formats.samples import HERE, SAMPLES

from kzlod.validation.formats.choice import FORMATS
from kzlod.validation.formats.text import write_text

FILES = {
    "text": "report.txt",
    "json": "report.json",
    "turtle": "report.ttl",
    "jsonld": "report.jsonld",
    "sarif": "report.sarif",
    "junit": "report.xml",
    "github": "report.log",
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_sample(sample: str, form: str) -> None:
    expected = (HERE / sample / FILES[form]).read_bytes().decode()
    assert FORMATS[form](SAMPLES[sample]()) == expected


def test_every_folder_is_a_sample() -> None:
    assert {path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__"} == set(SAMPLES)


def test_colours_are_only_around_our_words() -> None:
    outcome = SAMPLES["traced"]()
    painted = write_text(outcome, colours=True)
    assert "\x1b[31;1mviolation\x1b[0m: " in painted
    assert "    \x1b[1mfacts/letters/persons.csv:3:7\x1b[0m: <https://example.org/ember>" in painted
    for code in ("31;1", "33;1", "36;1", "1", "0"):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted == write_text(outcome)


def test_paths_in_the_folder_are_shown_from_there() -> None:
    assert json.loads(FORMATS["json"](SAMPLES["traced"]()))["results"][-1]["locations"] == [{"file": "data.ttl", "line": 4}]
    assert Path("data.ttl").as_posix() in FORMATS["github"](SAMPLES["traced"]())
    assert str(HERE) not in "".join(write(SAMPLES["traced"]()) for write in FORMATS.values())
