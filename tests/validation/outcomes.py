"""Outcomes for the tests of formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from kzlod.validation.data import read_data
from kzlod.validation.engine import validate
from kzlod.validation.engines import Engine
from kzlod.validation.fingerprints import NodeNames, write_fingerprint
from kzlod.validation.outcome import Finding, Outcome
from kzlod.validation.report import Report
from kzlod.validation.shapes import Shapes, load_shapes

NO_SHAPES: Final = Shapes("", ())


def make_outcome(report: Report, shapes: Shapes | str = NO_SHAPES, data: str = "", **settings: Any) -> Outcome:
    """What the command makes of a report.

    Args:
        report: the results.
        shapes: or their text as N-Triples.
        data: as N-Triples.
        settings: of the outcome.
    """
    shapes = Shapes(shapes, ()) if isinstance(shapes, str) else shapes
    names = NodeNames(data)
    return Outcome(
        tuple(Finding(result, write_fingerprint(result, names, shapes)) for result in report.results), shapes, **settings
    )


def validate_case(engine: Engine, folder: Path, **settings: Any) -> Outcome:
    """The outcome of ``data.ttl`` and ``shapes.ttl`` of a folder."""
    shapes, data = load_shapes([folder / "shapes.ttl"]), read_data([folder / "data.ttl"])
    return make_outcome(validate(engine, data, shapes.text), shapes, data, folder=folder, **settings)
