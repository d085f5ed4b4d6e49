"""The description of the service: what the endpoint can do and what it holds, in every format of graphs."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Final

import pyoxigraph

from kzlod.serving.worker import GRAPH_FORMATS
from kzlod.terms import evidence_graph

_TEXT: Final = resources.files("kzlod.serving").joinpath("service.ttl")


@dataclass(frozen=True)
class Figures:
    """What the description says of the dataset: its base and licence, and how many statements two of its graphs have."""

    base: str
    licence: str
    triples: int
    evidence: int


def count_figures(store: pyoxigraph.Store, base: str, licence: str) -> Figures:
    """The figures of a store."""
    default = sum(1 for _ in store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()))
    graph = pyoxigraph.NamedNode(evidence_graph(base)[1:-1])
    return Figures(base, licence, default, sum(1 for _ in store.quads_for_pattern(None, None, None, graph)))


def describe_service(figures: Figures, address: str, name: str) -> bytes:
    """The description of the endpoint as it was asked for.

    Args:
        figures: of the dataset.
        address: of the endpoint, without its query.
        name: of the format, as in ``formats.toml``.
    """
    text = _TEXT.read_text(encoding="utf-8")
    for key, value in vars(figures).items():
        text = text.replace(f"{{{key}}}", str(value))
    quads = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE, base_iri=address)
    return pyoxigraph.serialize((quad.triple for quad in quads), format=GRAPH_FORMATS[name]) or b""
