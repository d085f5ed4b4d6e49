"""pySHACL, the reference: over rdflib, in Python."""

from __future__ import annotations

import warnings

import pyshacl
import rdflib
from pyshacl.errors import ShapeRecursionWarning

from kzlod.errors import ConfigurationError, EngineError
from kzlod.validation.engines.graphs import parse_ntriples, write_ntriples
from kzlod.validation.engines.problems import SHAPES, describe_failure
from kzlod.validation.logs import silenced


class PySHACL:
    """See ``kzlod.validation.engines.Engine``."""

    name = "pyshacl"

    def decode(self, content: bytes) -> str:
        """The text as it is."""
        return content.decode()

    def run(self, data: str, shapes: str) -> str:
        """Validate with no inference and no imports."""
        try:
            with silenced("pyshacl-validate"), silenced("rdflib.term"):
                warnings.simplefilter("error", ShapeRecursionWarning)
                _, report, _ = pyshacl.validate(
                    parse_ntriples(data), shacl_graph=parse_ntriples(shapes), inference="none", do_owl_imports=False
                )
        # Arithmetic: it cannot compare NaN.
        except (MemoryError, RecursionError, ArithmeticError) as error:
            raise EngineError([describe_failure(self.name, "the engine failed", error)]) from None
        # pySHACL finds out while it runs, and tells by a dozen types of exceptions: of its own, of re, of pyparsing, assertions.
        except Exception as error:
            raise ConfigurationError([describe_failure(SHAPES, "a shape is ill-formed", error)]) from None
        if not isinstance(report, rdflib.Graph):  # but a failure: SPARQL that SHACL forbids
            raise ConfigurationError([describe_failure(SHAPES, "a shape is ill-formed", report)])
        return write_ntriples(report)
