"""What properties and classes are called: reads terms.csv and the ontology of the project, yields labels by language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyoxigraph

from kzlod.resources import read_rows
from kzlod.site.display import load_display
from kzlod.site.nodes import Label, make_label
from kzlod.terms import RDFS, SKOS, Prefixes, read_iri

_NAMING: Final = {f"{RDFS}label", f"{SKOS}prefLabel"}


class TermLabels:
    """What terms are called in each language of the site.

    Args:
        texts: by IRI and language tag.
        languages: of the site.
        prefixes: by which terms without a label are named.
    """

    def __init__(self, texts: Mapping[str, Mapping[str, str]], languages: Sequence[str], prefixes: Prefixes) -> None:
        self.texts = texts
        self.languages = languages
        self.prefixes = prefixes

    def find_label(self, term: str) -> Label:
        """The label of a term in N-Triples form; in the first language that there is, else its prefixed or last name."""
        iri = read_iri(term)
        known = self.texts.get(iri)
        if not known:
            name = self.prefixes.shorten(iri)
            return Label((name,) * len(self.languages), ("",) * len(self.languages)) if name else self._name(term)
        tags = tuple(tag if tag in known else next(iter(known)) for tag in self.languages)
        return Label(tuple(known[tag] for tag in tags), tags)

    def find_class(self, folder: str) -> Label | None:
        """The label of the class that a folder is named after (``award-conferral`` after AwardConferral), or None."""
        local = "".join(part.capitalize() for part in folder.split("-"))
        found = (iri for iri in self.texts if re.split("[/#]", iri)[-1] == local)
        iri = next(found, None)
        return None if iri is None else self.find_label(f"<{iri}>")

    def _name(self, term: str) -> Label:
        return make_label(term, None, None, len(self.languages))


def load_terms(ontology: Path, languages: Sequence[str], prefixes: Prefixes) -> TermLabels:
    """The labels of common terms, and of those that the Turtle files of a folder define, which go before."""
    texts: dict[str, dict[str, str]] = {}
    for row in read_rows("kzlod.site", "terms.csv"):
        texts[load_display().expand(row.pop("term"))] = row
    for iri, tag, text in _iter_labels(sorted(ontology.glob("*.ttl"))):
        texts.setdefault(iri, {})[tag] = text
    return TermLabels(texts, languages, prefixes)


def _iter_labels(paths: Iterable[Path]) -> Iterable[tuple[str, str, str]]:
    for path in paths:
        for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE):
            subject, label = quad.subject, quad.object
            is_label = quad.predicate.value in _NAMING and isinstance(label, pyoxigraph.Literal)
            if is_label and isinstance(subject, pyoxigraph.NamedNode):
                yield subject.value, label.language or "", label.value
