"""A snapshot in N-Triples (https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format), read as a stream."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Final

import pyoxigraph

from kzlod.errors import DataError, Problem
from kzlod.terms import OWL, PROV, WIKIBASE
from kzlod.wikidata.known import Known, Snapshot, make_time, open_snapshot
from kzlod.wikidata.statements import Reference, Snak
from kzlod.wikidata.values import DAY, MONTH, YEAR, Coordinates, Item, LanguageText, Quantity, Text, Value

_TIME: Final = re.compile(r"(-?\d+)-(\d\d)-(\d\d)T")
_POINT: Final = re.compile(r"Point\(([-+.\dEe]+) ([-+.\dEe]+)\)")
_NUMBERS: Final = ("decimal", "integer")

_Object = pyoxigraph.NamedNode | pyoxigraph.Literal | pyoxigraph.BlankNode
_Triples = dict[str, dict[str, list[_Object]]]
"""Objects by subject and predicate."""


def read_triples(path: Path, items: Collection[str], properties: Collection[str], namespace: str) -> Snapshot:
    """Read what a file says of some items and properties.

    What an item leads to (its statements, their values and references) may stand before it: the file is read again until nothing
    new is led to, twice where it is as Wikidata writes it.

    Raises:
        DataError: it is no N-Triples, with the line; or a value is none of its kind.
    """
    reader = _Reader(namespace, properties)
    wanted = {namespace + item for item in items}
    size = -1
    while size != len(wanted):
        size = len(wanted)
        reader.collect(_iter_triples(path), wanted)
    snapshot = Snapshot()
    for iri in sorted(wanted & reader.triples.keys()):
        if iri.startswith(namespace) and iri.removeprefix(namespace)[0] == "Q":
            try:
                reader.take(iri, snapshot)
            except (ValueError, ArithmeticError) as error:
                message = f"<{iri}> is not as Wikidata writes it: {type(error).__name__} {error}"
                raise DataError([Problem(path.as_posix(), None, None, message, "snapshot")]) from None
    return snapshot


def _iter_triples(path: Path) -> Iterator[pyoxigraph.Triple]:
    with open_snapshot(path) as file:
        try:
            for quad in pyoxigraph.parse(file, format=pyoxigraph.RdfFormat.N_TRIPLES):
                yield quad.triple
        except SyntaxError as error:
            raise DataError([Problem(path.as_posix(), error.lineno, None, f"no N-Triples: {error.msg}", "snapshot")]) from None


class _Reader:
    def __init__(self, namespace: str, properties: Collection[str]) -> None:
        self.namespace = namespace
        # Wikidata's namespaces are all beside that of its items.
        self.root = namespace.removesuffix("entity/") + "prop/"
        self.properties = sorted(properties)
        self.triples: _Triples = {}
        self.leading = {self.root + id_ for id_ in properties} | {f"{OWL}sameAs", f"{PROV}wasDerivedFrom"}
        self.values = tuple(f"{self.root}{name}/value/" for name in ("statement", "qualifier", "reference"))

    def collect(self, triples: Iterator[pyoxigraph.Triple], wanted: set[str]) -> None:
        """Keep what is said of what is wanted; what that leads to is wanted from then on."""
        found: _Triples = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            subject = triple.subject
            if not isinstance(subject, pyoxigraph.NamedNode) or subject.value not in wanted:
                continue
            predicate, object_ = triple.predicate.value, triple.object
            if isinstance(object_, pyoxigraph.Triple):
                continue
            found[subject.value][predicate].append(object_)
            if isinstance(object_, pyoxigraph.NamedNode) and (predicate in self.leading or predicate.startswith(self.values)):
                wanted.add(object_.value)
        self.triples = found

    def take(self, iri: str, snapshot: Snapshot) -> None:
        item, said = iri.removeprefix(self.namespace), self.triples[iri]
        target = said.get(f"{OWL}sameAs", [None])[0]
        if isinstance(target, pyoxigraph.NamedNode):
            snapshot.redirects[item] = target.value.removeprefix(self.namespace)
            return
        snapshot.items[item] = [known for id_ in self.properties for known in self._iter_statements(id_, said)]

    def _iter_statements(self, id_: str, said: dict[str, list[_Object]]) -> Iterator[Known]:
        nodes = [node.value for node in said.get(self.root + id_, ()) if isinstance(node, pyoxigraph.NamedNode)]
        for node in sorted(nodes):
            statement = self.triples.get(node, {})
            values = self._read_values("statement", id_, statement)
            qualifiers = {
                name: self._read_values("qualifier", name, statement) for name in self._list_properties("qualifier", statement)
            }
            references = [self._read_reference(reference) for reference in statement.get(f"{PROV}wasDerivedFrom", ())]
            ranks = [str(rank.value) for rank in statement.get(f"{WIKIBASE}rank", ())]
            rank = next((name for name in ("deprecated", "preferred") if f"{WIKIBASE}{name.capitalize()}Rank" in ranks), "normal")
            yield Known(id_, values[0] if values else None, qualifiers, tuple(references), rank)
        if not nodes:
            # The truthy dump: values alone.
            for value in self._read_simple(said.get(f"{self.root}direct/{id_}", [])):
                yield Known(id_, value, is_whole=False)

    def _read_reference(self, node: _Object) -> Reference:
        said = self.triples.get(str(node.value), {})
        names = self._list_properties("reference", said)
        return tuple(
            Snak(name, value) for name in names for value in self._read_values("reference", name, said) if value is not None
        )

    def _list_properties(self, kind: str, said: dict[str, list[_Object]]) -> list[str]:
        start = f"{self.root}{kind}/"
        return sorted(iri.removeprefix(start) for iri in said if iri.startswith(f"{start}P"))

    def _read_values(self, kind: str, id_: str, said: dict[str, list[_Object]]) -> tuple[Value | None, ...]:
        """The values of a property, from their nodes where they have some: only these tell the precision of a date."""
        nodes = [self.triples.get(str(node.value), {}) for node in said.get(f"{self.root}{kind}/value/{id_}", ())]
        whole = [value for value in map(self._read_node, nodes) if value is not None]
        return tuple(whole) or tuple(self._read_simple(said.get(f"{self.root}{kind}/{id_}", [])))

    def _read_node(self, node: dict[str, list[_Object]]) -> Value | None:
        def get(name: str) -> str:
            return str(node[f"{WIKIBASE}{name}"][0].value) if f"{WIKIBASE}{name}" in node else ""

        found = _TIME.match(get("timeValue"))
        if found:
            is_gregorian = get("timeCalendarModel") == f"{self.namespace}Q1985727"
            return make_time(found.groups(), int(get("timePrecision")), is_gregorian=is_gregorian)
        if get("geoLatitude"):
            return Coordinates(Decimal(get("geoLatitude")), Decimal(get("geoLongitude")))
        return Quantity(Decimal(get("quantityAmount"))) if get("quantityAmount") else None

    def _read_simple(self, objects: list[_Object]) -> list[Value | None]:
        return [self._read_object(object_) for object_ in objects]

    def _read_object(self, object_: _Object) -> Value | None:  # noqa: PLR0911 - one a kind
        if isinstance(object_, pyoxigraph.NamedNode) and object_.value.startswith(self.namespace):
            return Item(object_.value.removeprefix(self.namespace))
        if isinstance(object_, pyoxigraph.BlankNode) or "/.well-known/genid/" in object_.value:
            return None
        if isinstance(object_, pyoxigraph.NamedNode):
            return Text(object_.value)
        kind = object_.datatype.value.rpartition("#")[2]
        time, point = _TIME.match(object_.value), _POINT.match(object_.value)
        if object_.language:
            return LanguageText(object_.language, object_.value)
        if kind == "dateTime" and time:
            # Without its node the precision is not known: the first of January may stand for a year, the first of a month for it.
            precision = YEAR if time.groups()[1:] == ("01", "01") else MONTH if time[3] == "01" else DAY
            return make_time(time.groups(), precision, is_gregorian=True)
        if kind == "wktLiteral" and point:
            return Coordinates(Decimal(point[2]), Decimal(point[1]))
        return Quantity(Decimal(object_.value)) if kind in _NUMBERS else Text(object_.value)
