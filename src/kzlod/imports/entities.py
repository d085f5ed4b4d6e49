"""Entities: reads names and items of Wikidata, yields the relative IRIs of what they mean, each minted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kzlod.imports.slugs import Slugs
from kzlod.terms import WIKIDATA


@dataclass
class Entities:
    """The things that an import names.

    One item of Wikidata is one thing. Names alone are one thing where they are the same to the letter in the same file, and what
    else is known of it (``apart``) is the same. A thing of the project is taken for one of these only by its item.

    Args:
        known: things of the project by item.
        slugs: those that are not free are taken.
    """

    known: Mapping[str, str] = field(default_factory=dict)
    slugs: Slugs = field(default_factory=Slugs)
    _by_item: dict[str, str] = field(default_factory=dict)
    _by_name: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _items: dict[str, str] = field(default_factory=dict)

    def name(self, folder: str, label: str, item: str = "", apart: str = "") -> str:
        """The thing of a name, such as ``person/ada-ember``.

        Args:
            folder: the first part of the IRI.
            label: the name.
            item: Wikidata's number, or "".
            apart: what tells two things of one name apart.
        """
        if item and (found := self.known.get(item) or self._by_item.get(item)):
            return found
        key = (folder, label, apart)
        found = self._by_name.get(key)
        if found is None or (item and self._items.get(found, item) != item):
            found = self.slugs.mint(folder, label, item.lower() or "unnamed")
        self._by_name.setdefault(key, found)
        if item:
            self._by_item[item], self._items[found] = found, item
        return found

    def refer(self, item: str) -> str:
        """The thing of an item that has no name here, or the item itself."""
        return self.known.get(item) or self._by_item.get(item) or f"{WIKIDATA}{item}"
