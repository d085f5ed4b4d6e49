"""Decisions that were made elsewhere: reads review files, mappings in SSSOM and what OpenRefine exports, yields decisions.

OpenRefine exports the cells of a project, not its reconciliation; so a person makes columns of it first ("Reconcile > Add entity
identifiers column", and a column of ``cell.recon.judgment``). They come as CSV, TSV, or as the JSON of its templating export.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kzlod.delimited import Delimited, Row, load_delimited
from kzlod.errors import ConfigurationError, DataError, Problem, quote
from kzlod.links.decisions import Decision, Source, Verdict, read_decision
from kzlod.links.ids import Ids
from kzlod.links.review import is_review, read_verdicts
from kzlod.links.sssom import EXACT, NEEDED, NOT, MappingSet, load_set

_JUDGMENTS: Final = {"matched": Verdict.ACCEPTED, "new": None, "none": None, "": None}
"""What OpenRefine calls its judgments; a new thing and no judgment are no links."""

_ROWS: Final = re.compile(r'\s*\{\s*"rows"\s*:\s*\[\s*')
_BETWEEN: Final = re.compile(r"[\s,]*+")


@dataclass(frozen=True)
class Form:
    """What the columns of a table mean that does not say so itself, and of what ids.

    Args:
        base: namespace of the dataset's own things.
        subjects, objects: ids of things of the dataset, and elsewhere.
        subject, object: the columns of these.
        judgment: the column of OpenRefine's judgments, or "" where each row with an object is a match.
        date: of the decisions, or "".
    """

    base: str
    subjects: Ids
    objects: Ids
    subject: str = ""
    object: str = ""
    judgment: str = ""
    date: str = ""


@dataclass(frozen=True)
class Import:
    """What a file holds: decisions, and the number of rows on which nobody has decided."""

    decisions: list[Decision]
    undecided: int


def read_import(path: Path, shown: str, form: Form) -> Import:
    """Read a file of any of the kinds.

    Raises:
        ConfigurationError: the columns of a table of another kind are not named, or the metadata of SSSOM is no YAML.
        DataError: with all rows that say no decision, or one that kzlod does not keep.
    """
    table = _load_json(path, shown) if path.suffix.lower() == ".json" else load_delimited(path, shown)
    if set(NEEDED) <= set(table.columns):
        return _read_set(load_set(path, shown), form)
    if is_review(table) and not form.subject:
        decisions = read_verdicts(table, form.date)
        return Import(decisions, len(table.rows) - len(decisions))
    if not (form.subject and form.object):
        message = "this is neither a review file nor SSSOM: name the columns of ids with --subject and --object"
        raise ConfigurationError([Problem(shown, None, None, message, "import")])
    return _read_columns(table, form)


def _read_set(found: MappingSet, form: Form) -> Import:
    problems: list[Problem] = []
    decisions = []
    for row in found.rows:
        verdict = _read_verdict(found, row)
        if isinstance(verdict, Verdict):
            problems += found.find_unknown(row)
            decisions.append(_complete(read_decision(found, row, verdict), form))
        elif verdict:
            problems.append(verdict)
    if problems:
        raise DataError(problems)
    return Import(decisions, len(found.rows) - len(decisions))


def _read_verdict(found: MappingSet, row: Row) -> Verdict | Problem | None:
    """What a row says, in the column for it where there is one; None where nobody has decided."""
    written = row.cells.get("decision", "").strip()
    if "decision" in found.columns:
        if written in {"", *Verdict}:
            return Verdict(written) if written else None
        message = f"column 'decision': {quote(written)} is none of {', '.join(Verdict)}"
        return Problem(found.shown, row.line, None, message, "decision", written)
    predicate = row.cells["predicate_id"]
    if found.curies.expand(predicate) != found.curies.expand(EXACT):
        message = f"predicate {quote(predicate)}: only {EXACT}, with or without {NOT}, says whether two are one"
        return Problem(found.shown, row.line, None, message, "predicate", predicate)
    return Verdict.REJECTED if row.cells.get("predicate_modifier") == NOT else Verdict.ACCEPTED


def _complete(decision: Decision, form: Form) -> Decision:
    """The decision from the dataset's side: that two are one can be said from either."""
    if decision.object.startswith(form.base) and not decision.subject.startswith(form.base):
        decision = replace(
            decision,
            subject=decision.object,
            object=decision.subject,
            subject_label=decision.object_label,
            object_label=decision.subject_label,
        )
    comment = decision.comment or f"Taken from {Path(decision.source.file).name}."
    return replace(decision, comment=comment, date=decision.date or form.date)


