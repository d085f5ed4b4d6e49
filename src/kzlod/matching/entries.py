"""What is matched: entries with their names, questions, and candidates with their reasons."""

from __future__ import annotations

from dataclasses import dataclass, field

PERSON = "person"


@dataclass(frozen=True)
class Name:
    """A name as it is written.

    Args:
        text: in any script.
        language: a BCP 47 tag, ``und`` where nobody says.
    """

    text: str
    language: str = "und"


@dataclass(frozen=True)
class Tenure:
    """A post that somebody held.

    Args:
        post: its name.
        start: a date in ISO 8601 of any precision, empty where unknown.
        end: the same.
    """

    post: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class Entry:
    """A thing that a name may mean.

    Args:
        id: its own, of one entry only.
        names: one at least, else nothing finds it.
        kind: ``person``, or another of the caller's own: organisations, posts, places.
        born: a date in ISO 8601 of any precision, empty where unknown.
        died: the same.
        countries: ids or names, compared as they are written.
        posts: what it held.
    """

    id: str
    names: tuple[Name, ...]
    kind: str = PERSON
    born: str = ""
    died: str = ""
    countries: tuple[str, ...] = ()
    posts: tuple[Tenure, ...] = ()


@dataclass(frozen=True)
class NameQuery:
    """A name that somebody looks for, and what is known beside it; what is empty does not count.

    Args:
        text: in any script.
        kind: as in the entries.
        born: a date in ISO 8601 of any precision.
        died: the same.
        countries: one of them must be the entry's.
        post: the name of a post that it held.
        date: when it held that post, or was in office at all.
    """

    text: str
    kind: str = ""
    born: str = ""
    died: str = ""
    countries: tuple[str, ...] = ()
    post: str = ""
    date: str = ""


@dataclass(frozen=True)
class Feature:
    """A reason of a score.

    Args:
        id: which one, of ``weights.toml``.
        value: how far it holds, from 0 to 1.
        points: what it adds to the score, or takes away.
        query: the words of the question that it is about.
        name: the words of the entry's name.
    """

    id: str
    value: float
    points: float
    query: str = ""
    name: str = ""


@dataclass(frozen=True)
class Candidate:
    """An entry that a name may mean.

    Args:
        id: the entry's.
        name: that of its names which is nearest.
        kind: the entry's.
        score: 0 to 100: the points of the features.
        is_match: whether it is this one beyond reasonable doubt; of one question, one candidate at most.
        features: why, the heaviest first.
    """

    id: str
    name: Name
    kind: str
    score: float
    is_match: bool = False
    features: tuple[Feature, ...] = field(default=())
