"""Rows: reads the statements of a plan, yields sets of statements that are made from the same rows, with their SQL.

A row is one of a logical source, or of two that a join brings together; where a reference has several values in a row, there is
a row for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kzlod.mapping.plan import JoinCondition, Plan, Reference, Statement, TermMap
from kzlod.mapping.relations import Relation, Value
from kzlod.mapping.term_sql import TermWriter, concatenate
from kzlod.quoting import write_name
from kzlod.tree import Place

CHILD = "source"
PARENT = "parent"


@dataclass(frozen=True)
class RowKey:
    """What statements must share to be made from the same rows."""

    source: str
    joined: str
    joins: tuple[JoinCondition, ...]
    child_lists: tuple[str, ...]
    parent_lists: tuple[str, ...]


@dataclass
class Rows:
    """Rows, and the statements made from each.

    Args:
        key: where the rows come from.
        sql: what stands behind FROM.
        child, parent: what references stand for in these rows.
        place: of the triples map that has the first of the statements.
    """

    key: RowKey
    sql: str
    child: Mapping[str, Value]
    parent: Mapping[str, Value]
    place: Place
    statements: list[Statement] = field(default_factory=list)

    def find_child(self, reference: Reference) -> Value:
        """What a reference of the child's row stands for."""
        return self.child[reference.column]

    def find_parent(self, reference: Reference) -> Value:
        """What a reference of the parent's row stands for."""
        return self.parent[reference.column]


def group_rows(plan: Plan, relations: Mapping[str, Relation]) -> list[Rows]:
    """The statements of a plan by the rows they are made from, in the order of the mapping.

    Args:
        relations: by name of the logical source; each has all references that the plan makes of it.
    """
    groups: dict[RowKey, Rows] = {}
    for triples_map in plan.triples_maps:
        for statement in plan.iter_statements(triples_map):
            key = _find_key(statement, relations)
            if key not in groups:
                groups[key] = _make_rows(key, relations, triples_map.place)
            groups[key].statements.append(statement)
    return list(groups.values())


@dataclass(frozen=True)
class StatementWriter:
    """Writes the terms of statements made from the same rows."""

    child: TermWriter
    parent: TermWriter

    def write_terms(self, statement: Statement) -> list[list[str]]:
        """The expressions of subject, predicate, object and, unless it is the default one, graph, as of ``TermWriter``.

        A condition makes the subject NULL where it does not hold.
        """
        terms = [self.child.write_term(statement.subject), self.child.write_term(statement.predicate)]
        terms.append(self.write_object(statement))
        if statement.graph is not None:
            terms.append(self.child.write_term(statement.graph))
        if statement.conditions:
            terms[0] = [f"CASE WHEN {self.write_conditions(statement)} THEN {concatenate(terms[0])} END"]
        return terms

    def write_object(self, statement: Statement) -> list[str]:
        """The expressions of the object, made of the parent's row in a join."""
        return (self.parent if statement.joined else self.child).write_term(statement.object)

    def write_conditions(self, statement: Statement) -> str:
        """What must hold of a row for a statement to be made."""
        write = self.child.write_parts
        return " AND ".join(f"{write(condition.left)} = {write(condition.right)}" for condition in statement.conditions)

    def iter_invalid(self, statement: Statement) -> Iterator[tuple[TermMap, str, str]]:
        """The terms that some rows may not make, each with its expression and the condition of such a row."""
        sides = [(term, self.child) for term in statement.iter_child_terms()]
        sides += [(statement.object, self.parent)] if statement.joined else []
        for term, writer in sides:
            condition = writer.write_invalid(term)
            if condition:
                yield term, concatenate(writer.write_term(term)), condition


def make_writer(rows: Rows, base: str, *, checked: bool, lower_tags: bool) -> StatementWriter:
    """The writer of the statements of some rows."""
    child = TermWriter(rows.find_child, base, checked, lower_tags)
    return StatementWriter(child, TermWriter(rows.find_parent, base, checked, lower_tags))


def _find_key(statement: Statement, relations: Mapping[str, Relation]) -> RowKey:
    def lists(source: str, references: Iterable[Reference]) -> tuple[str, ...]:
        values = relations[source].values if source else {}
        return tuple(sorted({reference.column for reference in references if values[reference.column].is_list}))

    return RowKey(
        source=statement.source,
        joined=statement.joined,
        joins=statement.joins,
        child_lists=lists(statement.source, (reference for reference, _ in statement.iter_child_places())),
        parent_lists=lists(statement.joined, (reference for reference, _ in statement.iter_parent_places())),
    )


def _make_rows(key: RowKey, relations: Mapping[str, Relation], place: Place) -> Rows:
    child_sql, child = _unnest(relations[key.source], CHILD, key.child_lists)
    if not key.joined:
        return Rows(key, child_sql, child, {}, place)
    parent_sql, parent = _unnest(relations[key.joined], PARENT, key.parent_lists)
    rows = Rows(key, "", child, parent, place)
    writer = make_writer(rows, "", checked=False, lower_tags=False)
    on = [f"{writer.child.write_parts(join.child)} = {writer.parent.write_parts(join.parent)}" for join in key.joins]
    rows.sql = f"{child_sql} JOIN {parent_sql} ON {' AND '.join(on)}" if on else f"{child_sql} CROSS JOIN {parent_sql}"
    return rows


def _unnest(relation: Relation, alias: str, lists: tuple[str, ...]) -> tuple[str, dict[str, Value]]:
    """A relation with a row for each value of its lists, and what its references stand for then."""
    sql = f"({relation.sql}) AS {write_name(alias)}"
    values = {name: relation.value(name, write_name(alias)) for name in relation.values}
    for number, name in enumerate(lists):
        text, datatype = write_name(f"value {number}"), write_name(f"datatype {number}")
        value = values[name]
        unnested = [f"unnest({value.text}) AS {text}"]
        if value.datatype:
            unnested.append(f"unnest({value.datatype}) AS {datatype}")
        sql = f"(SELECT {write_name(alias)}.*, {', '.join(unnested)} FROM {sql}) AS {write_name(alias)}"
        of = f"{write_name(alias)}."
        values[name] = Value(of + text, of + datatype if value.datatype else "", is_list=False)
    return sql, values
