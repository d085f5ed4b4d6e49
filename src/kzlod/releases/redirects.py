"""Redirects: reads what is given up, yields where each of its IRIs leads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kzlod.errors import DataError, Problem, quote
from kzlod.terms import DEPRECATED, REPLACED_BY, TRUE, Triple, read_iri


class Redirect(NamedTuple):
    """Where an IRI that is given up leads.

    Args:
        path: the IRI without the base.
        target: without the base what has taken its place in the end, or None where it is withdrawn (410 Gone).
    """

    path: str
    target: str | None


def list_redirects(triples: Iterable[Triple], base: str) -> list[Redirect]:
    """Where all IRIs lead that are replaced or withdrawn.

    Args:
        triples: the merged default graph, such as ``dataset.iter_triples()``.
        base: what the IRIs of the dataset start with; others lead nowhere.

    Returns:
        In the order of the paths; chains are followed to their ends.

    Raises:
        DataError: replacements go in a circle.
    """
    targets: dict[str, str | None] = {}
    for subject, predicate, object_ in triples:
        iri = read_iri(subject)
        if not iri.startswith(base):
            continue
        if predicate == REPLACED_BY:
            targets[iri] = read_iri(object_)
        elif predicate == DEPRECATED and object_ == TRUE:
            targets.setdefault(iri, None)
    return [Redirect(iri.removeprefix(base), _follow(iri, targets, base)) for iri in sorted(targets)]


def _follow(iri: str, targets: dict[str, str | None], base: str) -> str | None:
    seen = [iri]
    while (target := targets.get(seen[-1], "")) != "":
        if target is None:
            return None
        if target in seen:
            circle = " -> ".join(quote(step.removeprefix(base)) for step in [*seen, target])
            message = f"what is replaced must not come back: {circle}"
            raise DataError([Problem(iri.removeprefix(base), None, None, message, "redirect", iri)])
        seen.append(target)
    return seen[-1].removeprefix(base)
