"""From the results of a validation to the tables: reads a report and the dataset, yields the report with origins.

A result is of a fact, a cell of a table, a rule of the mapping and passages of documents.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from kzlod.dataset import Dataset
from kzlod.facts.metadata import load_tables
from kzlod.facts.places import locate_cells
from kzlod.facts.tables import Table
from kzlod.terms import Triple, read_iri
from kzlod.tracing import FactTrace, Maker, find_row, list_makers, trace_facts
from kzlod.validation.report import Evidence, Location, Origin, Report, Result

_INVERSE: Final = re.compile(r"\^(<[^<>\s]*>)")
_FIRST: Final = re.compile(r"\(*(<[^<>\s]*>)")


def trace_report(dataset: Dataset, report: Report) -> Report:
    """Give every result its origins.

    Args:
        dataset: what was validated, after the mapping has been run.
        report: of the validation.

    Returns:
        The report with ``origins``: what made the offending statement, or else the node; files are those of the project.
    """
    return _Tracer(dataset).trace(report)


def trace_built(dataset: Dataset, report: Report, data: str, folder: Path) -> Report:
    """Give origins to the results of which it is certain that they are about what the dataset makes.

    Args:
        dataset: after the mapping has been run.
        report: of a validation of other data, such as a dump.
        data: that data as N-Triples. A result is given its origins where all that is said of its nodes is in the dataset, too.
        folder: what is put before the names of files.
    """
    nodes = {node for result in report.results for node in (result.focus_node, result.value) if node}
    said = {line for line in data.split("\n") if line.partition(" ")[0] in nodes}
    query = "SELECT DISTINCT subject, predicate, object FROM quads WHERE subject IN (SELECT unnest($nodes))"
    made = {f"{' '.join(row)} ." for row in dataset.iter_rows(query, {"nodes": sorted(nodes)})}
    foreign = {line.partition(" ")[0] for line in said - made}
    known = [result for result in report.results if not {result.focus_node, result.value} & foreign]
    traced = dict(zip(known, trace_report(dataset, Report(tuple(known))).results, strict=True))
    return Report(tuple(_prefix_files(traced.get(result, result), folder) for result in report.results))


def _prefix_files(result: Result, folder: Path) -> Result:
    def prefix(origin: Origin) -> Origin:
        return replace(origin, location=replace(origin.location, file=(folder / origin.location.file).as_posix()))

    return replace(result, origins=tuple(prefix(origin) for origin in result.origins))


@dataclass(frozen=True)
class _Found:
    """What made a statement that a result is about, its row and the column."""

    maker: Maker
    row: FactTrace | None
    column: str


class _Tracer:
    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.rows: dict[str, FactTrace | None] = {}
        self.start = f"<{dataset.project.base}fact/"

    def trace(self, report: Report) -> Report:
        results = report.results
        makers = list_makers(self.dataset, [_write_triple(result) for result in results])
        # A rule of all uses of a property may be put on the property itself; what breaks it is the value then.
        of_values = list_makers(self.dataset, [Triple(result.value, "", "") for result in results])
        graphs = {maker.graph for items in (*makers, *of_values) for maker in items}
        graphs |= {fact for result in results if (fact := self._name_fact(result))}
        traces = trace_facts(self.dataset, graphs)
        self.rows = {graph: find_row(self.dataset, trace) for graph, trace in traces.items()}
        found = [
            list(self._iter_found(result, first or second))
            for result, first, second in zip(results, makers, of_values, strict=True)
        ]
        cells = self._locate({item for items in found for item in items})
        return Report(
            tuple(
                replace(result, origins=tuple(sorted({self._write_origin(item, cells) for item in items})))
                for result, items in zip(results, found, strict=True)
            )
        )

    def _iter_found(self, result: Result, makers: list[Maker]) -> Iterator[_Found]:
        # What the evidence graph says of a fact is made by the row of that fact.
        fact = self._name_fact(result)
        if (row := self.rows.get(fact)) is not None:
            yield _Found(Maker(fact, makers[0].rule if makers else "", ""), row, "")
            return
        found = [_Found(maker, self.rows[maker.graph], "") for maker in makers]
        found = [item for item in found if item.row] or found[:1]
        for item in found:
            yield replace(item, column=self._find_column(result, item))

    def _name_fact(self, result: Result) -> str:
        """The fact that a node of the evidence graph belongs to, or "" where the focus node is none."""
        node = result.focus_node
        return node.partition("#")[0].removesuffix(">") + ">" if node.startswith(self.start) else ""

    def _find_column(self, result: Result, found: _Found) -> str:
        """The column of which the rule has made the object; for a missing value that of which a rule would have made it."""
        if found.row is None:
            return ""
        table = self.tables[found.row.file]
        key = found.maker.rule if found.maker.predicate else _write_triple(result).predicate
        names = self.columns[key, found.row.table] or self.columns[key, "/"]
        return next((name for name in names if table.find_column(name)), "")

    @cached_property
    def tables(self) -> dict[str, Table]:
        return {table.shown: table for table in load_tables(self.dataset.project)}

    @cached_property
    def columns(self) -> defaultdict[tuple[str, str], list[str]]:
        """The columns by the rule, or else by the predicate, and the table."""
        columns = defaultdict(list)
        query = """SELECT rule, predicate, source || '/' || "table", "column" FROM rule_columns ORDER BY rowid"""
        for rule, predicate, table, column in self.dataset.iter_rows(query):
            columns[rule, table].append(column)
            columns[predicate, table].append(column)
        return columns

    def _locate(self, found: Iterable[_Found]) -> dict[tuple[str, int, str], Location]:
        wanted: defaultdict[str, set[tuple[int, str]]] = defaultdict(set)
        for item in found:
            if item.row and item.column:
                wanted[item.row.file].add((item.row.line, item.column))
        return {
            (file, line, column): Location(file, *span)
            for file, cells in wanted.items()
            for (line, column), span in locate_cells(self.tables[file], cells).items()
        }

    def _write_origin(self, found: _Found, cells: dict[tuple[str, int, str], Location]) -> Origin:
        maker, row = found.maker, found.row
        if row is None:
            file, _, line = maker.rule.rpartition(":")
            return Origin("", "", Location(file, int(line)), maker.rule)
        base = self.dataset.project.base
        evidence = (Evidence(f"{base}{passage.document}", passage.start, passage.end) for passage in row.passages)
        location = cells.get((row.file, row.line, found.column), Location(row.file, row.line))
        return Origin(read_iri(maker.graph), row.table, location, maker.rule, tuple(evidence))


def _write_triple(result: Result) -> Triple:
    """The statement that a result is about, as far as it is one; "" where it is not known."""
    if (inverse := _INVERSE.fullmatch(result.path)) and result.value:
        return Triple(result.value, inverse[1], result.focus_node)
    first = _FIRST.match(result.path)
    is_whole = first is not None and first[0] == result.path
    return Triple(result.focus_node, first[1] if first else "", result.value if is_whole else "")
