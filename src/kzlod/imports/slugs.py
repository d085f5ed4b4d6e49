"""Slugs: reads a name in any script, yields the last part of an IRI; the same name gives the same slug."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from kzlod.names.folding import read_letters, read_silent_signs

_LONGEST: Final = 80


def write_slug(text: str) -> str:
    """Small letters and digits with hyphens between the words; Latin where all letters are known, "" where nothing is left.

    >>> write_slug("Қасым-Жомарт Тоқаев"), write_slug("Zoë O'Hara, 2nd"), write_slug("東京"), write_slug("?!")
    ('kasim-zhomart-tokaev', 'zoe-ohara-2nd', '東京', '')
    >>> write_slug("المنصب"), write_slug("नई दिल्ली")
    ('المنصب', 'नई-दिल्ली')
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    letters, silent = _read_letters()
    parts = [part for part in _join_marks(plain) if part not in silent]
    # A word of which only some letters are known is better left in its script than written in two.
    if all(part in letters or not part.isalpha() or unicodedata.name(part, "").startswith("LATIN") for part in parts):
        parts = [letters.get(part, part) for part in parts]
    bare = "".join(char for char in unicodedata.normalize("NFKD", "".join(parts)) if not _is_accent(char))
    words = "".join(char if char.isalnum() or unicodedata.category(char)[0] == "M" else " " for char in bare).split()
    return unicodedata.normalize("NFC", "-".join(words))[:_LONGEST].strip("-")


def _is_accent(char: str) -> bool:
    """Whether a word is still read without this mark, by its combining class: not one of the vowels of Indic scripts and Thai."""
    return 10 <= (above := unicodedata.combining(char)) < 100 or above >= 200


def _join_marks(text: str) -> list[str]:
    """The characters with their marks, where the letter with its mark is known, else one by one."""
    letters, _ = _read_letters()
    parts: list[str] = []
    for char in text:
        if parts and unicodedata.combining(char) and parts[-1] + char in letters:
            parts[-1] += char
        else:
            parts.append(char)
    return parts


@cache
def _read_letters() -> tuple[dict[str, str], str]:
    return read_letters(), read_silent_signs()


class Slugs:
    """Slugs that are given once each.

    Args:
        taken: those that are not free.
    """

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self._taken = set(taken)

    def mint(self, folder: str, name: str, instead: str) -> str:
        """A free slug behind ``folder/``, of the name, or of ``instead`` where nothing of the name is left.

        >>> slugs = Slugs()
        >>> slugs.mint("person", "Ada", "x"), slugs.mint("person", "Áda", "x")
        ('person/ada', 'person/ada-2')
        """
        stem = f"{folder}/{write_slug(name) or instead}" if folder else write_slug(name) or instead
        found, number = stem, 1
        while found in self._taken:
            number += 1
            found = f"{stem}-{number}"
        self._taken.add(found)
        return found
