"""pyshacl-turbo, the fast engine: in Rust, from N-Triples text without a graph in Python; extra ``fast``."""

from __future__ import annotations

import codecs
import warnings
from typing import Final

import rdflib
from pyshacl_turbo import ShapeRecursionWarning, compile_shapes
from pyshacl_turbo.rdf import Input

from kzlod.errors import ConfigurationError, EngineError
from kzlod.validation.engines import UnsupportedError
from kzlod.validation.engines.graphs import write_ntriples
from kzlod.validation.engines.problems import SHAPES, describe_failure
from kzlod.validation.logs import silenced

_FORMAT: Final = "nt"
_ASCII: Final = bytes(range(128))
_MOST_ESCAPED: Final = 0.05
_SLICE: Final = 1 << 20


def _escape(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101
    found = error.object[error.start : error.end]
    return "".join(f"\\u{ord(c):04X}" if ord(c) < 0x10000 else f"\\U{ord(c):08X}" for c in found), error.end


codecs.register_error("ntriples", _escape)


class Turbo:
    """See ``kzlod.validation.engines.Engine``."""

    name = "turbo"

    def decode(self, content: bytes) -> str:
        """The text in ASCII, where few other characters are in it: as escapes, which N-Triples has for all.

        One letter of Cyrillic makes Python keep a whole text in two bytes a character, and Rust a copy of it.
        """
        others = len(content.translate(None, _ASCII))
        if others > len(content) * _MOST_ESCAPED:
            return content.decode()
        slices = (content[at : at + _SLICE] for at in range(0, len(content), _SLICE))
        parts = (part.encode("ascii", "ntriples") for part in codecs.iterdecode(slices, "utf-8"))
        return b"".join(parts).decode("ascii")

    def run(self, data: str, shapes: str) -> str:
        """Validate with no inference and no imports."""
        try:
            with silenced("rdflib.term"):
                warnings.simplefilter("error", ShapeRecursionWarning)
                # As documents: from rdflib's graphs it takes "1"^^xsd:boolean for true where SHACL wants the term true.
                program = compile_shapes(Input(shapes, _FORMAT, None, {}, preserve_ids=True))  # type: ignore[no-untyped-call]
                _, report, _ = program.validate(Input(data, _FORMAT, None, {}, preserve_ids=True))
        except NotImplementedError as error:
            raise UnsupportedError([describe_failure(self.name, "the engine does not know", error)]) from None
        except (ValueError, ShapeRecursionWarning) as error:
            raise ConfigurationError([describe_failure(SHAPES, "a shape is ill-formed", error)]) from None
        # A panic of Rust is no Exception.
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            raise EngineError([describe_failure(self.name, "the engine failed", error)]) from None
        if not isinstance(report, rdflib.Graph):
            raise EngineError([describe_failure(self.name, "the engine failed", "it has made no report")])
        return write_ntriples(report)
