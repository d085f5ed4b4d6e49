"""The catalogue as data of pages: reads its statements, gives those about the dataset and about its parts by class or property."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from kzlod.terms import VOID, Triple

_DATASET: Final = "catalogue#dataset"
_FIGURES: Final = {f"<{VOID}{name}>" for name in ("triples", "entities", "classes", "properties")}
_CLASS: Final = f"<{VOID}class>"
_PROPERTY: Final = f"<{VOID}property>"
_PARTITIONS: Final = {_CLASS: f"<{VOID}classPartition>", _PROPERTY: f"<{VOID}propertyPartition>"}


class Catalogue:
    """The statements that describe the dataset.

    Args:
        base: namespace of the dataset's IRIs.
        triples: all of them, sorted.
    """

    def __init__(self, base: str, triples: Iterable[Triple]) -> None:
        self.dataset = f"<{base}{_DATASET}>"
        self.triples: Sequence[Triple] = list(triples)
        self._said: dict[str, list[Triple]] = defaultdict(list)
        self._parts: dict[tuple[str, str], str] = {}
        for triple in self.triples:
            self._said[triple.subject].append(triple)
            if triple.predicate in _PARTITIONS:
                self._parts[triple.predicate, triple.object] = triple.subject

    def list_classes(self) -> list[str]:
        """The classes in use."""
        return sorted(term for predicate, term in self._parts if predicate == _CLASS)

    def describe_dataset(self) -> list[Triple]:
        """What is said of the dataset itself."""
        return self._said[self.dataset]

    def describe_size(self) -> list[Triple]:
        """How large the dataset is."""
        return [triple for triple in self.describe_dataset() if triple.predicate in _FIGURES]

    def describe_parts(self, classes: Iterable[str], properties: Iterable[str] = ()) -> list[Triple]:
        """The parts of the dataset that are the things of some classes, or the statements with some properties, and their sizes."""
        wanted = [*((_CLASS, term) for term in classes), *((_PROPERTY, term) for term in properties)]
        triples: set[Triple] = set()
        for predicate, term in wanted:
            part = self._parts.get((predicate, term))
            if part:
                triples |= {Triple(self.dataset, _PARTITIONS[predicate], part), *self._said[part]}
        return sorted(triples)
