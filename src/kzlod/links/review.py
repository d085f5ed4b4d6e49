"""The review file: a CSV table of proposals with their reasons, in which a person decides, here or in any spreadsheet.

It has a row a proposal, or one without a proposal for a row of the table of which there is none; the columns of the table are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kzlod.delimited import Delimited, Row, write_rows
from kzlod.errors import DataError, quote
from kzlod.links.decisions import Decision, Source, Verdict
from kzlod.terms import is_iri

OWN: Final = (
    "row",
    "value",
    "subject_id",
    "subject_label",
    "object_id",
    "object_label",
    "candidate_id",
    "candidate_name",
    "candidate_type",
    "description",
    "score",
    "match",
    "reasons",
    "link",
    "decision",
)
"""The columns of the review itself; a column of the table that has such a name is written with ``table.`` before it."""
_NEEDED: Final = ("value", "subject_id", "object_id", "candidate_id", "candidate_name", "reasons", "decision")


@dataclass(frozen=True)
class Proposal:
    """A thing that a row of a table may mean.

    Args:
        row: number of the row in the table, from 1.
        value: the name in it.
        cells: all its columns.
        subject, object: IRIs of the two ends of the link: the dataset's own thing, and the one elsewhere; "" where not known.
        subject_label, object_label: their names.
        id, name, types, description: what the service calls the candidate; "" where there is none.
        score: as the service gives it, or None.
        is_match: whether the service claims that it is this one: a proposal like all others.
        reasons: in words.
        link: where the candidate is shown.
    """

    row: int
    value: str
    cells: dict[str, str]
    subject: str = ""
    object: str = ""
    subject_label: str = ""
    object_label: str = ""
    id: str = ""
    name: str = ""
    types: str = ""
    description: str = ""
    score: float | None = None
    is_match: bool = False
    reasons: str = ""
    link: str = ""


def write_review(proposals: Iterable[Proposal], columns: Sequence[str]) -> bytes:
    """The file.

    Args:
        proposals: in the order of the table.
        columns: of the table.
    """
    names = {name: f"table.{name}" if name in OWN else name for name in columns}
    return write_rows([*OWN, *names.values()], (_write(proposal, names) for proposal in proposals))


def is_review(table: Delimited) -> bool:
    """Whether a table is a review file."""
    return set(_NEEDED) <= set(table.columns)


def read_verdicts(table: Delimited, date: str = "") -> list[Decision]:
    """What is decided in a review file, by the rows that have a decision.

    Args:
        table: a review file.
        date: of the decisions, or "".

    Raises:
        DataError: a decision is none of the three, or a row with one does not say on what.
    """
    problems, decisions = [], []
    for row in table.rows:
        text = row.cells["decision"].strip().lower()
        if not text:
            continue
        if text not in set(Verdict):
            message = f"{quote(row.cells['decision'])} is none of {', '.join(Verdict)}; an empty cell is undecided"
            problems.append(table.problem(row, "decision", message, "decision"))
        elif unknown := [name for name in ("subject_id", "object_id") if not is_iri(row.cells[name])]:
            message = "there is no IRI here, so the decision is on nothing: match the table with --id COLUMN"
            problems.append(table.problem(row, unknown[0], message, "decision"))
        else:
            decisions.append(read_verdict(table, row, Verdict(text), date))
    if problems:
        raise DataError(problems)
    return decisions


def read_verdict(table: Delimited, row: Row, verdict: Verdict, date: str = "") -> Decision:
    """The decision of a person on a row."""
    cells = row.cells
    return Decision(
        cells["subject_id"],
        cells["object_id"],
        verdict,
        Source(table.shown, row.line),
        cells.get("subject_label") or cells["value"],
        cells.get("object_label") or cells["candidate_name"],
        date=date,
        comment=f"Decided by a person, shown {cells['reasons'] or 'the name alone'}.",
    )


def _write(proposal: Proposal, names: dict[str, str]) -> dict[str, str]:
    cells = {name: proposal.cells.get(column, "") for column, name in names.items()}
    score = "" if proposal.score is None else f"{proposal.score:.10g}"
    match = ("yes" if proposal.is_match else "no") if proposal.id else ""
    own = (
        str(proposal.row),
        proposal.value,
        proposal.subject,
        proposal.subject_label,
        proposal.object,
        proposal.object_label,
        proposal.id,
        proposal.name,
        proposal.types,
        proposal.description,
        score,
        match,
        proposal.reasons,
        proposal.link,
        "",
    )
    return {**cells, **dict(zip(OWN, own, strict=True))}
