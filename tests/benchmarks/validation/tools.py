"""The tools that the benchmark of validation runs: how each is started."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
DATA: Final = "data.nt"
SHAPES: Final = "shapes.ttl"

_KZLOD: Final = ("-m", "kzlod", "validate", DATA, "-s", SHAPES, "--format", "turtle", "--engine")


@dataclass(frozen=True)
class Tool:
    """A tool.

    Args:
        name: in the table; requirements/NAME.txt is what is installed, less for kzlod itself.
        arguments: behind the interpreter's name. Data and shapes lie in the folder it runs in; the report goes to standard output.
        most: more triples than these it is not given, because it would take hours or more memory than there is.
    """

    name: str
    arguments: tuple[str, ...]
    most: int = 10_000_000


TOOLS: Final = (
    Tool("kzlod turbo", (*_KZLOD, "turbo")),
    Tool("kzlod pyshacl", (*_KZLOD, "pyshacl"), 100_000),
    Tool("pyshacl", ("-m", "pyshacl", "-s", SHAPES, "-f", "turtle", "-df", "nt", DATA), 100_000),
    Tool("pyrudof", (str(HERE / "pyrudof_script.py"), DATA, SHAPES)),
    Tool("topbraid", (str(HERE / "topbraid_script.py"), DATA, SHAPES)),
)
