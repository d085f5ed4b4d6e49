"""Cards: what is told of a thing, a type or a property where there is little room."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal

from kzlod.reconciliation.entries import Thing
from kzlod.reconciliation.graph import Term
from kzlod.reconciliation.holdings import Holdings
from kzlod.reconciliation.properties import Property

_DESCRIBED = 2
_ROWS = 6
_VALUES = 3
_LONGEST = 160


@dataclass(frozen=True)
class Card:
    """What a preview shows.

    Args:
        id: as requests have it.
        iri: of what is shown, or "".
        name: of it.
        language: of the name, or "".
        types: what it is called.
        about: a text, or "".
        other_names: texts with their languages.
        rows: labels, each with a few values.
    """

    id: str
    iri: str
    name: str
    language: str = ""
    types: tuple[str, ...] = ()
    about: str = ""
    other_names: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Describer:
    """Writes cards of the things of one dataset.

    Args:
        holdings: of the dataset.
    """

    def __init__(self, holdings: Holdings) -> None:
        self.holdings = holdings

    def describe_thing(self, iri: str) -> Card:
        """The card of a thing."""
        thing = self.holdings.shelves.things[iri]
        first, *others = self.holdings.graph.list_names(iri)
        return Card(
            self.holdings.ids.write_entity(iri),
            iri,
            first.text,
            "" if first.language == "und" else first.language,
            tuple(self.holdings.classes.find_label(name) for name in thing.types),
            other_names=tuple((name.text, "" if name.language == "und" else name.language) for name in others[:_ROWS]),
            rows=tuple(self._iter_rows(thing)),
        )

    def describe_type(self, iri: str) -> Card:
        """The card of a type."""
        members = self.holdings.classes.members[iri]
        examples = tuple(self.holdings.graph.find_name(name) for name in members[:_VALUES])
        above = tuple(self.holdings.classes.find_label(name) for name in self.holdings.classes.list_above(iri))
        return Card(
            self.holdings.ids.write_term(iri),
            iri,
            self.holdings.classes.find_label(iri),
            types=above,
            rows=((f"{len(members):,}", examples),),
        )

    def describe_property(self, known: Property) -> Card:
        """The card of a property."""
        return Card(known.id, self.holdings.ids.read_term(known.id), known.name, about=known.about)

    def write_description(self, thing: Thing) -> str:
        """A line that tells a thing from its namesakes: what it is, and what is known first."""
        found = [self.holdings.classes.find_label(name) for name in thing.types[:1]]
        for predicate in self.holdings.settings.descriptions:
            values = sorted(self.holdings.graph.list_objects(thing.iri, predicate), key=self._rank)
            if values and len(found) <= _DESCRIBED:
                found.append(self.write_value(values[0]))
        return " · ".join(found)

    def write_value(self, value: Term) -> str:
        """A value in few words: the name of a thing, the label of a term, or the text."""
        if isinstance(value, Literal):
            return value.value if len(value.value) <= _LONGEST else f"{value.value[: _LONGEST - 1]}…"
        if value.value in self.holdings.shelves.things:
            return self.holdings.graph.find_name(value.value)
        is_term = self.holdings.ids.write_term(value.value) != value.value
        return self.holdings.classes.find_label(value.value) if is_term else self.holdings.ids.write_entity(value.value)

    def _iter_rows(self, thing: Thing) -> list[tuple[str, tuple[str, ...]]]:
        found = []
        naming = {*self.holdings.settings.names, *self.holdings.settings.other_names, *self.holdings.settings.links}
        shown = self.holdings.settings.shown
        listed = self.holdings.properties.list_for(thing.types[:1])
        for known in sorted(listed, key=lambda each: shown.index(each.id) if each.id in shown else len(shown)):
            values = (
                []
                if self.holdings.ids.read_term(known.id) in naming
                else self.holdings.properties.read_values(self.holdings.graph, thing.iri, known)
            )
            texts = tuple(dict.fromkeys(self._show(value, known) for value in sorted(values, key=self._rank)))
            if texts:
                found.append((known.name, texts if len(texts) <= _VALUES else (*texts[:_VALUES], f"+{len(texts) - _VALUES}")))
        return found[:_ROWS]

    def _show(self, value: Term, known: Property) -> str:
        return value.value.removeprefix(known.space) if known.space else self.write_value(value)

    def _rank(self, value: Term) -> tuple[int, str]:
        language = (value.language or "") if isinstance(value, Literal) else ""
        tags = self.holdings.graph.languages
        return tags.index(language) if language in tags else len(tags), str(value)
