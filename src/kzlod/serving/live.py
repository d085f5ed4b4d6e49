"""Pages and data where a release has no site: reads the store when one is asked for, yields a file like that of a site.

What is read is found by an index, so it needs no worker. Data are whole; a page shows a bounded part of much, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote_to_bytes

import pyoxigraph

from kzlod.serving.files import TYPES, ServedFile
from kzlod.serving.pages import MOST_STATEMENTS, Pages, Statement
from kzlod.serving.worker import GRAPH_FORMATS
from kzlod.terms import NAMES, evidence_graph

_FORMATS: Final = {"ttl": "turtle", "nt": "ntriples", "jsonld": "jsonld"}
_MOST_SEGMENTS: Final = 20
_SIGNS: Final = "/:@!$&'()*+,;=~"
"""What stands in the path of an IRI as it is, beside letters, digits, - . and _ (RFC 3987, section 2.2)."""

_MARK: Final = re.compile("~([0-9A-F]{2})")


class LivePages:
    """The files of a site that is not there.

    Args:
        store: of the release.
        base: namespace of the dataset's IRIs.
        pages: that writes HTML.
    """

    def __init__(self, store: pyoxigraph.Store, base: str, pages: Pages) -> None:
        self.store = store
        self.base = base
        self.pages = pages
        self._evidence = pyoxigraph.NamedNode(evidence_graph(base)[1:-1])

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        stem, _, ending = path.rpartition(".")
        return path == "index.html" or self._find_for(stem, ending) is not None

    def read(self, path: str) -> ServedFile | None:
        """The file at a path of the site, or None."""
        stem, _, ending = path.rpartition(".")
        if path == "index.html":
            return ServedFile(Path(path), TYPES[".html"], self.pages.write_index().encode())
        node = self._find_for(stem, ending)
        if node is None:
            return None
        content = self._write_page(node, stem) if ending == "html" else self._write_data(node, _FORMATS[ending])
        return ServedFile(Path(path), TYPES[f".{ending}"], content)

    def _find_for(self, path: str, ending: str) -> pyoxigraph.NamedNode | None:
        """What a file of some ending is about; there are data only of what is accepted, or evidence."""
        node = self._find(path) if ending == "html" or ending in _FORMATS else None
        return node if node and (ending == "html" or next(self._list_quads(node), None)) else None

    def _find(self, path: str) -> pyoxigraph.NamedNode | None:
        """What the dataset says something of, and whose page would lie there."""
        for name in _list_names(path):
            node = pyoxigraph.NamedNode(f"{self.base}{name}")
            if next(self.store.quads_for_pattern(node, None, None, None), None):
                return node
        return None

    def _list_quads(self, node: pyoxigraph.NamedNode) -> Iterator[pyoxigraph.Quad]:
        """What is said of a node: accepted statements, or else what the evidence says of a fact."""
        for graph in (pyoxigraph.DefaultGraph(), self._evidence):
            found = iter(self.store.quads_for_pattern(node, None, None, graph))
            if first := next(found, None):
                yield first
                yield from found
                return

    def _write_data(self, node: pyoxigraph.NamedNode, name: str) -> bytes:
        triples = sorted({quad.triple for quad in self._walk(node, {node})}, key=str)
        return pyoxigraph.serialize(triples, format=GRAPH_FORMATS[name], prefixes=dict(self.pages.prefixes.namespaces)) or b""

    def _walk(self, node: pyoxigraph.NamedNode, seen: set[pyoxigraph.NamedNode]) -> Iterator[pyoxigraph.Quad]:
        """What is said of a node, and of the parts of it, whose IRIs are its own with a fragment."""
        whole = node.value.partition("#")[0]
        for quad in list(self._list_quads(node)):
            yield quad
            part = quad.object
            if isinstance(part, pyoxigraph.NamedNode) and part.value.startswith(f"{whole}#") and part not in seen:
                seen.add(part)
                yield from self._walk(part, seen)

    def _write_page(self, node: pyoxigraph.NamedNode, path: str) -> bytes:
        # One more than are shown tells that there are more.
        accepted = list(islice(self._list_quads(node), MOST_STATEMENTS + 1))
        own = accepted or {quad.triple: quad for quad in self.store.quads_for_pattern(node, None, None, None)}.values()
        said = [Statement(quad.predicate, quad.object, self._list_facts(quad)) for quad in _sort(own)]
        graphs = (pyoxigraph.DefaultGraph(), self._evidence)
        found = (quad for graph in graphs for quad in self.store.quads_for_pattern(None, None, node, graph))
        mentions = [
            Statement(quad.predicate, quad.subject, self._list_facts(quad)) for quad in _sort(islice(found, MOST_STATEMENTS + 1))
        ]
        content = islice(self.store.quads_for_pattern(None, None, None, node), MOST_STATEMENTS + 1)
        triples = [quad.triple for quad in _sort(content)]
        name = self._find_name(node)
        return self.pages.write_entity(node, name, path, said, mentions, triples, is_accepted=bool(accepted)).encode()

    def _list_facts(self, quad: pyoxigraph.Quad) -> list[str]:
        """The facts that say it."""
        graphs = {found.graph_name for found in self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)}
        return sorted(graph.value for graph in graphs if isinstance(graph, pyoxigraph.NamedNode) and graph != self._evidence)

    def _find_name(self, node: pyoxigraph.NamedNode) -> str:
        for predicate in NAMES:
            names = self.store.quads_for_pattern(node, pyoxigraph.NamedNode(predicate[1:-1]), None, pyoxigraph.DefaultGraph())
            literals = [quad.object for quad in names if isinstance(quad.object, pyoxigraph.Literal)]
            if literals:
                return min(literals, key=lambda name: (name.language != "en", name.language or "", name.value)).value
        return node.value.removeprefix(self.base)


def _list_names(path: str) -> Iterator[str]:
    """What may follow the base in an IRI whose page lies at a path (``site.paths.name_path`` the other way round).

    >>> list(_list_names("fact/a/person/x")), list(_list_names("person/ә"))
    (['fact/a/person/x', 'fact/a/person%2Fx', 'fact/a%2Fperson%2Fx'], ['person/%D3%99'])
    >>> list(_list_names("file/a~2Etxt"))
    ['file/a%2Etxt', 'file/a.txt']
    """
    encoded = _MARK.sub(r"%\1", quote(path, safe=_SIGNS))
    # What need not be encoded may be so all the same.
    for name in dict.fromkeys((encoded, quote(unquote_to_bytes(encoded), safe=_SIGNS))):
        segments = name.split("/")
        for cut in range(len(segments) - 1, 0, -1):
            if cut <= _MOST_SEGMENTS:
                yield "/".join([*segments[:cut], "%2F".join(segments[cut:])])


def _sort(quads: Iterable[pyoxigraph.Quad]) -> list[pyoxigraph.Quad]:
    return sorted(quads, key=lambda quad: (str(quad.predicate), str(quad.object), str(quad.subject)))
