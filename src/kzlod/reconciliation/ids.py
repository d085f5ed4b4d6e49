"""Identifiers: IRIs as requests and answers write them: things without the dataset's base, classes and properties with prefixes."""

from __future__ import annotations

from collections.abc import Mapping

from kzlod.terms import Prefixes, is_iri


class Ids:
    """The identifiers of one dataset.

    Args:
        base: namespace of its things, which their ids leave out.
        namespaces: by prefix.
    """

    def __init__(self, base: str, namespaces: Mapping[str, str]) -> None:
        self.base = base
        self.namespaces = namespaces
        self._prefixes = Prefixes(namespaces)

    def write_entity(self, iri: str) -> str:
        """The id of a thing.

        >>> Ids("https://example.org/", {}).write_entity("https://example.org/person/a")
        'person/a'
        """
        return iri.removeprefix(self.base)

    def read_entity(self, text: str) -> str:
        """The IRI of an id, or of an IRI; "" where it can be neither.

        >>> ids = Ids("https://example.org/", {})
        >>> ids.read_entity("person/a"), ids.read_entity("http://example.com/b"), ids.read_entity("a b")
        ('https://example.org/person/a', 'http://example.com/b', '')
        """
        if is_iri(text):
            return text
        return self.base + text if text and is_iri(self.base + text) else ""

    def write_term(self, iri: str) -> str:
        """The id of a class or a property: a prefixed name where it has one."""
        return self._prefixes.shorten(iri) or iri

    def read_term(self, text: str) -> str:
        """The IRI of such an id, or of an IRI; "" where it can be neither.

        >>> ids = Ids("https://example.org/", {"s": "http://schema.org/"})
        >>> ids.read_term("s:Person"), ids.read_term("http://schema.org/Person"), ids.read_term("x")
        ('http://schema.org/Person', 'http://schema.org/Person', '')
        """
        prefix, colon, local = text.partition(":")
        if colon and prefix in self.namespaces:
            text = self.namespaces[prefix] + local
        return text if is_iri(text) else ""
