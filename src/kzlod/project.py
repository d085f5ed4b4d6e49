"""A project folder and its kzlod.toml: reads the file, yields the settings that every stage shares."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.terms import LANGUAGE_TAG, Prefixes, is_iri

CONFIGURATION: Final = "kzlod.toml"
QUADS: Final = "kzlod.nq"
"""The dump with fact graphs and evidence, by which a folder is known as the output of a build: no other is ever replaced."""

TRIPLES: Final = "kzlod.nt"
"""The dump of the merged default graph."""

UNFINISHED: Final = ".unfinished"
"""A file in the folder of a source that is being imported; it is gone when kzlod.toml names the source."""

SITE: Final = "site"
"""The folder of the static site in the output, which is written by itself: a build leaves it as it is."""

_KNOWN: Final = ("base", "as_of", "title", "description", "licence", "sources", "prefixes", "nested", "publication")
_KNOWN_OF_PUBLICATION: Final = ("issued", "site", "themes", "keywords", "publisher", "contact", "place")
_TAG: Final = re.compile(LANGUAGE_TAG)
_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_HEADER: Final = re.compile(r"\s*\[([^\[\]]+)\]")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Place:
    """What a dataset is about, on a map.

    Args:
        iri: the place.
        name: text by language tag.
        box: its bounds in degrees: west, south, east and north.
        centre: longitude and latitude in degrees.
    """

    iri: str
    name: Mapping[str, str]
    box: tuple[float, ...]
    centre: tuple[float, ...]


@dataclass(frozen=True)
class Publication:
    """What only the catalogue says of a dataset; what is "", empty or None is not said.

    Args:
        issued: the day on which the dataset was first published.
        themes: codes of the EU's data themes, such as ``GOVE``.
        keywords: texts by language tag.
        publisher: a name.
        publisher_kind: one of ADMS's kinds, such as ``NonProfitOrganisation``.
        contact: a name.
        contact_url: an IRI where the contact is found.
        place: what the dataset covers.
        site: where the site is served, ending in ``/``, or "" where that is the base itself.
    """

    issued: datetime.date
    themes: tuple[str, ...] = ()
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    publisher: str = ""
    publisher_kind: str = ""
    contact: str = ""
    contact_url: str = ""
    place: Place | None = None
    site: str = ""


@dataclass(frozen=True)
class Project:
    """The settings of one dataset.

    Args:
        folder: where kzlod.toml lies; every relative path starts here.
        base: namespace of the dataset's own IRIs, ending in ``/``.
        as_of: the day for which "current" is decided (no clock is ever asked).
        title, description: text by language tag.
        licence: IRI of the licence of the data.
        sources: names of the folders below ``facts/`` in the order of reading.
        prefixes: names of namespaces in the dumps.
        nested: terms of the JSON-LD context below which entities are nested.
        publication: what only the catalogue says.
    """

    folder: Path
    base: str
    as_of: datetime.date
    title: Mapping[str, str]
    description: Mapping[str, str]
    licence: str
    sources: tuple[str, ...]
    prefixes: Prefixes
    nested: tuple[str, ...]
    publication: Publication

    @property
    def facts(self) -> Path:
        """The folder of the facts tables."""
        return self.folder / "facts"

    @property
    def shapes(self) -> Path:
        """The folder of the SHACL shapes."""
        return self.folder / "shapes"

    @property
    def ontology(self) -> Path:
        """The folder of the project's own terms."""
        return self.folder / "ontology"

    @property
    def queries(self) -> Path:
        """The folder of the query catalogue."""
        return self.folder / "queries"

    def mapping_files(self) -> tuple[Path, ...]:
        """The mappings, by name.

        Raises:
            ConfigurationError: there is none.
        """
        files = tuple(sorted((self.folder / "mappings").glob("*.yml")))
        if not files:
            raise ConfigurationError([Problem("mappings", None, None, "there is no mapping here: no file .yml", "project")])
        return files

    def list_unfinished(self) -> list[str]:
        """The sources of imports that were killed before ``kzlod.toml`` named them."""
        found = sorted(path.parent.name for path in self.facts.glob(f"*/{UNFINISHED}"))
        return [name for name in found if name not in self.sources]

    def show(self, path: Path) -> str:
        """A path as messages name it: relative to the project where it lies inside, with ``/`` on every system."""
        try:
            return path.relative_to(self.folder).as_posix()
        except ValueError:
            return path.as_posix()


