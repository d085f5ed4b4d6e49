"""``kzlod cite``."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

import click

from kzlod.build import find_document
from kzlod.cli import project_option, write_out
from kzlod.errors import DataError, Problem, quote
from kzlod.facts.evidence import find_passages, hash_passage, read_document


@click.command("cite")
@click.argument("document", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("text", nargs=-1)
@click.option("--fact", default="", metavar="TABLE/ROW", help="The fact that the passage says, for the first two columns.")
@click.option("--number", "first", type=click.IntRange(1), default=1, show_default=True, help="The number of the first TEXT.")
@project_option
def command(document: Path, text: tuple[str, ...], fact: str, first: int, folder: Path) -> None:
    """Print the rows of evidence.csv for a passage of a document, or without TEXT the document's own.

    DOCUMENT is a text file in UTF-8. Several TEXTs are the parts of a passage that is broken over columns, in order. White
    space counts as equal to any other, so a passage may run over line ends. Every place where a text occurs is printed.

    Without TEXT it prints what the table of documents must have: id, file, length in characters and hash.
    """
    if fact and not re.fullmatch("[^/]+/[^/]+", fact):
        raise click.BadParameter(f"{fact!r} is not TABLE/ROW", param_hint="--fact")
    if fact and not text:
        raise click.BadParameter("a fact is cited by a TEXT of the document", param_hint="TEXT")
    if not all(part.strip() for part in text):
        raise click.BadParameter("an empty text occurs nowhere", param_hint="TEXT")
    content = read_document(document)
    name = find_document(folder, document.name)
    if not text:
        _write_rows([["id", "file", "characters", "sha256"], [name, document.name, len(content), hash_passage(content)]])
        return
    rows: list[list[object]] = [["table", "row", "number", "document", "start", "end", "sha256"]]
    table, _, row = fact.partition("/")
    missing = []
    for number, part in enumerate(text, first):
        passages = find_passages(content, part)
        rows += [[table, row, number, name, passage.start, passage.end, passage.sha256] for passage in passages]
        if not passages:
            missing.append(Problem(document.as_posix(), None, None, f"{quote(part)} does not occur", "passage", part))
    _write_rows(rows)
    if missing:
        raise DataError(missing)


def _write_rows(rows: Iterable[Iterable[object]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    write_out(out.getvalue())
