"""Values: reads the cells of a column, says what they are: dates, numbers, items of Wikidata, addresses, lists."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from kzlod.terms import LANGUAGE_TAG, is_iri

_EDTF: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?([~?]?)")
_TIMED: Final = re.compile(r"\+?([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ][0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?")
_DOTTED: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_SLASHED: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_ABOUT: Final = re.compile(r"(?:c\.|ca\.?|circa|about|около)\s*([0-9]{4})", re.IGNORECASE)
_ITEM: Final = re.compile(r"(?:https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/)?(Q[1-9][0-9]*)")
_INTEGER: Final = re.compile("0|-?[1-9][0-9]{0,17}")
_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,15}")
_LANGUAGE: Final = re.compile(LANGUAGE_TAG)
_SEPARATORS: Final = ("|", "; ", ";")
_LONGEST_ELEMENT: Final = 60
_SCRIPTS: Final = {
    "CYRILLIC": "Cyrl",
    "ARABIC": "Arab",
    "GREEK": "Grek",
    "HEBREW": "Hebr",
    "ARMENIAN": "Armn",
    "GEORGIAN": "Geor",
    "DEVANAGARI": "Deva",
    "THAI": "Thai",
    "HANGUL": "Hang",
    "CJK": "Hani",
    "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
    "BENGALI": "Beng",
    "MONGOLIAN": "Mong",
}
"""The scripts of ISO 15924 by the first word of Unicode's names of their letters."""


def read_date(text: str, order: str = "") -> str | None:
    """A date as EDTF, level 0 with ``~`` and ``?``; None where it is no date that can be read in one way only.

    Nothing is made more precise than it is written: a month or a day of 00, as Wikidata has them, is one that is not known.

    Args:
        text: a cell.
        order: ``DMY`` or ``MDY``, which dates with slashes are read by; with "" they are none.

    >>> read_date("1993"), read_date("1993-00-00"), read_date("2012-10-01T00:00:00Z"), read_date("3.5.1990"), read_date("5/3/1990")
    ('1993', '1993', '2012-10-01', '1990-05-03', None)
    >>> read_date("5/3/1990", "MDY"), read_date("5/3/1990", "DMY"), read_date("13/3/1990", "MDY")
    ('1990-05-03', '1990-03-05', None)
    """
    if text == "..":
        return text
    plain = text
    if found := _TIMED.fullmatch(text):
        plain = re.sub("(-00)+$", "", found[1])
    elif found := _DOTTED.fullmatch(text):
        plain = f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    elif order and (found := _SLASHED.fullmatch(text)):
        day, month = (found[1], found[2]) if order == "DMY" else (found[2], found[1])
        plain = f"{found[3]}-{int(month):02}-{int(day):02}"
    elif found := _ABOUT.fullmatch(text):
        plain = f"{found[1]}~"
    edtf = _EDTF.fullmatch(plain)
    if edtf is None:
        return None
    try:
        datetime.date(int(edtf[1]), int(edtf[2] or 1), int(edtf[3] or 1))
    except ValueError:
        return None
    return plain


def is_slashed(text: str) -> bool:
    """Whether it is a date of which it is not clear whether the day or the month comes first."""
    return _SLASHED.fullmatch(text) is not None


def read_item(text: str) -> str | None:
    """The number of an item of Wikidata, given as ``Q42`` or as an address.

    >>> read_item("http://www.wikidata.org/entity/Q42"), read_item("42")
    ('Q42', None)
    """
    found = _ITEM.fullmatch(text)
    return found[1] if found else None


def find_kind(cells: Sequence[str]) -> str:
    """What all cells that are not empty are: item, iri, date, integer, decimal, boolean, or text.

    >>> find_kind(["1", "2"]), find_kind(["1990-02", ""]), find_kind(["Q1"]), find_kind(["true"]), find_kind(["01"])
    ('integer', 'date', 'item', 'boolean', 'text')
    """
    given = [cell for cell in cells if cell]
    return next((kind for kind, holds in _KINDS.items() if all(map(holds, given))), "text") if given else "text"


def is_address(text: str) -> bool:
    """Whether a text is an IRI with a host, not merely something with a colon."""
    return "://" in text and is_iri(text)


def is_language(text: str) -> bool:
    """Whether a text is a well-formed language tag."""
    return _LANGUAGE.fullmatch(text) is not None


_KINDS: Final[dict[str, Callable[[str], object]]] = {
    "item": read_item,
    "integer": _INTEGER.fullmatch,
    "decimal": lambda cell: _INTEGER.fullmatch(cell) or _DECIMAL.fullmatch(cell),
    "boolean": lambda cell: cell in ("true", "false"),
    "date": read_date,
    "iri": is_address,
}


def find_separator(cells: Sequence[str]) -> str | None:
    """What stands between the elements of lists, if the cells are such: short elements, none of them empty.

    >>> find_separator(["a|b", "c"]), find_separator(["a; b"]), find_separator(["One thing; and then, of another, much."])
    ('|', '; ', None)
    """
    for separator in _SEPARATORS:
        parted = [cell.split(separator) for cell in cells if separator in cell]
        if parted and all(_is_element(part) for parts in parted for part in parts):
            return separator
    return None


def _is_element(text: str) -> bool:
    return bool(text) and text == text.strip() and len(text) <= _LONGEST_ELEMENT and not text.endswith(".")


def find_script(text: str) -> str | None:
    """The script of the first letter that is not Latin, where the text has no Latin one; None for Latin, or none that is known.

    >>> find_script("Қасым"), find_script("Ada"), find_script("Ada Қасым"), find_script("42")
    ('Cyrl', None, None, None)
    """
    names = [unicodedata.name(char, "").partition(" ")[0] for char in text if char.isalpha()]
    return None if "LATIN" in names else next((_SCRIPTS[name] for name in names if name in _SCRIPTS), None)
