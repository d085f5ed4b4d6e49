"""What all pages share: names, languages, paths; plain values that travel to the processes which write pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kzlod.site.nodes import Label
from kzlod.site.paths import Paths, write_link
from kzlod.site.terms import TermLabels
from kzlod.terms import Prefixes, read_iri


@dataclass(frozen=True)
class Settings:
    """What all pages share.

    Args:
        base: namespace of the dataset's IRIs.
        url: where the site is served, ending in ``/``.
        title, description: text by language tag.
        licence: IRI.
        as_of: the day of the dataset.
        languages: tags, the first of which has no suffix.
        paths: where the page of an IRI lies.
        terms: labels of properties and classes.
        prefixes: of the project.
        kinds: the classes of what can be searched.
        documents: those of which facts cite passages, as N-Triples terms.
        has_query_page: whether queries run in the browser.
        menu: the sections: name of the text, path of the page.
    """

    base: str
    url: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    licence: str
    as_of: str
    languages: tuple[str, ...]
    paths: Paths
    terms: TermLabels
    prefixes: Prefixes
    kinds: tuple[str, ...]
    documents: frozenset[str]
    has_query_page: bool
    menu: tuple[tuple[str, str], ...] = ()

    def find_link(self, term: str) -> str:
        """The page of a thing of the dataset, given as an N-Triples term: relative to the root, without ending."""
        return write_link(self.paths.find_path(read_iri(term)))

    def name_term(self, term: str) -> Label:
        """What a property or class is called."""
        return self.terms.find_label(term)
