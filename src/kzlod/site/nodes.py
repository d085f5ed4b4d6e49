"""What a page shows, before any language is chosen: plain values that travel to the processes which write pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from kzlod.terms import read_iri, read_literal
from kzlod.tracing import FactTrace

PART: Final = " · "
"""What stands between the parts of a name that is made of them."""


class Label(NamedTuple):
    """A text for each language of the site, and the language that each is really in ("" where it is in none)."""

    texts: tuple[str, ...]
    tags: tuple[str, ...]


class Span(NamedTuple):
    """A time: the bounds of its start and its end as days (or None), and the whole in EDTF."""

    earliest_start: str | None
    latest_start: str | None
    earliest_end: str | None
    latest_end: str | None
    edtf: str | None


class Statement(NamedTuple):
    """What is said of a thing, or of a part of it: ``label`` names an object that is an IRI, ``is_node`` tells whether that has a
    page."""

    subject: str
    predicate: str
    object: str
    facts: tuple[str, ...]
    rules: tuple[str, ...]
    label: Label | None
    is_node: bool


class Mention(NamedTuple):
    """A statement about another thing that names this one; ``kind`` is the class of that thing, or ""."""

    predicate: str
    subject: str
    facts: tuple[str, ...]
    kind: str
    label: Label
    span: Span


class Content(NamedTuple):
    """A statement of a fact; the labels are those of its subject and its object."""

    subject: str
    subject_label: Label
    statement: Statement


class Source(NamedTuple):
    """By which statement a fact is known, and who speaks there."""

    statement: str
    label: Label
    speakers: tuple[tuple[str, Label], ...]


class Rival(NamedTuple):
    """A fact of a conflict: what it says."""

    conflict: str
    conflict_label: Label
    fact: str
    contents: tuple[Content, ...]


@dataclass
class Fact:
    """A fact as pages cite it."""

    trace: FactTrace
    label: Label
    documents: dict[str, Label] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    rivals: list[Rival] = field(default_factory=list)


@dataclass
class Node:
    """A thing that has a page.

    Args:
        iri: as an N-Triples term.
        kind: the class by which it is called, or "".
        statements: what is said of it; of a fact, what is said of it as a fact.
        mentions: what names it.
        contents: what it says, where it is a fact.
        cited: the facts of all of these.
        facts: these by IRI, and their rivals.
        number: of the page; what many things name has several, of which all but the first hold mentions alone.
        pages: number of its pages.
        total: number of all mentions.
    """

    iri: str
    is_fact: bool
    kind: str
    label: Label
    span: Span
    statements: list[Statement] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    cited: tuple[str, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    number: int = 1
    pages: int = 1
    total: int = 0


def make_label(term: str, texts: list[str] | None, tags: list[str] | None, count: int) -> Label:
    """The label of a term from what the relation ``labels`` says of it, or from its own text.

    Args:
        term: as an N-Triples term.
        texts: as N-Triples escapes them, or None.
        tags: the languages they are in, or None.
        count: number of the site's languages.
    """
    if texts is not None and tags is not None:
        return Label(tuple(read_literal(f'"{text}"').text if "\\" in text else text for text in texts), tuple(tags))
    if term.startswith("<"):
        text = read_iri(term)
        return Label((text.rstrip("/#").replace("#", "/").rpartition("/")[2].replace("-", " ") or text,) * count, ("",) * count)
    literal = read_literal(term)
    return Label((literal.text,) * count, (literal.language,) * count)
