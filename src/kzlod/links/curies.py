"""CURIEs: names of things by prefixes, as SSSOM files have them; reads and writes them by a map of prefixes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kzlod.terms import is_iri


@dataclass(frozen=True)
class Curies:
    """Prefixes and what they stand for.

    Args:
        prefixes: the beginnings of IRIs by prefix.

    >>> curies = Curies({"wd": "http://www.wikidata.org/entity/"})
    >>> curies.expand("wd:Q1"), curies.contract("http://www.wikidata.org/entity/Q1"), curies.expand("x:1")
    ('http://www.wikidata.org/entity/Q1', 'wd:Q1', '')
    """

    prefixes: Mapping[str, str]

    def expand(self, name: str) -> str:
        """The IRI of a CURIE, or of what is one already; "" where no prefix is known or no IRI would come out."""
        prefix, colon, local = name.partition(":")
        iri = self.prefixes[prefix] + local if colon and prefix in self.prefixes else name
        known = prefix in self.prefixes or local.startswith("//")
        return iri if known and is_iri(iri) else ""

    def contract(self, iri: str) -> str:
        """The CURIE of an IRI by the longest beginning that has a prefix, or the IRI itself where none has."""
        fitting = [(len(space), prefix) for prefix, space in self.prefixes.items() if iri.startswith(space) and iri != space]
        if not fitting:
            return iri
        length, prefix = max(fitting)
        return f"{prefix}:{iri[length:]}"
