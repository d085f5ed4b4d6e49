"""Times in a query: finds phrases such as "in May 2017" or "2017 жылы", yields what is left, and the time in ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_YEAR = r"(?:1[5-9]|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_LONGEST = 300


@dataclass(frozen=True)
class Phrases:
    """What tells a time; made by ``make_phrases``.

    Args:
        pattern: finds a phrase.
        months: patterns of their names, in the order of the year.
    """

    pattern: re.Pattern[str]
    months: tuple[re.Pattern[str], ...]

    def split(self, text: str) -> tuple[str, str] | None:
        """A query without its last time, and this time; None where it tells none. Of two years it is the first.

        >>> from kzlod.reconciliation.settings import load_settings
        >>> phrases = load_settings().phrases
        >>> phrases.split("ambassador to Russia in May 2017"), phrases.split("2017 жылы Ресейдегі елші")
        (('ambassador to Russia', '2017-05'), ('Ресейдегі елші', '2017'))
        >>> phrases.split("посол в России, 1 июня 2017 г."), phrases.split("envoy (2017–2020)"), phrases.split("Act 20170")
        (('посол в России,', '2017-06-01'), ('envoy', '2017'), None)
        """
        found = list(self.pattern.finditer(text[:_LONGEST]))
        if not found:
            return None
        rest = f"{text[: found[-1].start()]} {text[found[-1].end() :]}"
        return " ".join(rest.split()), self._read(found[-1].groupdict())

    def _read(self, parts: Mapping[str, str | None]) -> str:
        if parts["iso"]:
            return parts["iso"]
        if parts["numbers"]:
            day, month, year = re.split("[./]", parts["numbers"])
            return f"{year}-{int(month):02}-{int(day):02}"
        year, name = parts["year"] or parts["year_first"] or "", parts["month"] or parts["month_last"] or ""
        month = next((number for number, names in enumerate(self.months, 1) if names.fullmatch(name)), 0)
        day = parts["day"] or parts["day_behind"] or parts["day_last"]
        if not month:
            return year
        return f"{year}-{month:02}-{int(day):02}" if day else f"{year}-{month:02}"


def make_phrases(rules: Mapping[str, Any]) -> Phrases:
    """The phrases of words by which times are told.

    Args:
        rules: ``before``, ``until`` and ``after``, the words that stand around times, and ``months``, the names of each. ``*`` is
            any ending.
    """
    before, after, until = (_join(rules[name]) for name in ("before", "after", "until"))
    months = [_join(names) for names in rules["months"]]
    month = f"(?:{'|'.join(months)})"
    times = [
        rf"(?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])(?:-{_DAY})?)",
        rf"(?P<numbers>{_DAY}[./](?:0?[1-9]|1[0-2])[./]{_YEAR})",
        rf"(?:(?P<day>{_DAY})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{month})\.?,?\s+"
        rf"(?:(?P<day_behind>{_DAY})(?:st|nd|rd|th)?,?\s+)?(?P<year>{_YEAR})",
        rf"(?P<year_first>{_YEAR})(?:\s*(?:[-–—]|{until}\s)\s*(?:{_YEAR}|\d\d))?"
        rf"(?:\s+{after}\.?\s+(?:(?P<day_last>{_DAY})\s+)?(?P<month_last>{month}))?",
    ]
    pattern = rf"(?<![\w./–—-])(?:{before}\s+){{0,3}}\(?(?:{'|'.join(times)})(?![\w/–—-]|\.\d)(?:\s*{after}(?!\w)\.?)?\)?"
    return Phrases(re.compile(pattern, re.IGNORECASE), tuple(re.compile(each, re.IGNORECASE) for each in months))


def _join(words: Sequence[str]) -> str:
    """A pattern for any of several words or phrases, the longest first."""
    patterns = (re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
    return f"(?:{'|'.join(patterns)})"
