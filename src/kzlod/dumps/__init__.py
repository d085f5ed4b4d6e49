"""The dumps: reads a merged dataset, yields N-Triples, N-Quads, Turtle, TriG and JSON-LD files, and bundles."""

from kzlod.dumps.bundles import NamedQuery, write_bundles
from kzlod.dumps.folder import write_dumps

__all__ = ["NamedQuery", "write_bundles", "write_dumps"]
