"""A session of review: goes through a review file (CSV or SSSOM), and keeps each decision at once.

Whatever moment it ends at, what was decided stands in the files of decisions and in the review file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kzlod.delimited import Delimited, Row, load_delimited, write_rows
from kzlod.errors import ConfigurationError, Problem
from kzlod.exchange import replace_file
from kzlod.links.decisions import Decision, Decisions, Verdict
from kzlod.links.review import is_review, read_verdict
from kzlod.links.sssom import NEEDED, MappingSet, load_set
from kzlod.terms import is_iri

_SLOTS: Final = {
    "value": "subject_label",
    "candidate_name": "object_label",
    "candidate_id": "object_id",
    "score": "similarity_score",
    "reasons": "comment",
}
"""What SSSOM calls the columns of a review file that it has under other names."""

ACCEPTED: Final = Verdict.ACCEPTED.value

Finish = Callable[[Decision], Decision]
"""Checks a decision and adds what the dataset knows; raises ``DataError`` where it is on nothing."""


@dataclass
class Session:
    """A review file that is gone through; made by ``open_session``.

    Args:
        path: the file.
        table: what is in it; of SSSOM in the columns of a review file.
        original: the mappings, where it is SSSOM.
        decisions: what is decided.
        finish: what is done to each new decision.
        date: of the decisions, or "".
    """

    path: Path
    table: Delimited
    original: MappingSet | None
    decisions: Decisions
    finish: Finish
    date: str = ""

    def iter_open(self) -> Iterator[Row]:
        """The rows on which nobody has decided, here or before; asked anew for each row."""
        for number in range(len(self.table.rows)):
            row = self.table.rows[number]
            if self._is_open(row, self._find_answered()):
                yield row

    def count_open(self) -> int:
        """How many are left."""
        answered = self._find_answered()
        return sum(self._is_open(row, answered) for row in self.table.rows)

    def decide(self, row: Row, verdict: Verdict) -> None:
        """Keep a decision.

        Raises:
            DataError: it contradicts what was decided before, or is about a thing that the dataset does not have.
        """
        if _has_ends(row):
            self.decisions.add([self.finish(read_verdict(self.table, row, verdict, self.date))])
            self.decisions.save()
        rows = tuple(
            replace(each, cells={**each.cells, "decision": verdict.value}) if each is row else each for each in self.table.rows
        )
        self.table = replace(self.table, rows=rows)
        replace_file(self.path, self._write())

    def _find_answered(self) -> set[str]:
        """The rows of the table of which a candidate is accepted here."""
        return {row.cells["row"] for row in self.table.rows if "row" in row.cells and row.cells["decision"].strip() == ACCEPTED}

    def _is_open(self, row: Row, answered: set[str]) -> bool:
        """Whether there is a candidate to decide on, and no other is accepted in its place, nor its pair decided on."""
        cells = row.cells
        if cells["decision"].strip() or not cells["candidate_id"] or cells.get("row") in answered:
            return False
        if not _has_ends(row):
            return True
        pair = cells["subject_id"], cells["object_id"]
        return pair not in self.decisions.known and not self.decisions.find_rival(*pair)

    def _write(self) -> bytes:
        if self.original is None:
            head = "".join(f"#{line}\n" for line in self.table.comments).encode()
            return head + write_rows(self.table.columns, (row.cells for row in self.table.rows), self.table.delimiter)
        pairs = zip(self.original.rows, self.table.rows, strict=True)
        rows = tuple(replace(row, cells={**row.cells, "decision": ours.cells["decision"]}) for row, ours in pairs)
        return replace(self.original, rows=rows).write()


def open_session(path: Path, shown: str, decisions: Decisions, finish: Finish, date: str = "") -> Session:
    """Begin to go through a file, or go on.

    Raises:
        ConfigurationError: it is no review file.
        DataError: it cannot be read.
    """
    table = load_delimited(path, shown)
    if is_review(table):
        return Session(path, table, None, decisions, finish, date)
    if set(NEEDED) | {"decision"} <= set(table.columns):
        found = load_set(path, shown)
        rows = tuple(Row(row.line, _read_slots(found, row)) for row in found.rows)
        return Session(path, replace(table, rows=rows), found, decisions, finish, date)
    message = "this is no review file: kzlod match writes one, as CSV or SSSOM"
    raise ConfigurationError([Problem(shown, None, None, message, "review")])


def _read_slots(found: MappingSet, row: Row) -> Mapping[str, str]:
    """The cells of a mapping in the columns of a review file."""
    cells = {**row.cells, **{name: row.cells.get(slot, "") for name, slot in _SLOTS.items()}}
    return {**cells, "subject_id": found.expand(row, "subject_id"), "object_id": found.expand(row, "object_id")}


def _has_ends(row: Row) -> bool:
    return is_iri(row.cells["subject_id"]) and is_iri(row.cells["object_id"])
