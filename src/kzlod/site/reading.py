"""Reading what has a page: streams rows of the relations, all in the order of IRIs, and yields nodes in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from kzlod.dataset import Dataset
from kzlod.site.display import load_display
from kzlod.site.nodes import Content, Fact, Label, Mention, Node, Rival, Source, Span, Statement, make_label
from kzlod.site.relations import load_sql
from kzlod.terms import NS, RDF_TYPE, evidence_graph
from kzlod.tracing import trace_facts

_RIVAL: Final = f"<{NS}rival>"
_MENTIONS_OF_FIRST: Final = 40
_MENTIONS: Final = 50
"""How many mentions a page shows, so that it stays under 100 kB with the evidence of each."""

_PART: Final = 5_000
"""How many nodes are read at a time."""
_END: Final = "="
"""What comes behind all IRIs in angle brackets."""

Row = tuple[Any, ...]


class Reader:
    """Reads nodes of a dataset whose relations have been made.

    Args:
        dataset: after ``create_relations``.
        count: number of the site's languages.
    """

    def __init__(self, dataset: Dataset, count: int) -> None:
        self.dataset = dataset
        self.count = count
        display = load_display()
        self.evidence = evidence_graph(dataset.project.base)
        self.constants: dict[str, Any] = {
            "base": dataset.project.base,
            "evidence": self.evidence,
            "according_to": f"<{NS}accordingTo>",
            "rival": _RIVAL,
            "type": RDF_TYPE,
            "events": display.events,
            "parts": display.parts,
            **display.meanings,
        }

    def iter_batches(self, size: int) -> Iterator[list[Node]]:
        """All nodes in the order of their IRIs, some ``size`` at a time, each with its facts."""
        batch: list[Node] = []
        for node in self._iter_nodes():
            batch.append(node)
            if len(batch) >= size:
                yield self._add_facts(batch)
                batch = []
        if batch:
            yield self._add_facts(batch)

    def read_labels(self, iris: Iterable[str]) -> dict[str, Label]:
        """What things are called."""
        names = sorted(set(iris))
        found = {iri: self._label(iri, texts, tags) for iri, texts, tags in self.query("labels", iris=names)}
        return {iri: found.get(iri) or self._label(iri, None, None) for iri in names}

    def _iter_nodes(self) -> Iterator[Node]:
        # The database gives its results whole, so each part of the nodes is asked for by itself.
        starts = [row[0] for row in self.query("starts", size=_PART)]
        for first, following in zip(starts, [*starts[1:], _END], strict=True):
            yield from self._iter_part({"first": first, "next": following})

    def _iter_part(self, part: dict[str, str]) -> Iterator[Node]:
        statements, mentions, contents = (_Groups(self.query(name, **part)) for name in ("statements", "mentions", "contents"))
        for iri, is_fact, kind, texts, tags, *span in self.query("pages", **part):
            node = Node(iri, is_fact, kind or "", self._label(iri, texts, tags), Span(*span))
            node.statements = [self._read_statement(row) for row in statements.take(iri)]
            node.contents = [self._read_content(row) for row in contents.take(iri)]
            for number, rows in enumerate(_split(mentions.take(iri)), 1):
                page = node if number == 1 else Node(iri, is_fact, node.kind, node.label, node.span, number=number)
                page.mentions = [self._read_mention(row) for row in rows]
                page.total = rows[0][-1] if rows else 0
                page.pages = 1 + max(0, -(-(page.total - _MENTIONS_OF_FIRST) // _MENTIONS))
                yield page

    def _read_statement(self, row: Row) -> Statement:
        _, subject, predicate, object_, facts, rules, texts, tags, is_node = row
        label = self._label(object_, texts, tags) if object_.startswith("<") else None
        stating = tuple(fact for fact in facts if fact != self.evidence)
        return Statement(subject, predicate, object_, stating, tuple(rules), label, is_node)

    def _read_content(self, row: Row) -> Content:
        graph, subject, predicate, object_, rules, texts, tags, object_texts, object_tags, is_node = row
        label = self._label(object_, object_texts, object_tags) if object_.startswith("<") else None
        return Content(
            subject,
            self._label(subject, texts, tags),
            Statement(subject, predicate, object_, (graph,), tuple(rules), label, is_node),
        )

    def _read_mention(self, row: Row) -> Mention:
        _, predicate, subject, facts, kind, texts, tags, *span, _ = row
        return Mention(predicate, subject, tuple(facts), kind or "", self._label(subject, texts, tags), Span(*span))

    def _add_facts(self, nodes: list[Node]) -> list[Node]:
        cited = [_list_facts(node) for node in nodes]
        own = {iri for iris in cited for iri in iris}
        rivals = self._read_rivals(own)
        facts = self._read_facts(own | {rival.fact for found in rivals.values() for rival in found})
        for iri, found in rivals.items():
            facts[iri].rivals = found
        for node, iris in zip(nodes, cited, strict=True):
            node.cited = tuple(iris)
            node.facts = {iri: facts[iri] for iri in iris}
            node.facts |= {rival.fact: facts[rival.fact] for iri in iris for rival in facts[iri].rivals}
        return nodes

    def _read_facts(self, iris: set[str]) -> dict[str, Fact]:
        traces = trace_facts(self.dataset, iris)
        documents = {f"<{self.constants['base']}{passage.document}>" for trace in traces.values() for passage in trace.passages}
        labels = self.read_labels([*iris, *documents])
        facts = {}
        for iri, trace in traces.items():
            cited = {passage.document: labels[f"<{self.constants['base']}{passage.document}>"] for passage in trace.passages}
            facts[iri] = Fact(trace, labels[iri], cited)
        said = list(self.query("said", facts=sorted(iris)))
        speakers = self.read_labels(speaker for *_, names in said for speaker in names or ())
        for fact, statement, texts, tags, names in said:
            who = tuple((name, speakers[name]) for name in names or ())
            facts[fact].sources.append(Source(statement, self._label(statement, texts, tags), who))
        return facts

    def _read_rivals(self, iris: set[str]) -> dict[str, list[Rival]]:
        rows = list(self.query("rivals", facts=sorted(iris)))
        if not rows:
            return {}
        contents: dict[str, list[Content]] = {}
        for row in self.query("contents_of", facts=sorted({row[-1] for row in rows})):
            contents.setdefault(row[0], []).append(self._read_content(row))
        found: dict[str, list[Rival]] = {}
        for fact, conflict, texts, tags, rival in rows:
            label = self._label(conflict, texts, tags)
            found.setdefault(fact, []).append(Rival(conflict, label, rival, tuple(contents.get(rival, ()))))
        return found

    def _label(self, term: str, texts: list[str] | None, tags: list[str] | None) -> Label:
        return make_label(term, texts, tags, self.count)

    def query(self, name: str, **parameters: object) -> Iterator[Row]:
        """The rows of a query of this room."""
        text = load_sql(f"{name}.sql")
        constants = {key: value for key, value in self.constants.items() if f"${key}" in text}
        return self.dataset.iter_rows(text, {**constants, **parameters})


class _Groups:
    """Rows in the order of their first column, handed out by its values in the same order."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.rows = rows
        self.row = next(rows, None)

    def take(self, key: str) -> Iterator[Row]:
        while self.row is not None and self.row[0] <= key:
            if self.row[0] == key:
                yield self.row
            self.row = next(self.rows, None)


def _split(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """The mentions of each page; the first has a page even where there are none."""
    page: list[Row] = []
    size = _MENTIONS_OF_FIRST
    is_first = True
    for row in rows:
        if len(page) == size:
            yield page
            page, size, is_first = [], _MENTIONS, False
        page.append(row)
    if page or is_first:
        yield page


def _list_facts(node: Node) -> list[str]:
    """The facts of a page, in the order in which they are first cited there."""
    cited = [fact for statement in node.statements for fact in statement.facts]
    cited += [statement.object for statement in node.statements if statement.predicate == _RIVAL]
    cited += [fact for mention in node.mentions for fact in mention.facts]
    return list(dict.fromkeys([*([node.iri] if node.is_fact else []), *cited]))
