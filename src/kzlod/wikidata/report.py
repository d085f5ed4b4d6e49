"""What an export did: reads what was written and left out, yields tables for people and for programs."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from kzlod.errors import escape_controls
from kzlod.wikidata.claims import show_term
from kzlod.wikidata.new_items import NewItem
from kzlod.wikidata.rules import Property
from kzlod.wikidata.statements import Omission, Statement, name_value

COLUMNS: Final = ("outcome", "reason", "thing", "item", "property", "value", "detail", "facts")
_ITEMS: Final = "items"


@dataclass(frozen=True)
class Report:
    """What an export did.

    Args:
        statements: that were written.
        new_items: that are to be made, their statements among the others.
        changes: what was written otherwise than it is here, or in part.
        omissions: what was not written.
        warnings: of the whole.
        properties: by id.
    """

    statements: tuple[Statement, ...]
    new_items: tuple[NewItem, ...]
    changes: tuple[Omission, ...]
    omissions: tuple[Omission, ...]
    warnings: tuple[str, ...]
    properties: Mapping[str, Property]

    def list_rows(self) -> list[tuple[str, ...]]:
        """The report by single statements, in the order of ``COLUMNS``."""
        rows: list[tuple[str, ...]] = [("new item", "", show_term(item.thing), "", "", "", "", "") for item in self.new_items]
        for statement in self.statements:
            reason = "a statement of its own" if statement.is_new else ""
            qualifiers = ", ".join(f"{snak.property} {name_value(snak.value)}" for snak in statement.qualifiers)
            about = (show_term(statement.thing), statement.item, statement.property.id, name_value(statement.value), qualifiers)
            rows.append(("written", reason, *about, _join_facts(statement.facts)))
        for outcome, omissions in (("changed", self.changes), ("left out", self.omissions)):
            for one in omissions:
                row = (outcome, one.reason, show_term(one.thing), "", one.property, one.value, one.detail, _join_facts(one.facts))
                rows.append(row)
        return rows

    def write_csv(self) -> str:
        """The rows as CSV, with a heading."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(self.list_rows())
        return file.getvalue()

    def describe(self) -> str:
        """How much was written, and how much not."""
        items = {statement.item for statement in self.statements} - {"LAST"}
        written = f"{_count(len(self.statements), 'statement')} of {_count(len(items), 'item')}"
        return f"{written}, {_count(len(self.new_items), 'new item')}; {len(self.omissions)} left out"

    def write_text(self) -> str:
        """Counts by what was done and why, and by property; each with an instance."""
        lines = [self.describe(), *(f"warning: {warning}" for warning in self.warnings)]
        for outcome, reason, rows in _group(self.list_rows()):
            lines += ["", f"{outcome}: {reason}" if reason else outcome, *self._write_counts(rows)]
        return "".join(f"{escape_controls(line)}\n" for line in lines)

    def _write_counts(self, rows: list[tuple[str, ...]]) -> Iterable[str]:
        by_property: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for row in rows:
            by_property[row[4]].append(row)
        for id_ in sorted(by_property, key=lambda name: int(name[1:] or 0)):
            some = by_property[id_]
            _, _, thing, _, _, value, detail, facts = some[0]
            label = f"{id_} {self.properties[id_].label}" if id_ else _ITEMS
            instance = ", ".join(part for part in (thing, value, detail, facts.partition(" ")[0]) if part)
            yield f"  {len(some):>6}  {label}: {instance}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _group(rows: list[tuple[str, ...]]) -> list[tuple[str, str, list[tuple[str, ...]]]]:
    grouped: dict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
    for row in rows:
        grouped[row[0], row[1]].append(row)
    return [(outcome, reason, some) for (outcome, reason), some in grouped.items()]


def _join_facts(facts: Iterable[str]) -> str:
    return " ".join(show_term(fact) for fact in facts)
