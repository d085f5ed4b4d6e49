"""Decisions on links: which pairs are one thing, which are not, and of which nobody knows; kept in a file of SSSOM each.

The files stand in ``facts/links``; one that is not there has no decisions. They are sorted by subject and object, so that the same
decisions give the same files in whatever order they were made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from kzlod.delimited import Row
from kzlod.errors import DataError, Problem, quote
from kzlod.exchange import replace_file
from kzlod.links.sssom import BY_A_PERSON, EXACT, NOT, MappingSet, load_set, make_set
from kzlod.project import Project


class Verdict(StrEnum):
    """What was decided; each is the name of a file."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNSURE = "unsure"


FOLDER: Final = "links"
"""The folder of the decisions below ``facts/``."""


class Source(NamedTuple):
    """Where a decision stands: file and line."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Decision:
    """A verdict on a pair.

    Args:
        subject: the IRI of the dataset's own thing.
        object: the IRI of the thing elsewhere.
        verdict: what was decided.
        source: where that stands.
        subject_label, object_label: their names.
        justification: the CURIE of the way in which it was found.
        date: of the decision, or "".
        comment: the reason.
    """

    subject: str
    object: str
    verdict: Verdict
    source: Source
    subject_label: str = ""
    object_label: str = ""
    justification: str = BY_A_PERSON
    date: str = ""
    comment: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """What it is about."""
        return self.subject, self.object


@dataclass
class Decisions:
    """All that was decided, with what is new; made by ``load_decisions``.

    Args:
        project: whose they are.
        sets: the files by verdict, as they were read.
        known: by pair, those of the files among them.
    """

    project: Project
    sets: dict[Verdict, MappingSet]
    known: dict[tuple[str, str], Decision] = field(default_factory=dict)
    _objects: dict[tuple[str, str], Decision] = field(default_factory=dict)
    _subjects: dict[str, Decision] = field(default_factory=dict)
    _new: dict[tuple[str, str], Decision] = field(default_factory=dict)

    def find_object(self, subject: str, iri: str) -> Decision | None:
        """The accepted link of a subject to a thing of the space in which an IRI is."""
        return self._objects.get((subject, _find_space(iri)))

    def find_subject(self, iri: str) -> Decision | None:
        """The accepted link to a thing elsewhere."""
        return self._subjects.get(iri)

    def count(self, verdict: Verdict) -> int:
        """How many decisions there are of a kind."""
        return sum(decision.verdict is verdict for decision in self.known.values())

    def find_rival(self, subject: str, iri: str) -> Decision | None:
        """The accepted link of one of the two ends with something else, for which they cannot be one."""
        rivals = (self.find_object(subject, iri), self.find_subject(iri))
        return next((rival for rival in rivals if rival and rival.pair != (subject, iri)), None)

    def find_conflict(self, decision: Decision) -> Decision | None:
        """What was decided before that cannot be right together with a decision."""
        former = self.known.get(decision.pair)
        if former and former.verdict not in (decision.verdict, Verdict.UNSURE):
            return former
        if decision.verdict is not Verdict.ACCEPTED:
            return None
        return self.find_rival(*decision.pair)

    def add(self, decisions: Iterable[Decision]) -> int:
        """Take decisions up, all or none of them; what is known already is left out.

        Returns:
            How many are new.

        Raises:
            DataError: some contradict others or each other; each is told with both places.
        """
        staged = replace(
            self,
            known=dict(self.known),
            _objects=dict(self._objects),
            _subjects=dict(self._subjects),
            _new=dict(self._new),
        )
        problems = []
        before = len(staged._new)
        for decision in decisions:
            rival = staged.find_conflict(decision)
            if rival:
                problems.append(describe_conflict(decision, rival))
            elif decision.pair not in staged.known or staged.known[decision.pair].verdict is not decision.verdict:
                staged.note(decision)
                staged._new[decision.pair] = decision
        if problems:
            raise DataError(problems)
        self.known, self._objects, self._subjects, self._new = staged.known, staged._objects, staged._subjects, staged._new
        return len(self._new) - before

    def note(self, decision: Decision) -> None:
        """Take up what stands in a file."""
        self.known[decision.pair] = decision
        if decision.verdict is Verdict.ACCEPTED:
            self._objects[decision.subject, _find_space(decision.object)] = decision
            self._subjects[decision.object] = decision

    def save(self) -> None:
        """Write the files that change; each is there whole or as it was.

        Raises:
            OSError: there is no right to write them, or the disk is full.
        """
        # What moves to another file is added there first: whenever this ends early, nothing is lost.
        for verdict in Verdict:
            found = self._merge(verdict)
            if found != self.sets[verdict]:
                path = _find_path(self.project, verdict)
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_file(path, found.write())
                self.sets[verdict] = found
        self._new.clear()

    def _merge(self, verdict: Verdict) -> MappingSet:
        found = self.sets[verdict]
        moved = {pair for pair, decision in self._new.items() if decision.verdict is not verdict}
        kept = [row for row in found.rows if (found.expand(row, "subject_id"), found.expand(row, "object_id")) not in moved]
        new = sorted((decision for decision in self._new.values() if decision.verdict is verdict), key=lambda each: each.pair)
        if not new and len(kept) == len(found.rows):
            return found
        for decision in new:
            found = _declare_space(found, self.project, decision.object)
        ids = {row.cells.get("id", "") for row in kept}
        kept += [Row(0, _write_row(decision, found, ids)) for decision in new]
        rows = sorted(kept, key=lambda row: (row.cells["subject_id"], row.cells["object_id"]))
        return replace(found, rows=tuple(rows))


def load_decisions(project: Project) -> Decisions:
    """Read the three files of a project.

    Raises:
        ConfigurationError: the metadata of a file is no YAML.
        DataError: a file is no table of mappings, a row has a prefix that no metadata declares, or two rows contradict each other.
    """
    sets = {verdict: _load(project, verdict) for verdict in Verdict}
    decisions = Decisions(project, sets)
    problems: list[Problem] = []
    # What is unsure first, so that a later verdict stands where a run ended between two files.
    for verdict in (Verdict.UNSURE, Verdict.REJECTED, Verdict.ACCEPTED):
        found = sets[verdict]
        for row in found.rows:
            problems += [*found.find_unknown(row), *_find_other_verdict(found, row, verdict)]
            decision = read_decision(found, row, verdict)
            rival = decisions.find_conflict(decision)
            problems += [describe_conflict(decision, rival)] if rival else []
            decisions.note(decision)
    if problems:
        raise DataError(problems)
    return decisions


def read_decision(found: MappingSet, row: Row, verdict: Verdict) -> Decision:
    """What a row of a set says, where its verdict is known."""
    return Decision(
        found.expand(row, "subject_id"),
        found.expand(row, "object_id"),
        verdict,
        Source(found.shown, row.line),
        row.cells.get("subject_label", ""),
        row.cells.get("object_label", ""),
        row.cells["mapping_justification"],
        row.cells.get("mapping_date", ""),
        row.cells.get("comment", ""),
    )


def _find_other_verdict(found: MappingSet, row: Row, verdict: Verdict) -> Iterator[Problem]:
    """A problem where a row says something else than its file."""
    predicate, modifier = row.cells["predicate_id"], row.cells.get("predicate_modifier", "")
    wanted = NOT if verdict is Verdict.REJECTED else ""
    if found.curies.expand(predicate) != found.curies.expand(EXACT):
        message = f"column 'predicate_id': {quote(predicate)} is not {EXACT}, which is what all these links say"
        yield Problem(found.shown, row.line, None, message, "predicate", predicate)
    if modifier != wanted:
        said = quote(wanted) if wanted else "nothing"
        message = f"column 'predicate_modifier': of what was {verdict} it says {said}, not {quote(modifier)}"
        yield Problem(found.shown, row.line, None, message, "predicate", modifier)


def _load(project: Project, verdict: Verdict) -> MappingSet:
    path = _find_path(project, verdict)
    shown = project.show(path)
    if path.is_file() and path.stat().st_size:
        return load_set(path, shown)
    return make_set(verdict, shown, f"{project.base}{FOLDER}/{verdict}", project.licence, {"this": project.base})


def _find_path(project: Project, verdict: Verdict) -> Path:
    return project.facts / FOLDER / f"{verdict}.sssom.tsv"


def _find_space(iri: str) -> str:
    """What the IRIs of one dataset have in common."""
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def _declare_space(found: MappingSet, project: Project, iri: str) -> MappingSet:
    """The set with a prefix for an IRI, where the project has one that the file has not."""
    if found.curies.contract(iri) != iri:
        return found
    fitting = {prefix: space for prefix, space in project.prefixes.namespaces.items() if iri.startswith(space)}
    for prefix, space in sorted(fitting.items(), key=lambda item: len(item[1]))[-1:]:
        return found.declare(prefix, space)
    return found


def _write_row(decision: Decision, found: MappingSet, ids: set[str]) -> dict[str, str]:
    subject, object_ = found.curies.contract(decision.subject), found.curies.contract(decision.object)
    return {
        "id": _mint_id(subject, object_, ids),
        "subject_id": subject,
        "subject_label": decision.subject_label,
        "predicate_id": EXACT,
        "predicate_modifier": NOT if decision.verdict is Verdict.REJECTED else "",
        "object_id": object_,
        "object_label": decision.object_label,
        "mapping_justification": decision.justification,
        "mapping_date": decision.date,
        "comment": decision.comment,
    }


def _mint_id(subject: str, object_: str, ids: set[str]) -> str:
    """An id that no row has yet, from the names of both ends."""
    local = "-".join(name.rpartition(":")[2] for name in (subject, object_))
    slug = re.sub("[^a-z0-9]+", "-", local.lower()).strip("-")
    found = next(name for number in range(1, len(ids) + 2) if (name := slug if number == 1 else f"{slug}-{number}") not in ids)
    ids.add(found)
    return found


def describe_conflict(decision: Decision, rival: Decision) -> Problem:
    """What is wrong where two decisions cannot both be right, with both places."""
    message = f"{_describe(decision)}, but {rival.source} says: {_describe(rival)}"
    return Problem(decision.source.file, decision.source.line, None, message, "conflict", decision.object)


def _describe(decision: Decision) -> str:
    return f"{decision.subject} and {decision.object} {_WORDS[decision.verdict]}"


_WORDS: Final[Mapping[Verdict, str]] = {
    Verdict.ACCEPTED: "are one",
    Verdict.REJECTED: "are not one",
    Verdict.UNSURE: "are unsure",
}
