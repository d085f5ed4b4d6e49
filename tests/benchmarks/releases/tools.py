"""The tools that are measured: how each is called, and what it prints for a statement that only one dump has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
OLD, NEW = "old.nq", "new.nq"


@dataclass(frozen=True)
class Tool:
    """A tool.

    Args:
        name: as the table shows it.
        command: with ``python`` for the interpreter of its environment.
        deleted, added: what it prints before a statement, or "" where it prints none.
        most: with more quads it is not run.
    """

    name: str
    command: tuple[str, ...]
    deleted: str = ""
    added: str = ""
    most: int = 10**9


TOOLS: Final = (
    Tool("kzlod diff", ("python", "-m", "kzlod", "diff", OLD, NEW), "D ", "A "),
    Tool("kzlod diff --format summary", ("python", "-m", "kzlod", "diff", OLD, NEW, "--format", "summary")),
    Tool("kzlod patch", ("python", "-m", "kzlod", "patch", OLD, "../kzlod-diff/output")),
    Tool("comm", ("comm", "-3", OLD, NEW), "", "\t"),
    Tool("diff", ("diff", "--speed-large-files", OLD, NEW), "< ", "> "),
    Tool("rdflib", ("python", str(HERE / "rdflib_script.py"), OLD, NEW), "D ", "A ", most=1_000_000),
)


def read_changes(tool: Tool, output: Path) -> frozenset[tuple[bool, str]]:
    """What a tool has found: whether each statement is added, and the statement; nothing where it prints no statements.

    Raises:
        ValueError: there is something else in its output.
    """
    found = set()
    if not tool.added:
        return frozenset()
    with output.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            if line.startswith(tool.added):
                found.add((True, line.removeprefix(tool.added)))
            elif line.startswith(tool.deleted) and line.startswith("<", len(tool.deleted)):
                found.add((False, line.removeprefix(tool.deleted)))
            elif not line.startswith(("H ", "TX ", "TC ")) and not line[0].isdigit() and line != "---\n":
                raise ValueError(f"{tool.name} prints {line!r}")
    return frozenset(found)
