"""Engines behind one adapter: N-Triples of data and of shapes go in, the report as N-Triples comes out.

The blank nodes of data and shapes keep their labels, so that reports of two engines can be compared as they are.
"""

from __future__ import annotations

from typing import Protocol

from kzlod.errors import EngineError


class Engine(Protocol):
    """What validates."""

    @property
    def name(self) -> str:
        """As ``--engine`` calls it."""
        ...

    def run(self, data: str, shapes: str) -> str:
        """Validate with no inference and no imports.

        Args:
            data: N-Triples, as ``kzlod.validation.data`` writes it.
            shapes: as well; no blank node has a label of the data's.

        Returns:
            The standard's report (SHACL, section 3.6) as N-Triples.

        Raises:
            ConfigurationError: a shape is ill-formed, or recursive (SHACL, section 3.4.3).
            UnsupportedError: the engine has not learnt what the shapes ask for.
            EngineError: the engine failed, so that nothing is known about the data.
        """
        ...


class LocalEngine(Engine, Protocol):
    """An engine that works in this process."""

    def decode(self, content: bytes) -> str:
        """N-Triples as the engine takes it best, from UTF-8."""
        ...


class UnsupportedError(EngineError):
    """The engine does not know a feature that the shapes use; another one may."""