def load_project(folder: Path) -> Project:
    """Read ``kzlod.toml`` of a project folder.

    Raises:
        ConfigurationError: it is missing, is no TOML, lacks a setting or has one of a wrong kind; all of it at once.
    """
    path = folder / CONFIGURATION
    try:
        text = path.read_text(encoding="utf-8")
        settings = _Settings(_File(path, tuple(text.splitlines())), tomllib.loads(text))
    except FileNotFoundError:
        message = f"there is no {CONFIGURATION} here: call kzlod in a project folder or name one with --project"
        raise ConfigurationError([Problem(path.as_posix(), None, None, message, "project")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError([Problem(path.as_posix(), None, None, f"not TOML: {error}", "toml")]) from None
    as_of = settings.day("as_of")
    project = Project(
        folder=folder,
        base=settings.iri("base", ending="/"),
        as_of=as_of,
        title=settings.by_tag("title"),
        description=settings.by_tag("description"),
        licence=settings.iri("licence"),
        sources=settings.names("sources"),
        prefixes=Prefixes(settings.texts("prefixes")),
        nested=settings.names("nested") if "nested" in settings.values else (),
        publication=_read_publication(settings.table("publication"), as_of),
    )
    settings.refuse_others(_KNOWN)
    prefixes = _Settings(settings.file, project.prefixes.namespaces, "prefixes")
    for prefix, namespace in project.prefixes.namespaces.items():
        if not _PREFIX.fullmatch(prefix):
            prefixes.complain(prefix, f"{quote(prefix)} is no prefix: it takes letters, digits, - and _, and starts with a letter")
        if not is_iri(namespace):
            prefixes.complain(prefix, f"the namespace of prefix {quote(prefix)} is no IRI: {quote(namespace)}")
    if settings.file.problems:
        raise ConfigurationError(settings.file.problems)
    return project


def _read_publication(settings: _Settings, as_of: datetime.date) -> Publication:
    settings.refuse_others(_KNOWN_OF_PUBLICATION)
    publisher, contact, place = (settings.table(name) for name in ("publisher", "contact", "place"))
    publisher.refuse_others(("name", "kind"))
    contact.refuse_others(("name", "url"))
    return Publication(
        issued=settings.day("issued") if "issued" in settings.values else as_of,
        themes=settings.names("themes") if "themes" in settings.values else (),
        keywords=settings.lists("keywords"),
        publisher=publisher.text("name") if publisher.values else "",
        publisher_kind=publisher.text("kind") if "kind" in publisher.values else "",
        contact=contact.text("name") if contact.values else "",
        contact_url=contact.iri("url") if contact.values else "",
        place=_read_place(place) if place.values else None,
        site=settings.iri("site", ending="/") if "site" in settings.values else "",
    )


def _read_place(settings: _Settings) -> Place:
    settings.refuse_others(("iri", "name", "box", "centre"))
    return Place(settings.iri("iri"), settings.by_tag("name"), settings.degrees("box", 4), settings.degrees("centre", 2))


@dataclass(frozen=True)
class _File:
    """The file that is read, and what is wrong in it."""

    path: Path
    lines: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Settings:
    """The values of the file, or of the table ``within`` it; a getter that finds a wrong one notes the problem and goes on."""

    file: _File
    values: Mapping[str, Any]
    within: str = ""

    def complain(self, name: str, message: str) -> None:
        line = self._find_line(name)
        self.file.problems.append(Problem(self.file.path.as_posix(), line, None, message, "setting"))

    def _find_line(self, name: str) -> int | None:
        """The line of a setting, or else that of the table that lacks it."""
        header = re.compile(rf"\s*\[{re.escape(self.name(name))}\b")
        setting = re.compile(rf"\s*{re.escape(name)}\b")
        table, start = "", None
        for number, line in enumerate(self.file.lines, 1):
            if found := _HEADER.match(line):
                table = found[1]
                start = number if table == self.within else start
            if header.match(line) or (table == self.within and setting.match(line)):
                return number
        return start

    def refuse_others(self, known: Iterable[str]) -> None:
        for name in self.values.keys() - set(known):
            self.complain(name, f"{quote(name)} is no setting; the settings are {', '.join(known)}")

    def table(self, name: str) -> _Settings:
        value = self.values.get(name, {})
        if not isinstance(value, dict):
            self.complain(name, f"{name} must be a table: [{self.name(name)}]")
            value = {}
        return _Settings(self.file, value, self.name(name))

    def name(self, name: str) -> str:
        return f"{self.within}.{name}" if self.within else name

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if isinstance(value, str) and value:
            return value
        self.complain(name, f"{self.name(name)} must be a text in quotes")
        return ""

    def iri(self, name: str, ending: str = "") -> str:
        value = self.values.get(name)
        if isinstance(value, str) and is_iri(value) and value.endswith(ending):
            return value
        self.complain(name, f"{self.name(name)} must be an IRI in quotes" + (f" that ends in {quote(ending)}" if ending else ""))
        return ""

    def day(self, name: str) -> datetime.date:
        value = self.values.get(name)
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        self.complain(name, f"{self.name(name)} must be a date such as 2025-01-31, without quotes")
        return datetime.date.min

    def texts(self, name: str) -> dict[str, str]:
        value = self.values.get(name)
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            return value
        self.complain(name, f"{self.name(name)} must be a table of texts: [{self.name(name)}]")
        return {}

    def by_tag(self, name: str) -> dict[str, str]:
        texts = self.texts(name)
        self._check_tags(texts, name)
        return texts

    def lists(self, name: str) -> dict[str, tuple[str, ...]]:
        value = self.table(name).values
        if all(isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in value.values()):
            self._check_tags(value, name)
            return {tag: tuple(texts) for tag, texts in value.items()}
        self.complain(name, f"{self.name(name)} must be a table of lists of texts: [{self.name(name)}]")
        return {}

    def _check_tags(self, tags: Iterable[str], name: str) -> None:
        for tag in tags:
            if not _TAG.fullmatch(tag):
                self.complain(name, f"{quote(tag)} in {self.name(name)} is no language tag")

    def names(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name)
        if isinstance(value, list) and all(isinstance(item, str) and _NAME.fullmatch(item) for item in value):
            return tuple(value)
        self.complain(name, f"{self.name(name)} must be a list of names of letters, digits, - and _")
        return ()

    def degrees(self, name: str, count: int) -> tuple[float, ...]:
        value = self.values.get(name)
        if isinstance(value, list) and len(value) == count and all(map(_is_degree, value)):
            return tuple(value)
        self.complain(name, f"{self.name(name)} must be a list of {count} numbers in degrees")
        return ()


def _is_degree(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -180 <= value <= 180
