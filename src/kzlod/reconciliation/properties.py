"""Properties: those that the data uses, by class, and those of this service; what they are called and where they lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kzlod.reconciliation.classes import Labels, find_label
from kzlod.reconciliation.graph import Graph, Term
from kzlod.reconciliation.ids import Ids
from kzlod.reconciliation.settings import Path, Settings, Step, read_path


@dataclass(frozen=True)
class Property:
    """What a thing can be told by.

    Args:
        id: as requests name it.
        name: for people.
        about: what it means, or "".
        paths: to its values; none where it only compares.
        means: what the matcher knows it as, or "".
        space: namespace of values that are things elsewhere, or "".
        service: the reconciliation service of these, or "".
    """

    id: str
    name: str
    about: str = ""
    paths: tuple[Path, ...] = ()
    means: str = ""
    space: str = ""
    service: str = ""


class Properties:
    """The properties of a dataset.

    Args:
        settings: that say which are computed, and which are not told.
        ids: that write them.
        labels: of the properties.
        languages: tags, the preferred first.
    """

    def __init__(self, settings: Settings, ids: Ids, labels: Labels, languages: tuple[str, ...]) -> None:
        self.settings = settings
        self.ids = ids
        self.labels = labels
        self.languages = languages
        self.computed = {
            each.id: Property(
                each.id, self._pick(each.label), self._pick(each.about), each.paths, each.means, each.space, each.service
            )
            for each in settings.properties
        }
        self._used: dict[str, Counter[str]] = {}

    def add(self, graph: Graph, iri: str, types: Iterable[str]) -> None:
        """Count the properties of a thing among those of its classes."""
        used = [self.ids.write_term(name) for name in graph.list_predicates(iri) - self.settings.unused_properties]
        used += [each.id for each in self.computed.values() if graph.read_all(iri, each.paths)]
        for name in types:
            self._used.setdefault(name, Counter()).update(used)

    def list_for(self, types: Iterable[str]) -> list[Property]:
        """The properties of things of some classes, or of all where none is named; what most of them have comes first."""
        wanted = tuple(types)
        counts: Counter[str] = Counter()
        for name, used in self._used.items():
            if not wanted or name in wanted:
                counts.update(used)
        found = [self.read(name) for name in sorted(counts, key=lambda name: (-counts[name], name))]
        compared = [each for each in self.computed.values() if not each.paths and not (wanted and not found)]
        return [each for each in found if each] + compared

    def read(self, text: str) -> Property | None:
        """The property of an id: one of this service, of the data, or a path over these; None where it is none of them."""
        if text in self.computed:
            return self.computed[text]
        iri = self.ids.read_term(text)
        if iri:
            name = self.ids.write_term(iri)
            return Property(
                name, find_label(iri, self.labels, self.languages), "", ((Step(iri),),), self.settings.means.get(iri, "")
            )
        try:
            path = read_path(text, self._read_step)
        except ValueError:
            return None
        if len(path) > self.settings.limits["steps"]:
            return None
        name = " / ".join(find_label(step.iri, self.labels, self.languages) for step in path)
        return Property(text, name, "", (path,)) if path else None

    def list_labels(self, known: Property) -> list[str]:
        """What a property is called in all languages."""
        own = next((each.label for each in self.settings.properties if each.id == known.id), {})
        return [known.name, *own.values(), *self.labels.get(self.ids.read_term(known.id), {}).values()]

    def is_used(self, text: str) -> bool:
        """Whether an id is that of a property by which things here can be told, or of a path of several that may lead somewhere."""
        known = self.read(text)
        is_path = known is not None and any(len(path) > 1 or path[0].is_inverse for path in known.paths)
        return known is not None and (
            is_path or known.id in {*self.computed, *(name for used in self._used.values() for name in used)}
        )

    def read_values(self, graph: Graph, iri: str, known: Property) -> list[Term]:
        """The values that a thing has; of a property that leads elsewhere, those there."""
        values = graph.read_all(iri, known.paths)
        return [value for value in values if value.value.startswith(known.space)] if known.space else values

    def _read_step(self, text: str) -> str:
        iri = self.ids.read_term(text)
        if not iri:
            raise ValueError(text)
        return iri

    def _pick(self, texts: Mapping[str, str]) -> str:
        return next((texts[tag] for tag in self.languages if tag in texts), next(iter(texts.values()), ""))
