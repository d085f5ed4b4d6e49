"""Compares what two tools made: reads files of N-Triples, yields how many triples only one of them has."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import duckdb
import pyoxigraph

from kzlod.quoting import write_text

_READ: Final = "read_csv('{}', columns = {{'line': 'VARCHAR'}}, header = false, delim = '\x01', quote = '', escape = '')"


@dataclass(frozen=True)
class Fault:
    """Something that a tool is known to do otherwise.

    Args:
        reason: in words.
        pattern: of a part of a line that pyoxigraph wrote.
        replacement: what it should be, as ``re.sub`` has it; None where lines with the pattern are left out of both sides.
    """

    reason: str
    pattern: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str] | None


def load_faults(tool: str) -> list[Fault]:
    """The known faults of a tool."""
    entries = tomllib.loads(Path(__file__).with_name("faults.toml").read_text(encoding="utf-8")).get(tool, [])
    return [
        Fault(entry["reason"], re.compile(entry["pattern"]), _decode if entry.get("decode") else entry.get("replacement"))
        for entry in entries
    ]


def _decode(match: re.Match[str]) -> str:
    """The characters that percent-encoded bytes stand for.

    >>> _decode(re.fullmatch(".*", "%D3%98"))
    'Ә'
    """
    return unquote(match[0], errors="strict")


def write_canonical(triples: Path, target: Path, faults: Sequence[Fault] = ()) -> int:
    """Write triples anew, a line each, as pyoxigraph writes them, with faults put right.

    Returns:
        How many there are, each as often as it comes.
    """
    mended = [(fault.pattern, fault.replacement) for fault in faults if fault.replacement is not None]
    count = 0
    with target.open("w", encoding="utf-8") as lines:
        for triple in pyoxigraph.parse(path=triples, format=pyoxigraph.RdfFormat.N_TRIPLES):
            line = str(triple)
            for pattern, replacement in mended:
                line = pattern.sub(replacement, line)
            lines.write(line + "\n")
            count += 1
    return count


@dataclass(frozen=True)
class Difference:
    """Triples that only one of two files has, each with up to three of them."""

    missing: int
    added: int
    examples: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.added)


def compare_lines(ours: Path, theirs: Path, faults: Sequence[Fault] = ()) -> Difference:
    """Compare two files of canonical lines as sets."""
    dropped = "|".join(f"(?:{fault.pattern.pattern})" for fault in faults if fault.replacement is None)
    with duckdb.connect() as connection:
        for name, path in (("ours", ours), ("theirs", theirs)):
            where = f" WHERE NOT regexp_matches(line, {write_text(dropped)})" if dropped else ""
            connection.execute(f"CREATE VIEW {name} AS SELECT line FROM {_READ.format(path)}{where}")
        sides = []
        for one, two in (("ours", "theirs"), ("theirs", "ours")):
            only = f"SELECT * FROM {one} EXCEPT SELECT * FROM {two}"
            rows = connection.execute(f"SELECT count(*), min(line, 3) FROM ({only})").fetchone() or (0, None)
            sides.append((int(rows[0]), tuple(f"only {one}: {line}" for line in rows[1] or ())))
    (missing, lost), (added, invented) = sides
    return Difference(missing, added, lost + invented)


def count_lines(lines: Path) -> int:
    """How many different lines a file has."""
    with duckdb.connect() as connection:
        row = connection.execute(f"SELECT count(DISTINCT line) FROM {_READ.format(lines)}").fetchone()
    return int(row[0]) if row else 0
