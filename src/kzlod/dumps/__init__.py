"""The dumps: reads a merged dataset, yields N-Triples, N-Quads, Turtle, TriG and JSON-LD files, and bundles."""

from kzlod.dumps.bundles import NamedQuery, write_bundles
from kzlod.dumps.folder import write_dumps
from kzlod.dumps.jsonld import iter_jsonld, write_jsonld
from kzlod.dumps.turtle import iter_trig, write_turtle

__all__ = ["NamedQuery", "iter_jsonld", "iter_trig", "write_bundles", "write_dumps", "write_jsonld", "write_turtle"]
