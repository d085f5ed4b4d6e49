"""Releases that differ, and the link ``latest`` that leads to one of them."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

SUBJECT = "https://example.org/release"
SHOWN = "marker.txt"
QUERY = f"SELECT ?a ?b WHERE {{ <{SUBJECT}> <https://example.org/a> ?a . <{SUBJECT}> <https://example.org/b> ?b }}"


def copy_release(output: Path, folder: Path, number: int) -> str:
    """Make a release from a build, with two statements and a file that tell its number; what tells it in an ETag."""
    shutil.copytree(output, folder)
    with (folder / "kzlod.nq").open("a", encoding="utf-8") as dump:
        dump.writelines(f'<{SUBJECT}> <https://example.org/{name}> "{number}" .\n' for name in "ab")
    (folder / "site" / SHOWN).write_text(str(number), encoding="utf-8")
    return hashlib.sha256((folder / "kzlod.nq").read_bytes()).hexdigest()[:16]


def point(link: Path, folder: Path) -> None:
    """Have a link lead to another release, in one step."""
    following = link.with_name(f"{link.name}.new")
    following.symlink_to(folder)
    following.replace(link)
