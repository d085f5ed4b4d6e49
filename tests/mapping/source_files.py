"""What tests of sources share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kzlod.tree import Place

PLACE = Place("mapping.yml", 7, 5)
Row = tuple[Any, ...]
Read = Callable[..., list[Row]]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path
