"""Makes ``countries.csv`` of the matching of names: prints what the countries are called, by CLDR.

    python -m tests.matching.countries > src/kzlod/matching/countries.csv

Names of Slavic languages and of Kazakh are cut to stems, because they are declined; a stem of few letters is none. Where the
vocabulary has a meaning for one of the names, the country has that one.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from importlib.resources import files
from io import StringIO

from babel import Locale

from kzlod.matching.words import split_words

LANGUAGES = ("en", "fr", "de", "ru", "kk", "uk", "be")
DECLINED = {
    "ru": "(?:ая|яя|ий|ый|ой|ое|ее|ые|ие|[аяоеиыйьэ])$",
    "uk": "(?:ий|[аяоеиіїйь])$",
    "be": "(?:ая|[аяоеыійь])$",
    "kk": "(?<!.)",
}
SHORTEST = 4


def list_countries() -> Iterator[tuple[str, list[str]]]:
    """The meaning and the phrases of each country and territory that has a code of two letters."""
    known = _read_meanings()
    seen = set(known)
    territories = {language: Locale(language).territories for language in LANGUAGES}
    for code in sorted(territories["en"]):
        if not re.fullmatch("[A-Z]{2}", code) or code in {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}:
            continue
        names = [" ".join(split_words(territories[language].get(code, ""))) for language in LANGUAGES]
        means = next((known[name] for name in names if name in known), re.sub(r"[^a-z]+", "-", names[0]))
        phrases = [_cut_words(name, language) for name, language in zip(names, LANGUAGES, strict=True) if name]
        own = [phrase for phrase in dict.fromkeys([*names, *phrases]) if phrase and phrase not in seen]
        seen.update(own)
        yield means, own


def _cut_words(name: str, language: str) -> str:
    if language not in DECLINED:
        return name
    cut = (re.sub(DECLINED[language], "", word) for word in name.split())
    return " ".join(f"{stem}*" if len(stem) >= SHORTEST else word for stem, word in zip(cut, name.split(), strict=True))


def _read_meanings() -> dict[str, str]:
    rows = csv.DictReader(StringIO(files("kzlod.matching").joinpath("terms.csv").read_text(encoding="utf-8")))
    return {phrase: row["means"] for row in rows for phrase in row["phrases"].split("|")}


def write_countries() -> str:
    """The file."""
    rows = (f"{means},{'|'.join(phrases)}\n" for means, phrases in list_countries() if phrases)
    return "".join(["means,phrases\n", *rows])


if __name__ == "__main__":
    sys.stdout.write(write_countries())
