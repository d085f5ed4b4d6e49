"""Files of decisions, and calls of ``kzlod match``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

from kzlod.delimited import read_delimited

BASE = "https://w3id.org/kzlod/"
ABZAL = f"{BASE}person/abzal-saparbekuly"

Run = Callable[..., Result]


def read(file: Path) -> list[dict[str, str]]:
    return [dict(row.cells) for row in read_delimited(file.read_bytes(), file.name, "\t" if file.suffix == ".tsv" else ",").rows]


def list_decided(project: Path, verdict: str) -> list[tuple[str, str]]:
    return [(row["subject_id"], row["object_id"]) for row in read(project / f"facts/links/{verdict}.sssom.tsv")]
