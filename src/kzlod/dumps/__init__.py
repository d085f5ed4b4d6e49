"""The dumps: reads a merged dataset, yields N-Triples, N-Quads, Turtle, TriG and JSON-LD files."""

from kzlod.dumps.folder import write_dumps

__all__ = ["write_dumps"]
