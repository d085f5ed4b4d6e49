"""Types: the classes of a dataset's things, what is above them, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kzlod.reconciliation.ids import Ids
from kzlod.reconciliation.settings import Settings

Labels = Mapping[str, Mapping[str, str]]
"""What terms are called, by IRI and language tag."""

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Classes:
    """The classes of things.

    Args:
        settings: which of them say the same, which come first, and what is above them.
        ids: that write them.
        labels: of classes.
        languages: tags, the preferred first.
    """

    def __init__(self, settings: Settings, ids: Ids, labels: Labels, languages: tuple[str, ...]) -> None:
        self.settings = settings
        self.ids = ids
        self.labels = labels
        self.languages = languages
        self.members: dict[str, list[str]] = {}
        self._ranks = {iri: rank for rank, iri in enumerate(settings.classes)}

    def add(self, thing: str, classes: Iterable[str]) -> tuple[str, ...]:
        """Count a thing among its classes, which are returned: the most telling first, behind them those above these."""
        own = {self.unify(iri) for iri in classes if iri not in self.settings.unused_classes}
        order = sorted(own, key=self._rank)
        types = tuple(dict.fromkeys([*order, *(iri for name in order for iri in self.list_above(name))]))
        # What another of its classes is below is said by that one.
        implied = {iri for name in order for iri in self.list_above(name)}
        types = (*(iri for iri in types if iri not in implied), *(iri for iri in types if iri in implied))
        for iri in types:
            self.members.setdefault(iri, []).append(thing)
        return types

    def unify(self, iri: str) -> str:
        """The class that says the same and is told."""
        return self.settings.same.get(iri, iri)

    def list_direct(self, iri: str) -> tuple[str, ...]:
        """The classes right above a class that things here have."""
        return tuple(name for name in self.settings.broader.get(iri, ()) if name in self.members)

    def list_above(self, iri: str) -> list[str]:
        """The classes above a class, the nearest first."""
        found: dict[str, None] = {}
        following = [iri]
        while following:
            following = [other for name in following for other in self.settings.broader.get(name, ()) if other not in found]
            found.update(dict.fromkeys(following))
        return list(found)

    def list_all(self) -> list[str]:
        """The classes that things have, the largest first."""
        return sorted(self.members, key=lambda iri: (-len(self.members[iri]), self._rank(iri)))

    def read(self, text: str) -> str:
        """The class of an id, or of a label; "" where there is none of it."""
        iri = self.unify(self.ids.read_term(text))
        if iri in self.members:
            return iri
        return next((known for known in self.list_all() if text and text in self.labels.get(known, {}).values()), "")

    def describe(self, iri: str) -> dict[str, str]:
        """A class as answers have it."""
        return {"id": self.ids.write_term(iri), "name": self.find_label(iri)}

    def list_labels(self, iri: str) -> list[str]:
        """What a class is called in all languages."""
        return list(dict.fromkeys([self.find_label(iri), *self.labels.get(iri, {}).values()]))

    def find_label(self, iri: str) -> str:
        """What a class is called."""
        return find_label(iri, self.labels, self.languages)

    def _rank(self, iri: str) -> tuple[int, str]:
        return self._ranks.get(iri, len(self._ranks)), iri


def find_label(iri: str, labels: Labels, languages: tuple[str, ...]) -> str:
    """What a class or a property is called: in the first language that there is, else the words of its name.

    >>> find_label("http://schema.org/birthDate", {}, ("en",)), find_label("http://www.wikidata.org/entity/Q5", {}, ("en",))
    ('birth date', 'Q5')
    """
    known = labels.get(iri, {})
    label = next((known[tag] for tag in languages if tag in known), next(iter(known.values()), ""))
    local = re.split("[/#]", iri.rstrip("/#"))[-1]
    words = local if re.search("[0-9]", local) else _CAPITAL.sub(" ", local).replace("-", " ").lower()
    return label or words or iri
