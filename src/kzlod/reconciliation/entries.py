"""The things of a dataset as the matcher takes them: reads the graph, yields entries with names, dates, countries and posts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kzlod.matching.entries import PERSON, Entry, Name, Tenure
from kzlod.reconciliation.classes import Classes
from kzlod.reconciliation.graph import Graph, Term
from kzlod.reconciliation.states import States


@dataclass(frozen=True)
class Thing:
    """What can be found.

    Args:
        iri: its own.
        types: classes, the most telling first, behind them those above these.
        entry: for the matcher, by the IRI.
    """

    iri: str
    types: tuple[str, ...]
    entry: Entry


def iter_things(graph: Graph, base: str, classes: Classes, states: States) -> Iterator[Thing]:
    """All things of a dataset that have a type and a name, those with the shortest names first.

    The matcher looks closely at some names only, and of those that have as much of the question in the order of the entries: a
    country has to stand before the many posts and missions whose names end in its own.
    """
    things = (_read_thing(graph, iri, classes, states) for iri in graph.iter_named(base))
    yield from sorted(
        (thing for thing in things if thing.types),
        key=lambda thing: (min(len(name.text.split()) for name in thing.entry.names), thing.iri),
    )


def _read_thing(graph: Graph, iri: str, classes: Classes, states: States) -> Thing:
    settings = graph.settings
    own = graph.list_classes(iri)
    types = classes.add(iri, own)
    is_person = not settings.people.isdisjoint(own)
    kind = PERSON if is_person else classes.ids.write_term(types[0]) if types else ""
    person = {name: graph.read_all(iri, paths) for name, paths in settings.person.items()}
    entry = Entry(
        iri,
        tuple(_list_names(graph, iri, states)),
        kind,
        born=_read_date(person["born"]),
        died=_read_date(person["died"]),
        posts=tuple(_iter_tenures(graph, iri, states)),
    )
    return Thing(iri, types, entry)


def _iter_tenures(graph: Graph, iri: str, states: States) -> Iterator[Tenure]:
    """The posts that somebody held, once by each of their names; and when something was held or took place."""
    settings = graph.settings
    for node in graph.read_all(iri, settings.tenures["of"]):
        start, end = (_read_date(graph.read_all(node.value, settings.tenures[bound])) for bound in ("start", "end"))
        posts = graph.read_all(node.value, settings.tenures["posts"])
        names = {name.text: None for post in posts for name in _list_texts(graph, post, states)}
        if names or start or end:
            yield from (Tenure(name, start, end) for name in names or ("",))


def _list_texts(graph: Graph, value: Term, states: States) -> list[Name]:
    """What a value is called: the names of a thing, or the text that it is."""
    if isinstance(value, NamedNode):
        return _list_names(graph, value.value, states)
    return [Name(value.value, value.language or "und")] if value.value.strip() else []


def _list_names(graph: Graph, iri: str, states: States) -> list[Name]:
    own = graph.list_names(iri)
    return [*own, *states.iter_names(iri, own)]


def _read_date(values: list[Term]) -> str:
    """The first date, as exact as it is written."""
    return next((value.value for value in values if isinstance(value, Literal)), "")
