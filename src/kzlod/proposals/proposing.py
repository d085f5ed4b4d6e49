"""Proposals: reads what a service has answered, yields candidates for each row, without those on which somebody has decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from kzlod.links.decisions import Decisions
from kzlod.links.review import Proposal
from kzlod.proposals.asking import Answers
from kzlod.proposals.candidates import Candidate, read_candidate
from kzlod.proposals.manifest import Manifest
from kzlod.proposals.subjects import Subject

LINKED: Final = "linked already"
"""What is told of a row that has a link and is not asked for."""

DIFFERENT: Final = "known to be another"
"""What is told of a look-alike in the dataset."""


@dataclass
class Proposing:
    """Makes proposals of answers, and counts what is left out.

    Args:
        decisions: that were made before.
        manifest: of the service.
        answers: of it.
        limit: of candidates for a row, which not all services keep to.
        is_own: whether a candidate is the dataset's own thing, and the row one elsewhere.
        are_different: whether two things of the dataset are known not to be one.
    """

    decisions: Decisions
    manifest: Manifest
    answers: Answers
    limit: int
    is_own: bool
    are_different: Callable[[str, str], bool] = lambda *_: False
    left_out: int = 0

    def is_linked(self, subject: Subject) -> bool:
        """Whether a row has a link to a thing of the service already, from either side."""
        iri = subject.iri
        return bool(iri and (self.decisions.find_object(iri, self.manifest.space) or self.decisions.find_subject(iri)))

    def propose(self, subject: Subject, query: str = "") -> Iterator[Proposal]:
        """The proposals for a row, or one without a candidate.

        Args:
            subject: the row.
            query: what was asked for it; "" where nothing was.
        """
        plain = Proposal(subject.number, subject.value, dict(subject.cells))
        if query in self.answers.errors:
            yield replace(plain, reasons=f"no answer: {self.answers.errors[query]}")
            return
        different: dict[str, Candidate] = {}
        for each in map(read_candidate, self.answers.results.get(query, ())):
            different.setdefault(each.id, each)
        found = [self._fill(plain, subject, each) for each in islice(different.values(), self.limit)]
        known = [(proposal, self._find_decision(proposal)) for proposal in found]
        kept = [proposal for proposal, why in known if not why]
        self.left_out += len(found) - len(kept)
        yield from kept
        # What is less likely than a candidate that is left would explain nothing.
        best = max((proposal.score or 0 for proposal in kept), default=0)
        left = [f"{proposal.name} ({why})" for proposal, why in known if why and (proposal.score or 0) >= best]
        if left:
            yield replace(plain, reasons=f"left out: {'; '.join(left)}")
        elif not kept:
            yield replace(plain, reasons=LINKED if not query and self.is_linked(subject) else "")

    def _fill(self, plain: Proposal, subject: Subject, candidate: Candidate) -> Proposal:
        ends = (subject.iri, self.manifest.find_iri(candidate.id))
        labels = (subject.value, candidate.name)
        if self.is_own:
            ends, labels = ends[::-1], labels[::-1]
        return replace(
            plain,
            subject=ends[0],
            object=ends[1],
            subject_label=labels[0],
            object_label=labels[1],
            id=candidate.id,
            name=candidate.name,
            types=candidate.types,
            description=candidate.description,
            score=candidate.score,
            is_match=candidate.is_match,
            reasons=candidate.reasons,
            link=self.manifest.find_page(candidate.id),
        )

    def _find_decision(self, proposal: Proposal) -> str:
        """What was decided that leaves no question open, in words, or ""."""
        pair = proposal.subject, proposal.object
        if not all(pair):
            return ""
        if known := self.decisions.known.get(pair):
            return str(known.verdict)
        if rival := self.decisions.find_rival(*pair):
            return f"linked to {rival.object if rival.subject == proposal.subject else rival.subject}"
        return DIFFERENT if self.are_different(*pair) else ""
