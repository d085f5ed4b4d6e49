"""Proposals as mappings in SSSOM: found by names, with an empty column for the decision of a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kzlod.delimited import Row
from kzlod.errors import ConfigurationError, Problem
from kzlod.links.curies import Curies
from kzlod.links.review import Proposal
from kzlod.links.sssom import BY_NAMES, EXACT, make_set

_TOOL = "kzlod"
_SET = "proposals"


def write_mappings(proposals: Iterable[Proposal], iri: str, licence: str, prefixes: Mapping[str, str]) -> bytes:
    """The file.

    Args:
        proposals: in order; those without a candidate are left out.
        iri: of the set.
        licence: its IRI.
        prefixes: of which those are declared that are used.

    Raises:
        ConfigurationError: an end of a link is not known.
    """
    pairs = [proposal for proposal in proposals if proposal.id]
    if not all(proposal.subject and proposal.object for proposal in pairs):
        message = "SSSOM needs ids on both sides: name the column of the rows' own ids with --id, or write a CSV file"
        raise ConfigurationError([Problem("--output", None, None, message, "output")])
    curies = Curies(prefixes)
    names = {curies.contract(end).partition(":")[0] for each in pairs for end in (each.subject, each.object)}
    used = {prefix: space for prefix, space in prefixes.items() if prefix in names}
    rows = tuple(Row(0, _write_mapping(each, curies)) for each in pairs)
    return replace(make_set(_SET, _SET, iri, licence, used), rows=rows).write()


def _write_mapping(proposal: Proposal, curies: Curies) -> dict[str, str]:
    score = proposal.score
    return {
        "subject_id": curies.contract(proposal.subject),
        "subject_label": proposal.subject_label,
        "predicate_id": EXACT,
        "object_id": curies.contract(proposal.object),
        "object_label": proposal.object_label,
        "mapping_justification": BY_NAMES,
        "mapping_tool": _TOOL,
        "similarity_score": f"{score / 100:.10g}" if score is not None and 0 <= score <= 100 else "",
        "comment": "; ".join(filter(None, (proposal.description, proposal.reasons))),
    }
