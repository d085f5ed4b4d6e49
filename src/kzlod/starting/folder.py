"""A new project folder: the files of ``template/``, with what is the project's own put in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from kzlod import __version__

EXAMPLE: Final = "gazette"
"""The source of the example."""

# A file of a package cannot begin with a dot everywhere.
_DOTTED: Final = {"gitignore": ".gitignore", "github": ".github"}
_PLACE: Final = re.compile("@([A-Z_]+)@")

_ADDING: Final = {
    "example": """\
1. A new document is a text file in UTF-8 in `documents/`: `kzlod cite documents/FILE` prints what its row of
   `facts/gazette/documents.csv` needs, beside its title, language and date.
2. Find the passage: `kzlod cite documents/gazette-2021-03-03.txt 'its chief engineer' --fact memberships/ID` prints rows for
   `facts/gazette/evidence.csv`.
3. Add the row to its table, under the same ID. New people, bodies, posts and documents get rows, and evidence, of their own.
4. `kzlod check --documents documents`, `kzlod build`, `kzlod trace membership/ID`.

A source without a table of evidence is cited by its rows, as a table that you take over from somewhere is.
""",
    "table": """\
A row of the table is a fact, and its own evidence: add a row, then `kzlod check`, `kzlod build`, `kzlod trace @ENTITY@`.
What a document says gets a source of its own, with tables of `documents` and `evidence` that `kzlod cite` prints rows for; a
folder made by `kzlod new` without `--from` has an example.
""",
}


@dataclass(frozen=True)
class Beginning:
    """What is the project's own.

    Args:
        base: namespace of its IRIs, ending in ``/``.
        as_of: the day for which "current" is decided, as YYYY-MM-DD.
        title, description: in English.
        source: the folder below ``facts/``.
        text, entity: what the examples of queries look for.
    """

    base: str
    as_of: str
    title: str = "An invented country"
    description: str = "Who held which post in an invented country, by an invented newspaper."
    source: str = EXAMPLE
    text: str = "talvane"
    entity: str = "membership/talvane-2021"


def write_project(folder: Path, beginning: Beginning, *, is_example: bool) -> None:
    """Write the files of a new project into an empty folder: all of them, or those that are beside a source of its own."""
    kind = "example" if is_example else "table"
    values = {
        "ADDING": _ADDING[kind],
        "AS_OF": beginning.as_of,
        "BASE": beginning.base,
        "CHECK": " --documents documents" if is_example else "",
        "DESCRIPTION": beginning.description,
        "DOCUMENTS": "| `documents/` | the texts that the evidence points into |\n" if is_example else "",
        "ENTITY": beginning.entity,
        "SOURCE": beginning.source,
        "TEXT": beginning.text,
        "TITLE": beginning.title,
        "VERSION": __version__,
    }
    templates = files("kzlod.starting").joinpath("template")
    for name in ("common", "example") if is_example else ("common",):
        for path, text in _iter_files(templates.joinpath(name), Path()):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            # Documents and tables hold no places to be filled, and their positions and hashes must stay.
            plain = path.parts[0] in ("documents", "facts")
            target.write_text(text if plain else _fill(text, values), encoding="utf-8", newline="\n")


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in, in which there may be places, too."""
    for _ in range(2):
        text = _PLACE.sub(lambda found: values[found[1]], text)
    return text


def _iter_files(folder: Traversable, path: Path) -> Iterator[tuple[Path, str]]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        inner = path / _DOTTED.get(item.name, item.name)
        if item.is_dir():
            yield from _iter_files(item, inner)
        else:
            yield inner, item.read_bytes().decode("utf-8")
