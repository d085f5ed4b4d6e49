"""What Wikidata says: reads a snapshot of it in any of its forms, yields the statements of some items."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from kzlod.errors import ConfigurationError, Problem
from kzlod.wikidata.known import COMPRESSIONS, Snapshot
from kzlod.wikidata.snapshot_json import read_json
from kzlod.wikidata.snapshot_triples import read_triples

_READERS: Final = {".json": read_json, ".nt": read_triples}


def load_snapshot(paths: Iterable[Path], items: Collection[str], properties: Collection[str], namespace: str) -> Snapshot:
    """Read what files say of some items and properties.

    Args:
        paths: N-Triples (``.nt``) as Wikidata's dumps and Special:EntityData have them, or JSON (``.json``) as Special:EntityData,
            ``wbgetentities`` and the dumps have it; both also in ``.gz`` and ``.bz2``. Triples and dumps are read as streams.
        items, properties: ids of what is wanted.
        namespace: what IRIs of items start with.

    Raises:
        ConfigurationError: the name of a file says neither form.
        DataError: a file is not of its form.
    """
    paths = tuple(paths)
    check_names(paths)
    snapshot = Snapshot()
    for path in paths:
        snapshot.add(_READERS[_find_form(path)](path, items, properties, namespace))
    return snapshot


def check_names(paths: Iterable[Path]) -> None:
    """Refuse files whose names say no form, before any of them is read.

    Raises:
        ConfigurationError: with each of them.
    """
    message = "a snapshot is N-Triples or JSON: its name ends in .nt or .json, and in .gz or .bz2 after that"
    problems = [
        Problem(path.as_posix(), None, None, message, "snapshot", path.suffix) for path in paths if _find_form(path) not in _READERS
    ]
    if problems:
        raise ConfigurationError(problems)


def _find_form(path: Path) -> str:
    return (path.with_suffix("") if path.suffix.lower() in COMPRESSIONS else path).suffix.lower()
