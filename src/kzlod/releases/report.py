"""Changes in words and as JSON: reads what differs, yields lines that a person reads, or one object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Final

from kzlod.errors import escape_controls
from kzlod.releases.changes import Changes, Item

_ENTITIES: Final = ("added", "changed", "merged", "withdrawn")
_FACTS: Final = ("added", "changed", "withdrawn")


def write_text(changes: Changes) -> str:
    """The changes in words: numbers, then each list; where it is cut, how many more there are."""
    lines = [f"statements  {changes.added:,} added, {changes.deleted:,} deleted", *_write_counts(changes)]
    for is_fact, kinds in ((False, _ENTITIES), (True, _FACTS)):
        for kind in kinds:
            items = [item for item in changes.items if (item.is_fact, item.change) == (is_fact, kind)]
            number = _add_up(changes.facts if is_fact else changes.entities, kind)
            if items:
                lines += ["", f"{'facts' if is_fact else 'entities'} {kind} ({number:,})"]
                lines += [f"  {escape_controls(_write_item(item, changes.base))}" for item in items]
                lines += [f"  and {number - len(items):,} more"] if number > len(items) else []
    return "".join(f"{line}\n" for line in lines)


def write_json(changes: Changes) -> str:
    """The changes as JSON: the fields of ``Changes`` and ``Item``."""
    return json.dumps(asdict(changes), ensure_ascii=False, indent=2) + "\n"


def _write_counts(changes: Changes) -> Iterator[str]:
    for title, counts, kinds in (
        ("entities", changes.entities, _ENTITIES),
        ("facts", changes.facts, (*_FACTS, "moved")),
    ):
        names = sorted(counts)
        width = max(map(len, [title, *names, "together"]))
        if names:
            yield ""
            yield f"{title:<{width}}" + "".join(f"{kind:>11}" for kind in kinds)
            # Without facts nobody knows the base, and so no types.
            for name in filter(None, names):
                yield f"{escape_controls(name):<{width}}" + "".join(f"{counts[name].get(kind, 0):>11,}" for kind in kinds)
            yield f"{'together':<{width}}" + "".join(f"{_add_up(counts, kind):>11,}" for kind in kinds)


def _write_item(item: Item, base: str) -> str:
    words = [item.iri.removeprefix(base)]
    if item.name:
        words.append(f"“{item.name}”")
    if item.change == "changed":
        words.append(f"+{item.added} -{item.deleted}")
    if item.target:
        words.append(f"-> {item.target.removeprefix(base)}")
    if item.reason:
        words.append(f"because: {item.reason}")
    if item.is_silent:
        words.append("without a trace")
    return "  ".join(words)


def _add_up(counts: Mapping[str, Mapping[str, int]], kind: str) -> int:
    return sum(numbers.get(kind, 0) for numbers in counts.values())
