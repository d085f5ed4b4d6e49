"""The export to Wikidata: the order of its stages.

graph -> claims -> drafts -> statements -> what a snapshot lacks -> commands, and a report of all of it
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kzlod.dataset import Dataset
from kzlod.errors import DataError, Problem
from kzlod.tracing import find_row, trace_fact
from kzlod.wikidata.claims import Fault, show_term
from kzlod.wikidata.comparison import find_lacking, list_moved, list_wanted
from kzlod.wikidata.graph import Graph
from kzlod.wikidata.new_items import NewItem, list_candidates, list_new_items
from kzlod.wikidata.references import describe_facts
from kzlod.wikidata.report import Report
from kzlod.wikidata.rules import WikidataMapping
from kzlod.wikidata.selection import Selection, Selector
from kzlod.wikidata.snapshot import load_snapshot
from kzlod.wikidata.statements import Omission, Statement, name_value, read_item_number
from kzlod.wikidata.syntax import (
    Syntax,
    UnwritableError,
    clean_text,
    list_writable_references,
    write_new_item,
    write_statement,
)
from kzlod.wikidata.values import LanguageText, Text

_UNKNOWN = (
    "without a snapshot nobody knows what Wikidata has: what is there is added to, a second term of a person in one post may be "
    "joined to the first, and references may be doubled"
)
_GONE = (
    "{} of these statements were taken from Wikidata once, and it has them no more, or not with these qualifiers: look why before "
    "you write them"
)
_SEARCH = (
    "search Wikidata for each new item, by all of its names, before you make it, and say there what it is an instance of: for some "
    "kinds no item is linked here"
)


@dataclass(frozen=True)
class Options:
    """What is asked of an export.

    Args:
        syntax: of which version of QuickStatements.
        snapshots: files of what Wikidata has; all statements are written where there are none.
        from_wikidata: whether to write what was taken from Wikidata, where no snapshot tells that it is there no more.
        new_items: whether to make items of what has no link.
    """

    syntax: Syntax = "v3"
    snapshots: tuple[Path, ...] = ()
    from_wikidata: bool = False
    new_items: bool = False


@dataclass(frozen=True)
class Export:
    """The commands, one a line, and what was done."""

    commands: tuple[str, ...]
    report: Report


def export_statements(dataset: Dataset, mapping: WikidataMapping, options: Options) -> Export:
    """Write what a dataset says as commands of QuickStatements.

    Args:
        dataset: after ``merge_accepted``.
        mapping: what is said how.
        options: what is asked.

    Raises:
        ConfigurationError: a snapshot is of no known form.
        DataError: a snapshot cannot be read, or a value is wrong, such as a month 13; with its place.
    """
    graph = Graph(dataset, mapping)
    candidates = list_candidates(graph, mapping) if options.new_items else {}
    # What a snapshot lacks cannot be its own source.
    from_wikidata = options.from_wikidata or bool(options.snapshots)
    selection = Selector(graph, mapping, candidates.keys(), from_wikidata).select()
    if selection.faults:
        raise DataError(_place_faults(dataset, selection.faults))
    statements = _compare(graph, mapping, selection, options)
    made, untold = list_new_items(graph, mapping, candidates, statements)
    about_items = [statement for statement in statements if statement.item != "LAST"]
    writer = _Writer(graph, mapping, options.syntax)
    for statement in sorted(about_items, key=_order):
        writer.write_statement(statement)
    for item in made:
        writer.write_item(item)
    omissions = [one for one in selection.omissions if one.thing not in candidates or one.thing in writer.things()]
    gone = sum(statement.is_from_wikidata for statement in writer.statements) if options.snapshots else 0
    warnings = [
        *([] if options.snapshots else [_UNKNOWN]),
        *([_GONE.format(gone)] if gone else []),
        *([_SEARCH] if writer.items else []),
    ]
    report = Report(
        tuple(writer.statements),
        tuple(writer.items),
        tuple(writer.changes),
        tuple(sorted({*omissions, *untold, *writer.omissions}, key=_order_omission)),
        tuple(warnings),
        mapping.properties,
    )
    return Export(tuple(writer.commands), report)


def _place_faults(dataset: Dataset, faults: Iterable[Fault]) -> list[Problem]:
    problems = []
    for fault in faults:
        row = find_row(dataset, trace_fact(dataset, fault.fact))
        file, line = (row.file, row.line) if row else (show_term(fault.fact), None)
        problems.append(Problem(file, line, None, f"{fault.message} ({show_term(fault.fact)})", "wikidata", fault.value))
    return problems


def _compare(graph: Graph, mapping: WikidataMapping, selection: Selection, options: Options) -> list[Statement]:
    """The statements that are worth writing; the others are told among the omissions."""
    if options.snapshots:
        items = {thing: graph.find_item(thing) for thing in graph.list_linked()}
        wanted = list_wanted(selection.statements) | {item for item in items.values() if item}
        snapshot = load_snapshot(options.snapshots, wanted, set(mapping.properties), mapping.items)
        lacking, omissions = find_lacking(selection.statements, snapshot, mapping)
        selection.omissions += omissions + list_moved(items, snapshot)
        return lacking
    chosen = []
    for statement in selection.statements:
        if statement.is_new and statement.may_be_there and not options.from_wikidata:
            reason = "there are several statements of its value there, which only a snapshot tells apart"
            selection.omissions.append(_leave_out(statement, reason))
        else:
            chosen.append(statement)
    return chosen


class _Writer:
    """Writes commands, and keeps what has become of each statement."""

    def __init__(self, graph: Graph, mapping: WikidataMapping, syntax: Syntax) -> None:
        self.graph, self.mapping, self.syntax = graph, mapping, syntax
        self.commands: list[str] = []
        self.statements: list[Statement] = []
        self.items: list[NewItem] = []
        self.changes: list[Omission] = []
        self.omissions: list[Omission] = []

    def things(self) -> set[str]:
        """The things of which items are made."""
        return {item.thing for item in self.items}

    def write_item(self, item: NewItem) -> None:
        facts = {fact for statement in item.statements for fact in statement.facts}
        try:
            commands = list(write_new_item(item, self.comment(sorted(facts)), self.syntax))
        except UnwritableError as error:
            self.omissions.append(Omission("it cannot be written", item.thing, "", "", str(error)))
            return
        self.commands += commands
        self.items.append(item)
        for statement in sorted(item.statements, key=_order):
            self.write_statement(statement)

    def write_statement(self, statement: Statement) -> None:
        try:
            self.commands += write_statement(statement, self.comment(statement.facts), self.syntax)
        except UnwritableError as error:
            self.omissions.append(_leave_out(statement, "it cannot be written", str(error)))
            return
        written = replace(statement, references=list_writable_references(statement, self.syntax))
        self.statements.append(written)
        if written.references != statement.references:
            self.changes.append(_leave_out(statement, "one reference of several: version 2 cannot write more of this statement"))
        if any(clean_text(text) != text for text in _iter_texts(statement)):
            self.changes.append(_leave_out(statement, "tabs, ends of lines and other white space became single spaces"))

    def comment(self, facts: Iterable[str]) -> str:
        return describe_facts(self.graph, self.mapping.evidence, facts)


def _iter_texts(statement: Statement) -> Iterable[str]:
    snaks = [*statement.qualifiers, *(snak for reference in statement.references for snak in reference)]
    values = [statement.value, *(snak.value for snak in snaks)]
    return [value.text for value in values if isinstance(value, Text | LanguageText)]


def _leave_out(statement: Statement, reason: str, detail: str = "") -> Omission:
    return Omission(reason, statement.thing, statement.property.id, name_value(statement.value), detail, statement.facts)


def _order(statement: Statement) -> tuple[object, ...]:
    # What is added to a statement that is there comes before others of its value, which would be found in its place.
    date = statement.span.start or statement.span.end or ()
    number = read_item_number(statement.property.id)
    return (read_item_number(statement.item), number, name_value(statement.value), statement.is_new, date, statement.thing)


def _order_omission(omission: Omission) -> tuple[object, ...]:
    number = read_item_number(omission.property) if omission.property else 0
    return (omission.reason, number, omission.thing, omission.value, omission.detail, omission.facts)
