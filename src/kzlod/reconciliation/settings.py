"""What terms mean to the service: reads settings.toml, yields classes, properties and paths as IRIs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from kzlod.reconciliation.phrases import Phrases, make_phrases
from kzlod.resources import read_rows, read_toml


class Step(NamedTuple):
    """A property on a way, read from its subject to its objects or the other way round."""

    iri: str
    is_inverse: bool = False


Path = tuple[Step, ...]


def read_path(text: str, expand: Callable[[str], str]) -> Path:
    """A path as it is written: prefixed names divided by ``/``, read backwards behind ``^``; "" leads nowhere else.

    >>> read_path("^a/b", str.upper)
    (Step(iri='A', is_inverse=True), Step(iri='B', is_inverse=False))
    """
    return tuple(Step(expand(part.removeprefix("^")), part.startswith("^")) for part in text.split("/") if part)


@dataclass(frozen=True)
class ComputedProperty:
    """A property that the data does not have as such.

    Args:
        id: as requests name it.
        label: by language tag.
        about: the same.
        paths: to its values; none where it only compares.
        means: what the matcher knows it as, or "".
        space: namespace of values that are things elsewhere, or "".
        service: the reconciliation service of these, or "".
    """

    id: str
    label: Mapping[str, str]
    about: Mapping[str, str]
    paths: tuple[Path, ...] = ()
    means: str = ""
    space: str = ""
    service: str = ""


@dataclass(frozen=True)
class Settings:
    """The settings; terms are IRIs, in the order of the file.

    Args:
        names, other_names: properties.
        people: classes.
        links: properties.
        descriptions: properties.
        classes: the most telling first.
        same: classes by those that say no more.
        unused_classes, unused_properties: what is not told.
        broader: classes by those below them.
        person: paths by what they lead to: born and died.
        tenures: paths by what they lead to: of, posts, start, end and holders.
        properties: that the data does not have as such.
        means: properties by what the matcher knows them as.
        phrases: find a time in a query.
        states: paths by what they lead to: of, to and seats.
        choices: for the values of a property, as the API has them.
        points: of what is known beside names.
        limits: of requests.
        preview: width and height of its frame.
        shown: ids of properties that a preview shows first.
        prefixes: of the ids of classes and properties.
    """

    names: tuple[str, ...]
    other_names: tuple[str, ...]
    people: frozenset[str]
    links: tuple[str, ...]
    descriptions: tuple[str, ...]
    classes: tuple[str, ...]
    same: Mapping[str, str]
    unused_classes: frozenset[str]
    unused_properties: frozenset[str]
    broader: Mapping[str, tuple[str, ...]]
    person: Mapping[str, tuple[Path, ...]]
    tenures: Mapping[str, tuple[Path, ...]]
    properties: tuple[ComputedProperty, ...]
    means: Mapping[str, str]
    phrases: Phrases
    states: Mapping[str, tuple[Path, ...]]
    choices: tuple[Mapping[str, Any], ...]
    points: Mapping[str, float]
    limits: Mapping[str, int]
    preview: Mapping[str, int]
    shown: tuple[str, ...]
    prefixes: Mapping[str, str]


@dataclass(frozen=True)
class FeatureText:
    """What a feature of a score means: a row of features.csv."""

    id: str
    name: str
    meaning: str


@cache
def load_features() -> tuple[FeatureText, ...]:
    """The features of scores, but for those of properties, which bear their ids."""
    return tuple(FeatureText(**row) for row in read_rows("kzlod.reconciliation", "features.csv"))


@cache
def load_settings() -> Settings:
    """The settings of settings.toml."""
    values = read_toml("kzlod.reconciliation", "settings.toml")
    prefixes: dict[str, str] = values["prefixes"]

    def expand(name: str) -> str:
        prefix, _, local = name.partition(":")
        return prefixes[prefix] + local

    def expand_all(names: list[str]) -> tuple[str, ...]:
        return tuple(expand(name) for name in names)

    def read_paths(texts: list[str]) -> tuple[Path, ...]:
        return tuple(read_path(text, expand) for text in texts)

    def read_property(row: dict[str, Any]) -> ComputedProperty:
        paths = read_paths(row["path"].split("|")) if "path" in row else ()
        return ComputedProperty(**{**{key: value for key, value in row.items() if key != "path"}, "paths": paths})

    return Settings(
        names=expand_all(values["names"]),
        other_names=expand_all(values["other_names"]),
        people=frozenset(expand_all(values["people"])),
        links=expand_all(values["links"]),
        descriptions=expand_all(values["descriptions"]),
        classes=expand_all(values["classes"]),
        same={expand(name): expand(other) for name, other in values["same"].items()},
        unused_classes=frozenset(expand_all(values["unused"]["classes"])),
        unused_properties=frozenset(expand_all(values["unused"]["properties"])),
        broader={expand(name): expand_all(others) for name, others in values["broader"].items()},
        person={name: read_paths(paths) for name, paths in values["person"].items()},
        tenures={name: read_paths(paths) for name, paths in values["tenures"].items()},
        properties=tuple(read_property(row) for row in values["properties"]),
        means={expand(name): meaning for meaning, names in values["means"].items() for name in names},
        phrases=make_phrases(values["phrases"]),
        states={name: read_paths(paths) for name, paths in values["states"].items()},
        choices=tuple(values["choices"]),
        points=values["points"],
        limits=values["limits"],
        preview=values["preview"],
        shown=tuple(values["cards"]["properties"]),
        prefixes=prefixes,
    )
