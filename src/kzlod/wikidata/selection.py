"""What of a dataset can be written to Wikidata: reads drafts, yields statements with references, and what is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from kzlod.wikidata.claims import ClaimReader, Fault, Support, show_term
from kzlod.wikidata.drafts import Draft, add_successions, join_claims
from kzlod.wikidata.graph import Graph
from kzlod.wikidata.references import list_references
from kzlod.wikidata.rules import WikidataMapping
from kzlod.wikidata.statements import Omission, Snak, Statement, name_value, read_item_number


@dataclass
class Selection:
    """What can be written, and what cannot.

    Args:
        statements: of linked things, and of those that may become items.
        omissions: with the reasons.
        faults: values that are wrong in themselves.
    """

    statements: list[Statement] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    faults: set[Fault] = field(default_factory=set)


@dataclass(frozen=True)
class Selector:
    """Selects what can be written.

    Args:
        graph: what is published.
        mapping: what is said of it.
        candidates: things without a link that may become items; their statements are about ``LAST``.
        from_wikidata: whether to write what was taken from Wikidata as well.
    """

    graph: Graph
    mapping: WikidataMapping
    candidates: Collection[str] = ()
    from_wikidata: bool = False

    def select(self) -> Selection:
        """The statements of all things that are linked to an item, and of the candidates."""
        items = {thing: self.graph.find_item(thing) for thing in self.graph.list_linked()} | dict.fromkeys(self.candidates, "LAST")
        told = {thing for thing, item in items.items() if item}
        reader = ClaimReader(self.graph, self.mapping)
        drafts, unclear = join_claims(reader.iter_claims(told))
        disputed = self.graph.list_disputed()
        add_successions(drafts, self.graph, lambda draft: disputed.keys().isdisjoint(draft.nodes))
        counts = Counter((draft.thing, draft.rule.property.id, draft.value) for draft in drafts)
        chosen = Selection([], [*reader.omissions, *(omission for omission in unclear if omission.thing in told)], reader.faults)
        for draft in (draft for draft in drafts if draft.thing in told):
            conflict = next((disputed[node] for node in draft.nodes if node in disputed), "")
            is_new = counts[draft.thing, draft.rule.property.id, draft.value] > 1
            statement = self.make_statement(draft, items[draft.thing], is_new=is_new)
            if conflict:
                chosen.omissions.append(_leave_out(draft, "a conflict is about it", show_term(conflict)))
            elif not statement.facts or (statement.is_from_wikidata and draft.thing in self.candidates):
                # What is known from Wikidata alone is there already, linked or not: it must not become an item again.
                chosen.omissions.append(_leave_out(draft, "it was taken from Wikidata"))
            elif not statement.references:
                chosen.omissions.append(_leave_out(draft, "its source cannot be named there"))
            else:
                chosen.statements.append(statement)
        return chosen

    def make_statement(self, draft: Draft, item: str, *, is_new: bool) -> Statement:
        """The statement of a draft, by the facts that may be used; without facts where there are none."""
        value_facts = self.choose_facts(draft.support)
        own, others = (
            [(Snak(id_, value), self.choose_facts(support)) for id_, (value, support) in snaks.items()]
            for snaks in (draft.qualifiers, draft.neighbours)
        )
        # What is about a neighbour is no source for this statement as a whole.
        cited = value_facts.union(*(facts for _, facts in own)) if value_facts else frozenset()
        kept = [(snak, facts) for snak, facts in own + others if facts and cited]
        return Statement(
            thing=draft.thing,
            item=item,
            property=draft.rule.property,
            value=draft.value,
            qualifiers=tuple(sorted((snak for snak, _ in kept), key=lambda snak: read_item_number(snak.property))),
            references=list_references(self.graph, self.mapping, cited),
            facts=tuple(sorted(cited.union(*(facts for _, facts in kept)))),
            is_new=is_new,
            span=draft.span,
            marks=draft.marks,
            is_from_wikidata=not draft.support.own,
            may_be_there=any(self.graph.is_from_wikidata(fact) for fact in draft.support.facts),
        )

    def choose_facts(self, support: Support) -> frozenset[str]:
        """The facts that may be used."""
        return support.facts if self.from_wikidata else support.own


def _leave_out(draft: Draft, reason: str, detail: str = "") -> Omission:
    facts = tuple(sorted(draft.support.facts))
    return Omission(reason, draft.thing, draft.rule.property.id, name_value(draft.value), detail, facts)
