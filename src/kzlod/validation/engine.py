"""Validation: runs an engine, yields its report in our form."""

from __future__ import annotations

from kzlod.errors import EngineError, Problem
from kzlod.validation.engines import Engine
from kzlod.validation.reading import read_report
from kzlod.validation.report import Report
from kzlod.validation.statements import Statements


def validate(engine: Engine, data: str, shapes: str) -> Report:
    """Validate data by shapes with no inference and no imports, as ``Engine.run``.

    Args:
        engine: which engine.
        data: N-Triples, as ``read_data`` reads it.
        shapes: N-Triples, as ``load_shapes`` reads it.

    Raises:
        ConfigurationError: a shape is ill-formed or recursive.
        EngineError: the engine failed, or its report contradicts itself; so nothing is known about the data.
    """
    text = engine.run(data, shapes)
    try:
        return read_report(text, Statements(shapes))
    except ValueError as error:
        raise EngineError([Problem(engine.name, None, None, f"the engine failed: {error}", "engine")]) from None
