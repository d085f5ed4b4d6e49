"""What a script with rdflib does: reads both dumps, prints the rows of a patch."""

import sys

import rdflib


def load(path: str) -> set[tuple[str, ...]]:
    """The statements of a dump, their terms in N-Triples."""
    data = rdflib.Dataset()
    data.parse(path, format="nquads")
    return {
        (s.n3(), p.n3(), o.n3(), "" if g is None or g == rdflib.graph.DATASET_DEFAULT_GRAPH_ID else f"<{g}>")
        for s, p, o, g in data.quads()
    }


old, new = load(sys.argv[1]), load(sys.argv[2])
for operation, quads in (("D", old - new), ("A", new - old)):
    for quad in quads:
        print(operation, *filter(None, quad), ".")
