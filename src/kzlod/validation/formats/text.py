"""Text for people: results by rule, with counts, the first examples, and what can be done next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kzlod.errors import escape_controls
from kzlod.validation.formats.idle import is_idle
from kzlod.validation.formats.places import list_places, shorten, show_evidence, show_location
from kzlod.validation.formats.rules import Rule, Rules
from kzlod.validation.outcome import Finding, Outcome
from kzlod.validation.report import Result, Severity

_EXAMPLES: Final = 5
_COLOURS: Final = {Severity.VIOLATION: "31;1", Severity.WARNING: "33;1", Severity.INFO: "36;1"}
_BOLD: Final = "1"
_PLURALS: Final = {Severity.VIOLATION: "violations", Severity.WARNING: "warnings", Severity.INFO: "infos"}


def write_text(outcome: Outcome, *, colours: bool = False) -> str:
    """The new findings by rule, then what they come to.

    Args:
        outcome: what was found.
        colours: whether a terminal is to show them; nothing of the data ever gets through to it as an escape.
    """
    writer = _Writer(outcome, colours)
    return "".join(f"{line}\n" for line in (*writer.iter_groups(), *writer.iter_sums(), *writer.iter_hints()))


class _Writer:
    def __init__(self, outcome: Outcome, colours: bool) -> None:
        self._outcome = outcome
        self._colours = colours
        self._new = list(outcome.new)
        self._shown = {id(finding) for finding in outcome.shown}
        self._hidden = 0

    def iter_groups(self) -> Iterator[str]:
        rules = Rules(self._outcome)
        groups: dict[tuple[Severity, str], tuple[Rule, list[Finding]]] = {}
        for finding in self._new:
            rule = rules.find(finding.result)
            groups.setdefault((finding.result.severity, rule.id), (rule, []))[1].append(finding)
        for (severity, _), (rule, findings) in groups.items():
            yield from self._iter_group(severity, rule, findings)

    def _iter_group(self, severity: Severity, rule: Rule, findings: list[Finding]) -> Iterator[str]:
        # A message that names the node, as those with variables do, stands with the node.
        messages = {finding.result.message for finding in findings}
        shared = findings[0].result.message if len(messages) == 1 else ""
        head = " ".join(part for part in (shorten(shared), f"[{rule.name}]") if part)
        yield f"{self._paint(severity.name.lower(), _COLOURS[severity])}: {escape_controls(head)}  {len(findings)}x"
        path = f"  path {rule.path}" if rule.path else ""
        yield escape_controls(f"  shape {rule.shape or '-'}{path}  {show_location(rule.location)}")
        shown = [finding for finding in findings if id(finding) in self._shown]
        if self._outcome.limit is None:
            shown = shown[:_EXAMPLES]
        for finding in shown:
            yield from self._iter_example(finding.result, rule, shared)
        if hidden := len(findings) - len(shown):
            self._hidden += hidden
            yield f"    ... and {hidden} more"

    def _iter_example(self, result: Result, rule: Rule, shared: str) -> Iterator[str]:
        main, *others = [show_location(place.location) for place in list_places(result, self._outcome)] or [""]
        parts = [
            shorten(result.focus_node),
            f"path {result.path}" if result.path != rule.path else "",
            f"value {shorten(result.value)}" if result.value else "",
            shorten(result.message) if not shared else "",
        ]
        place = self._paint(escape_controls(main), _BOLD) + ": " if main else ""
        yield f"    {place}{escape_controls('  '.join(part for part in parts if part))}"
        passages = [passage for origin in result.origins for passage in show_evidence(origin)]
        if others:
            yield escape_controls(f"      see also {', '.join(others)}")
        if passages:
            yield escape_controls(f"      evidence {', '.join(passages)}")

    def iter_sums(self) -> Iterator[str]:
        total, known = len(self._new), len(self._outcome.findings) - len(self._new)
        if not total:
            yield f"nothing new: the baseline knows {_count(known, 'result', 'results')}" if known else self._tell_nothing()
            return
        counts = [(sum(finding.result.severity is severity for finding in self._new), severity) for severity in _PLURALS]
        each = ", ".join(_count(count, severity.name.lower(), _PLURALS[severity]) for count, severity in counts if count)
        new = "new " if self._outcome.compared else ""
        beside = f"; the baseline knows {known} more" if known else ""
        yield f"does not conform: {_count(total, f'{new}result', f'{new}results')} ({each}){beside}"

    def _tell_nothing(self) -> str:
        if is_idle(self._outcome):
            return "nothing was validated: no shape finds a node in the data"
        return "nothing found in the part that was validated" if self._outcome.partial else "conforms"

    def iter_hints(self) -> Iterator[str]:
        if self._hidden:
            yield "next: --max-results 0 shows every result"
        traced = next((f.result.focus_node for f in self._new if f.result.origins and f.result.focus_node.startswith("<")), "")
        if traced:
            yield escape_controls(f"next: kzlod trace '{traced[1:-1]}' shows where each statement comes from")
        if self._outcome.exit_code and not self._outcome.compared:
            yield "next: --baseline FILE --update-baseline accepts what is there, so that only new results fail"

    def _paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colours else text


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def join_lines(lines: Iterable[str]) -> str:
    """Lines of which none can be taken for two, for another line, or for a command."""
    return "\n".join(map(escape_controls, lines))
