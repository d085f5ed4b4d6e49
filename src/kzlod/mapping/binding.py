"""Binding: reads a plan and opens its sources, yields the relations that the plan's references stand on, or what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kzlod.errors import ConfigurationError, Problem, quote
from kzlod.mapping.plan import ITERATION, DatabaseSource, FileSource, Plan, QuerySource, Reference, Statement
from kzlod.mapping.relations import Relation, number_iterations
from kzlod.mapping.rows import Rows, group_rows
from kzlod.mapping.runners import Runner
from kzlod.quoting import write_name
from kzlod.tree import Place

OpenSource = Callable[[FileSource | DatabaseSource, frozenset[str]], Relation]
"""Opens a source for these references; those that it has not are left out of the relation's values."""


@dataclass(frozen=True)
class BoundPlan:
    """A plan that is known to fit its sources.

    Args:
        relations, views: of its logical sources, and the names under which these can be read, both by name.
        files: those that its relations read.
    """

    plan: Plan
    rows: tuple[Rows, ...]
    relations: Mapping[str, Relation]
    views: Mapping[str, str]
    files: tuple[Path, ...] = ()


def bind_plan(runner: Runner, plan: Plan, open_source: OpenSource) -> BoundPlan:
    """Open the sources of a plan, as views, and check that they have what it asks for.

    Args:
        runner: in which the views are made.
        plan: the mapping.
        open_source: opens what is no query.

    Raises:
        ConfigurationError: unknown files or columns, or a query that is wrong, each with its line in the mapping.
    """
    return _Binder(runner, plan, open_source).bind()


class _Binder:
    def __init__(self, runner: Runner, plan: Plan, open_source: OpenSource) -> None:
        self.runner = runner
        self.plan = plan
        self.open_source = open_source
        self.problems: list[Problem] = []
        self.relations: dict[str, Relation] = {}
        self.views: dict[str, str] = {}
        self.unbound: set[str] = set()

    def bind(self) -> BoundPlan:
        statements = [made for triples_map in self.plan.triples_maps for made in self.plan.iter_statements(triples_map)]
        needed = _list_references(statements)
        for name, source in self.plan.sources.items():
            references = frozenset(needed.get(name, ()))
            columns = references - {ITERATION.column}
            if isinstance(source, QuerySource):
                self._bind_query(name, source, columns)
            else:
                self._bind_file(name, source, columns)
            if ITERATION.column in references and name in self.relations:
                self._number(name, is_ordered=isinstance(source, FileSource))
        for statement in statements:
            self._check_references(statement)
        if self.problems:
            raise ConfigurationError(list(dict.fromkeys(self.problems)))
        files = (file for relation in self.relations.values() for file in relation.files)
        rows = tuple(group_rows(self.plan, self.relations))
        return BoundPlan(self.plan, rows, self.relations, self.views, tuple(dict.fromkeys(files)))

    def _bind_file(self, name: str, source: FileSource | DatabaseSource, references: frozenset[str]) -> None:
        try:
            relation = self.open_source(source, references)
        except ConfigurationError as error:
            self.problems += error.problems
            self.unbound.add(name)
            return
        self._make_view(name, relation.sql)
        self.relations[name] = replace(relation, sql=self._select(name))

    def _bind_query(self, name: str, source: QuerySource, references: frozenset[str]) -> None:
        # Most mappings have no query; sqlglot takes longer to import than a small table to map.
        from kzlod.mapping.query_sources import bind_query, find_in_query  # noqa: PLC0415

        query, problems = bind_query(source, self.views)
        # A source that could not be bound has its own message; the query that reads it is not to blame.
        self.problems += [problem for problem in problems if problem.value not in self.unbound]
        if not query:
            self.unbound.add(name)
            return
        try:
            self._make_view(name, query, of_user=True)
            known = set(self.runner.list_columns(self._select(name)))
            relation = self.runner.bind_columns(self._select(name), references & known, source.place)
            self.relations[name] = replace(relation, clashes=self._check_names(source))
        except self.runner.errors as error:
            reason = str(error).split("\n", maxsplit=1)[0]
            named = re.search(r'["`]([^"`]+)["`]', reason)
            self.problems.append(find_in_query(source, named[1] if named else "").problem(reason, "sql"))
            self.unbound.add(name)

    def _check_names(self, source: QuerySource) -> tuple[tuple[str, str], ...]:
        """Note names that may mean another column than SQL takes; the clashes that the query hands on."""
        clashes = {name: relation.clashes for name, relation in self.relations.items() if relation.clashes}
        if not clashes:
            return ()
        from kzlod.mapping.renamed_columns import find_ambiguous  # noqa: PLC0415

        found, problems = find_ambiguous(source, clashes)
        self.problems += problems
        return found

    def _number(self, name: str, *, is_ordered: bool) -> None:
        relation = self.relations[name]
        columns = self.runner.list_columns(relation.sql)
        self.relations[name] = number_iterations(relation, columns, ITERATION.column, is_ordered=is_ordered)

    def _make_view(self, name: str, select: str, *, of_user: bool = False) -> None:
        self.views[name] = self.runner.make_view(f"{self.plan.file}#{name}", select, of_user=of_user)

    def _select(self, name: str) -> str:
        return f"SELECT * FROM {write_name(self.views[name])}"

    def _check_references(self, statement: Statement) -> None:
        for name, references in (
            (statement.source, statement.iter_child_places()),
            (statement.joined, statement.iter_parent_places()),
        ):
            relation = self.relations.get(name)
            if relation is None:
                continue
            for reference, place in references:
                if reference.column not in relation.values:
                    self.problems.append(self._explain(name, relation, reference, place))

    def _explain(self, name: str, relation: Relation, reference: Reference, place: Place) -> Problem:
        if relation.columns.count(reference.column) > 1:
            message = f"column {quote(reference.column)} stands twice in the header of source {quote(name)}: which one is meant?"
            return place.problem(message, "column", reference.column)
        columns = ", ".join(sorted(relation.columns or self.runner.list_columns(relation.sql))[:50])
        message = f"source {quote(name)} has no column {quote(reference.column)}; it has {columns}"
        return place.problem(message, "column", reference.column)


def _list_references(statements: list[Statement]) -> dict[str, set[str]]:
    needed: dict[str, set[str]] = {}
    for statement in statements:
        for source, references in _iter_sides(statement):
            needed.setdefault(source, set()).update(reference.column for reference in references)
    return needed


def _iter_sides(statement: Statement) -> Iterator[tuple[str, Iterator[Reference]]]:
    yield statement.source, (reference for reference, _ in statement.iter_child_places())
    yield statement.joined, (reference for reference, _ in statement.iter_parent_places())
