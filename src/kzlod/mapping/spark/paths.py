"""Paths for Hadoop, which takes some names of files for patterns and passes over others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from kzlod.mapping.sandbox import Sandbox

# A name that starts with a dot or a line is one of a file that is still being written.
_PLAIN: Final = re.compile(r"(?:/[\w@+=-][\w .@+=-]*)*/[A-Za-z0-9][\w .@+=-]*")


def find_plain_path(path: Path, sandbox: Sandbox) -> str:
    """The path of a file, or of a link to it whose name means nothing else to Spark."""
    if _PLAIN.fullmatch(str(path)):
        return str(path)
    link = sandbox.make_file(f"-link{path.suffix.lower()}")
    link.unlink()
    link.symlink_to(path)
    return str(link)
