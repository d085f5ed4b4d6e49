"""What the template of an entity or fact is given: nodes with their values grouped, numbered and linked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from kzlod.site.display import load_display
from kzlod.site.drawing.timeline import Bar
from kzlod.site.nodes import PART, Content, Fact, Label, Mention, Node, Span, Statement
from kzlod.site.settings import Settings
from kzlod.terms import ACCEPTED, FACT_STATUS, NS, XSD, Triple, is_iri, read_iri, read_literal

_ACCEPTED = ACCEPTED.rpartition("#")[2].removesuffix(">")
_WEB = re.compile("https?://")
_DATES = {f"{XSD}{name}" for name in ("date", "gYear", "gYearMonth")}


class Note(NamedTuple):
    """A number that leads to the evidence, and the status of the fact where that is not accepted."""

    number: int
    status: str


class Value(NamedTuple):
    """An object of a statement: a label for what has one, else a text; ``link`` is a page here, ``url`` one elsewhere."""

    label: Label | None
    text: str
    tag: str
    datatype: str
    link: str
    url: str
    notes: tuple[Note, ...]
    span: Span | None = None


class Group(NamedTuple):
    """The values of one property; ``kind`` is the class of things that name this one by it."""

    term: str
    label: Label
    kind: Label | None
    values: list[Value]


class Passage(NamedTuple):
    """Where a fact stands in a document."""

    link: str
    label: Label
    start: int
    end: int
    sha256: str


class Evidence(NamedTuple):
    """A fact as the notes of a page show it."""

    number: int
    link: str
    status: str
    label: Label
    name: str
    file: str
    line: int
    basis: str
    passages: tuple[Passage, ...]
    premises: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, Label, tuple[tuple[str, Label], ...]], ...]
    rules: tuple[str, ...]


class RivalFacts(NamedTuple):
    """The facts of one conflict, side by side."""

    link: str
    label: Label
    facts: list[tuple[Evidence, list[tuple[Label, str, list[Group]]]]]


@dataclass(frozen=True)
class View:
    """A page of an entity or a fact, in no language yet."""

    node: Node
    link: str
    iri: str
    kind: Label | None
    groups: list[Group]
    contents: list[tuple[Label, str, list[Group]]]
    mentions: list[Group]
    bars: list[Bar]
    evidence: list[Evidence]
    rivals: list[RivalFacts]
    triples: list[Triple]
    is_withdrawn: bool
    successor: tuple[str, Label] | None


class Viewer:
    """Makes views of nodes."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.display = load_display()

    def make_view(self, node: Node) -> View:
        """The view of a node, or of a further page of it."""
        numbers = {iri: number for number, iri in enumerate(node.facts, 1)}
        own = [statement for statement in node.statements if statement.subject == node.iri]
        successor = next((statement for statement in own if statement.predicate == self.display.meanings["replaced_by"]), None)
        rules = _list_rules(node)
        return View(
            node=node,
            link=self.settings.find_link(node.iri),
            iri=read_iri(node.iri),
            kind=self.settings.name_term(node.kind) if node.kind else None,
            groups=self._group(own, node, numbers),
            contents=self._group_contents(node.contents, node, numbers),
            mentions=self._group_mentions(node, numbers),
            bars=self._list_bars(node),
            evidence=[self._cite(fact, numbers[iri], rules.get(iri, ())) for iri, fact in node.facts.items()],
            rivals=self._list_rivals(node, numbers),
            triples=_list_triples(node),
            is_withdrawn=any(statement.predicate == self.display.meanings["deprecated"] for statement in own),
            successor=(self.settings.find_link(successor.object), successor.label) if successor and successor.label else None,
        )

    def _group(self, statements: Iterable[Statement], node: Node, numbers: dict[str, int]) -> list[Group]:
        ordered = sorted(statements, key=lambda statement: self.display.rank_property(statement.predicate))
        return [
            Group(predicate, self.settings.name_term(predicate), None, [self._show(found, node, numbers) for found in said])
            for predicate, said in groupby(ordered, key=lambda statement: statement.predicate)
        ]

    def _group_contents(
        self, contents: Sequence[Content], node: Node, numbers: dict[str, int]
    ) -> list[tuple[Label, str, list[Group]]]:
        return [
            (label, self.settings.find_link(subject), self._group((content.statement for content in said), node, numbers))
            for (subject, label), said in groupby(contents, key=lambda content: (content.subject, content.subject_label))
        ]

    def _group_mentions(self, node: Node, numbers: dict[str, int]) -> list[Group]:
        groups = []
        for (kind, predicate), found in groupby(node.mentions, key=lambda mention: (mention.kind, mention.predicate)):
            label = self.settings.name_term(kind) if kind else None
            values = [self._show_mention(mention, node, numbers) for mention in found]
            groups.append(Group(predicate, self.settings.name_term(predicate), label, values))
        return groups

    def _show(self, statement: Statement, node: Node, numbers: dict[str, int]) -> Value:
        notes = _note(statement.facts, node, numbers)
        object_ = statement.object
        if not object_.startswith("<"):
            text, tag, datatype = read_literal(object_)
            return Value(
                None, text, tag, "date" if datatype in _DATES else "", "", text if _is_address(text, datatype) else "", notes
            )
        if statement.is_node:
            return Value(statement.label, "", "", "", self.settings.find_link(object_), "", notes)
        iri = read_iri(object_)
        if iri in self.settings.terms.texts:
            return Value(self.settings.name_term(object_), "", "", "", "", "", notes)
        if iri.startswith(f"{read_iri(node.iri)}#"):
            # A part of the thing stands on its own page.
            return Value(None, iri.rpartition("#")[2], "", "", "", "", notes)
        return Value(None, self.settings.prefixes.shorten(iri) or iri, "", "", "", iri if _WEB.match(iri) else "", notes)

    def _show_mention(self, mention: Mention, node: Node, numbers: dict[str, int]) -> Value:
        link = self.settings.find_link(mention.subject)
        label = _shorten(mention.label, node.label)
        return Value(label, "", "", "", link, "", _note(mention.facts, node, numbers), mention.span)

    def _list_bars(self, node: Node) -> list[Bar]:
        drawn = {mention.subject: mention for mention in node.mentions if mention.kind in self.display.timeline}
        return [
            Bar(_shorten(mention.label, node.label), self.settings.find_link(subject), mention.span)
            for subject, mention in drawn.items()
        ]

    def _cite(self, fact: Fact, number: int, rules: tuple[str, ...]) -> Evidence:
        trace, settings = fact.trace, self.settings
        passages = tuple(
            Passage(
                settings.find_link(f"<{settings.base}{passage.document}>"),
                fact.documents[passage.document],
                passage.start,
                passage.end,
                passage.sha256,
            )
            for passage in trace.passages
        )
        sources = tuple(
            (
                settings.find_link(source.statement),
                source.label,
                tuple((settings.find_link(who), label) for who, label in source.speakers),
            )
            for source in fact.sources
        )
        return Evidence(
            number=number,
            link=settings.find_link(trace.iri),
            status=trace.status,
            label=fact.label,
            name=read_iri(trace.iri).removeprefix(settings.base),
            file=trace.file,
            line=trace.line,
            basis=trace.basis,
            passages=passages,
            premises=tuple((settings.find_link(iri), read_iri(iri).removeprefix(settings.base)) for iri in trace.premises),
            sources=sources,
            rules=rules,
        )

    def _list_rivals(self, node: Node, numbers: dict[str, int]) -> list[RivalFacts]:
        conflicts: dict[str, RivalFacts] = {}
        for iri in node.cited:
            for rival in node.facts[iri].rivals:
                found = conflicts.setdefault(
                    rival.conflict, RivalFacts(self.settings.find_link(rival.conflict), rival.conflict_label, [])
                )
                names = {evidence.link for evidence, _ in found.facts}
                other = node.facts[rival.fact]
                if self.settings.find_link(rival.fact) not in names:
                    contents = self._group_contents(rival.contents, node, numbers)
                    found.facts.append((self._cite(other, numbers[rival.fact], ()), contents))
        return list(conflicts.values())


