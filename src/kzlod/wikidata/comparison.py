"""What Wikidata lacks: reads statements and a snapshot, yields the statements that are worth writing.

A statement is there if a statement of its property has a value that is the same or says less (of dates 2016 for 2016-05-04), and
their times can be of one term. Then only what it lacks is written: qualifiers of properties that it has none of, and references to
sources that it does not cite. A qualifier that it has is never written again, even if it says less: QuickStatements would set a
second one beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kzlod.wikidata.known import Known, Snapshot
from kzlod.wikidata.rules import WikidataMapping
from kzlod.wikidata.statements import Omission, Reference, Snak, Statement, have_other_marks, name_value
from kzlod.wikidata.values import Item, Value, are_alike, contains


def list_wanted(statements: Iterable[Statement]) -> set[str]:
    """The items that statements name, whose state a snapshot may tell."""
    wanted = set()
    for statement in statements:
        values = [statement.value, *(snak.value for snak in statement.qualifiers)]
        wanted |= {statement.item, *(value.id for value in values if isinstance(value, Item))}
    return wanted - {"LAST"}


def find_lacking(
    statements: Iterable[Statement], snapshot: Snapshot, mapping: WikidataMapping
) -> tuple[list[Statement], list[Omission]]:
    """The statements that a snapshot lacks, wholly or in part, and those left out.

    Args:
        statements: what could be written.
        snapshot: what is there.
        mapping: what qualifiers mean.
    """
    comparison = _Comparison(snapshot, _list_parts(mapping))
    groups: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in statements:
        resolved = comparison.resolve(statement)
        groups[resolved.item, resolved.property.id].append(resolved)
    for (item, _), group in groups.items():
        reason = comparison.find_hindrance(item)
        for statement in group:
            if reason:
                comparison.leave_out(statement, reason)
        if not reason:
            comparison.compare(group)
    return comparison.lacking, comparison.omissions


def list_moved(items: Mapping[str, str], snapshot: Snapshot) -> list[Omission]:
    """The things whose items another has replaced, or that are deleted: their links want to be changed."""
    moved = [
        Omission("its link leads to an item that another has replaced", thing, "", item, f"now {snapshot.resolve(item)}")
        for thing, item in items.items()
        if snapshot.resolve(item) != item
    ]
    gone = [
        Omission("its link leads to an item that is deleted", thing, "", item)
        for thing, item in items.items()
        if snapshot.resolve(item) in snapshot.deleted
    ]
    return moved + gone


def _list_parts(mapping: WikidataMapping) -> dict[str, str]:
    qualifiers = (qualifier for rule in mapping.statements for qualifier in rule.qualifiers)
    return {qualifier.property.id: qualifier.part for qualifier in qualifiers if qualifier.property and qualifier.part}


@dataclass
class _Comparison:
    snapshot: Snapshot
    parts: dict[str, str]

    def __post_init__(self) -> None:
        self.lacking: list[Statement] = []
        self.omissions: list[Omission] = []

    def leave_out(self, statement: Statement, reason: str, detail: str = "") -> None:
        value = name_value(statement.value)
        self.omissions.append(Omission(reason, statement.thing, statement.property.id, value, detail, statement.facts))

    def resolve(self, statement: Statement) -> Statement:
        """The statement with the items that stand for its own now."""
        return replace(
            statement,
            item=self.snapshot.resolve(statement.item),
            value=self.resolve_value(statement.value),
            qualifiers=tuple(Snak(snak.property, self.resolve_value(snak.value)) for snak in statement.qualifiers),
        )

    def resolve_value(self, value: Value) -> Value:
        return Item(self.snapshot.resolve(value.id)) if isinstance(value, Item) else value

    def find_hindrance(self, item: str) -> str:
        if item == "LAST" or item in self.snapshot.items:
            return ""
        return "its item is deleted" if item in self.snapshot.deleted else "its item is not in the snapshot"

    def compare(self, group: list[Statement]) -> None:
        """Compare the statements of one item and property; each statement there stands for one of them at most."""
        there = [known for known in self.snapshot.items.get(group[0].item, []) if known.property == group[0].property.id]
        free = list(there)
        # What knows its time finds its match before what would fit any.
        for statement in sorted(group, key=lambda one: not one.span.is_bounded):
            if isinstance(statement.value, Item) and statement.value.id in self.snapshot.deleted:
                self.leave_out(statement, "the item of its value is deleted")
                continue
            alike = [known for known in there if known.value is not None and are_alike(known.value, statement.value)]
            fitting = [known for known in free if known in alike and self.fits(known, statement)]
            if fitting:
                best = max(fitting, key=lambda known: self.count_agreements(known, statement))
                free.remove(best)
                self.complete(statement, best, is_only=len(alike) == 1)
            elif alike:
                self.lacking.append(replace(statement, is_new=True))
            elif statement.property.is_single and any(known.value is not None and known.rank != "deprecated" for known in there):
                values = ", ".join(name_value(known.value) for known in there if known.value is not None)
                self.leave_out(statement, "Wikidata has another value", values)
            else:
                self.lacking.append(statement)

    def fits(self, known: Known, statement: Statement) -> bool:
        marks = have_other_marks(known.snaks(), statement.qualifiers, statement.marks)
        return known.span(self.parts).may_be(statement.span) and not marks

    def count_agreements(self, known: Known, statement: Statement) -> int:
        there, here = known.span(self.parts), statement.span
        return bool(there.start and here.start) + bool(there.end and here.end)

    def complete(self, statement: Statement, known: Known, *, is_only: bool) -> None:
        """Write what a statement lacks that is there."""
        if known.value is None:
            return
        qualifiers = tuple(snak for snak in statement.qualifiers if snak.property not in known.qualifiers)
        # What is less precise here says nothing for what is there.
        supports = contains(known.value, statement.value) and not statement.is_from_wikidata
        references = tuple(new for new in statement.references if supports and not _is_cited(new, known.references))
        if not known.is_whole:
            self.leave_out(statement, "it is there, and the snapshot does not tell with what qualifiers")
        elif known.rank == "deprecated":
            self.leave_out(statement, "it is there, and deprecated")
        elif not qualifiers and not references:
            self.leave_out(statement, "it is there", self.describe_difference(statement, known))
        elif not is_only:
            self.leave_out(statement, "it lacks something there, where QuickStatements cannot tell it from others of its value")
        else:
            self.lacking.append(replace(statement, value=known.value, qualifiers=qualifiers, references=references, is_new=False))

    def describe_difference(self, statement: Statement, known: Known) -> str:
        """Which qualifiers, and whether the value, say something else or less there."""
        pairs = [(snak.property, snak.value, known.qualifiers.get(snak.property, ())) for snak in statement.qualifiers]
        pairs.append((statement.property.id, statement.value, (known.value,)))
        return ", ".join(f"{id_} {name_value(value)} here" for id_, value, values in pairs if value not in values)


def _is_cited(reference: Reference, others: Iterable[Reference]) -> bool:
    """Whether a source is cited: the first part of a reference tells it."""
    return any(
        snak.property == reference[0].property and are_alike(snak.value, reference[0].value) for other in others for snak in other
    )