def _read_columns(table: Delimited, form: Form) -> Import:
    table.need(name for name in (form.subject, form.object, form.judgment) if name)
    problems: list[Problem] = []
    decisions = []
    for row in table.rows:
        judgment = row.cells[form.judgment].strip().lower() if form.judgment else "matched"
        if judgment not in _JUDGMENTS:
            message = f"{quote(row.cells[form.judgment])} is no judgment of OpenRefine: matched, new or none"
            problems.append(table.problem(row, form.judgment, message, "decision"))
        elif _JUDGMENTS[judgment] and row.cells[form.object].strip():
            problems += _find_unreadable(table, row, form)
            decisions.append(
                Decision(
                    form.subjects.read(row.cells[form.subject]),
                    form.objects.read(row.cells[form.object]),
                    Verdict.ACCEPTED,
                    Source(table.shown, row.line),
                    date=form.date,
                    comment=f"Decided by a person, taken from {Path(table.shown).name}.",
                )
            )
    if problems:
        raise DataError(problems)
    return Import(decisions, len(table.rows) - len(decisions))


def _find_unreadable(table: Delimited, row: Row, form: Form) -> Iterator[Problem]:
    for column, ids, hint in (
        (form.subject, form.subjects, ""),
        (form.object, form.objects, ": name by --space what its IRI begins with"),
    ):
        if not ids.read(row.cells[column]):
            yield table.problem(row, column, f"{quote(row.cells[column])} is no id of a thing{hint}", "id")


def _load_json(path: Path, shown: str) -> Delimited:
    """The rows of OpenRefine's templating export: an object with a list ``rows`` of objects with values by column."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        json.loads(text)
    except FileNotFoundError:
        raise DataError([Problem(shown, None, None, "there is no such file", "file")]) from None
    except json.JSONDecodeError as error:
        raise DataError([Problem(shown, error.lineno, error.colno, f"this is no JSON: {error.msg}", "json")]) from None
    except UnicodeDecodeError:
        raise DataError([Problem(shown, None, None, "this is no JSON: it is not UTF-8", "encoding")]) from None
    rows = list(_iter_objects(text))
    if not rows or not all(isinstance(row, dict) for _, row in rows):
        message = 'this is no templating export of OpenRefine, which is {"rows": [{"COLUMN": VALUE, ...}, ...]}'
        raise DataError([Problem(shown, None, None, message, "json")])
    columns = tuple(dict.fromkeys(name for _, row in rows for name in row))
    cells = ((line, {name: "" if row.get(name) is None else str(row[name]) for name in columns}) for line, row in rows)
    return Delimited(shown, (), columns, tuple(Row(line, row) for line, row in cells))


def _iter_objects(text: str) -> Iterator[tuple[int, Any]]:
    """What is in the list of rows of a text that is JSON, each with its line."""
    head = _ROWS.match(text)
    place, counted, line = (head.end() if head else -1), 0, 1
    while place >= 0 and text[place] != "]":
        row, end = json.JSONDecoder().raw_decode(text, place)
        line, counted = line + text.count("\n", counted, place), place
        yield line, row
        place = end + len(_BETWEEN.match(text, end)[0])  # type: ignore[index] # it matches anywhere
