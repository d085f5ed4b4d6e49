"""A project folder and its kzlod.toml: reads the file, yields the settings that every stage shares."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.terms import Prefixes, is_iri

CONFIGURATION: Final = "kzlod.toml"
SITE: Final = "site"
"""The folder of the static site in the output, which is written by itself: a build leaves it as it is."""
_KNOWN: Final = ("base", "as_of", "title", "description", "licence", "sources", "prefixes", "nested")
_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


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
        settings = _Settings(path, text, tomllib.loads(text))
    except FileNotFoundError:
        message = f"there is no {CONFIGURATION} here: call kzlod in a project folder or name one with --project"
        raise ConfigurationError([Problem(path.as_posix(), None, None, message, "project")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError([Problem(path.as_posix(), None, None, f"not TOML: {error}", "toml")]) from None
    project = Project(
        folder=folder,
        base=settings.iri("base", ending="/"),
        as_of=settings.day("as_of"),
        title=settings.texts("title"),
        description=settings.texts("description"),
        licence=settings.iri("licence"),
        sources=settings.names("sources"),
        prefixes=Prefixes(settings.texts("prefixes")),
        nested=settings.names("nested") if "nested" in settings.values else (),
    )
    for name in settings.values.keys() - set(_KNOWN):
        settings.complain(name, f"{quote(name)} is no setting; the settings are {', '.join(_KNOWN)}")
    for prefix, namespace in project.prefixes.namespaces.items():
        if not _PREFIX.fullmatch(prefix):
            settings.complain(prefix, f"{quote(prefix)} is no prefix: it takes letters, digits, - and _, and starts with a letter")
        if not is_iri(namespace):
            settings.complain(prefix, f"the namespace of prefix {quote(prefix)} is no IRI: {quote(namespace)}")
    if settings.problems:
        raise ConfigurationError(settings.problems)
    return project


class _Settings:
    """The values of the file; a getter that finds a wrong one notes the problem and goes on."""

    def __init__(self, path: Path, text: str, values: Mapping[str, Any]) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.values = values
        self.problems: list[Problem] = []

    def complain(self, name: str, message: str) -> None:
        start = re.compile(rf"\s*\[?{re.escape(name)}\b")
        line = next((number for number, line in enumerate(self.lines, 1) if start.match(line)), None)
        self.problems.append(Problem(self.path.as_posix(), line, None, message, "setting"))

    def iri(self, name: str, ending: str = "") -> str:
        value = self.values.get(name)
        if isinstance(value, str) and is_iri(value) and value.endswith(ending):
            return value
        self.complain(name, f"{name} must be an IRI in quotes" + (f" that ends in {quote(ending)}" if ending else ""))
        return ""

    def day(self, name: str) -> datetime.date:
        value = self.values.get(name)
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        self.complain(name, f"{name} must be a date such as 2025-01-31, without quotes")
        return datetime.date.min

    def texts(self, name: str) -> dict[str, str]:
        value = self.values.get(name)
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            return value
        self.complain(name, f"{name} must be a table of texts: [{name}]")
        return {}

    def names(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name)
        if isinstance(value, list) and all(isinstance(item, str) and _NAME.fullmatch(item) for item in value):
            return tuple(value)
        self.complain(name, f"{name} must be a list of names of letters, digits, - and _")
        return ()
