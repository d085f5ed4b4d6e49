"""The description of the service: what the endpoint can do and what it holds, in every format of graphs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph

from kzlod.resources import read_resource
from kzlod.serving.pool import Pool
from kzlod.serving.worker import GRAPH_FORMATS
from kzlod.terms import evidence_graph

_UNKNOWN: Final = -1


@dataclass(frozen=True)
class Dataset:
    """What the description says of the dataset: its base and licence."""

    base: str
    licence: str


async def count_triples(pool: Pool, dataset: Dataset) -> dict[str, int]:
    """How many statements two of its graphs have, by the name that ``service.ttl`` has for the figure; none that takes too long."""
    graphs = {"triples": "?s ?p ?o", "evidence": f"GRAPH {evidence_graph(dataset.base)} {{ ?s ?p ?o }}"}
    job = {"results": "csv", "graph": "", "default_graphs": None, "named_graphs": None}
    found = {name: await pool.run(f"SELECT (COUNT(*) AS ?n) {{ {graph} }}", job) for name, graph in graphs.items()}
    return {name: int(answer.body.split()[1]) for name, answer in found.items() if answer.status == "done"}


def describe_service(dataset: Dataset, triples: Mapping[str, int], address: str, name: str) -> bytes:
    """The description of the endpoint as it was asked for.

    Args:
        dataset: that it is over.
        triples: figures by name; where one is missing the description does without.
        address: of the endpoint, without its query.
        name: of the format, as in ``formats.toml``.
    """
    text = read_resource("kzlod.serving", "service.ttl")
    for key, value in (vars(dataset) | {"triples": _UNKNOWN, "evidence": _UNKNOWN} | dict(triples)).items():
        text = text.replace(f"{{{key}}}", str(value))
    quads = pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TURTLE, base_iri=address)
    known = (quad.triple for quad in quads if getattr(quad.object, "value", None) != str(_UNKNOWN))
    return pyoxigraph.serialize(known, format=GRAPH_FORMATS[name]) or b""