def _note(facts: Iterable[str], node: Node, numbers: dict[str, int]) -> tuple[Note, ...]:
    return tuple(Note(numbers[fact], node.facts[fact].trace.status) for fact in facts if fact in numbers)


def _shorten(label: Label, page: Label) -> Label:
    """What is called by its parts, without the part that is the page's own name."""
    texts = []
    for text, name in zip(label.texts, page.texts, strict=True):
        parts = [part for part in text.split(PART) if part != name]
        texts.append(PART.join(parts) or text)
    return Label(tuple(texts), label.tags)


def _list_rules(node: Node) -> dict[str, tuple[str, ...]]:
    """The rules of the mapping that wrote what a page shows, by fact."""
    rules: dict[str, dict[str, None]] = {}
    for statement in (*node.statements, *(content.statement for content in node.contents)):
        for fact in statement.facts:
            rules.setdefault(fact, {}).update(dict.fromkeys(statement.rules))
    return {fact: tuple(sorted(found)) for fact, found in rules.items()}


def _list_triples(node: Node) -> list[Triple]:
    """What the data of a page says: of an entity all accepted statements, of a fact those about it and its evidence.

    A further page says which accepted statements name the thing. Where none is accepted, the data tell the status of the facts.
    """
    if node.number > 1:
        said = sorted((Triple(mention.subject, mention.predicate, node.iri), mention.facts) for mention in node.mentions)
    else:
        said = [(Triple(found.subject, found.predicate, found.object), found.facts) for found in node.statements]
    accepted = [triple for triple, facts in said if not facts or any(_is_accepted(node, fact) for fact in facts)]
    cited = dict.fromkeys(fact for _, facts in said for fact in facts)
    return accepted or [Triple(fact, FACT_STATUS, f"<{NS}{node.facts[fact].trace.status}>") for fact in cited]


def _is_accepted(node: Node, fact: str) -> bool:
    return node.facts[fact].trace.status == _ACCEPTED


def _is_address(text: str, datatype: str) -> bool:
    return datatype == f"{XSD}anyURI" and _WEB.match(text) is not None and is_iri(text)
