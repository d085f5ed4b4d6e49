"""Where new data waits until it is served, and how it comes to be: in graphs beside those served, or in another repository.

Both are given the same orders: ``prepare``, then triples, then the checks, and last ``switch``. Until then nothing that is served
has been touched.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from kzlod.errors import ConfigurationError, EngineError, Problem, quote
from kzlod.pushing.batches import Bounds
from kzlod.pushing.plan import Graph, Plan
from kzlod.pushing.rewriting import redirect_query
from kzlod.pushing.store import Record, Store
from kzlod.terms import ALTERNATE_OF, HAS_PART, IDENTIFIER, write_literal

COLOURS: Final = ("blue", "green")
_SWITCH: Final = 3_600.0
"""Seconds that the one update of a switch may take: asked for again while it still runs, it would only begin anew."""


@dataclass(frozen=True)
class Rules:
    """What the caller wants.

    Args:
        prefix: IRI that names of graphs of the push itself start with.
        default: IRI of a graph for the triples of the default graph, or "" for the default graph.
        replace: whether data that no push has put there may be replaced.
        bounds: of a request.
    """

    prefix: str
    default: str = ""
    replace: bool = False
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def record(self) -> str:
        """The graph of the record."""
        return f"{self.prefix}current"


class Side(ABC):
    """Where a dump is loaded before it is served."""

    def __init__(self, store: Store, rules: Rules, plan: Plan) -> None:
        self.store = store
        self.rules = rules
        self.plan = plan

    @abstractmethod
    def locate(self, graph: Graph) -> str:
        """The name under which a graph of the dump is loaded, or "" for the default graph."""

    @abstractmethod
    def count(self) -> dict[str, int]:
        """How many triples are in what has been loaded, by these names; what is in no graph of the dump counts too."""

    @abstractmethod
    def is_current(self) -> bool:
        """Whether the dump is what is served, whole."""

    @abstractmethod
    def prepare(self) -> None:
        """Make room, without touching what is served.

        Raises:
            ConfigurationError: there is data that no push has put there, or the store has no default graph of its own.
        """

    @abstractmethod
    def redirect(self, query: str) -> str:
        """A query that asks what has been loaded as it will ask it when it is served."""

    @abstractmethod
    def switch(self) -> None:
        """Serve what has been loaded."""

    def clean(self) -> None:
        """Remove what is of no use when the dump is served."""
        return

    @abstractmethod
    def describe(self) -> str:
        """Where the dump is loaded and how it comes to be served, in words."""

    def name(self, graph: Graph) -> str:
        """The name under which a graph of the dump is served, or "" for the default graph."""
        return graph.name or self.rules.default

    def refuse_foreign(self, what: str) -> None:
        """Refuse to replace somebody's data, unless the caller wants it.

        Raises:
            ConfigurationError: the caller does not.
        """
        if not self.rules.replace:
            message = f"{what} that no push has put there: give --replace to replace it"
            raise ConfigurationError([Problem(self.store.addresses.query, None, None, message, "foreign")])

    def refuse_union(self, graph: str) -> None:
        """Refuse a store whose default graph shows all others, too.

        Raises:
            ConfigurationError: it does, and the triples of the default graph are to be put there.
        """
        if not self.rules.default and self.store.has_union_default(graph):
            message = (
                "the default graph of this store shows the triples of all graphs, so accepted facts and others would be mixed: "
                "turn that off there, or name a graph for the triples of the default graph with --default-graph"
            )
            raise ConfigurationError([Problem(self.store.addresses.query, None, None, message, "union")])


class StagedGraphs(Side):
    """Graphs ``{prefix}{hash}/{number}`` in the store that serves; one request copies them to their own names.

    Names hold the dump's hash, so what an interrupted push has left there is that very dump's.
    """

    @property
    def staging(self) -> str:
        """What the names of the staged graphs start with."""
        return f"{self.rules.prefix}{self.plan.sha256[:16]}/"

    @property
    def names(self) -> str:
        """The graph that says which graph stands for which."""
        return f"{self.staging}names"

    def locate(self, graph: Graph) -> str:  # noqa: D102
        return f"{self.staging}{graph.number}"

    def count(self) -> dict[str, int]:  # noqa: D102
        found = self.store.count_graphs(f"GRAPH <{self.names}> {{ ?g {ALTERNATE_OF} ?name }}")
        return found | self.store.count_graphs(f"VALUES ?g {{ <{self.staging}0> }}")

    def is_current(self) -> bool:  # noqa: D102
        record = self.store.read_record()
        return record is not None and record.sha256 == self.plan.sha256 and self._count_served() == self._expect_served()

    def prepare(self) -> None:  # noqa: D102
        if not self.rules.default and not self._owns_default(self.store.read_record()) and (found := self.store.count_default()):
            self.refuse_foreign(f"the default graph has {found:,} triples")
        # Always anew: what the names are is not to depend on what an earlier push was told.
        self.store.drop([self.names])
        triples = [f"<{self.locate(graph)}> {ALTERNATE_OF} <{name}>" for graph in self.plan.graphs if (name := self.name(graph))]
        triples.append(f"<{self.names}> {IDENTIFIER} {write_literal(self.plan.sha256)}")
        self.store.add(((self.names, triple) for triple in triples), self.rules.bounds)
        self.refuse_union(self.names)

    def redirect(self, query: str) -> str:  # noqa: D102
        default = next((self.locate(graph) for graph in self.plan.graphs if not graph.name), "")
        return redirect_query(query, default, self.names)

    def switch(self) -> None:  # noqa: D102
        record, served = self.rules.record, self._list_served()
        last = self.store.read_record()
        everything = "{ GRAPH ?g { ?s ?p ?o } }"
        listed = f"GRAPH <{record}> {{ <{record}> {HAS_PART} ?g }} GRAPH ?g {{ ?s ?p ?o }}"
        staged = f"GRAPH <{self.names}> {{ ?staged {ALTERNATE_OF} ?g }}"
        operations = [
            f"DELETE {everything} WHERE {{ {listed} }}",
            f"DELETE {everything} WHERE {{ {staged} GRAPH ?g {{ ?s ?p ?o }} }}",
            f"CLEAR SILENT GRAPH <{record}>",
            f"INSERT {everything} WHERE {{ {staged} GRAPH ?staged {{ ?s ?p ?o }} }}",
            f"INSERT {{ GRAPH <{record}> {{ <{record}> {HAS_PART} ?g }} }} WHERE {{ {staged} }}",
            self.store.insert_record(Record(self.plan.sha256, last.number + 1 if last else 1, self.rules.default)),
        ]
        if not self.rules.default or self._owns_default(last):
            operations.append("CLEAR SILENT DEFAULT")
        if not self.rules.default:
            operations.append(f"INSERT {{ ?s ?p ?o }} WHERE {{ GRAPH <{self.staging}0> {{ ?s ?p ?o }} }}")
        self.store.client.update(self.store.addresses.update, " ;\n".join(operations).encode(), seconds=_SWITCH)
        if self._count_served() != self._expect_served():
            message = "after the switch not all is served as it was loaded: this store does not do an update whole or not at all"
            raise EngineError([Problem(self.store.addresses.update, None, None, message, "switch")])
        self.store.drop(sorted(served - {self.name(graph) for graph in self.plan.graphs}))

    @staticmethod
    def _owns_default(record: Record | None) -> bool:
        """Whether what the default graph has was put there by the last push."""
        return record is not None and not record.default

    def describe(self) -> str:  # noqa: D102
        return f"graphs {self.staging}*; one update copies them to their own names"

    def _list_served(self) -> set[str]:
        """The named graphs that the last push has put there."""
        record = self.rules.record
        return set(self.store.list_values(f"SELECT ?g WHERE {{ GRAPH <{record}> {{ <{record}> {HAS_PART} ?g }} }}"))

    def _count_served(self) -> dict[str, int]:
        record = self.rules.record
        found = self.store.count_graphs(f"GRAPH <{record}> {{ <{record}> {HAS_PART} ?g }}")
        if not self.rules.default and (triples := self.store.count_default()):
            found[""] = triples
        return found

    def _expect_served(self) -> dict[str, int]:
        return {self.name(graph): graph.triples for graph in self.plan.graphs}

    def clean(self) -> None:
        """Drop staged graphs, those of pushes that were given up among them."""
        prefix = write_literal(self.rules.prefix)
        query = f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER (STRSTARTS(STR(?g), {prefix})) }}"
        own = re.compile(re.escape(self.rules.prefix) + r"[0-9a-f]{16}/(?:names|[0-9]+)")
        self.store.drop(sorted(filter(own.fullmatch, self.store.list_values(query))))


class Repository(Side):
    """The one of two repositories that is not served: the one whose record has the smaller number."""

    def __init__(self, stores: Mapping[str, Store], rules: Rules, plan: Plan) -> None:
        records = {colour: store.read_record() for colour, store in stores.items()}
        numbers = {colour: record.number if record else 0 for colour, record in records.items()}
        # Where no push has been finished yet, what is served is what has data that no push has put there.
        self.colour = min(stores, key=lambda colour: (numbers[colour], records[colour] is None and not stores[colour].is_empty()))
        self.last = max(numbers.values())
        (self._served,) = (colour for colour in stores if colour != self.colour)
        self._records = records
        self._stores = stores
        super().__init__(stores[self.colour], rules, plan)

    def locate(self, graph: Graph) -> str:  # noqa: D102
        return self.name(graph)

    def count(self) -> dict[str, int]:  # noqa: D102
        return self._count(self.store)

    def is_current(self) -> bool:  # noqa: D102
        record = self._records[self._served]
        if record is None or not record.number or record.sha256 != self.plan.sha256:
            return False
        return self._count(self._stores[self._served]) == {self.name(graph): graph.triples for graph in self.plan.graphs}

    def prepare(self) -> None:  # noqa: D102
        record = self.store.read_record()
        if record is None and not self.store.is_empty():
            self.refuse_foreign("there is data")
        if record is None or (record.sha256, record.default) != (self.plan.sha256, self.rules.default):
            # First of all it says that it is being emptied, so that the next push empties what is left if this one ends here.
            self.store.write_record(Record("", 0, ""))
            self.store.drop(["", *(name for name in self.store.count_graphs() if name != self.rules.record)])
            self.store.write_record(Record(self.plan.sha256, 0, self.rules.default))
        self.refuse_union(self.rules.record)

    def redirect(self, query: str) -> str:  # noqa: D102
        return redirect_query(query, self.rules.default, "") if self.rules.default else query

    def switch(self) -> None:  # noqa: D102
        self.store.write_record(Record(self.plan.sha256, self.last + 1, self.rules.default))

    def describe(self) -> str:  # noqa: D102
        return f"repository {self.colour} ({self.store.addresses.query}); its record then has the greater number, {self.last + 1}"

    def _count(self, store: Store) -> dict[str, int]:
        found = store.count_graphs()
        found.pop(self.rules.record, None)
        if not self.rules.default and (triples := store.count_default()):
            found[""] = triples
        return found


def choose_side(store: Store, stores: Mapping[str, Store], rules: Rules, plan: Plan) -> Side:
    """The other repository where there are two, else graphs beside those served.

    Raises:
        ConfigurationError: the prefix is that of graphs of the dump, too, or the graph for the default graph's triples is one.
    """
    if any(graph.name == rules.default != "" for graph in plan.graphs):
        message = f"{quote(rules.default)} is a graph of the dump, which would be mixed with the default graph: name another"
        raise ConfigurationError([Problem("--default-graph", None, None, message, "prefix", rules.default)])
    wrong = next((graph.name for graph in plan.graphs if graph.name.startswith(rules.prefix)), "")
    if wrong or rules.default.startswith(rules.prefix):
        message = f"the prefix {quote(rules.prefix)} is also that of the graph {quote(wrong or rules.default)}: name another"
        raise ConfigurationError([Problem("--prefix", None, None, message, "prefix", rules.prefix)])
    return Repository(stores, rules, plan) if stores else StagedGraphs(store, rules, plan)
