"""Which formats, and where to: reads ``NAME`` and ``NAME=FILE``, writes the reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kzlod.errors import ConfigurationError, Problem
from kzlod.exchange import replace_file
from kzlod.validation.formats.github import write_github
from kzlod.validation.formats.json_report import write_json
from kzlod.validation.formats.junit import write_junit
from kzlod.validation.formats.sarif import write_sarif
from kzlod.validation.formats.standard import write_jsonld, write_turtle
from kzlod.validation.formats.text import write_text
from kzlod.validation.outcome import Outcome

FORMATS: Final[dict[str, Callable[[Outcome], str]]] = {
    "text": write_text,
    "json": write_json,
    "turtle": write_turtle,
    "jsonld": write_jsonld,
    "sarif": write_sarif,
    "junit": write_junit,
    "github": write_github,
}

TELL_ERRORS: Final = ("sarif", "junit", "github")
"""The formats that have a way to say that a run ended before anything was found."""


@dataclass(frozen=True)
class Request:
    """A report that is asked for: the name of its format, and its file, or None for standard output."""

    form: str
    file: Path | None = None


def read_requests(texts: Iterable[str]) -> list[Request]:
    """The reports that a call asks for; ``text`` where it asks for none.

    Raises:
        ConfigurationError: a format is unknown, two go to one place, or a file cannot be there.

    >>> read_requests(["github", "sarif=kzlod.sarif"])[1].form
    'sarif'
    """
    requests = [_read_request(text) for text in texts] or [Request("text")]
    places = [request.file and request.file.resolve() for request in requests]
    for request, place in zip(requests, places, strict=True):
        if places.count(place) > 1:
            shown = request.file.as_posix() if request.file else "standard output"
            raise _refuse(f"several reports go to {shown}: name a file for each, as in {request.form}=FILE")
    return requests


def write_files(outcome: Outcome, requests: Iterable[Request]) -> None:
    """Write the reports that go to files; each file is there whole or stays as it was.

    Raises:
        OSError: a file cannot be written.
    """
    for request in requests:
        if request.file is not None:
            replace_file(request.file, FORMATS[request.form](outcome).encode())


def _read_request(text: str) -> Request:
    form, separator, file = text.partition("=")
    if form not in FORMATS:
        raise _refuse(f"{text!r} names no format: {', '.join(FORMATS)}, or one of these with a file, as in sarif=FILE")
    if not separator:
        return Request(form)
    if not file or Path(file).is_dir() or not Path(file).parent.is_dir():
        raise _refuse(f"{text!r}: there can be no such file")
    return Request(form, Path(file))


def _refuse(message: str) -> ConfigurationError:
    return ConfigurationError([Problem("--format", None, None, message, "format")])
