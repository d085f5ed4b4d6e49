"""Runs of one mapping by both engines."""

from __future__ import annotations

import itertools
from pathlib import Path

from kzlod.mapper import Options, map_data

_numbers = itertools.count()


def read_parts(folder: Path) -> list[str]:
    assert (folder / "_SUCCESS").is_file()
    return [line for part in sorted(folder.glob("part-*")) for line in part.read_text(encoding="utf-8").split("\n")[:-1]]


def assert_equal(mapping: Path, folder: Path, *data: Path) -> list[str]:
    """Map by both engines; the lines that both make."""
    number = next(_numbers)
    theirs, ours = folder / f"duckdb{number}.nq", folder / f"spark{number}.nq"
    warned = map_data([mapping], theirs, Options(data=data))
    assert map_data([mapping], ours, Options(data=data, engine="spark")) == warned
    lines = read_parts(ours)
    assert sorted(lines) == sorted(theirs.read_text(encoding="utf-8").split("\n")[:-1])
    return lines


def write_mapping(folder: Path, source: str, key: str, *columns: str) -> None:
    """A mapping that makes an IRI, a blank node, a literal and a reference of each column."""
    rows = "".join(
        f"      - [ex:{number}, $({column})]\n      - [ex:i{number}, ex:$({column})~iri]\n      - [ex:r{number}, $({column})~iri]\n"
        for number, column in enumerate(columns)
    )
    (folder / "m.yml").write_text(
        f"prefixes: {{ex: 'https://example.org/'}}\nmappings:\n  m:\n    sources: [['{source}']]\n    s: ex:$({key})\n"
        f"    po:\n      - [ex:key, $({key})]\n{rows}",
        encoding="utf-8",
    )
