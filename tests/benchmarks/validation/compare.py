"""Compares reports of validation: reads the standard's graph in Turtle, yields results that can be told from each other."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph

_SH: Final = "http://www.w3.org/ns/shacl#"
_EXAMPLES: Final = 3


class Finding(NamedTuple):
    """What a result says, less its words; a path of several steps is "path", and a blank node "_"."""

    severity: str
    component: str
    focus_node: str
    path: str
    value: str


@dataclass(frozen=True)
class Difference:
    """A known difference of a peer: findings of a component, or of one path of it, which are left out of both sides."""

    reason: str
    component: str
    path: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is left out."""
        return finding.component == self.component and self.path in {"", finding.path}


def load_differences(tool: str) -> list[Difference]:
    """The known differences of a tool (differences.toml)."""
    known = tomllib.loads(Path(__file__).with_name("differences.toml").read_text(encoding="utf-8"))
    return [Difference(**entry) for entry in known.get(tool, ())]


def read_findings(report: Path) -> frozenset[Finding]:
    """The different results of a report; those that are only reasons of others are none.

    Several solutions of one query for one node and value make results that say the same; some tools tell each.

    Raises:
        ValueError: there is no report in the file.
    """
    store = pyoxigraph.Store()
    text = report.read_bytes()
    store.load(text, format=pyoxigraph.RdfFormat.TURTLE, base_iri="http://example.org/")
    results = (quad.object for quad in store.quads_for_pattern(None, _name("result"), None))
    found = frozenset(
        _read_finding(store, result) for result in results if not isinstance(result, pyoxigraph.Literal | pyoxigraph.Triple)
    )
    if not found and not list(store.quads_for_pattern(None, _name("conforms"), None)):
        raise ValueError("no report was written")
    return found


def compare_findings(ours: frozenset[Finding], theirs: frozenset[Finding], known: list[Difference]) -> tuple[int, int, list[str]]:
    """How many findings are missing and added on their side, and some of these."""

    different = {one for one in ours ^ theirs if not any(difference.covers(one) for difference in known)}
    missing, added = different & ours, different & theirs
    examples = [f"only ours: {finding}" for finding in sorted(missing)[:_EXAMPLES]]
    examples += [f"only theirs: {finding}" for finding in sorted(added)[:_EXAMPLES]]
    return len(missing), len(added), examples


def _name(local: str) -> pyoxigraph.NamedNode:
    return pyoxigraph.NamedNode(_SH + local)


def _read_finding(store: pyoxigraph.Store, result: pyoxigraph.NamedNode | pyoxigraph.BlankNode) -> Finding:
    severity, component = (
        _read_value(store, result, local).removeprefix(f"<{_SH}").removesuffix(">").removesuffix("ConstraintComponent")
        for local in ("resultSeverity", "sourceConstraintComponent")
    )
    focus_node, path, value = (_read_value(store, result, local) for local in ("focusNode", "resultPath", "value"))
    return Finding(severity, component, focus_node, "path" if path == "_" else path, value)


def _read_value(store: pyoxigraph.Store, subject: pyoxigraph.NamedNode | pyoxigraph.BlankNode, local: str) -> str:
    for quad in store.quads_for_pattern(subject, _name(local), None):
        return "_" if isinstance(quad.object, pyoxigraph.BlankNode) else str(quad.object)
    return ""
