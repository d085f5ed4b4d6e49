"""The dataset's own things, by the dump of a build: their names, and values that tell them from their namesakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph
from pyoxigraph import Literal, NamedNode

from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.project import TRIPLES
from kzlod.terms import DEPRECATED, DIFFERENT, NAMES

_DEPRECATED: Final = NamedNode(DEPRECATED[1:-1])
_DIFFERENT: Final = NamedNode(DIFFERENT[1:-1])


@dataclass(frozen=True)
class Things:
    """What a dataset speaks of.

    Args:
        store: with its statements.
        base: namespace of its things.
        languages: tags of the names, the preferred first.
    """

    store: pyoxigraph.Store
    base: str
    languages: tuple[str, ...]

    @classmethod
    def open(cls, folder: Path, base: str, languages: Sequence[str]) -> Things:
        """The things in the output of a build.

        Raises:
            ConfigurationError: there is no dump in the folder, or it is damaged.
        """
        dump = folder / TRIPLES
        if not dump.is_file():
            raise ConfigurationError([Problem(dump.as_posix(), None, None, "there is no dump: run kzlod build first", "dump")])
        store = pyoxigraph.Store()
        try:
            store.bulk_load(path=dump, format=pyoxigraph.RdfFormat.N_TRIPLES)
        except SyntaxError as error:
            problem = Problem(dump.as_posix(), error.lineno, error.offset, "the dump is damaged: run kzlod build again", "dump")
            raise ConfigurationError([problem]) from None
        return cls(store, base, tuple(languages))

    def find_name(self, iri: str) -> str:
        """The name of a thing in the preferred language that it has, "" where the dataset does not know it or has replaced it."""
        node = NamedNode(iri)
        if next(self.store.quads_for_pattern(node, _DEPRECATED, None), None):
            return ""
        for predicate in NAMES:
            found = [quad.object for quad in self.store.quads_for_pattern(node, NamedNode(predicate[1:-1]), None)]
            names = sorted((self._rank(name), name.value) for name in found if isinstance(name, Literal))
            if names:
                return names[0][1]
        return ""

    def list_kind(self, kind: str) -> list[str]:
        """The IRIs of the things of a kind, which is the first part of their names: ``person``.

        Raises:
            ConfigurationError: there are none.
        """
        kinds: dict[str, list[str]] = {}
        for predicate in NAMES:
            for quad in self.store.quads_for_pattern(None, NamedNode(predicate[1:-1]), None):
                if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(self.base):
                    kinds.setdefault(quad.subject.value.removeprefix(self.base).partition("/")[0], []).append(quad.subject.value)
        if kind not in kinds:
            message = f"there are no things of the kind {quote(kind)}: there are {', '.join(sorted(kinds))}"
            raise ConfigurationError([Problem("--entities", None, None, message, "entities", kind)])
        return [iri for iri in sorted(set(kinds[kind])) if self.find_name(iri)]

    def list_values(self, iri: str, predicate: str) -> list[str]:
        """The values of a property, in order: texts, and names of other things."""
        values = (quad.object for quad in self.store.quads_for_pattern(NamedNode(iri), NamedNode(predicate), None))
        texts = (value.value if isinstance(value, Literal) else self.find_name(getattr(value, "value", "")) for value in values)
        return sorted(set(filter(None, texts)))

    def are_different(self, one: str, other: str) -> bool:
        """Whether the dataset says that two things are not one, whichever it says it of."""
        nodes = NamedNode(one), NamedNode(other)
        return any(
            next(self.store.quads_for_pattern(*ends), None)
            for ends in ((nodes[0], _DIFFERENT, nodes[1]), (nodes[1], _DIFFERENT, nodes[0]))
        )

    def _rank(self, name: Literal) -> int:
        tag = name.language or ""
        return self.languages.index(tag) if tag in self.languages else len(self.languages)
