"""How things of the common vocabularies are shown: reads display.toml, yields the order of properties, classes and names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kzlod.resources import read_toml


@dataclass(frozen=True)
class Display:
    """Orders by term, in N-Triples form; the smaller rank comes first.

    Args:
        labels: of properties that name a thing.
        other_names: of properties that give other names.
        classes: of classes by which a thing is called.
        properties: of properties on a page.
        names: by class, the parts of a name, and for each the properties that may give it, the best first; ``^`` reads
            one backwards.
        timeline: classes of what is drawn on the timeline of what it names.
        events: classes of what stands on the page of events.
        parts: properties that tell what an organisation belongs to.
        meanings: properties that pages treat in a way of their own.
        prefixes: namespaces by their names here.
    """

    labels: dict[str, int]
    other_names: dict[str, int]
    classes: dict[str, int]
    properties: dict[str, int]
    names: dict[str, list[list[str]]]
    timeline: frozenset[str]
    events: list[str]
    parts: list[str]
    meanings: dict[str, str]
    prefixes: dict[str, str]

    def expand(self, name: str) -> str:
        """The IRI of a prefixed name."""
        prefix, _, local = name.partition(":")
        return self.prefixes[prefix] + local

    def rank_property(self, predicate: str) -> tuple[int, str]:
        """The sorting key of a property; those that are not named stand before the last ones."""
        return self.properties.get(predicate, _MIDDLE), predicate


_MIDDLE = 1000


@cache
def load_display() -> Display:
    """The settings of display.toml."""
    values = read_toml("kzlod.site", "display.toml")
    prefixes: dict[str, str] = values["prefixes"]

    def expand(name: str) -> str:
        prefix, _, local = name.removeprefix("^").partition(":")
        return f"{'^' * name.startswith('^')}<{prefixes[prefix]}{local}>"

    first = {expand(name): rank for rank, name in enumerate(values["properties"])}
    last = {expand(name): _MIDDLE + rank for rank, name in enumerate(values["last"], 1)}
    return Display(
        labels={expand(name): rank for rank, name in enumerate(values["labels"])},
        other_names={expand(name): rank for rank, name in enumerate(values["other_names"])},
        classes={expand(name): rank for rank, name in enumerate(values["classes"])},
        properties=first | last,
        timeline=frozenset(expand(name) for name in values["timeline"]),
        events=[expand(name) for name in values["events"]],
        parts=[expand(name) for name in values["parts"]],
        meanings={role: expand(name) for role, name in values["meanings"].items()},
        prefixes=prefixes,
        names={expand(name): [[expand(part) for part in parts] for parts in slots] for name, slots in values["names"].items()},
    )
