"""Slugs: reads a name in any script, yields the last part of an IRI; the same name gives the same slug."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from kzlod.names.folding import read_letters, read_silent_signs

_LONGEST: Final = 80


def write_slug(text: str) -> str:
    """Small letters and digits with hyphens between the words; Latin where the script is known, "" where nothing is left.

    >>> write_slug("Қасым-Жомарт Тоқаев"), write_slug("Zoë O'Hara, 2nd"), write_slug("東京"), write_slug("?!")
    ('kasim-zhomart-tokaev', 'zoe-ohara-2nd', '東京', '')
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    letters, silent = _read_letters()
    known = "".join("" if char in silent else letters.get(char, char) for char in _join_marks(plain))
    bare = "".join(char for char in unicodedata.normalize("NFKD", known) if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", bare))
    return "-".join(words)[:_LONGEST].strip("-")


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
