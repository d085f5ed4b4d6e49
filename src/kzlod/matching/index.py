"""The index of names: made of entries, kept in a folder, asked for candidates.

A word is found by its skeleton, or by a skeleton with one sound less: of the question, of the index, or of both. From words it goes
to names, from names to entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kzlod.matching.building import Builder
from kzlod.matching.entries import Candidate, Entry, NameQuery
from kzlod.matching.folder import open_tables, save_tables
from kzlod.matching.search import find_candidates
from kzlod.matching.tables import Tables


class NameIndex:
    """Names and what finds them; made by ``build`` or ``open``."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> NameIndex:
        """An index in memory. Entries are read once, in their order; equal scores are later told in this order."""
        builder = Builder()
        for entry in entries:
            builder.add(entry)
        return cls(builder.finish())

    @classmethod
    def open(cls, folder: Path) -> NameIndex:
        """An index that ``save`` wrote.

        Raises:
            ConfigurationError: it is no such folder, a file of it is missing or cut, or it was built by other rules.
        """
        return cls(open_tables(folder))

    def save(self, folder: Path) -> None:
        """Write the index to a folder, which is made if need be, in one step; the same entries give the same bytes.

        Raises:
            ConfigurationError: the folder holds something else, another process is writing it, or there is no right to.
            OSError: the disk is full or fails.
        """
        save_tables(self.tables, folder)

    def find(self, query: NameQuery, limit: int = 5) -> list[Candidate]:
        """The likeliest entries, the best first; at most one of them is a match.

        >>> from kzlod.matching.entries import Name
        >>> index = NameIndex.build([Entry("tokayev", (Name("Kassym-Jomart Tokayev", "en"),))])
        >>> [(found.id, found.is_match) for found in index.find(NameQuery("Тоқаев Қасым-Жомарт Кемелұлы"))]
        [('tokayev', True)]
        """
        return find_candidates(self.tables, query, limit)
